//! Opening a project: git, giterminism, includes and the paths given by flags, in werf's order (spec 2 §3, steps 1 to 4).

use std::cell::RefCell;
use std::path::{Component, Path, PathBuf};
use std::rc::Rc;

use super::giterminism::{Giterminism, Uncommitted};
use super::includes::{self, Include};
use super::reader::Problem;
use super::{AsIfCommitted, Git, Options, Project};
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::git::{GitError, Head, Repository};
use crate::source::{FileId, Location, SourceMap, Span};
use crate::vfs::Disk;

/// The path without `.` and `..`, as text operations do it.
fn lexically_clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    clean
}

/// `path` below `root` with forward slashes; `None` outside.
fn below(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Vec<&str> = rest.components().map(|part| part.as_os_str().to_str()).collect::<Option<_>>()?;
    Some(parts.join("/"))
}

fn fatal(rule: &'static str, message: impl Into<String>) -> Finding {
    Finding::fatal(RuleId(rule), Place::Project, message)
}

/// What can be used of the repository of a project.
struct Opened {
    /// The work tree around the project.
    root: Option<PathBuf>,
    git: Option<Git>,
    /// Why there is no more.
    finding: Option<Finding>,
}

impl Opened {
    fn failed(root: Option<PathBuf>, finding: Finding) -> Self {
        Self { root, git: None, finding: Some(finding) }
    }
}

/// The index that `GIT_INDEX_FILE` names, where it counts.
fn staged_index(options: &Options) -> Option<PathBuf> {
    let named = options.environ.get("GIT_INDEX_FILE").filter(|path| !path.is_empty())?;
    let path = options.current_dir.join(named);
    (options.as_if_committed == AsIfCommitted::Staged && path.is_file()).then_some(path)
}

/// The repository of a project and its HEAD.
fn open_git(options: &Options, directory: &Path) -> Opened {
    let repository = match &options.work_tree {
        Some(work_tree) => Repository::open(&lexically_clean(&options.current_dir.join(work_tree)), options.limits),
        None => Repository::discover(directory, options.limits),
    };
    let repository = repository.and_then(|repository| match staged_index(options) {
        // While its hooks run, `git commit` names the index that it is going to commit.
        Some(index) => repository.with_index(&index),
        None => Ok(repository),
    });
    let repository = match repository {
        Ok(repository) => Rc::new(repository),
        Err(GitError::NoWorkTree) => {
            let finding = fatal(
                "git-worktree-missing",
                "werf needs a git work tree, and none was found around the project directory",
            );
            let help = "run `git init` and commit, or name the work tree with `--git-work-tree`";
            return Opened::failed(None, finding.with_help(help));
        }
        Err(error) => return Opened::failed(None, fatal("git-worktree-missing", error.to_string())),
    };
    let root = repository.work_tree().to_path_buf();
    if !directory.starts_with(&root) {
        return Opened::failed(
            None,
            fatal("project-outside-worktree", "the project directory lies outside the git work tree"),
        );
    }
    let is_staged = options.as_if_committed == AsIfCommitted::Staged;
    match repository.head() {
        Ok(head) => {
            let before = repository.files(&head);
            let (commit, before) = if is_staged { (repository.staged_files(), Some(before)) } else { (before, None) };
            Opened { root: Some(root), git: Some(Git { repository, head, commit, before }), finding: None }
        }
        // The first commit is about to be made.
        Err(GitError::NoHead(_)) if is_staged => {
            let (head, commit) = (Head::unborn(), repository.staged_files());
            Opened { root: Some(root), git: Some(Git { repository, head, commit, before: None }), finding: None }
        }
        Err(error) => {
            Opened::failed(Some(root), fatal("head-missing", error.to_string()).with_help("commit something first"))
        }
    }
}

