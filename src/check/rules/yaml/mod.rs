//! Reading of sections: syntax, types, keys.

use crate::check::Origin::{Layer, Werf};

super::rules! { "yaml":
    b"EEEE" "yaml-syntax" Werf,
    b"EEEE" "duplicate-key" Werf,
    b"EEEE" "document-not-mapping" Werf,
    b"EEEE" "type-mismatch" Werf,
    b"EEEE" "unknown-field" Werf,
    b"EEEE" "string-or-list" Werf,
    b"EEEE" "crash-null-item" Werf,
    b"EEEE" "crash-null-section" Werf,
    b"WWWW" "merge-key-drops-fields" Layer,
    b"IIII" "yaml-portability" Layer,
}
