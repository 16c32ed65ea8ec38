//! What differs between HEAD, index and work tree at or beneath a path: the facts of `git status --porcelain=v2 --untracked-files=all --no-renames`,
//! restricted to that path, without looking at the rest of the work tree.

use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::{Flags, Mode, Stage};

use super::{CommitFiles, GitError, Repository, corrupt};
use crate::vfs::{Disk, FileTree, Kind, VfsError, walk};

/// Local changes at or beneath a path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Files that git does not know and does not ignore, in order.
    pub untracked: Vec<String>,
    /// Files that differ between HEAD, index and work tree (modified, staged, deleted, unmerged), in order.
    pub changed: Vec<String>,
    /// Submodules at, above or beneath the path that are not as HEAD says.
    pub submodules: Vec<(String, SubmoduleProblem)>,
}

impl Status {
    /// Whether there is nothing to commit.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.untracked.is_empty() && self.changed.is_empty() && self.submodules.is_empty()
    }
}

/// What is wrong with a submodule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubmoduleProblem {
    /// It is staged, but not in HEAD.
    Added,
    /// Its directory is gone.
    Deleted,
    /// It stands on another commit.
    OtherCommit,
    /// Something in it is not committed.
    Dirty,
}

/// The bytes of a path in the index as text.
fn text(path: &BStr) -> String {
    path.to_str_lossy().into_owned()
}

fn vfs(error: VfsError) -> GitError {
    GitError::Corrupt(error.to_string())
}

impl Repository {
    /// Local changes at `path` or beneath it; `""` means the whole work tree. `commit` holds the files of HEAD. Files that `wanted` declines are not looked at.
    ///
    /// # Errors
    /// [`GitError::Corrupt`] when index, objects or directories cannot be read.
    pub fn status(&self, path: &str, commit: &CommitFiles, wanted: &dyn Fn(&str) -> bool) -> Result<Status, GitError> {
        let mut status = Status::default();
        let index = self.index()?;
        self.submodules_above(path, commit, &mut status)?;
        if let Some(position) = self.exact(path)? {
            self.compare(position, commit, wanted, &mut status)?;
        }
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let range = if prefix.is_empty() {
            Some(0..index.entries().len())
        } else {
            index.prefixed_entries_range(BStr::new(&prefix))
        };
        for position in range.unwrap_or_default() {
            self.compare(position, commit, wanted, &mut status)?;
        }
        self.removed_from_index(path, commit, wanted, &mut status)?;
        self.untracked(path, wanted, &mut status)?;
        status.changed.sort();
        status.changed.dedup();
        status.untracked.sort();
        Ok(status)
    }

    /// Position of the entry at exactly that path, unmerged ones included.
    fn exact(&self, path: &str) -> Result<Option<usize>, GitError> {
        if path.is_empty() {
            return Ok(None);
        }
        let index = self.index()?;
        Ok(index.entry_range(BStr::new(path)).map(|range| range.start))
    }

    /// Compares one entry of the index with HEAD and with the disk.
    fn compare(
        &self,
        position: usize,
        commit: &CommitFiles,
        wanted: &dyn Fn(&str) -> bool,
        status: &mut Status,
    ) -> Result<(), GitError> {
        let index = self.index()?;
        let Some(entry) = index.entries().get(position) else { return Ok(()) };
        let path = text(entry.path(index));
        if entry.mode != Mode::COMMIT && !wanted(&path) {
            return Ok(());
        }
        if entry.stage() != Stage::Unconflicted {
            status.changed.push(path);
            return Ok(());
        }
        if entry.mode == Mode::COMMIT {
            return self.submodule(&path, entry.id, commit, status);
        }
        if entry.mode.is_sparse() {
            return Ok(());
        }
        let head = commit.tree_entry(&path).map_err(vfs)?;
        let staged = head.is_none_or(|head| head.id != entry.id || u32::from(head.mode.value()) != entry.mode.bits());
        if staged || self.differs_on_disk(entry, &path)? {
            status.changed.push(path);
        }
        Ok(())
    }

