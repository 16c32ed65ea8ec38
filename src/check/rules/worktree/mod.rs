//! Local changes to files that werf reads from the commit.

use crate::check::Origin::{Layer, Werf};

super::rules! { "worktree":
    b"-EEE" "config-untracked" Werf,
    b"-EEE" "config-uncommitted" Werf,
    b"-EEE" "template-file-untracked" Werf,
    b"-EEE" "template-file-uncommitted" Werf,
    b"-EEE" "link-target-not-accepted" Werf,
    b"-EEE" "giterminism-file-untracked" Werf,
    b"-EEE" "giterminism-file-uncommitted" Werf,
    b"-III" "not-committed-yet" Layer,
}
