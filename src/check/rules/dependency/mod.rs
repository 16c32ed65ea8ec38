//! Dependencies between images, and platforms.

use crate::check::Origin::{Check, Werf};
use crate::check::images;

super::rules! { "dependency":
    b"--EE" "dependency-platform" Werf,
    b"--EE" "crash-platform-check" Werf,
    b"-E--" "dependency-name-missing" Werf,
    b"---E" "dependency-from-and-image" Werf,
    b"---W" "dependency-image-deprecated" Werf,
    b"-EEE" "dependency-import-type" Werf,
    b"-EEE" "target-env-missing" Werf,
    b"-EEE" "target-build-arg-missing" Werf,
    b"-EEE" "target-env-forbidden" Werf,
    b"-EEE" "target-build-arg-forbidden" Werf,
    b"-EEE" "target-env-duplicate" Werf,
    b"-EEE" "target-build-arg-duplicate" Werf,
    b"-EEE" "dependency-stage-missing" Werf,
    b"-EEE" "dependency-stage-both" Werf,
    b"-EEE" "dependency-stage-value" Werf,
    b"-EEE" "dependency-stage-forbidden" Werf,
    b"-WWW" "dependency-target-overlap" Check(images::dependency_target_overlap),
}
