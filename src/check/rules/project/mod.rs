//! Finding the project: paths, git, dialect.

use crate::check::Origin::{Layer, Werf};

super::rules! { "project":
    b"-EEE" "git-worktree-missing" Werf,
    b"-EEE" "project-outside-worktree" Werf,
    b"-EEE" "head-missing" Werf,
    b"-III" "loose-giterminism-flag" Werf,
    b"--WW" "dev-mode-in-ci" Werf,
    b"-EEE" "config-outside-worktree" Werf,
    b"-EEE" "templates-dir-outside-worktree" Werf,
    b"EEEE" "config-not-found" Werf,
    b"EEEE" "config-unreadable" Werf,
    b"E---" "config-stat-failed" Werf,
    b"IIII" "other-dialect" Layer,
    b"EEEE" "limit-exceeded" Layer,
}