    /// Whether the file on disk is not what the index says.
    fn differs_on_disk(&self, entry: &gix::index::Entry, path: &str) -> Result<bool, GitError> {
        if entry.flags.intersects(Flags::ASSUME_VALID | Flags::SKIP_WORKTREE) {
            return Ok(false);
        }
        if entry.flags.contains(Flags::INTENT_TO_ADD) || self.behind_link(path) {
            return Ok(true);
        }
        let full = self.work_tree.join(path);
        let Ok(metadata) = gix::index::fs::Metadata::from_path_no_follow(&full) else { return Ok(true) };
        let is_link = metadata.is_symlink();
        if !is_link && !metadata.is_file() {
            return Ok(true);
        }
        let config = self.inner.config_snapshot();
        let has_links = config.boolean("core.symlinks").unwrap_or(true);
        if is_link != (entry.mode == Mode::SYMLINK) && (has_links || is_link) {
            return Ok(true);
        }
        let executable = entry.mode == Mode::FILE_EXECUTABLE;
        if !is_link
            && metadata.is_executable() != executable
            && cfg!(unix)
            && config.boolean("core.filemode").unwrap_or(true)
        {
            return Ok(true);
        }
        let stat = gix::index::entry::Stat::from_fs(&metadata).map_err(corrupt)?;
        let options = gix::index::entry::stat::Options::default();
        if entry.stat.matches(&stat, options) && !entry.stat.is_racy(self.index()?.timestamp(), options) {
            return Ok(false);
        }
        if metadata.len() > self.limits.file_bytes as u64 {
            return Ok(entry.stat.size as u64 != metadata.len() & u64::from(u32::MAX));
        }
        let content = if is_link {
            let target = std::fs::read_link(&full).map_err(corrupt)?;
            target.to_string_lossy().into_owned().into_bytes()
        } else {
            std::fs::read(&full).map_err(corrupt)?
        };
        if self.blob_id(&content)? == entry.id {
            return Ok(false);
        }
        if is_link {
            return Ok(true);
        }
        match self.as_committed(path, &content)? {
            Some(converted) => Ok(self.blob_id(&converted)? != entry.id),
            None => Ok(true),
        }
    }

    fn blob_id(&self, content: &[u8]) -> Result<gix::ObjectId, GitError> {
        gix::objs::compute_hash(self.inner.object_hash(), gix::objs::Kind::Blob, content).map_err(corrupt)
    }

    /// The content as `git add` would store it (line ends, encodings); `None` when it would be stored as it is. Filter programs are not run.
    fn as_committed(&self, path: &str, content: &[u8]) -> Result<Option<Vec<u8>>, GitError> {
        use gix::filter::plumbing::pipeline::convert::ToGitOutcome;
        let index = self.index()?;
        let Ok(stack) =
            self.inner.attributes_only(index, gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping)
        else {
            return Ok(None);
        };
        let Ok(pipeline) = gix::filter::Pipeline::new(&self.inner, stack.detach()) else { return Ok(None) };
        let (mut pipeline, mut stack) = pipeline.into_parts();
        pipeline.options_mut().drivers.clear();
        pipeline.options_mut().crlf_roundtrip_check = gix::filter::plumbing::pipeline::CrlfRoundTripCheck::Skip;
        let Ok(platform) = stack.at_path(Path::new(path), None, &self.inner.objects) else { return Ok(None) };
        let outcome = pipeline.convert_to_git(
            content,
            Path::new(path),
            &mut |_, attributes| {
                platform.matching_attributes(attributes);
            },
            &mut |_| -> gix::Result<Option<()>> { Ok(None) },
        );
        match outcome {
            Ok(ToGitOutcome::Buffer(buffer)) => Ok(Some(buffer.to_vec())),
            _ => Ok(None),
        }
    }

    /// Whether a parent directory of `path` is a link on disk; git does not look behind it.
    fn behind_link(&self, path: &str) -> bool {
        path.match_indices('/').any(|(end, _)| self.work_tree.join(&path[..end]).is_symlink())
    }

