//! Mounts during the build.

use crate::check::Origin::{Check, Werf};
use crate::check::images;

super::rules! { "mount":
    b"EEEE" "mount-to" Werf,
    b"EEEE" "mount-source-both" Werf,
    b"EEEE" "mount-from-path-missing" Werf,
    b"EEEE" "mount-from-value" Werf,
    b"EEEE" "mount-duplicate" Werf,
    b"-EEE" "mount-from-path-not-allowed" Werf,
    b"-EEE" "mount-build-dir-not-allowed" Werf,
    b"WWWW" "mount-target-overlap" Check(images::mount_target_overlap),
}