impl Project {
    /// Opens a project. Findings tell what stops werf; the project can be read in any case.
    #[must_use]
    pub fn open(options: Options) -> Self {
        let directory = lexically_clean(&options.current_dir.join(&options.directory));
        let mut findings = Vec::new();
        let (root, git) = if options.dialect == Dialect::V1_1 {
            // 1.1 does not ask git; the work tree only bounds what may be read.
            (crate::git::find_work_tree(&directory).unwrap_or_else(|| directory.clone()), None)
        } else {
            let opened = open_git(&options, &directory);
            findings.extend(opened.finding);
            (opened.root.unwrap_or_else(|| directory.clone()), opened.git)
        };
        let relative = below(&root, &directory).unwrap_or_default();
        let templates_dir = if relative.is_empty() { ".werf".to_owned() } else { format!("{relative}/.werf") };
        let mut project = Self {
            disk: Disk::new(root.clone(), options.limits.file_bytes).remembering(options.files.clone()),
            giterminism: Giterminism::absent(options.loose || options.dialect == Dialect::V1_1),
            includes: Vec::new(),
            config: None,
            templates_dir,
            sources: RefCell::new(SourceMap::default()),
            findings,
            assumed: RefCell::default(),
            root,
            directory: relative,
            git,
            options,
        };
        if project.options.dialect >= Dialect::V1_2 {
            if project.options.loose {
                let message = "loose giterminism is switched on for the whole run; permissions in `werf-giterminism.yaml` are narrower";
                project.findings.push(Finding::new(
                    RuleId("loose-giterminism-flag"),
                    Severity::Warning,
                    Place::Project,
                    message,
                ));
            }
            project.open_giterminism();
        }
        if project.options.dialect >= Dialect::V2 {
            project.open_includes();
        }
        project.open_paths();
        project
    }

    /// Reads one of the optional files; `untracked` and `uncommitted` are the rules for files that git does not have as they are.
    fn read_optional(
        &mut self,
        name: &str,
        untracked: &'static str,
        uncommitted: &'static str,
    ) -> Option<(FileId, std::sync::Arc<[u8]>)> {
        let path = self.locate(name)?;
        if !self.is_present(&path) {
            return None;
        }
        let outcome = self.read(&path, Uncommitted::Never);
        let file = outcome.content.map(|text| (self.record(&path, text.clone()), text));
        if let Some(problem) = outcome.problem {
            let place = file
                .as_ref()
                .map_or(Place::Project, |(file, _)| Place::File(Location { file: *file, span: Span::default() }));
            let (rule, message) = match problem {
                Problem::Untracked(_) | Problem::NotFound => {
                    (untracked, format!("`{name}` is not known to git; it must be committed"))
                }
                Problem::Unreadable(cause) => (uncommitted, format!("`{name}` cannot be read: {cause}")),
                _ => (uncommitted, format!("`{name}` has local changes; they must be committed")),
            };
            self.findings.push(Finding::fatal(RuleId(rule), place, message));
        }
        file
    }

    fn open_giterminism(&mut self) {
        let name = self.options.giterminism_config.clone().unwrap_or_else(|| "werf-giterminism.yaml".to_owned());
        let Some((file, text)) =
            self.read_optional(&name, "giterminism-file-untracked", "giterminism-file-uncommitted")
        else {
            return;
        };
        let (permissions, findings) =
            Giterminism::read(self.options.dialect, self.options.loose, file, &text, &self.options.limits);
        self.giterminism = permissions;
        self.findings.extend(findings);
    }

    fn open_includes(&mut self) {
        let Some((file, text)) = self.read_optional("werf-includes.yaml", "includes-yaml", "includes-yaml") else {
            return;
        };
        let place = |file: FileId, span: Span| Place::File(Location { file, span });
        let includes = match includes::read_list(&text, &self.options.limits) {
            Ok(includes) => includes,
            Err((message, span)) => {
                self.findings.push(Finding::fatal(RuleId("includes-yaml"), place(file, span), message));
                return;
            }
        };
        let findings = includes::check(file, &includes);
        let valid = findings.is_empty();
        self.findings.extend(findings);
        if !includes.is_empty() && valid {
            self.check_lock(file, &includes);
        }
        self.includes = includes;
    }