    /// Files of HEAD that the index no longer has.
    fn removed_from_index(
        &self,
        path: &str,
        commit: &CommitFiles,
        wanted: &dyn Fn(&str) -> bool,
        status: &mut Status,
    ) -> Result<(), GitError> {
        let index = self.index()?;
        let mut missing = |file: &str| {
            if wanted(file) && index.entry_range(BStr::new(file)).is_none() {
                status.changed.push(file.to_owned());
            }
        };
        match commit.entry(path).map_err(vfs)? {
            Some(Kind::Directory) => {
                let budget = self.limits.walk_entries;
                walk(commit, path, budget, &mut |_| true, &mut |file, _| missing(file)).map_err(vfs)
            }
            Some(_) => {
                missing(path);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Files on disk that git neither knows nor ignores.
    fn untracked(&self, path: &str, wanted: &dyn Fn(&str) -> bool, status: &mut Status) -> Result<(), GitError> {
        if self.behind_link(path) {
            return Ok(());
        }
        let disk = Disk::new(&self.work_tree, self.limits.file_bytes);
        let index = self.index()?;
        let Some(kind) = disk.entry(path).map_err(vfs)? else { return Ok(()) };
        if kind != Kind::Directory {
            if wanted(path) && self.exact(path)?.is_none() && !self.is_ignored(path, false)? {
                status.untracked.push(path.to_owned());
            }
            return Ok(());
        }
        if path.split('/').any(|part| part == ".git") || (!path.is_empty() && self.is_ignored_directory(path)?) {
            return Ok(());
        }
        let mut found = Vec::new();
        let mut failed = None;
        let mut nested = BTreeSet::new();
        let mut enter = |folder: &str| {
            if folder == ".git" || folder.ends_with("/.git") {
                return false;
            }
            // Another repository inside is told as one untracked item, a submodule not at all.
            if self.work_tree.join(folder).join(".git").exists() {
                if index.entry_range(BStr::new(folder)).is_none() {
                    nested.insert(format!("{folder}/"));
                }
                return false;
            }
            match self.is_ignored_directory(folder) {
                Ok(ignored) => !ignored,
                Err(error) => {
                    failed = Some(error);
                    false
                }
            }
        };
        let mut visit = |file: &str, _: Kind| {
            if wanted(file)
                && !file.ends_with("/.git")
                && file != ".git"
                && index.entry_range(BStr::new(file)).is_none()
            {
                found.push(file.to_owned());
            }
        };
        walk(&disk, path, self.limits.walk_entries, &mut enter, &mut visit).map_err(vfs)?;
        if let Some(error) = failed {
            return Err(error);
        }
        for file in found {
            if !self.is_ignored(&file, false)? {
                status.untracked.push(file);
            }
        }
        status.untracked.extend(nested);
        Ok(())
    }

    /// Whether a directory is ignored and holds nothing that git knows.
    fn is_ignored_directory(&self, folder: &str) -> Result<bool, GitError> {
        let prefix = format!("{folder}/");
        if self.index()?.prefixed_entries_range(BStr::new(&prefix)).is_some_and(|range| !range.is_empty()) {
            return Ok(false);
        }
        self.is_ignored(folder, true)
    }

    fn submodules_above(&self, path: &str, commit: &CommitFiles, status: &mut Status) -> Result<(), GitError> {
        let index = self.index()?;
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            if let Some(entry) = index.entry_by_path(BStr::new(folder))
                && entry.mode == Mode::COMMIT
            {
                self.submodule(folder, entry.id, commit, status)?;
            }
        }
        Ok(())
    }

    /// Compares a submodule with what HEAD says of it.
    fn submodule(
        &self,
        path: &str,
        staged: gix::ObjectId,
        commit: &CommitFiles,
        status: &mut Status,
    ) -> Result<(), GitError> {
        let mut problem = |problem| status.submodules.push((path.to_owned(), problem));
        match commit.tree_entry(path).map_err(vfs)? {
            None => {
                problem(SubmoduleProblem::Added);
                return Ok(());
            }
            Some(head) if head.id != staged => {
                problem(SubmoduleProblem::OtherCommit);
                return Ok(());
            }
            Some(_) => {}
        }
        let full = self.work_tree.join(path);
        if !full.is_dir() {
            problem(SubmoduleProblem::Deleted);
            return Ok(());
        }
        // A submodule that was never checked out is an empty directory, and clean.
        let Ok(inner) = Self::open(&full, self.limits).map(Rc::new) else { return Ok(()) };
        let head = inner.head()?;
        if !gix::ObjectId::from_hex(head.hash.as_bytes()).is_ok_and(|id| id == staged) {
            problem(SubmoduleProblem::OtherCommit);
            return Ok(());
        }
        let files = inner.files(&head);
        if !inner.status("", &files, &|_| true)?.is_clean() {
            problem(SubmoduleProblem::Dirty);
        }
        Ok(())
    }
}
