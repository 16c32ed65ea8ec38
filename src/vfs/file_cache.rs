//! Files and directories on disk that were read before: an editor asks for the same ones with every key.
//!
//! In: paths and what the system says of what stands there. Out: contents and entries, read once as long as the system says the same. Never: the content of
//! something that changed; what changed a moment ago is not kept, because a clock may be too coarse to show the next change.

use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::Kind;
use crate::limits::KEPT_TURNS;

/// The coarsest clock of a file system in use.
const CLOCK: Duration = Duration::from_secs(2);

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
struct Known<T> {
    stamp: Stamp,
    what: T,
    used: u64,
}

/// What was read, by full path.
#[derive(Debug)]
struct Kept<T> {
    by_path: HashMap<PathBuf, Known<T>, foldhash::fast::RandomState>,
    turn: u64,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self { by_path: HashMap::default(), turn: 0 }
    }
}

impl<T: Clone> Kept<T> {
    fn forget_before(&mut self, oldest: u64) {
        self.by_path.retain(|_, known| known.used >= oldest);
    }

    /// What is at a path of which the system said `metadata` just now; `read` reads it.
    fn get<E>(&mut self, path: &Path, metadata: &Metadata, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let Some(stamp) = Stamp::of(metadata) else { return read() };
        let used = self.turn;
        if let Some(known) = self.by_path.get_mut(path).filter(|known| known.stamp == stamp) {
            known.used = used;
            return Ok(known.what.clone());
        }
        let is_settled = stamp.is_settled();
        let what = read()?;
        if is_settled {
            self.by_path.insert(path.to_owned(), Known { stamp, what: what.clone(), used });
        }
        Ok(what)
    }
}

/// The entries of a directory.
type Listing = Vec<(String, Kind)>;

/// Kept contents of files and entries of directories.
#[derive(Debug, Default)]
pub struct FileCache {
    contents: Mutex<Kept<Arc<[u8]>>>,
    listings: Mutex<Kept<Listing>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl FileCache {
    /// Begins another reading of a project.
    pub fn begin(&self) {
        let (mut contents, mut listings) = (lock(&self.contents), lock(&self.listings));
        contents.turn += 1;
        listings.turn += 1;
        let oldest = contents.turn.saturating_sub(KEPT_TURNS);
        contents.forget_before(oldest);
        listings.forget_before(oldest);
    }

    /// Forgets what the newest reading did not ask for.
    pub fn rest(&self) {
        let (mut contents, mut listings) = (lock(&self.contents), lock(&self.listings));
        let newest = contents.turn;
        contents.forget_before(newest);
        listings.forget_before(newest);
    }

    /// The content of the regular file at a path, of which the system said `metadata` just now; `read` reads it.
    pub(super) fn content<E>(
        &self,
        path: &Path,
        metadata: &Metadata,
        read: impl FnOnce() -> Result<Arc<[u8]>, E>,
    ) -> Result<Arc<[u8]>, E> {
        lock(&self.contents).get(path, metadata, read)
    }

    /// The entries of a directory, likewise: each one that comes, goes or changes its kind changes the directory.
    pub(super) fn listing<E>(
        &self,
        path: &Path,
        metadata: &Metadata,
        read: impl FnOnce() -> Result<Listing, E>,
    ) -> Result<Listing, E> {
        lock(&self.listings).get(path, metadata, read)
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

    #[test]
    fn what_the_system_says_the_same_of_is_kept_until_nobody_asks() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, "one").expect("written");
        let mut stamp = Stamp::of(&std::fs::symlink_metadata(&path).expect("a file")).expect("a stamp");
        assert!(!stamp.is_settled());
        stamp.modified -= Duration::from_secs(60);
        stamp.node.1 -= 60;
        assert!(stamp.is_settled());
        let cache = FileCache::default();
        let fake = |what: &[u8]| Known { stamp, what: Arc::from(what), used: 0 };
        lock(&cache.contents).by_path.insert(path.clone(), fake(b"kept"));
        cache.begin();
        cache.rest();
        assert!(lock(&cache.contents).by_path.is_empty());
    }
}
