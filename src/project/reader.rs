//! The giterminism reader: what werf would read at a path, what stops it there, and which text to go on with (spec 2 §4.3).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::giterminism::Uncommitted;
use super::glob::BadPattern;
use super::{AsIfCommitted, Git, Project};
use crate::git::{GitError, Status};
use crate::vfs::{FileTree, Kind, Resolved, VfsError, join, parent, resolve, walk};

/// Why werf does not read a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Neither on disk nor in the commit, as far as each is asked.
    NotFound,
    /// Files that git does not know; paths relative to the project directory, so below.
    Untracked(Vec<String>),
    /// Files with local changes.
    Uncommitted(Vec<String>),
    /// A submodule at, above or beneath the path is not as HEAD says.
    Submodule(String),
    /// A permitted path is a link whose target is not permitted.
    LinkTarget(String),
    /// A link in the commit whose target fails its own check.
    LinkCheck {
        /// The link.
        link: String,
        /// What is wrong with its target.
        target: Box<Problem>,
    },
    /// A directory of the commit.
    Directory,
    /// A malformed glob of `werf-giterminism.yaml` was reached.
    BadGlob,
    /// Too large or unreadable, in words.
    Unreadable(String),
}

/// The answer to one reading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What stops werf.
    pub problem: Option<Problem>,
    /// The content werf reads or, behind a problem, the one to go on with.
    pub content: Option<Arc<[u8]>>,
}

impl From<VfsError> for Problem {
    fn from(error: VfsError) -> Self {
        match error {
            VfsError::NotFound | VfsError::Outside | VfsError::LinkLoop => Self::NotFound,
            VfsError::IsDirectory => Self::Directory,
            other => Self::Unreadable(other.to_string()),
        }
    }
}

impl From<GitError> for Problem {
    fn from(error: GitError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl From<BadPattern> for Problem {
    fn from(_: BadPattern) -> Self {
        Self::BadGlob
    }
}

/// Local changes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    Untracked,
    Changed,
}

/// A file found by a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Path below the root.
    pub path: String,
    /// Its local changes, where they are known.
    pub change: Option<Change>,
    /// Whether the search met it on disk as a regular file without a link on the way: then nothing has to be followed to read it.
    pub is_plain: bool,
}

/// What a search looks for.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Whether a file is wanted.
    pub file: &'a dyn Fn(&str) -> bool,
    /// Whether a wanted file may lie in a directory.
    pub may_hold: &'a dyn Fn(&str) -> bool,
}

/// Whether something exists for `.Files.Exists` and `.Files.IsDir`.
pub(super) enum Existence {
    Missing,
    File,
    Directory,
}

impl Project {
    /// Reads `path` (below the root) as werf would.
    pub(super) fn read(&self, path: &str, what: Uncommitted) -> Outcome {
        self.read_candidate(&Candidate { path: path.to_owned(), change: None, is_plain: false }, what)
    }

    /// Whether a path below the root may have local changes.
    fn accepts(&self, what: Uncommitted, path: &str) -> Result<bool, BadPattern> {
        self.giterminism.accepts_uncommitted(what, &self.shown(path))
    }

    /// Reads a path whose local changes are perhaps known already.
    pub(super) fn read_candidate(&self, candidate: &Candidate, what: Uncommitted) -> Outcome {
        let path = candidate.path.as_str();
        let Some(git) = self.git.as_ref().filter(|_| !self.reads_disk()) else {
            let content = match candidate.is_plain {
                true => self.tree().read(path).map_err(Problem::from),
                false => self.read_disk(path),
            };
            return self.outcome_of(path, content);
        };
        match self.accepts(what, path) {
            Err(error) => Outcome { problem: Some(error.into()), content: self.read_disk(path).ok() },
            Ok(true) => self.outcome_of(path, self.read_accepted(path, what)),
            Ok(false) => match self.read_commit(git, path, candidate.change) {
                Err(problem) if self.is_saved_change(&problem) => {
                    self.assumed.borrow_mut().insert(self.shown(path));
                    self.outcome_of(path, self.read_disk(path))
                }
                result => self.outcome_of(path, result),
            },
        }
    }

