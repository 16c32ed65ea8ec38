//! Reading of sections: syntax, types, keys.

use crate::check::Origin::{Check, Werf};
use crate::check::sections;

super::rules! { "yaml":
    b"EEEE" "yaml-syntax" Werf,
    b"EEEE" "duplicate-key" Werf,
    b"EEEE" "document-not-mapping" Werf,
    b"EEEE" "type-mismatch" Werf,
    b"EEEE" "unknown-field" Werf,
    b"EEEE" "string-or-list" Werf,
    b"EEEE" "crash-null-item" Werf,
    b"EEEE" "crash-null-section" Werf,
    b"WWWW" "merge-key-drops-fields" Check(|on, found| {
        sections::merge_key_drops_fields(on.rendering.text, on.view.dialect, on.view.decoded, found);
    }),
    b"IIII" "yaml-portability" Check(|on, found| sections::yaml_portability(on.rendering.text, on.view.decoded, found)),
}
