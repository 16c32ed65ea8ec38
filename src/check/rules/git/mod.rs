//! Git mappings, and what imports share with them.

use crate::check::Origin::Werf;

super::rules! { "git":
    b"EEEE" "add-not-absolute" Werf,
    b"EEEE" "to-not-absolute" Werf,
    b"-WWE" "to-trailing-slash" Werf,
    b"EEEE" "include-not-relative" Werf,
    b"EEEE" "exclude-not-relative" Werf,
    b"EEEE" "stage-dependency-not-relative" Werf,
    b"EEEE" "git-ref-local" Werf,
    b"EEEE" "git-ref-many" Werf,
    b"-EEE" "git-branch-not-allowed" Werf,
    b"E---" "git-branch-unacknowledged" Werf,
    b"EEEE" "export-conflict" Werf,
}
