//! `werf-giterminism.yaml`.

use crate::check::Origin::Werf;

super::rules! { "giterminism":
    b"-EEE" "giterminism-yaml" Werf,
    b"-EEE" "giterminism-schema" Werf,
    b"---E" "giterminism-unknown-key" Werf,
    b"--E-" "crash-giterminism-type" Werf,
    b"--EE" "giterminism-includes-update" Werf,
}
