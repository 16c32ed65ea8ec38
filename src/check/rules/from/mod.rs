//! Base images.

use crate::check::Origin::{Check, Layer, Werf};
use crate::check::bases::{self, View};

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
    b"WWWW" "from-latest" Check(|snapshot, findings| bases::from_latest(&View::of(snapshot), findings)),
    b"WWWW" "from-latest-useless" Check(|snapshot, findings| bases::from_latest_useless(&View::of(snapshot), findings)),
    b"WWWW" "base-untagged" Check(|snapshot, findings| bases::base_untagged(&View::of(snapshot), findings)),
    b"WWWW" "base-unknown" Check(|snapshot, findings| bases::base_unknown(&View::of(snapshot), findings)),
    b"--W-" "self-base-latest" Check(|snapshot, findings| bases::self_base_latest(&View::of(snapshot), findings)),
    b"--W-" "base-missing-nameless" Check(|snapshot, findings| bases::base_missing_nameless(&View::of(snapshot), findings)),
    b"--EE" "base-cycle" Check(|snapshot, findings| bases::base_cycle(&View::of(snapshot), findings)),
    b"WWWW" "from-cache-version-volatile" Layer,
    b"WWWW" "base-empty" Check(|snapshot, findings| bases::base_empty(&View::of(snapshot), findings)),
    b"WWWW" "base-not-text" Layer,
    b"EEE-" "base-ref-syntax" Layer,
}
