//! Rendering: syntax, calls, inputs.

use crate::check::Origin::{Check, Layer, Werf};

super::rules! { "templates":
    b"EEEE" "template-parse" Werf,
    b"EEEE" "template-exec" Werf,
    b"EEEE" "crash-template-recursion" Werf,
    b"-EEE" "env-arity" Werf,
    b"-EEE" "env-not-allowed" Werf,
    b"-EEE" "env-unset" Werf,
    b"-EEE" "allow-env-bad-regex" Werf,
    b"-EEE" "required-missing" Werf,
    b"WEEE" "files-get-missing" Werf,
    b"-EEE" "files-get-directory" Werf,
    b"-EEE" "files-get-link" Werf,
    b"-EEE" "files-get-untracked" Werf,
    b"-EEE" "files-get-uncommitted" Werf,
    b"-EEE" "files-glob-untracked" Werf,
    b"-EEE" "files-glob-uncommitted" Werf,
    b"WE--" "files-glob-empty" Werf,
    b"W---" "files-glob-failed" Werf,
    b"-EEE" "glob-syntax" Werf,
    b"-E--" "crash-glob-syntax" Werf,
    b"E---" "template-unreadable" Werf,
    b"E---" "templates-dir-unreadable" Werf,
    b"E---" "render-dump-failed" Werf,
    b"EEEE" "template-budget" Layer,
    b"IIII" "env-without-default" Layer,
    b"WWWW" "no-value-text" Check(crate::check::no_value::check),
    b"WWWW" "template-nondeterministic" Layer,
}
