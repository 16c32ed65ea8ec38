//! Images from a Dockerfile.

use crate::check::Origin::{Check, Werf};
use crate::check::dockerfiles;

super::rules! { "dockerfile":
    b"-EEE" "build-arg-conflict" Werf,
    b"-EEE" "context-add-both" Werf,
    b"-EEE" "context-add-not-relative" Werf,
    b"-EEE" "context-add-not-allowed" Werf,
    b"-EEE" "context-not-relative" Werf,
    b"-EEE" "dockerfile-not-relative" Werf,
    b"EEEE" "dockerfile-missing" Check(dockerfiles::dockerfile_missing),
    b"EEEE" "dockerfile-empty-value" Check(dockerfiles::dockerfile_empty_value),
    b"EEEE" "context-missing" Check(dockerfiles::context_missing),
    b"EEEE" "target-unknown" Check(dockerfiles::target_unknown),
    b"WWWW" "build-arg-unknown" Check(dockerfiles::build_arg_unknown),
    b"WWWW" "image-key-missing" Check(dockerfiles::image_key_missing),
}
