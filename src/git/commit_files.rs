//! The files of one commit as a [`FileTree`]; every tree is decoded once. When the index says that it holds exactly this commit (its cache of trees,
//! valid after each `git commit`), names and ids come from the index and no tree is decoded at all.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use gix::bstr::{BStr, ByteSlice};

use super::{Head, Repository};
use crate::vfs::{FileTree, Kind, VfsError, parent};

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TreeEntry {
    pub mode: gix::objs::tree::EntryMode,
    pub id: gix::ObjectId,
}

impl TreeEntry {
    fn kind(self) -> Kind {
        use gix::objs::tree::EntryKind;
        match self.mode.kind() {
            EntryKind::Tree => Kind::Directory,
            EntryKind::Blob | EntryKind::BlobExecutable => Kind::File,
            EntryKind::Link => Kind::Link,
            EntryKind::Commit => Kind::Other,
        }
    }
}

/// A decoded tree: entries in the tree's own order, and where each name stands.
struct Tree {
    entries: Vec<(String, TreeEntry)>,
    names: HashMap<String, usize>,
}

/// The files of a commit.
pub struct CommitFiles {
    repository: Rc<Repository>,
    root: gix::ObjectId,
    trees: RefCell<HashMap<String, Option<Rc<Tree>>>>,
    is_index: OnceCell<bool>,
}

impl Repository {
    /// The files of the commit that HEAD names.
    #[must_use]
    pub fn files(self: &Rc<Self>, head: &Head) -> CommitFiles {
        CommitFiles { repository: self.clone(), root: head.tree, trees: RefCell::default(), is_index: OnceCell::new() }
    }

    /// The files that a commit made now would have: those of the index. Compared with them, only the work tree can differ.
    #[must_use]
    pub fn staged_files(self: &Rc<Self>) -> CommitFiles {
        let root = gix::ObjectId::null(self.inner.object_hash());
        CommitFiles { repository: self.clone(), root, trees: RefCell::default(), is_index: OnceCell::from(true) }
    }
}

fn io(error: impl std::fmt::Display) -> VfsError {
    VfsError::Io(format!("the git repository cannot be read: {error}"))
}

impl CommitFiles {
    /// The index, if it holds exactly this commit.
    pub(super) fn as_index(&self) -> Option<&gix::index::File> {
        let index = self.repository.index().ok()?;
        let same = self.is_index.get_or_init(|| {
            index.tree().is_some_and(|tree| {
                tree.id == self.root && tree.num_entries.is_some_and(|count| count as usize == index.entries().len())
            })
        });
        same.then_some(index)
    }

    fn index_entry(index: &gix::index::File, path: &str) -> Option<TreeEntry> {
        use gix::objs::tree::EntryKind;
        // What is only intended to be added has no content yet; no commit would have it.
        if let Some(entry) = index.entry_by_path(BStr::new(path))
            && !entry.flags.contains(gix::index::entry::Flags::INTENT_TO_ADD)
        {
            return Some(TreeEntry { mode: entry.mode.to_tree_entry_mode()?, id: entry.id });
        }
        let beneath =
            index.prefixed_entries_range(BStr::new(&format!("{path}/"))).is_some_and(|range| !range.is_empty());
        beneath.then(|| TreeEntry { mode: EntryKind::Tree.into(), id: gix::ObjectId::null(gix::hash::Kind::Sha1) })
    }

    /// Names directly in a directory of the index, in the order of the tree.
    fn index_list(index: &gix::index::File, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        let prefix = if path.is_empty() { String::new() } else { format!("{path}/") };
        let range = if prefix.is_empty() {
            0..index.entries().len()
        } else {
            index.prefixed_entries_range(BStr::new(&prefix)).unwrap_or_default()
        };
        if range.is_empty() && !path.is_empty() {
            return Err(VfsError::NotFound);
        }
        let mut entries = index.entries().get(range).unwrap_or_default();
        let mut names = Vec::new();
        while let Some((entry, rest)) = entries.split_first() {
            let name = &entry.path(index)[prefix.len()..];
            let Some(slash) = name.find_byte(b'/') else {
                if let (Ok(name), Some(mode)) = (name.to_str(), entry.mode.to_tree_entry_mode()) {
                    names.push((name.to_owned(), TreeEntry { mode, id: entry.id }.kind()));
                }
                entries = rest;
                continue;
            };
            // Everything beneath the directory follows at once.
            let directory = &name[..=slash];
            let beneath = entries.partition_point(|entry| entry.path(index)[prefix.len()..].starts_with(directory));
            if let Ok(name) = name[..slash].to_str() {
                names.push((name.to_owned(), Kind::Directory));
            }
            entries = &entries[beneath.max(1)..];
        }
        Ok(names)
    }

