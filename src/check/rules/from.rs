//! Base images.

use crate::check::Origin::Werf;

super::rules! { "from":
    b"EEEE" "from-missing" Werf,
}
