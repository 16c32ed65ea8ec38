//! The commit that HEAD names.

use super::{GitError, Repository, corrupt};
use crate::template::format::time_text;
use crate::template::value::{Time, Zone};

/// The commit that HEAD names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Full hash.
    pub hash: String,
    /// Author time in seconds since 1970.
    pub seconds: i64,
    /// Offset of the author's clock from UTC, in seconds.
    pub offset: i32,
    pub(super) tree: gix::ObjectId,
}

impl Head {
    /// What stands for the commit that is about to be the first one: its hash and time are not known.
    #[must_use]
    pub fn unborn() -> Self {
        let tree = gix::ObjectId::null(gix::hash::Kind::Sha1);
        Self { hash: tree.to_string(), seconds: 0, offset: 0, tree }
    }

    /// The author time as Go prints a time: `2021-02-03 04:05:06 +0300 +0300`.
    #[must_use]
    pub fn human(&self) -> String {
        let zone = Zone::Fixed(self.offset, "".into());
        time_text(&Time { seconds: self.seconds, nanos: 0, zone })
    }
}

impl Repository {
    /// The commit that HEAD names.
    ///
    /// # Errors
    /// [`GitError::NoHead`] when there is none, [`GitError::Corrupt`] when it cannot be read.
    pub fn head(&self) -> Result<Head, GitError> {
        let id = self.inner.head_id().map_err(|error| GitError::NoHead(error.to_string()))?.detach();
        let commit = self.inner.find_commit(id).map_err(corrupt)?;
        let author = commit.author().map_err(corrupt)?;
        let time = author.time().map_err(corrupt)?;
        let tree = commit.tree_id().map_err(corrupt)?.detach();
        Ok(Head { hash: id.to_string(), seconds: time.seconds, offset: time.offset, tree })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn human(seconds: i64, offset: i32) -> String {
        Head { hash: String::new(), seconds, offset, tree: gix::ObjectId::null(gix::hash::Kind::Sha1) }.human()
    }

    #[test]
    fn times_are_printed_as_go_does() {
        assert_eq!(human(1_612_314_306, 10_800), "2021-02-03 04:05:06 +0300 +0300");
        assert_eq!(human(0, 0), "1970-01-01 00:00:00 +0000 +0000");
        assert_eq!(human(951_782_400, -12_600), "2000-02-28 20:30:00 -0330 -0330");
        assert_eq!(human(-1, 0), "1969-12-31 23:59:59 +0000 +0000");
    }
}
