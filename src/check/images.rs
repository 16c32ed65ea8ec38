//! Images and their sections beyond werf's own checks: what has no effect, and what fails only when the image is built.
//!
//! In: the analysed project. Out: findings that never stop werf. Each function is one rule; its page says why.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::Subject;
use crate::analysis::Verdict;
use crate::diagnostic::{Finding, Place};
use crate::dialect::Dialect;
use crate::model::config::{Dependency, RawKind};
use crate::model::field::{Sections, TextList};
use crate::model::paths;
use crate::model::validate::Target;
use crate::source::Span;

/// `unused-image`: an image for other images that no other image uses.
pub fn unused_image(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let images = &on.snapshot.validated.images;
    let is_known = on.snapshot.verdict == Verdict::Accepted && !images.has_hidden_names && !images.is_cut;
    if !is_known || on.snapshot.rendered.is_none() || !images.list.iter().any(|image| image.is_final) {
        return;
    }
    let mut used: HashSet<usize> = HashSet::new();
    for (index, image) in images.list.iter().enumerate() {
        for one in image.base.iter().chain(image.uses.iter()) {
            if let Target::Image(target) = one.target
                && target != index
            {
                used.insert(target);
            }
        }
    }
    for (index, image) in images.list.iter().enumerate() {
        if image.is_final || image.is_layer || used.contains(&index) {
            continue;
        }
        let what = if image.is_artifact { "artifact" } else { "image" };
        let message = format!("no image uses the {what} `{}`, and it is not final: it is for nothing", image.name);
        let found = on.remark("unused-image", image.span, message);
        findings.extend(found.map(|found| found.with_help("remove it, or import from it where it is needed")));
    }
}

/// `docker-ignored` in 2: `docker` beside `disableGitAfterPatch`.
pub fn docker_ignored(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for image in on.stapels().filter(|image| image.disable_git_after_patch.value) {
        let Some(docker) = image.docker.as_deref() else { continue };
        let message = "`docker` has no effect: the image has `disableGitAfterPatch: true`";
        let found = on.remark("docker-ignored", docker.key, message);
        findings.extend(found.map(|found| {
            found
                .with_related(Place::Rendered(image.disable_git_after_patch.key), "set here")
                .with_help("use `imageSpec.config`, or remove `disableGitAfterPatch`")
        }));
    }
}

/// `dependency-target-overlap`: one variable or argument filled by two dependencies.
pub fn dependency_target_overlap(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut judge = |dependencies: &Sections<Dependency>| {
        let mut seen: HashMap<(&str, &str), (usize, Span)> = HashMap::new();
        for (number, dependency) in dependencies.value.iter().enumerate() {
            for import in &dependency.imports.value {
                for (kind, target) in [("variable", &import.target_env), ("argument", &import.target_build_arg)] {
                    if target.is_empty() || target.is_invalid() {
                        continue;
                    }
                    match seen.get(&(kind, target.value.as_str())) {
                        // Within one dependency werf itself refuses it.
                        Some((other, _)) if *other == number => {}
                        Some((_, first)) => {
                            let message =
                                format!("the {kind} `{}` is filled by two dependencies: this one wins", target.value);
                            let found = on.remark("dependency-target-overlap", target.span, message);
                            let first = Place::Rendered(*first);
                            findings.extend(found.map(|found| found.with_related(first, "the other one")));
                        }
                        None => {
                            seen.insert((kind, &target.value), (number, target.span));
                        }
                    }
                }
            }
        }
    };
    for document in on.documents() {
        match &document.kind {
            RawKind::Dockerfile(raw) => judge(&raw.dependencies),
            RawKind::Stapel(raw) => judge(&raw.dependencies),
            RawKind::Meta(_) => {}
        }
    }
}

