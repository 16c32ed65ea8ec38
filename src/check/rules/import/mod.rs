//! Imports of files from other images.

use crate::check::Origin::{Check, Werf};
use crate::check::images;

super::rules! { "import":
    b"EEEE" "import-source-missing" Werf,
    b"EEE-" "import-source-many" Werf,
    b"--EE" "import-from-and-image" Werf,
    b"---W" "import-image-deprecated" Werf,
    b"EEEE" "import-stage-missing" Werf,
    b"EEEE" "import-stage-both" Werf,
    b"EEEE" "import-stage-value" Werf,
    b"EEE-" "import-source-stage-value" Werf,
    b"--EE" "import-root-without-include" Werf,
    b"---E" "import-from-scratch" Werf,
    b"---E" "external-import-untagged" Werf,
    b"--EE" "import-platform" Werf,
    b"---W" "scratch-imports-unchecked" Check(images::scratch_imports_unchecked),
}
