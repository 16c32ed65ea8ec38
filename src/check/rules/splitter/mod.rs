//! Division of the rendered text into sections, and their kinds.

use crate::check::Origin::{Layer, Werf};

super::rules! { "splitter":
    b"EEEE" "unrecognized-document" Werf,
    b"EEEE" "hidden-document" Layer,
}
