//! What else a build would need of the project's files: Dockerfiles, directories, sources of secrets, the files that git mappings copy.
//!
//! In: paths that the configuration names. Out: answers as werf would find them (the commit, or the disk where git is not asked), "not known" included.
//! Never: findings; a walk over the project unless [`Project::listing`] is asked for.

use std::path::Path;
use std::sync::Arc;

use super::Project;
use super::giterminism::Uncommitted;
use super::reader::{Outcome, Problem};
use crate::vfs::{FileTree, Kind, VfsError, join, resolve, walk};

/// What werf finds where a Dockerfile should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DockerfileRead {
    /// Its text.
    Text(Arc<[u8]>),
    /// Nothing.
    Missing,
    /// A file on disk that git does not have.
    Untracked,
    /// A file with local changes, and its text on disk.
    Changed(Arc<[u8]>),
    /// A directory.
    Directory,
    /// It cannot be said: links, submodules, permitted local changes.
    Unknown,
}

/// The files that git mappings can copy: those of the commit, by path relative to the root of the work tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Regular files and links, sorted by their bytes.
    pub files: Vec<String>,
    /// Submodules, whose files are not known, and links, which may lead to directories.
    pub opaque: Vec<String>,
}

impl Listing {
    /// The files whose path is `prefix` or lies beneath it; the empty prefix stands for all.
    #[must_use]
    pub fn beneath(&self, prefix: &str) -> &[String] {
        if prefix.is_empty() {
            return &self.files;
        }
        // A path that continues with a byte before `/` sorts in between, so the file itself is looked up alone.
        let directory = format!("{prefix}/");
        let start = self.files.partition_point(|path| path.as_str() < directory.as_str());
        let rest = self.files.get(start..).unwrap_or_default();
        let count = rest.partition_point(|path| path.starts_with(&directory));
        if count == 0
            && let Ok(own) = self.files.binary_search_by(|path| path.as_str().cmp(prefix))
        {
            return self.files.get(own..=own).unwrap_or_default();
        }
        rest.get(..count).unwrap_or_default()
    }

    /// Whether a submodule or a link stands at `path`, above or beneath it.
    #[must_use]
    pub fn is_opaque(&self, path: &str) -> bool {
        let within = |outer: &str, inner: &str| {
            outer.is_empty() || inner == outer || inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'))
        };
        self.opaque.iter().any(|opaque| within(opaque, path) || within(path, opaque))
    }
}

impl Project {
    /// The tree in which werf looks for what it builds from.
    fn build_tree<T>(&self, ask: impl FnOnce(&dyn FileTree) -> T) -> T {
        match self.git.as_ref().filter(|_| !self.reads_disk()) {
            Some(git) => ask(&git.commit),
            None => ask(&self.tree()),
        }
    }

    /// Reads the Dockerfile at `path`, relative to the project directory and cleaned.
    #[must_use]
    pub fn read_dockerfile(&self, path: &str) -> DockerfileRead {
        let Some(located) = self.locate(path) else { return DockerfileRead::Unknown };
        if !self.reads_disk() && self.giterminism.accepts_dockerfile(path) != Ok(false) {
            // Whatever is on disk then; it may be made just before the build.
            return match self.read_disk(&located) {
                Ok(text) => DockerfileRead::Text(text),
                Err(_) => DockerfileRead::Unknown,
            };
        }
        let Outcome { problem, content } = self.read(&located, Uncommitted::Dockerfiles);
        match (problem, content) {
            (None, Some(text)) => DockerfileRead::Text(text),
            (Some(Problem::NotFound), None) if self.directory_exists(path) == Some(true) => DockerfileRead::Directory,
            (Some(Problem::NotFound), None) => DockerfileRead::Missing,
            (Some(Problem::NotFound | Problem::Untracked(_)), Some(_)) => DockerfileRead::Untracked,
            (Some(Problem::Uncommitted(_)), Some(text)) => DockerfileRead::Changed(text),
            (Some(Problem::Directory), _) => DockerfileRead::Directory,
            _ => DockerfileRead::Unknown,
        }
    }

    /// Whether a directory stands at `path`, relative to the project directory and cleaned; `None` where that cannot be said.
    #[must_use]
    pub fn directory_exists(&self, path: &str) -> Option<bool> {
        let located = self.locate(path)?;
        let links = self.options.limits.link_depth;
        match self.build_tree(|tree| resolve(tree, &located, links)) {
            Ok(found) if found.kind == Kind::Directory => Some(true),
            Ok(found) if found.kind == Kind::Other => None,
            Ok(_) | Err(VfsError::NotFound) => Some(false),
            Err(_) => None,
        }
    }

    /// The files of the commit; `None` in 1.1, where git is not asked, and when they cannot be read.
    #[must_use]
    pub fn listing(&self) -> Option<Listing> {
        let git = self.git.as_ref()?;
        let mut listing = Listing::default();
        let mut visit = |path: &str, kind: Kind| {
            if !kind.is_file() {
                listing.opaque.push(path.to_owned());
            }
            if kind != Kind::Other {
                listing.files.push(path.to_owned());
            }
        };
        walk(&git.commit, "", self.options.limits.walk_entries, &mut |_| true, &mut visit).ok()?;
        listing.files.sort_unstable();
        Some(listing)
    }

    /// The project directory relative to the root of the work tree; empty when it is the root.
    #[must_use]
    pub fn place_in_work_tree(&self) -> &str {
        &self.directory
    }

    /// Whether the file of a secret is there: relative to the current directory, `~` stands for the home directory.
    #[must_use]
    pub fn has_secret_file(&self, path: &str) -> bool {
        let home = self.options.environ.get("HOME").map_or("", String::as_str);
        let expanded = match path.strip_prefix('~') {
            Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
            _ => path.to_owned(),
        };
        self.options.current_dir.join(Path::new(&expanded)).exists()
    }

    /// Whether files may come from elsewhere than this repository.
    #[must_use]
    pub fn has_foreign_files(&self) -> bool {
        !self.includes.is_empty()
    }

    /// Whether something stands at `path`, relative to the root of the work tree, on disk; for 1.1, which copies from the repository around it.
    #[must_use]
    pub fn exists_on_disk(&self, path: &str) -> bool {
        let Some(path) = join("", path) else { return true };
        resolve(&self.tree(), &path, self.options.limits.link_depth).is_ok()
    }
}

/// Extensions of files that configuration is made of.
const CONFIGURATION: &[&str] =
    &["yaml", "yml", "tmpl", "tpl", "lock", "md", "txt", "conf", "dockerfile", "dockerignore"];

impl Project {
    /// Whether a file is none of those that come with a werf configuration: templates, Dockerfiles, charts, notes.
    #[must_use]
    pub fn is_of_project(path: &str) -> bool {
        let mut parts = path.rsplit('/');
        let name = parts.next().unwrap_or_default();
        let is_hidden = path.split('/').any(|part| part.starts_with('.'));
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let is_known = CONFIGURATION.iter().any(|known| extension.eq_ignore_ascii_case(known));
        let lower = name.to_ascii_lowercase();
        !(is_hidden || is_known || lower.contains("dockerfile") || lower.starts_with("werf"))
    }

    /// Whether the project directory holds nothing but configuration, as far as its uppermost entries tell.
    #[must_use]
    pub fn has_only_configuration_on_disk(&self) -> bool {
        let entries = self.build_tree(|tree| tree.list(&self.directory)).unwrap_or_default();
        !entries.iter().any(|(name, kind)| match kind {
            Kind::Directory => !name.starts_with('.'),
            _ => Self::is_of_project(name),
        })
    }
}
