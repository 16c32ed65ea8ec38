//! Build secrets.

use crate::check::Origin::Werf;

super::rules! { "secret":
    b"--EE" "secret-source-missing" Werf,
    b"--EE" "secret-source-many" Werf,
    b"--EE" "secret-id-missing" Werf,
    b"--EE" "secret-id-duplicate" Werf,
    b"--EE" "secret-not-allowed" Werf,
}
