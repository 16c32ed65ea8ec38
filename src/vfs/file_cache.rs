//! Contents of files on disk that were read before: an editor asks for the same files with every key.
//!
//! In: paths and what the system says of the files there. Out: contents, read once as long as the system says the same. Never: the content of a file that
//! changed; one that changed a moment ago is not kept, because a clock may be too coarse to show the next change.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// The coarsest clock of a file system in use.
const CLOCK: Duration = Duration::from_secs(2);

/// Turns after which a content that nobody asked for is forgotten.
const KEPT: u64 = 4;

/// What tells two states of a file apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: SystemTime,
    /// Inode, and seconds and nanoseconds of the last change of anything about it, where the system has such.
    node: (u64, i64, i64),
}

#[cfg(unix)]
fn node(metadata: &Metadata) -> (u64, i64, i64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.ino(), metadata.ctime(), metadata.ctime_nsec())
}

#[cfg(not(unix))]
fn node(_: &Metadata) -> (u64, i64, i64) {
    Default::default()
}

impl Stamp {
    fn of(metadata: &Metadata) -> Option<Self> {
        Some(Self { size: metadata.len(), modified: metadata.modified().ok()?, node: node(metadata) })
    }

    /// Whether a change from now on would be seen.
    fn is_settled(&self) -> bool {
        let changed =
            u64::try_from(self.node.1).ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
        let last = changed.map_or(self.modified, |changed| changed.max(self.modified));
        SystemTime::now().duration_since(last).is_ok_and(|age| age > CLOCK)
    }
}

#[derive(Debug)]
struct Known {
    stamp: Stamp,
    content: Arc<[u8]>,
    used: u64,
}

/// Kept contents by full path.
#[derive(Debug, Default)]
pub struct FileCache {
    known: Mutex<Files>,
}

#[derive(Debug, Default)]
struct Files {
    by_path: HashMap<PathBuf, Known, foldhash::fast::RandomState>,
    turn: u64,
}

impl FileCache {
    /// Begins another reading of a project.
    pub fn begin(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.turn += 1;
        let oldest = known.turn.saturating_sub(KEPT);
        known.by_path.retain(|_, file| file.used >= oldest);
    }

    /// Forgets what the newest reading did not ask for.
    pub fn rest(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = known.turn;
        known.by_path.retain(|_, file| file.used == turn);
    }

    /// The content of the regular file at a path, of which the system said `metadata` just now; `read` reads it.
    pub(super) fn content<E>(
        &self,
        path: &Path,
        metadata: &Metadata,
        read: impl FnOnce() -> Result<Arc<[u8]>, E>,
    ) -> Result<Arc<[u8]>, E> {
        let Some(stamp) = Stamp::of(metadata) else { return read() };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let used = known.turn;
        if let Some(file) = known.by_path.get_mut(path).filter(|file| file.stamp == stamp) {
            file.used = used;
            return Ok(Arc::clone(&file.content));
        }
        let is_settled = stamp.is_settled();
        let content = read()?;
        if is_settled {
            known.by_path.insert(path.to_owned(), Known { stamp, content: Arc::clone(&content), used });
        }
        Ok(content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cache: &FileCache, path: &Path) -> Arc<[u8]> {
        let metadata = std::fs::symlink_metadata(path).expect("a file");
        cache.content(path, &metadata, || std::fs::read(path).map(Arc::from)).expect("it can be read")
    }

    #[test]
    fn a_content_is_read_again_when_the_file_changed_or_may_have_changed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        let cache = FileCache::default();
        std::fs::write(&path, "one").expect("written");
        let first = read(&cache, &path);
        // Written a moment ago: the clock may not tell the next change from this one.
        assert!(!Arc::ptr_eq(&first, &read(&cache, &path)));
        let file = std::fs::File::options().append(true).open(&path).expect("open");
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).expect("a time");
        std::fs::write(&path, "two").expect("written");
        assert_eq!(&*read(&cache, &path), b"two");
    }
}
