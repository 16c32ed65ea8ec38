//! Files in memory, alone or laid over another tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{FileTree, Kind, VfsError};

/// A file or a link in memory.
#[derive(Clone, Debug)]
enum Node {
    File(Arc<[u8]>),
    Link(String),
}

/// Files in memory; directories exist when something lies in them.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    nodes: BTreeMap<String, Node>,
}

impl Memory {
    /// Adds a file under a cleaned path.
    pub fn add(&mut self, path: &str, content: impl Into<Arc<[u8]>>) {
        self.nodes.insert(path.to_owned(), Node::File(content.into()));
    }

    /// Adds a link under a cleaned path.
    pub fn link(&mut self, path: &str, target: &str) {
        self.nodes.insert(path.to_owned(), Node::Link(target.to_owned()));
    }

    /// Removes what stands at a path.
    pub fn remove(&mut self, path: &str) {
        self.nodes.remove(path);
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Whether something lies in a directory.
    fn has_below(&self, directory: &str) -> bool {
        // Mostly there are the few texts that are open in an editor.
        if self.nodes.len() > 16 {
            return self.below(directory).next().is_some();
        }
        let is_below = |path: &String| path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
        directory.is_empty() && !self.nodes.is_empty() || self.nodes.keys().any(is_below)
    }

    fn below(&self, directory: &str) -> impl Iterator<Item = (&str, &Node)> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        let length = prefix.len();
        self.nodes
            .range(prefix.clone()..)
            .take_while(move |(path, _)| path.starts_with(&prefix))
            .map(move |(path, node)| (&path[length..], node))
    }
}

impl Node {
    fn kind(&self) -> Kind {
        match self {
            Self::File(_) => Kind::File,
            Self::Link(_) => Kind::Link,
        }
    }
}

impl FileTree for Memory {
    fn entry(&self, path: &str) -> Result<Option<Kind>, VfsError> {
        if let Some(node) = self.nodes.get(path) {
            return Ok(Some(node.kind()));
        }
        Ok((path.is_empty() || self.has_below(path)).then_some(Kind::Directory))
    }

    fn link_target(&self, path: &str) -> Result<String, VfsError> {
        match self.nodes.get(path) {
            Some(Node::Link(target)) => Ok(target.clone()),
            _ => Err(VfsError::NotFound),
        }
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, VfsError> {
        match self.nodes.get(path) {
            Some(Node::File(content)) => Ok(content.clone()),
            Some(Node::Link(_)) => Err(VfsError::NotFound),
            None if self.has_below(path) => Err(VfsError::IsDirectory),
            None => Err(VfsError::NotFound),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        let mut items: BTreeMap<String, Kind> = BTreeMap::new();
        for (rest, node) in self.below(path) {
            match rest.split_once('/') {
                Some((directory, _)) => items.insert(directory.to_owned(), Kind::Directory),
                None => items.insert(rest.to_owned(), node.kind()),
            };
        }
        if items.is_empty() && !path.is_empty() {
            return Err(VfsError::NotFound);
        }
        Ok(items.into_iter().collect())
    }
}

/// Texts laid over another tree: what an editor has not saved, or what is staged.
pub struct Overlay<'a> {
    base: &'a dyn FileTree,
    texts: &'a Memory,
}

impl<'a> Overlay<'a> {
    /// `texts` where they exist, else `base`.
    #[must_use]
    pub fn new(base: &'a dyn FileTree, texts: &'a Memory) -> Self {
        Self { base, texts }
    }
}

impl FileTree for Overlay<'_> {
    fn entry(&self, path: &str) -> Result<Option<Kind>, VfsError> {
        match self.texts.entry(path)? {
            Some(kind) if kind != Kind::Directory => Ok(Some(kind)),
            over => Ok(self.base.entry(path)?.or(over)),
        }
    }

    fn link_target(&self, path: &str) -> Result<String, VfsError> {
        self.base.link_target(path)
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, VfsError> {
        match self.texts.read(path) {
            Ok(content) => Ok(content),
            Err(_) => self.base.read(path),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        let over = self.texts.list(path).unwrap_or_default();
        if over.is_empty() {
            return self.base.list(path);
        }
        let mut items = self.base.list(path).unwrap_or_default();
        for (name, kind) in over {
            match items.iter_mut().find(|(known, _)| *known == name) {
                Some(item) if kind != Kind::Directory => item.1 = kind,
                Some(_) => {}
                None => items.push((name, kind)),
            }
        }
        items.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(items)
    }

    fn localise(&self, absolute: &str) -> Option<String> {
        self.base.localise(absolute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_lie_over_the_base() {
        let mut base = Memory::default();
        base.add("a", *b"old");
        base.add("d/x", *b"x");
        let mut texts = Memory::default();
        texts.add("a", *b"new");
        texts.add("d/y", *b"y");
        let tree = Overlay::new(&base, &texts);
        assert_eq!(tree.read("a").as_deref(), Ok(&b"new"[..]));
        assert_eq!(tree.read("d/x").as_deref(), Ok(&b"x"[..]));
        let names: Vec<String> = tree.list("d").expect("a directory").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["x", "y"]);
    }
}
