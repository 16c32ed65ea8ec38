//! The files of one commit as a [`FileTree`]; every tree is decoded once.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use gix::bstr::ByteSlice;

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
            EntryKind::Blob => Kind::File { executable: false },
            EntryKind::BlobExecutable => Kind::File { executable: true },
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
}

impl Repository {
    /// The files of the commit that HEAD names.
    #[must_use]
    pub fn files(self: &Rc<Self>, head: &Head) -> CommitFiles {
        CommitFiles { repository: self.clone(), root: head.tree, trees: RefCell::default() }
    }
}

fn io(error: impl std::fmt::Display) -> VfsError {
    VfsError::Io(format!("the git repository cannot be read: {error}"))
}

impl CommitFiles {
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
        let Some(tree) = self.tree(parent(path))? else { return Ok(None) };
        let name = path.rsplit('/').next().unwrap_or(path);
        Ok(tree.names.get(name).and_then(|index| tree.entries.get(*index)).map(|(_, entry)| *entry))
    }

    fn blob(&self, id: gix::ObjectId) -> Result<Vec<u8>, VfsError> {
        let header = self.repository.inner.find_header(id).map_err(io)?;
        if header.size() > self.repository.limits.file_bytes as u64 {
            return Err(VfsError::TooLarge { size: header.size() });
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
                Ok(String::from_utf8_lossy(&self.blob(entry.id)?).into_owned())
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
            Kind::File { .. } => Ok(self.blob(entry.id)?.into()),
            Kind::Directory => Err(VfsError::IsDirectory),
            Kind::Link | Kind::Other => Err(VfsError::NotFound),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        let tree = self.tree(path)?.ok_or(VfsError::NotFound)?;
        Ok(tree.entries.iter().map(|(name, entry)| (name.clone(), entry.kind())).collect())
    }
}
