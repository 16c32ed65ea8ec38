//! Division of the rendered text into sections, and their kinds.

use crate::check::Origin::{Check, Werf};
use crate::check::sections;

super::rules! { "splitter":
    b"EEEE" "unrecognized-document" Werf,
    b"EEEE" "hidden-document" Check(|on, found| sections::hidden_document(on.rendering.text, on.view.decoded, found)),
}