/// `mount-target-overlap`: mounts at one place of the image under two spellings, or over all of it.
pub fn mount_target_overlap(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for image in on.stapels() {
        let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
        for mount in &image.mount.value {
            let to = &mount.to;
            if !paths::is_absolute(to) || to.is_invalid() {
                continue;
            }
            let cleaned = paths::clean(to);
            if cleaned == "/" {
                let message = "the mount covers the whole image, and werf empties its place in the base image";
                findings.extend(on.remark("mount-target-overlap", to.span, message));
                continue;
            }
            match seen.get(&cleaned) {
                Some((text, first)) if *text != to.value => {
                    let message = format!("`{}` and `{text}` are one place: only one of the mounts is seen", to.value);
                    let found = on.remark("mount-target-overlap", to.span, message);
                    findings.extend(found.map(|found| found.with_related(Place::Rendered(*first), "the other mount")));
                }
                Some(_) => {}
                None => {
                    seen.insert(cleaned, (&to.value, to.span));
                }
            }
        }
    }
}

/// `platform-syntax`: platforms that no builder understands.
pub fn platform_syntax(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let lists: Vec<&TextList> = on
        .documents()
        .filter_map(|document| match &document.kind {
            RawKind::Meta(raw) => raw.build.as_deref().map(|build| &build.value.platform),
            RawKind::Dockerfile(raw) => Some(&raw.platform),
            RawKind::Stapel(raw) => Some(&raw.platform),
        })
        .collect();
    for platform in lists.into_iter().flat_map(|list| &list.value) {
        let text = &platform.value;
        let help = if text.contains(',') {
            "write a list: `[linux/amd64, linux/arm64]`"
        } else {
            "the form is `OS/ARCH` or `OS/ARCH/VARIANT`, such as `linux/arm64`"
        };
        if text.is_empty() || is_platform(text) {
            continue;
        }
        let found = on.remark("platform-syntax", platform.span, format!("`{text}` is no platform"));
        findings.extend(found.map(|found| found.with_help(help)));
    }
}

fn is_platform(text: &str) -> bool {
    let parts: Vec<&str> = text.split('/').collect();
    // A version in parentheses may follow the operating system.
    let is_part = |part: &&str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '(' | ')'))
    };
    parts.len() <= 3 && parts.iter().all(is_part)
}

/// `cmd-escaping`: quotes inside the words of a command, which werf joins without escaping them.
pub fn cmd_escaping(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for docker in on.stapels().filter_map(|image| image.docker.as_deref()) {
        for list in [&docker.cmd, &docker.entrypoint] {
            let crate::model::field::StringOrList::Many(items) = &list.value else { continue };
            for item in items.iter().filter(|item| !is_json_inside(item)) {
                let message = "the quotes in this word end it: werf joins the words without escaping them";
                let found = on.remark("cmd-escaping", item.span, message);
                findings.extend(
                    found.map(|found| found.with_help("write `\\\"` for a quote and `\\\\` for a backslash in it")),
                );
            }
        }
    }
}

/// Whether a text can stand between quotes of JSON as it is.
fn is_json_inside(text: &str) -> bool {
    serde_json::from_str::<String>(&format!("\"{text}\"")).is_ok()
}

/// `scratch-imports-unchecked` in 3: imports into an empty base whose sources werf does not check.
pub fn scratch_imports_unchecked(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let images = &on.snapshot.validated.images;
    if on.snapshot.dialect != Dialect::V3 || on.snapshot.rendered.is_none() || images.has_hidden_names {
        return;
    }
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for image in &images.list {
        if image.base.as_ref().is_none_or(|base| base.target != Target::Scratch) {
            continue;
        }
        for one in image.uses.iter() {
            let is_pinned = crate::model::reference::parse(&one.name).is_some_and(|name| name.is_pinned_by_name());
            if one.target != Target::External || is_pinned || one.name.is_empty() || !seen.insert(one.span) {
                continue;
            }
            let message = format!("this file has no image `{}`; with `from: scratch` werf does not notice", one.name);
            let found = on.remark("scratch-imports-unchecked", one.span, message);
            let help = match images.nearest(&one.name) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name an image of this file, or one of a registry with its tag".to_owned(),
            };
            findings.extend(found.map(|found| found.with_help(help)));
        }
    }
}
