//! Base images.

use crate::check::Origin::{Check, Werf};
use crate::check::{bases, rendering, sections};

super::rules! { "from":
    b"EEEE" "from-missing" Werf,
    b"EEE-" "base-conflict" Werf,
    b"--WE" "from-and-from-image" Check(|on, found| bases::from_and_from_image(&on.view, found)),
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
    b"WWWW" "from-latest" Check(|on, found| bases::from_latest(&on.view, found)),
    b"WWWW" "from-latest-useless" Check(|on, found| bases::from_latest_useless(&on.view, found)),
    b"WWWW" "base-untagged" Check(|on, found| bases::base_untagged(&on.view, found)),
    b"WWWW" "base-unknown" Check(|on, found| bases::base_unknown(&on.view, found)),
    b"--W-" "self-base-latest" Check(|on, found| bases::self_base_latest(&on.view, found)),
    b"--W-" "base-missing-nameless" Check(|on, found| bases::base_missing_nameless(&on.view, found)),
    b"--EE" "base-cycle" Check(|on, found| bases::base_cycle(&on.view, found)),
    b"EEE-" "base-ref-syntax" Check(|on, found| bases::base_ref_syntax(&on.view, found)),
    b"WWWW" "base-empty" Check(|on, found| bases::base_empty(&on.view, found)),
    b"IIII" "base-not-text" Check(|on, found| sections::base_not_text(on.view.decoded, found)),
    b"WWWW" "from-cache-version-volatile" Check(|on, found| {
        bases::from_cache_version_volatile(&on.view, |span| rendering::volatile(on.rendering, span), found);
    }),
}
