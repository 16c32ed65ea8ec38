//! `werf-includes.yaml` and its lock file.

use crate::check::Origin::Werf;

super::rules! { "includes":
    b"--EE" "includes-yaml" Werf,
    b"--EE" "include-git-missing" Werf,
    b"--EE" "include-auth-username" Werf,
    b"--EE" "include-auth-password" Werf,
    b"--EE" "include-add-missing" Werf,
    b"--EE" "include-add-not-absolute" Werf,
    b"--EE" "include-to-missing" Werf,
    b"--EE" "include-to-not-absolute" Werf,
    b"--EE" "include-path-absolute" Werf,
    b"--EE" "include-exclude-absolute" Werf,
    b"--EE" "include-ref" Werf,
    b"--EE" "lock-missing" Werf,
    b"--EE" "lock-yaml" Werf,
    b"--EE" "lock-ref" Werf,
    b"--EE" "lock-empty" Werf,
    b"--EE" "lock-entry-missing" Werf,
    b"--EE" "include-repo" Werf,
    b"--EE" "include-commit" Werf,
    b"--EE" "include-no-files" Werf,
}
