//! A read-only view of a project's files: the disk, texts laid over it, or a map in memory; `git` adds the files of a commit.
//!
//! In: paths relative to one root, with forward slashes, cleaned (`""` is the root). Out: kinds, link targets, contents, sorted listings. Links are followed
//! by [`resolve`] alone, inside the root and within a budget. Never: writing, leaving the root.

mod disk;
mod file_cache;
mod memory;
mod path;

pub use disk::Disk;
pub use file_cache::FileCache;
pub use memory::{Memory, Overlay};
pub use path::{clean, go_clean, join, parent, relative};

use std::sync::Arc;

/// What stands at a path; links are not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Link,
    /// Something else: a device, a pipe, a submodule of a commit.
    Other,
}

impl Kind {
    /// Whether it is a regular file.
    #[must_use]
    pub fn is_file(self) -> bool {
        self == Self::File
    }
}

/// Why something could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VfsError {
    /// Nothing stands there.
    NotFound,
    /// A directory stands where a file was wanted.
    IsDirectory,
    /// The path, or a link on it, leads out of the root.
    Outside,
    /// More links than the budget allows.
    LinkLoop,
    /// The file is larger than the budget allows.
    TooLarge {
        /// Its size in bytes.
        size: u64,
    },
    /// A walk met more entries than the budget allows.
    TooMany,
    /// The system or the repository refused, in its own words.
    Io(String),
}

impl std::fmt::Display for VfsError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound => f.write_str("no such file"),
            Self::IsDirectory => f.write_str("is a directory"),
            Self::Outside => f.write_str("leads out of the work tree"),
            Self::LinkLoop => f.write_str("too many levels of symbolic links"),
            Self::TooLarge { size } => write!(f, "too large ({size} bytes)"),
            Self::TooMany => f.write_str("too many files"),
            Self::Io(text) => f.write_str(text),
        }
    }
}

/// Files below one root.
pub trait FileTree {
    /// What stands at `path`, links not followed; `None` when nothing does, also when a parent is no directory.
    ///
    /// # Errors
    /// [`VfsError::Io`] when the system refuses to tell.
    fn entry(&self, path: &str) -> Result<Option<Kind>, VfsError>;

    /// Target of the link at `path`, as stored.
    ///
    /// # Errors
    /// When there is no link or it cannot be read.
    fn link_target(&self, path: &str) -> Result<String, VfsError>;

    /// Content of the regular file at `path`, on which no link stands.
    ///
    /// # Errors
    /// When there is no file, or it is too large or unreadable.
    fn read(&self, path: &str) -> Result<Arc<[u8]>, VfsError>;

    /// Names and kinds in the directory `path`, in the order of a walk.
    ///
    /// # Errors
    /// When there is no directory or it is unreadable.
    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError>;

    /// Turns an absolute link target into a path below the root, if it lies there.
    fn localise(&self, absolute: &str) -> Option<String> {
        let _ = absolute;
        None
    }
}

/// A path with all links followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// The path without links.
    pub path: String,
    /// What stands there; never a link.
    pub kind: Kind,
    /// For every link met, in order: its own path (parents without links).
    pub links: Vec<String>,
    /// For every link met, in order: the path its target names (may itself lie behind links).
    pub targets: Vec<String>,
}