    fn tree(&self, path: &str) -> Result<Option<Rc<Tree>>, VfsError> {
        if let Some(known) = self.trees.borrow().get(path) {
            return Ok(known.clone());
        }
        let id = if path.is_empty() {
            Some(self.root)
        } else {
            self.tree_entry(path)?.filter(|entry| entry.kind() == Kind::Directory).map(|entry| entry.id)
        };
        let tree = match id {
            Some(id) => Some(Rc::new(self.decode(id)?)),
            None => None,
        };
        self.trees.borrow_mut().insert(path.to_owned(), tree.clone());
        Ok(tree)
    }

    fn decode(&self, id: gix::ObjectId) -> Result<Tree, VfsError> {
        let object = self.repository.inner.find_tree(id).map_err(io)?;
        let decoded = object.decode().map_err(io)?;
        let mut tree = Tree { entries: Vec::with_capacity(decoded.entries.len()), names: HashMap::new() };
        for entry in &decoded.entries {
            // A name that is no text cannot be written in a werf.yaml either.
            let Ok(name) = entry.filename.to_str() else { continue };
            tree.names.insert(name.to_owned(), tree.entries.len());
            tree.entries.push((name.to_owned(), TreeEntry { mode: entry.mode, id: entry.oid.to_owned() }));
        }
        Ok(tree)
    }

    /// The entry at `path`, which is not the root.
    pub(super) fn tree_entry(&self, path: &str) -> Result<Option<TreeEntry>, VfsError> {
        if let Some(index) = self.as_index() {
            return Ok(Self::index_entry(index, path));
        }
        let Some(tree) = self.tree(parent(path))? else { return Ok(None) };
        let name = path.rsplit('/').next().unwrap_or(path);
        Ok(tree.names.get(name).and_then(|index| tree.entries.get(*index)).map(|(_, entry)| *entry))
    }

    /// Whether the entry at `path`, not the root, is the same in both.
    ///
    /// # Errors
    /// [`VfsError::Io`] when a tree cannot be read.
    pub fn agrees(&self, other: &Self, path: &str) -> Result<bool, VfsError> {
        Ok(self.tree_entry(path)? == other.tree_entry(path)?)
    }

    fn blob(&self, path: &str, id: gix::ObjectId) -> Result<Vec<u8>, VfsError> {
        let limit = self.repository.limits.file_bytes as u64;
        // The size on disk, which the index remembers, spares looking the object up twice.
        let remembered = self
            .as_index()
            .and_then(|index| index.entry_by_path(BStr::new(path)))
            .map(|entry| u64::from(entry.stat.size));
        if remembered.is_none_or(|size| size == 0 || size > limit / 2) {
            let header = self.repository.inner.find_header(id).map_err(io)?;
            if header.size() > limit {
                return Err(VfsError::TooLarge { size: header.size() });
            }
        }
        let mut blob = self.repository.inner.find_blob(id).map_err(io)?;
        Ok(blob.take_data())
    }
}

impl FileTree for CommitFiles {
    fn entry(&self, path: &str) -> Result<Option<Kind>, VfsError> {
        if path.is_empty() {
            return Ok(Some(Kind::Directory));
        }
        Ok(self.tree_entry(path)?.map(TreeEntry::kind))
    }

    fn link_target(&self, path: &str) -> Result<String, VfsError> {
        match self.tree_entry(path)? {
            Some(entry) if entry.kind() == Kind::Link => {
                Ok(String::from_utf8_lossy(&self.blob(path, entry.id)?).into_owned())
            }
            _ => Err(VfsError::NotFound),
        }
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, VfsError> {
        if path.is_empty() {
            return Err(VfsError::IsDirectory);
        }
        let entry = self.tree_entry(path)?.ok_or(VfsError::NotFound)?;
        match entry.kind() {
            Kind::File => Ok(self.blob(path, entry.id)?.into()),
            Kind::Directory => Err(VfsError::IsDirectory),
            Kind::Link | Kind::Other => Err(VfsError::NotFound),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        if let Some(index) = self.as_index() {
            return Self::index_list(index, path);
        }
        let tree = self.tree(path)?.ok_or(VfsError::NotFound)?;
        Ok(tree.entries.iter().map(|(name, entry)| (name.clone(), entry.kind())).collect())
    }
}
