//! Build secrets.

use crate::check::Origin::{Check, Werf};
use crate::check::secrets;

super::rules! { "secret":
    b"--EE" "secret-source-missing" Werf,
    b"--EE" "secret-source-many" Werf,
    b"--EE" "secret-id-missing" Werf,
    b"--EE" "secret-id-duplicate" Werf,
    b"--EE" "secret-not-allowed" Werf,
    b"--II" "secret-env-unset" Check(secrets::secret_env_unset),
    b"--II" "secret-file-missing" Check(secrets::secret_file_missing),
    b"WWWW" "secret-in-image" Check(secrets::secret_in_image),
}