    /// Whether a problem is about local changes and these count as committed.
    fn is_saved_change(&self, problem: &Problem) -> bool {
        let is_local = match problem {
            Problem::LinkCheck { target, .. } => matches!(**target, Problem::Untracked(_) | Problem::Uncommitted(_)),
            other => matches!(other, Problem::Untracked(_) | Problem::Uncommitted(_)),
        };
        is_local && self.options.as_if_committed == AsIfCommitted::Saved
    }

    /// Local changes at or beneath a path, as far as they count.
    fn status(&self, git: &Git, path: &str, wanted: &dyn Fn(&str) -> bool) -> Result<Status, GitError> {
        let mut status = git.repository.status(path, &git.commit, wanted)?;
        if self.options.as_if_committed == AsIfCommitted::Staged {
            // What the work tree has beyond the index belongs to a later commit.
            status.changed.clear();
        }
        Ok(status)
    }

    fn outcome_of(&self, path: &str, result: Result<Arc<[u8]>, Problem>) -> Outcome {
        match result {
            Ok(content) => {
                // What an editor has not saved yet is what its user wants to hear about.
                let content = self.options.unsaved.read(path).unwrap_or(content);
                Outcome { problem: None, content: Some(content) }
            }
            Err(problem) => Outcome { problem: Some(problem), content: self.read_disk(path).ok() },
        }
    }

    /// The regular file at `path` on disk.
    pub(super) fn read_disk(&self, path: &str) -> Result<Arc<[u8]>, Problem> {
        let tree = self.tree();
        let resolved = resolve(&tree, path, self.options.limits.link_depth)?;
        self.read_resolved(&tree, &resolved)
    }

    fn read_resolved(&self, tree: &dyn FileTree, resolved: &Resolved) -> Result<Arc<[u8]>, Problem> {
        match resolved.kind {
            Kind::File => Ok(tree.read(&resolved.path)?),
            // werf looks for a regular file.
            _ => Err(Problem::NotFound),
        }
    }

    /// A path that may have local changes: from disk, if the targets of links on it may have them too.
    fn read_accepted(&self, path: &str, what: Uncommitted) -> Result<Arc<[u8]>, Problem> {
        let tree = self.tree();
        let resolved = resolve(&tree, path, self.options.limits.link_depth)?;
        self.check_targets(&resolved, path, what)?;
        self.read_resolved(&tree, &resolved)
    }

    fn check_targets(&self, resolved: &Resolved, path: &str, what: Uncommitted) -> Result<(), Problem> {
        for (link, target) in resolved.links.iter().zip(&resolved.targets) {
            // A link among the parents moves the rest of the path along with it.
            let rest = path.strip_prefix(link.as_str()).unwrap_or_default();
            let target = format!("{target}{rest}");
            if !self.accepts(what, &target)? {
                return Err(Problem::LinkTarget(self.shown(&target)));
            }
        }
        Ok(())
    }

    fn read_commit(&self, git: &Git, path: &str, change: Option<Change>) -> Result<Arc<[u8]>, Problem> {
        let resolved = self.resolve_commit(git, path, change)?;
        let is_staged = self.options.as_if_committed == AsIfCommitted::Staged;
        let is_new = |path: &str| match &git.before {
            Some(before) => before.agrees(&git.commit, path).is_ok_and(|agrees| !agrees),
            None => true,
        };
        if is_staged && resolved.kind.is_file() && is_new(&resolved.path) {
            self.assumed.borrow_mut().insert(self.shown(path));
        }
        match resolved.kind {
            Kind::File => Ok(git.commit.read(&resolved.path)?),
            Kind::Directory => Err(Problem::Directory),
            _ => Err(Problem::NotFound),
        }
    }

    /// Local changes of `path`, then its entry in the commit, then the links on the way.
    fn resolve_commit(&self, git: &Git, path: &str, change: Option<Change>) -> Result<Resolved, Problem> {
        match change {
            None => self.check_status(git, path)?,
            Some(Change::None) => {}
            Some(Change::Untracked) => return Err(Problem::Untracked(vec![self.shown(path)])),
            Some(Change::Changed) => return Err(Problem::Uncommitted(vec![self.shown(path)])),
        }
        let resolved = match resolve(&git.commit, path, self.options.limits.link_depth) {
            Ok(resolved) => resolved,
            Err(error) => {
                // The link itself is an entry of the commit; what it names is missing.
                let is_link = git.commit.entry(path)? == Some(Kind::Link);
                let target = Box::new(error.into());
                return Err(if is_link { Problem::LinkCheck { link: self.shown(path), target } } else { *target });
            }
        };
        for (link, target) in resolved.links.iter().zip(resolved.targets.iter().chain([&resolved.path])) {
            self.check_link(git, link, target)?;
        }
        if let Some(link) = resolved.links.last() {
            self.check_link(git, link, &resolved.path)?;
        }
        Ok(resolved)
    }

