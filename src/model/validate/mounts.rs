//! Checks of `mount` items (config spec §10.7 E1–E6 and E23; 1.1 D2–D5 and D28).

use std::collections::HashMap;

use super::conversion::Conversion;
use super::permissions::Answer;
use super::sink::refusal;
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::Mount;
use crate::model::field::{Sections, Spanned};
use crate::model::paths;

/// The checks of each mount, one mount after the other.
pub fn check_each(conversion: &mut Conversion<'_, '_>, mounts: &Sections<Mount>) {
    for mount in &mounts.value {
        conversion.crashes_before(mounts, mount.span);
        check(conversion, mount);
    }
    conversion.crashes_of(mounts);
}

fn check(conversion: &mut Conversion<'_, '_>, mount: &Spanned<Mount>) {
    let Mount { to, from, from_path } = &mount.value;
    if conversion.dialect() != Dialect::V1_1 {
        check_permission(conversion, mount);
    }
    if !from.is_empty() && !from_path.is_empty() {
        conversion.push(
            refusal(RuleId("mount-source-both"), from_path.key, "a mount takes `from` or `fromPath`, not both")
                .with_related(Place::Rendered(from.key), "the other source"),
        );
    }
    if !to.is_invalid() && !paths::is_absolute(to) {
        let message = if to.is_empty() {
            "a mount needs `to`, an absolute path in the image".to_owned()
        } else {
            format!("`to` of a mount has to be an absolute path in the image, `{}` is not", to.value)
        };
        conversion.push(refusal(RuleId("mount-to"), to.span, message));
    }
    if from.is_invalid() || from_path.is_invalid() {
        return;
    }
    let has_own_kind = !from.is_empty() && from.value != "custom_dir";
    if !has_own_kind && from_path.is_empty() {
        conversion.push(refusal(RuleId("mount-from-path-missing"), from.span, "a mount needs a source").with_help(
            "give `from: tmp_dir` or `from: build_dir`, or `fromPath` with a directory of the build machine",
        ));
    }
    if has_own_kind && from.value != "tmp_dir" && from.value != "build_dir" {
        let message = format!("`from` of a mount is `tmp_dir` or `build_dir`, not `{}`", from.value);
        conversion.push(
            refusal(RuleId("mount-from-value"), from.span, message)
                .with_help("a directory of the build machine goes into `fromPath`"),
        );
    }
}

fn check_permission(conversion: &mut Conversion<'_, '_>, mount: &Spanned<Mount>) {
    let Mount { from, from_path, .. } = &mount.value;
    if !from_path.is_empty() {
        match conversion.permissions().allows_mount_from_path(from_path) {
            Answer::Yes => {}
            Answer::No => conversion.push(
                refusal(
                    RuleId("mount-from-path-not-allowed"),
                    from_path.span,
                    format!("giterminism does not permit the mount of `{}` from the build machine", from_path.value),
                )
                .with_help("list the path under `config.stapel.mount.allowFromPaths` in `werf-giterminism.yaml`"),
            ),
            Answer::BadGlob(glob) => conversion.bad_glob(from_path.span, "config.stapel.mount.allowFromPaths", &glob),
        }
    } else if from.value == "build_dir" && !conversion.permissions().allows_mount_build_dir() {
        conversion.push(
            refusal(RuleId("mount-build-dir-not-allowed"), from.span, "giterminism does not permit `build_dir` mounts")
                .with_help("set `config.stapel.mount.allowBuildDir: true` in `werf-giterminism.yaml`"),
        );
    }
}

/// Two mounts with the same literal target.
pub fn check_targets(conversion: &mut Conversion<'_, '_>, mounts: &Sections<Mount>) {
    let mut seen: HashMap<&str, &Spanned<Mount>> = HashMap::new();
    for mount in &mounts.value {
        let to = &mount.value.to;
        if to.is_empty() {
            continue;
        }
        match seen.get(to.value.as_str()) {
            None => {
                seen.insert(&to.value, mount);
            }
            Some(first) => conversion.push(
                refusal(RuleId("mount-duplicate"), to.span, format!("two mounts have the target `{}`", to.value))
                    .with_related(Place::Rendered(first.value.to.span), "the other one"),
            ),
        }
    }
}
