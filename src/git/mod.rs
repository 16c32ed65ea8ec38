//! Facts of a git repository, read in-process: HEAD, the files of a commit, and what differs between HEAD, index and work tree.
//!
//! In: a directory. Out: plain data with paths relative to the work tree. Never: running `git` or a filter program, writing, touching the network.

mod commit_files;
mod head;
mod status;

pub use commit_files::CommitFiles;
pub use head::Head;
pub use status::{Status, SubmoduleProblem};

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::limits::Limits;

/// Why a repository cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GitError {
    /// No directory from the project upwards is a git work tree.
    NoWorkTree,
    /// HEAD names no commit: nothing was committed yet, or the reference is broken.
    NoHead(String),
    /// The repository is damaged or of an unknown format, in the library's words.
    Corrupt(String),
}

impl std::fmt::Display for GitError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoWorkTree => f.write_str("no git work tree found"),
            Self::NoHead(cause) => write!(f, "HEAD names no commit: {cause}"),
            Self::Corrupt(cause) => write!(f, "the git repository cannot be read: {cause}"),
        }
    }
}

fn corrupt(error: impl std::fmt::Display) -> GitError {
    GitError::Corrupt(error.to_string())
}

/// An open repository with its work tree.
pub struct Repository {
    inner: gix::Repository,
    work_tree: PathBuf,
    limits: Limits,
    index: OnceCell<Result<gix::worktree::Index, GitError>>,
    ignores: RefCell<Option<gix::worktree::Stack>>,
    /// Directories on disk, and whether they are, or lie behind, a link.
    linked: RefCell<HashMap<String, bool>>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("work_tree", &self.work_tree).finish_non_exhaustive()
    }
}

/// The nearest directory from `start` upwards that has a git repository.
#[must_use]
pub fn find_work_tree(start: &Path) -> Option<PathBuf> {
    start.ancestors().find(|folder| is_work_tree(folder)).map(Path::to_path_buf)
}

fn is_work_tree(folder: &Path) -> bool {
    let git = folder.join(".git");
    // A `.git` that is no repository is passed over, as git does.
    git.symlink_metadata().is_ok() && gix::discover::is_git(&git).is_ok()
}

impl Repository {
    /// Opens the repository of the nearest work tree from `start` (an absolute path) upwards.
    ///
    /// # Errors
    /// [`GitError::NoWorkTree`] or [`GitError::Corrupt`].
    pub fn discover(start: &Path, limits: Limits) -> Result<Self, GitError> {
        let work_tree = find_work_tree(start).ok_or(GitError::NoWorkTree)?;
        Self::open(&work_tree, limits)
    }

    /// Opens the repository whose work tree is `work_tree`, itself or nothing.
    ///
    /// # Errors
    /// [`GitError::NoWorkTree`] or [`GitError::Corrupt`].
    pub fn open(work_tree: &Path, limits: Limits) -> Result<Self, GitError> {
        if !is_work_tree(work_tree) {
            return Err(GitError::NoWorkTree);
        }
        // Nothing of the repository's configuration is ever executed here, so its owner does not matter.
        let options = gix::open::Options::default().with(gix::sec::Trust::Full).lossy_config(true);
        let inner = options.open(work_tree).map_err(corrupt)?.to_thread_local();
        Ok(Self {
            inner,
            work_tree: work_tree.to_path_buf(),
            limits,
            index: OnceCell::new(),
            ignores: RefCell::new(None),
            linked: RefCell::default(),
        })
    }

    /// The same repository with another index: the one that `git commit` prepares while hooks run (`GIT_INDEX_FILE`).
    ///
    /// # Errors
    /// [`GitError::Corrupt`] when it is no index.
    pub fn with_index(self, path: &Path) -> Result<Self, GitError> {
        let index = gix::index::File::at(path, self.inner.object_hash(), false, gix::index::decode::Options::default())
            .map_err(corrupt)?;
        let index = OnceCell::from(Ok(gix::fs::FileSnapshot::new(index).into()));
        Ok(Self { index, ..self })
    }

    /// Root of the work tree.
    #[must_use]
    pub fn work_tree(&self) -> &Path {
        &self.work_tree
    }

    fn index(&self) -> Result<&gix::index::File, GitError> {
        let index = self.index.get_or_init(|| self.inner.index_or_empty().map_err(corrupt));
        match index {
            Ok(index) => Ok(index),
            Err(error) => Err(error.clone()),
        }
    }

    /// Whether the ignore files of the repository and of the user exclude the untracked `path`.
    ///
    /// # Errors
    /// [`GitError::Corrupt`] when the ignore files cannot be read.
    pub fn is_ignored(&self, path: &str, directory: bool) -> Result<bool, GitError> {
        let mut slot = self.ignores.borrow_mut();
        if slot.is_none() {
            let stack = self
                .inner
                .excludes(self.index()?, None, gix::worktree::stack::state::ignore::Source::default())
                .map_err(corrupt)?;
            *slot = Some(stack.detach());
        }
        let Some(stack) = slot.as_mut() else { return Ok(false) };
        let mode = if directory { gix::index::entry::Mode::DIR } else { gix::index::entry::Mode::FILE };
        let platform = stack.at_path(Path::new(path), Some(mode), &self.inner.objects).map_err(corrupt)?;
        Ok(platform.is_excluded())
    }

    /// Whether the repository has a commit of that hash.
    #[must_use]
    pub fn has_commit(&self, hash: &str) -> bool {
        gix::ObjectId::from_hex(hash.as_bytes()).is_ok_and(|id| self.inner.find_commit(id).is_ok())
    }
}
