//! The files of a directory on disk.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{FileCache, FileTree, Kind, VfsError};

/// The files below a directory on disk, up to a size.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
    file_bytes: usize,
    cache: Option<Arc<FileCache>>,
}

impl Disk {
    /// The files below `root`; larger ones than `file_bytes` are not read.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>, file_bytes: usize) -> Self {
        Self { root: root.into(), file_bytes, cache: None }
    }

    /// The same with contents that were read before.
    #[must_use]
    pub fn remembering(self, cache: Option<Arc<FileCache>>) -> Self {
        Self { cache, ..self }
    }

    /// The directory.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn full(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }
}

fn kind_of(file_type: fs::FileType) -> Kind {
    if file_type.is_symlink() {
        Kind::Link
    } else if file_type.is_dir() {
        Kind::Directory
    } else if file_type.is_file() {
        Kind::File
    } else {
        Kind::Other
    }
}

fn system(error: &io::Error) -> VfsError {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => VfsError::NotFound,
        io::ErrorKind::IsADirectory => VfsError::IsDirectory,
        _ => VfsError::Io(error.to_string()),
    }
}

impl FileTree for Disk {
    fn entry(&self, path: &str) -> Result<Option<Kind>, VfsError> {
        match fs::symlink_metadata(self.full(path)) {
            Ok(metadata) => Ok(Some(kind_of(metadata.file_type()))),
            Err(error) => match system(&error) {
                VfsError::NotFound => Ok(None),
                other => Err(other),
            },
        }
    }

    fn link_target(&self, path: &str) -> Result<String, VfsError> {
        let target = fs::read_link(self.full(path)).map_err(|error| system(&error))?;
        Ok(target.to_string_lossy().into_owned())
    }

    fn read(&self, path: &str) -> Result<Arc<[u8]>, VfsError> {
        let full = self.full(path);
        // A pipe would wait for its other end when it is opened.
        let metadata = fs::symlink_metadata(&full).map_err(|error| system(&error))?;
        if metadata.is_dir() {
            return Err(VfsError::IsDirectory);
        }
        if !metadata.is_file() {
            return Err(VfsError::NotFound);
        }
        if metadata.len() > self.file_bytes as u64 {
            return Err(VfsError::TooLarge { size: metadata.len() });
        }
        let read = || fs::read(&full).map(Arc::from).map_err(|error| system(&error));
        match &self.cache {
            Some(cache) => cache.content(&full, &metadata, read),
            None => read(),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<(String, Kind)>, VfsError> {
        let full = self.full(path);
        let Some(cache) = &self.cache else { return entries(&full) };
        let metadata = fs::metadata(&full).map_err(|error| system(&error))?;
        cache.listing(&full, &metadata, || entries(&full))
    }

    fn localise(&self, absolute: &str) -> Option<String> {
        let inside = Path::new(absolute).strip_prefix(&self.root).ok()?;
        Some(inside.to_str()?.to_owned())
    }
}

/// Names and kinds in a directory, by name.
fn entries(directory: &Path) -> Result<Vec<(String, Kind)>, VfsError> {
    let mut items = Vec::new();
    for item in fs::read_dir(directory).map_err(|error| system(&error))? {
        let item = item.map_err(|error| system(&error))?;
        // A name that is no text cannot be written in a werf.yaml either.
        let Ok(name) = item.file_name().into_string() else { continue };
        let file_type = item.file_type().map_err(|error| system(&error))?;
        items.push((name, kind_of(file_type)));
    }
    items.sort_by(|left, right| left.0.cmp(&right.0));
    Ok(items)
}
