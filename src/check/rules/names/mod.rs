//! Names of images and artifacts.

use crate::check::Origin::{Check, Werf};
use crate::check::images;

super::rules! { "names":
    b"EEEE" "image-name-type" Werf,
    b"---E" "image-nameless" Werf,
    b"-WW-" "image-nameless-deprecated" Werf,
    b"EEE-" "image-and-artifact" Werf,
    b"EEEE" "image-name-missing" Werf,
    b"---E" "image-name-syntax" Werf,
    b"---E" "image-name-reserved" Werf,
    b"EEEE" "image-name-duplicate" Werf,
    b"EEE-" "nameless-with-others" Werf,
    b"WWWW" "unused-image" Check(images::unused_image),
}