    fn check_lock(&mut self, file: FileId, includes: &[Include]) {
        let before = self.findings.len();
        let lock = self.read_optional("werf-includes.lock", "lock-missing", "lock-missing");
        let Some((lock_file, text)) = lock else {
            if before == self.findings.len() {
                let message = "there is no `werf-includes.lock`";
                let span = includes.first().map_or_else(Span::default, |include| include.places.value("git"));
                let place = Place::File(Location { file, span });
                let finding = Finding::fatal(RuleId("lock-missing"), place, message);
                self.findings.push(finding.with_help("run `werf includes update` and commit the file"));
            }
            return;
        };
        let lock = match includes::read_list(&text, &self.options.limits) {
            Ok(lock) => lock,
            Err((message, span)) => {
                let place = Place::File(Location { file: lock_file, span });
                self.findings.push(Finding::fatal(RuleId("lock-yaml"), place, message));
                return;
            }
        };
        let mut findings = self.check_repositories(file, includes);
        let missing_commit = |git: &str, commit: &str| match self.local_repository(git) {
            Some(Ok(repository)) => !repository.has_commit(commit),
            _ => false,
        };
        findings.extend(includes::check_lock(file, includes, lock_file, &lock, &missing_commit));
        self.findings.extend(findings);
    }

    /// The repository of an include that is a directory on this machine.
    fn local_repository(&self, git: &str) -> Option<Result<Repository, GitError>> {
        let path = match git.strip_prefix('~') {
            Some(rest) => PathBuf::from(format!("{}{rest}", self.options.environ.get("HOME")?)),
            None => PathBuf::from(git),
        };
        let path = lexically_clean(&self.options.current_dir.join(path));
        path.is_dir().then(|| Repository::open(&path, self.options.limits))
    }

    /// I14, as far as it can be told without the network.
    fn check_repositories(&self, file: FileId, includes: &[Include]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (index, include) in includes.iter().enumerate() {
            if includes[..index].iter().any(|earlier| earlier.git == include.git) {
                continue;
            }
            let cause = match (self.local_repository(&include.git), &include.auth) {
                (Some(Err(error)), _) => error.to_string(),
                (None, Some(auth))
                    if !auth.env.is_empty()
                        && !self.options.unknown_variables
                        && !self.options.environ.contains_key(&auth.env) =>
                {
                    format!("the variable `{}` with the password is not set", auth.env)
                }
                _ => continue,
            };
            let place = Place::File(Location { file, span: include.places.value("git") });
            findings.push(Finding::fatal(
                RuleId("include-repo"),
                place,
                format!("`{}` cannot be opened: {cause}", include.git),
            ));
        }
        findings
    }

    /// `--config` and `--config-templates-dir`: relative to the current directory, strictly inside the work tree.
    fn open_paths(&mut self) {
        let resolve = |path: &str| {
            below(&self.root, &lexically_clean(&self.options.current_dir.join(path))).filter(|path| !path.is_empty())
        };
        let strict = self.options.dialect >= Dialect::V1_2;
        if let Some(given) = &self.options.config {
            match resolve(given) {
                Some(path) => self.config = Some(path),
                None if strict => self
                    .findings
                    .push(fatal("config-outside-worktree", format!("`{given}` lies outside the git work tree"))),
                None => self.findings.push(fatal("config-not-found", format!("`{given}` lies outside the project"))),
            }
        }
        if let Some(given) = &self.options.templates_dir {
            match resolve(given) {
                Some(path) => self.templates_dir = path,
                None if strict => self
                    .findings
                    .push(fatal("templates-dir-outside-worktree", format!("`{given}` lies outside the git work tree"))),
                None => self.templates_dir = given.clone(),
            }
        }
    }
}