    fn check_link(&self, git: &Git, link: &str, target: &str) -> Result<(), Problem> {
        self.check_status(git, target)
            .map_err(|problem| Problem::LinkCheck { link: self.shown(link), target: Box::new(problem) })
    }

    fn check_status(&self, git: &Git, path: &str) -> Result<(), Problem> {
        let Status { untracked, changed, submodules } = self.status(git, path, &|_| true)?;
        let shown = |paths: Vec<String>| paths.iter().map(|path| self.shown(path)).collect();
        if !untracked.is_empty() {
            return Err(Problem::Untracked(shown(untracked)));
        }
        if !changed.is_empty() {
            return Err(Problem::Uncommitted(shown(changed)));
        }
        match submodules.into_iter().next() {
            Some((path, _)) => Err(Problem::Submodule(self.shown(&path))),
            None => Ok(()),
        }
    }

    /// Whether `path` exists for `.Files.Exists` (spec 2 §5.2): local changes and missing permissions count as absence.
    pub(super) fn existence(&self, path: &str, what: Uncommitted) -> Result<Existence, Problem> {
        let resolved = match self.git.as_ref().filter(|_| !self.reads_disk()) {
            None => resolve(&self.tree(), path, self.options.limits.link_depth).map_err(Problem::from),
            Some(git) => {
                if self.accepts(what, path)? {
                    let found = resolve(&self.tree(), path, self.options.limits.link_depth).map_err(Problem::from);
                    found.and_then(|resolved| self.check_targets(&resolved, path, what).map(|()| resolved))
                } else {
                    match self.resolve_commit(git, path, None) {
                        Err(problem) if self.is_saved_change(&problem) => {
                            resolve(&self.tree(), path, self.options.limits.link_depth).map_err(Problem::from)
                        }
                        found => found,
                    }
                }
            }
        };
        match resolved {
            Ok(Resolved { kind: Kind::File, .. }) => Ok(Existence::File),
            Ok(Resolved { kind: Kind::Directory, .. }) => Ok(Existence::Directory),
            Ok(_)
            | Err(Problem::NotFound | Problem::Untracked(_) | Problem::Uncommitted(_) | Problem::LinkTarget(_)) => {
                Ok(Existence::Missing)
            }
            Err(problem) => Err(problem),
        }
    }

    /// Whether an optional file is there at all: a regular file on disk or, unless files are read from disk only, in the commit.
    pub(super) fn is_present(&self, path: &str) -> bool {
        let links = self.options.limits.link_depth;
        let is_file = |tree: &dyn FileTree| resolve(tree, path, links).is_ok_and(|resolved| resolved.kind.is_file());
        let reads_disk = self.reads_disk() || self.options.as_if_committed == AsIfCommitted::Saved;
        is_file(&self.tree()) || self.git.as_ref().is_some_and(|git| !reads_disk && is_file(&git.commit))
    }

    /// Whether a regular file stands at `path` on disk.
    pub(super) fn is_file_on_disk(&self, path: &str) -> bool {
        resolve(&self.tree(), path, self.options.limits.link_depth).is_ok_and(|resolved| resolved.kind.is_file())
    }

