//! A git repository with one commit, written by hand: what `git init`, `git add -A -f` and `git commit` leave behind, in about a millisecond and without
//! the `git` program.
//!
//! In: paths with contents. Out: a work tree, a `.git` folder with loose objects, and an index whose stat data fits the files. Never: configuration of the
//! machine; the commit is always the same for the same files (branch `master`, author `oracle <oracle@example.org>`, 2026-01-01T00:00:00Z).

#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;

use sha1::{Digest, Sha1};

/// What stands at a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A regular file and whether it is executable.
    File { content: Vec<u8>, executable: bool },
    /// A symbolic link with its target.
    Link(String),
}

impl Entry {
    /// A regular file without the executable bit.
    pub fn file(content: impl Into<Vec<u8>>) -> Self {
        Self::File { content: content.into(), executable: false }
    }

    fn mode(&self) -> u32 {
        match self {
            Self::File { executable: false, .. } => 0o100_644,
            Self::File { executable: true, .. } => 0o100_755,
            Self::Link(_) => 0o120_000,
        }
    }

    fn blob(&self) -> &[u8] {
        match self {
            Self::File { content, .. } => content,
            Self::Link(target) => target.as_bytes(),
        }
    }

    /// Writes it to disk, replacing what is there.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        if fs::symlink_metadata(path).is_ok() {
            fs::remove_file(path)?;
        }
        match self {
            Self::File { content, executable } => {
                fs::write(path, content)?;
                if *executable {
                    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
                }
                Ok(())
            }
            Self::Link(target) => std::os::unix::fs::symlink(target, path),
        }
    }
}

type Id = [u8; 20];

/// Hexadecimal digits of an object id.
fn hex(id: &Id) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A zlib stream that stores its input uncompressed.
fn zlib_stored(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut chunks = data.chunks(0xffff).peekable();
    if chunks.peek().is_none() {
        out.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(chunk) = chunks.next() {
        out.push(u8::from(chunks.peek().is_none()));
        let length = u16::try_from(chunk.len()).expect("chunks are at most 65535 bytes");
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(chunk);
    }
    let (mut a, mut b) = (1u32, 0u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

/// Writes a loose object and returns its id.
fn write_object(git_dir: &Path, kind: &str, data: &[u8]) -> io::Result<Id> {
    let mut object = format!("{kind} {}\0", data.len()).into_bytes();
    object.extend(data);
    let id: Id = Sha1::digest(&object).into();
    let name = hex(&id);
    let folder = git_dir.join("objects").join(&name[..2]);
    let path = folder.join(&name[2..]);
    if !path.exists() {
        fs::create_dir_all(&folder)?;
        fs::write(&path, zlib_stored(&object))?;
    }
    Ok(id)
}

/// Files of a tree by path relative to it, each with mode and blob.
type Files = BTreeMap<String, (u32, Id)>;

/// Writes a tree and its sub-trees.
fn write_tree(git_dir: &Path, files: &Files) -> io::Result<Id> {
    let mut items: Vec<(String, String, u32, Id)> = Vec::new();
    let mut folders: BTreeMap<String, Files> = BTreeMap::new();
    for (path, entry) in files {
        match path.split_once('/') {
            Some((folder, rest)) => {
                folders.entry(folder.to_owned()).or_default().insert(rest.to_owned(), *entry);
            }
            None => items.push((path.clone(), path.clone(), entry.0, entry.1)),
        }
    }
    for (name, files) in folders {
        let id = write_tree(git_dir, &files)?;
        items.push((format!("{name}/"), name, 0o40_000, id));
    }
    items.sort();
    let mut data = Vec::new();
    for (_, name, mode, id) in items {
        data.extend(format!("{mode:o} {name}\0").into_bytes());
        data.extend(id);
    }
    write_object(git_dir, "tree", &data)
}

/// A repository under construction.
pub struct Repository<'a> {
    root: &'a Path,
    index: Files,
}

impl<'a> Repository<'a> {
    /// Writes the files below `root`, makes it a git work tree and commits everything.
    pub fn create(root: &'a Path, files: &BTreeMap<String, Entry>) -> io::Result<Self> {
        let git_dir = root.join(".git");
        fs::create_dir_all(git_dir.join("refs/heads"))?;
        fs::create_dir_all(git_dir.join("objects"))?;
        fs::write(git_dir.join("HEAD"), "ref: refs/heads/master\n")?;
        fs::write(
            git_dir.join("config"),
            "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n",
        )?;
        let mut repository = Self { root, index: Files::new() };
        for (path, entry) in files {
            repository.add(path, entry)?;
        }
        repository.commit()?;
        Ok(repository)
    }

    /// Writes a file and stages it.
    pub fn add(&mut self, path: &str, entry: &Entry) -> io::Result<()> {
        entry.write(&self.root.join(path))?;
        let id = write_object(&self.root.join(".git"), "blob", entry.blob())?;
        self.index.insert(path.to_owned(), (entry.mode(), id));
        Ok(())
    }

    /// Removes a file from disk and from the index.
    pub fn remove(&mut self, path: &str) -> io::Result<()> {
        self.index.remove(path);
        fs::remove_file(self.root.join(path))
    }

    /// Commits what is staged and returns the commit's id.
    pub fn commit(&self) -> io::Result<String> {
        let git_dir = self.root.join(".git");
        let tree = write_tree(&git_dir, &self.index)?;
        let person = "oracle <oracle@example.org> 1767225600 +0000";
        let text = format!("tree {}\nauthor {person}\ncommitter {person}\n\ninitial\n", hex(&tree));
        let id = hex(&write_object(&git_dir, "commit", text.as_bytes())?);
        fs::write(git_dir.join("refs/heads/master"), format!("{id}\n"))?;
        Ok(id)
    }

    /// Writes the index (format 2) with the stat data that the files have now.
    pub fn write_index(&self) -> io::Result<()> {
        let mut out = b"DIRC".to_vec();
        let count = u32::try_from(self.index.len()).expect("a small repository");
        out.extend(2u32.to_be_bytes());
        out.extend(count.to_be_bytes());
        for (path, (mode, id)) in &self.index {
            let stat = fs::symlink_metadata(self.root.join(path))?;
            let start = out.len();
            let low = |value: i64| (value as u64 & 0xffff_ffff) as u32;
            for field in [
                low(stat.ctime()),
                low(stat.ctime_nsec()),
                low(stat.mtime()),
                low(stat.mtime_nsec()),
                stat.dev() as u32,
                stat.ino() as u32,
                *mode,
                stat.uid(),
                stat.gid(),
                stat.size() as u32,
            ] {
                out.extend(field.to_be_bytes());
            }
            out.extend(id);
            let length = u16::try_from(path.len().min(0xfff)).expect("bounded above");
            out.extend(length.to_be_bytes());
            out.extend(path.as_bytes());
            let padding = 8 - (out.len() - start) % 8;
            out.extend(std::iter::repeat_n(0u8, padding));
        }
        let checksum = Sha1::digest(&out);
        out.extend(checksum);
        fs::write(self.root.join(".git/index"), out)
    }
}
