//! Base images.

use crate::check::Origin::{Layer, Werf};

super::rules! { "from":
    b"EEEE" "from-missing" Werf,
    b"EEE-" "base-conflict" Werf,
    b"--WE" "from-and-from-image" Werf,
    b"E-EE" "from-self" Werf,
    b"EEE-" "image-not-found" Werf,
    b"---E" "external-from-untagged" Werf,
    b"---E" "scratch-from-latest" Werf,
    b"-EEE" "from-latest-not-allowed" Werf,
    b"E---" "from-latest-unacknowledged" Werf,
    b"EEEE" "image-cycle" Werf,
    b"E---" "crash-base-cycle" Werf,
    b"---W" "from-image-deprecated" Werf,
    b"W---" "from-image-artifact-deprecated" Werf,
    b"-WW-" "artifact-deprecated" Werf,
    b"WWWW" "from-latest" Layer,
    b"WWWW" "from-latest-useless" Layer,
    b"WWWW" "base-untagged" Layer,
    b"WWWW" "base-unknown" Layer,
    b"--W-" "self-base-latest" Layer,
    b"--W-" "base-missing-nameless" Layer,
    b"--EE" "base-cycle" Layer,
    b"WWWW" "from-cache-version-volatile" Layer,
    b"IIII" "base-empty" Layer,
    b"IIII" "base-not-text" Layer,
}