    /// Paths below `base` (a directory or a single file, perhaps behind links) that `wanted` wants, in werf's order (spec 2 §4.5): those on disk that
    /// may have, or do have, local changes, then those of the commit; from disk alone where git is not asked.
    pub(super) fn candidates(
        &self,
        base: &str,
        wanted: Wanted<'_>,
        what: Uncommitted,
    ) -> Result<Vec<Candidate>, Problem> {
        let Some(git) = self.git.as_ref().filter(|_| !self.reads_disk()) else {
            let on_disk = self.files_below(&self.tree(), base, wanted)?;
            let candidate = |(path, is_plain)| Candidate { path, change: None, is_plain };
            return Ok(on_disk.into_iter().map(candidate).collect());
        };
        let mut changes: HashMap<String, Change> = HashMap::new();
        let mut complete = false;
        if let Ok(real) = resolve(&self.tree(), base, self.options.limits.link_depth) {
            let named = |path: &str| path.strip_prefix(real.path.as_str()).map(|rest| rename(base, rest));
            let is_wanted = |path: &str| named(path).is_some_and(|name| (wanted.file)(&name));
            let status = self.status(git, &real.path, &is_wanted)?;
            let untracked = status.untracked.iter().map(|path| (path, Change::Untracked));
            for (path, change) in untracked.chain(status.changed.iter().map(|path| (path, Change::Changed))) {
                changes.extend(named(path).map(|name| (name, change)));
            }
            // Behind links, and with submodules, the files are asked one by one.
            complete = real.links.is_empty() && status.submodules.is_empty();
        }
        let change_of = |path: &str| complete.then(|| changes.get(path).copied().unwrap_or(Change::None));
        let mut found = Vec::new();
        let mut known: HashSet<String> = HashSet::new();
        // The disk is walked only where it can have something to say.
        if !changes.is_empty() || !self.giterminism.accepts_no_uncommitted(what) {
            for (path, _) in self.files_below(&self.tree(), base, wanted)? {
                if changes.contains_key(&path) || self.accepts(what, &path)? {
                    known.insert(path.clone());
                    found.push(Candidate { change: change_of(&path), path, is_plain: false });
                }
            }
        }
        let committed = self.files_below(&git.commit, base, wanted)?;
        // A file that was deleted on disk is gone where the work tree counts as committed.
        let is_gone = |path: &String| {
            self.options.as_if_committed == AsIfCommitted::Saved && complete && changes.contains_key(path)
        };
        let committed =
            committed.into_iter().map(|(path, _)| path).filter(|path| !known.contains(path) && !is_gone(path));
        found.extend(committed.map(|path| Candidate { change: change_of(&path), path, is_plain: false }));
        Ok(found)
    }

    /// Files and links below `base` in one tree, under names that begin with `base`, and of each whether it is a regular file with no link on the way;
    /// `.git` directories are passed over.
    fn files_below(&self, tree: &dyn FileTree, base: &str, wanted: Wanted<'_>) -> Result<Vec<(String, bool)>, Problem> {
        let mut found = Vec::new();
        let limits = &self.options.limits;
        let Ok(real) = resolve(tree, base, limits.link_depth) else { return Ok(found) };
        let is_direct = real.links.is_empty() && real.path == base;
        match real.kind {
            Kind::Directory => {
                let name = |path: &str| rename(base, path.strip_prefix(real.path.as_str()).unwrap_or(path));
                let mut enter =
                    |folder: &str| folder != ".git" && !folder.ends_with("/.git") && (wanted.may_hold)(&name(folder));
                let mut visit = |path: &str, kind: Kind| {
                    if kind == Kind::Other {
                        return;
                    }
                    let name = name(path);
                    if (wanted.file)(&name) {
                        found.push((name, is_direct && kind == Kind::File));
                    }
                };
                walk(tree, &real.path, limits.walk_entries, &mut enter, &mut visit)?;
            }
            Kind::File if (wanted.file)(base) => found.push((base.to_owned(), is_direct)),
            _ => {}
        }
        Ok(found)
    }

    /// A path written in the project as a path below the root; `None` when it leaves the root.
    pub(super) fn locate(&self, path: &str) -> Option<String> {
        join(&self.directory, path)
    }

    /// The directory of the main file, base of `.Files` in dialect 1.1.
    pub(super) fn config_dir(&self) -> String {
        self.config.as_deref().map_or_else(|| self.directory.clone(), |config| parent(config).to_owned())
    }
}

/// `base` followed by what came after the real directory.
fn rename(base: &str, rest: &str) -> String {
    let rest = rest.trim_start_matches('/');
    match (base.is_empty(), rest.is_empty()) {
        (true, _) => rest.to_owned(),
        (false, true) => base.to_owned(),
        (false, false) => format!("{base}/{rest}"),
    }
}
