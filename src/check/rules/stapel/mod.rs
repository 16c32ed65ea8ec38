//! Builders and image settings.

use crate::check::Origin::Werf;

super::rules! { "stapel":
    b"EEE-" "shell-and-ansible" Werf,
    b"-WW-" "ansible-deprecated" Werf,
    b"EEE-" "ansible-task-ambiguous" Werf,
    b"EEE-" "ansible-task-unsupported" Werf,
    b"--W-" "docker-deprecated" Werf,
    b"--E-" "docker-and-image-spec" Werf,
    b"---W" "clear-werf-labels-deprecated" Werf,
    b"EEE-" "artifact-docker" Werf,
    b"-EE-" "artifact-final" Werf,
    b"-EE-" "artifact-disable-git-after-patch" Werf,
    b"-EE-" "artifact-dependencies" Werf,
}
