//! Builders and image settings.

use crate::check::Origin::{Check, Werf};
use crate::check::{image_specs, images};

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
    b"--W-" "docker-ignored" Check(images::docker_ignored),
    b"WWW-" "cmd-escaping" Check(images::cmd_escaping),
    b"-EEE" "platform-syntax" Check(images::platform_syntax),
    b"--EE" "image-spec-regex" Check(image_specs::image_spec_regex),
    b"--EE" "label-template" Check(image_specs::label_template),
    b"--WW" "env-conflict" Check(image_specs::env_conflict),
    b"--W-" "clear-labels-no-effect" Check(image_specs::clear_labels_no_effect),
    b"--WW" "healthcheck-values" Check(image_specs::healthcheck_values),
}