/// Follows `path` to the end.
///
/// # Errors
/// [`VfsError::NotFound`] when nothing stands there, [`VfsError::Outside`] when a link leads out, [`VfsError::LinkLoop`] after `max_links` links.
pub fn resolve(tree: &dyn FileTree, path: &str, max_links: usize) -> Result<Resolved, VfsError> {
    // Nearly every path is a plain file in plain directories.
    let mut resolved = Resolved { path: String::new(), kind: Kind::Directory, links: Vec::new(), targets: Vec::new() };
    let mut pending: Vec<String> = path.split('/').rev().filter(|part| !part.is_empty()).map(str::to_owned).collect();
    while let Some(part) = pending.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                if resolved.path.is_empty() {
                    return Err(VfsError::Outside);
                }
                resolved.path = parent(&resolved.path).to_owned();
                resolved.kind = Kind::Directory;
                continue;
            }
            _ => {}
        }
        if resolved.kind != Kind::Directory {
            return Err(VfsError::NotFound);
        }
        let next = join_child(&resolved.path, &part);
        let kind = tree.entry(&next)?.ok_or(VfsError::NotFound)?;
        if kind != Kind::Link {
            resolved.path = next;
            resolved.kind = kind;
            continue;
        }
        if resolved.links.len() >= max_links {
            return Err(VfsError::LinkLoop);
        }
        let mut target = tree.link_target(&next)?;
        resolved.links.push(next);
        if target.starts_with('/') {
            target = tree.localise(&target).ok_or(VfsError::Outside)?;
            resolved.path.clear();
        }
        let named = join(&resolved.path, &target).ok_or(VfsError::Outside)?;
        resolved.targets.push(named);
        pending.extend(target.split('/').rev().filter(|part| !part.is_empty()).map(str::to_owned));
    }
    Ok(resolved)
}

/// `directory/name`, or `name` in the root.
fn join_child(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}

/// Calls `visit` for everything below `directory` but directories, in the order of [`FileTree::list`], without following links and without entering
/// directories for which `enter` says no.
///
/// # Errors
/// Those of listing, and [`VfsError::TooMany`] after `budget` entries.
pub fn walk(
    tree: &dyn FileTree,
    directory: &str,
    budget: usize,
    enter: &mut dyn FnMut(&str) -> bool,
    visit: &mut dyn FnMut(&str, Kind),
) -> Result<(), VfsError> {
    let mut left = budget;
    // Pending entries, the next one last.
    let mut pending: Vec<(String, Kind)> = Vec::new();
    let extend = |pending: &mut Vec<(String, Kind)>, folder: &str, left: &mut usize| -> Result<(), VfsError> {
        let items = tree.list(folder)?;
        *left = left.checked_sub(items.len()).ok_or(VfsError::TooMany)?;
        pending.extend(items.into_iter().rev().map(|(name, kind)| (join_child(folder, &name), kind)));
        Ok(())
    };
    extend(&mut pending, directory, &mut left)?;
    while let Some((path, kind)) = pending.pop() {
        if kind != Kind::Directory {
            visit(&path, kind);
        } else if enter(&path) {
            extend(&mut pending, &path, &mut left)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Memory {
        let mut tree = Memory::default();
        tree.add("a/b/file", *b"x");
        tree.link("a/up", "../c");
        tree.link("c", "a/b");
        tree.link("loop", "loop");
        tree.link("out", "../x");
        tree.link("abs", "/etc/hosts");
        tree
    }

    #[test]
    fn links_are_followed_and_told() {
        let resolved = resolve(&tree(), "a/up/file", 10).expect("it is there");
        assert_eq!(resolved.path, "a/b/file");
        assert_eq!(resolved.links, ["a/up", "c"]);
        assert_eq!(resolved.targets, ["c", "a/b"]);
        assert!(resolved.kind.is_file());
    }

    #[test]
    fn links_cannot_leave_or_hang() {
        assert_eq!(resolve(&tree(), "out", 10), Err(VfsError::Outside));
        assert_eq!(resolve(&tree(), "abs", 10), Err(VfsError::Outside));
        assert_eq!(resolve(&tree(), "loop", 10), Err(VfsError::LinkLoop));
        assert_eq!(resolve(&tree(), "a/b/file/x", 10), Err(VfsError::NotFound));
        assert_eq!(resolve(&tree(), "", 10).map(|found| found.kind), Ok(Kind::Directory));
    }

    #[test]
    fn a_walk_is_lexical_per_directory() {
        let mut seen = Vec::new();
        walk(&tree(), "", 100, &mut |_| true, &mut |path, _| seen.push(path.to_owned())).expect("a small tree");
        assert_eq!(seen, ["a/b/file", "a/up", "abs", "c", "loop", "out"]);
        assert_eq!(walk(&tree(), "", 3, &mut |_| true, &mut |_, _| {}), Err(VfsError::TooMany));
    }
}
