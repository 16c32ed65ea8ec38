//! The commit that HEAD names.

use super::{GitError, Repository, corrupt};

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
        let local = self.seconds.saturating_add(i64::from(self.offset));
        let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil(days);
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs() / 60;
        let zone = format!("{sign}{:02}{:02}", minutes / 60, minutes % 60);
        format!(
            "{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} {zone} {zone}",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

/// Year, month and day of a number of days since 1970-01-01 (proleptic Gregorian calendar).
fn civil(days: i64) -> (i64, i64, i64) {
    // Years are counted from March, so that the leap day is the last of its year, in eras of 400 years.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
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
