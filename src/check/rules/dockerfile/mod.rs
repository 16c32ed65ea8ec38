//! Images from a Dockerfile.

use crate::check::Origin::Werf;

super::rules! { "dockerfile":
    b"-EEE" "build-arg-conflict" Werf,
    b"-EEE" "context-add-both" Werf,
    b"-EEE" "context-add-not-relative" Werf,
    b"-EEE" "context-add-not-allowed" Werf,
    b"-EEE" "context-not-relative" Werf,
    b"-EEE" "dockerfile-not-relative" Werf,
}
