//! Dockerfile images beyond werf's own checks: what loads and cannot be built, or is built from something else than meant.
//!
//! In: the analysed project with its Dockerfiles. Out: findings that never stop werf. Each function is one rule; its page says why. Never: a
//! finding about a file that may come from elsewhere.

use std::collections::{BTreeMap, HashMap};

use super::Subject;
use super::dockerfile::{self, Declared};
use crate::analysis::files::{context_path, dockerfile_path};
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place};
use crate::grammar::{nearest, unique_nearest};
use crate::model::config::{DockerfileImage, ImageForm};
use crate::model::paths;
use crate::project::DockerfileRead;
use crate::source::{Location, Span};

/// Arguments that Docker knows without `ARG`, besides those that begin with `BUILDKIT_`.
const PREDEFINED: &[&str] = &[
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "FTP_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "SOURCE_DATE_EPOCH",
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// `dockerfile-missing`: the Dockerfile is not where werf looks for it.
pub fn dockerfile_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (_, image) in on.dockerfile_images().filter(|(_, image)| !image.image.names.is_empty()) {
        let Some(path) = dockerfile_path(image) else { continue };
        let added = image.context_add_files.items().iter().chain(image.context_add_file.items());
        if added.map(|item| paths::join(&image.context, item)).any(|added| paths::is_beneath(&added, &path)) {
            continue;
        }
        let (message, help) = match on.snapshot.files.dockerfiles.get(&path) {
            // An excerpt of a project says nothing, and behind a missing context everything is missing.
            Some(DockerfileRead::Missing) if !on.snapshot.files.is_excerpt && !lacks_context(on, image) => (
                format!("there is no `{path}`"),
                "the path counts from `context`, which is the project directory by default",
            ),
            Some(DockerfileRead::Directory) => (format!("`{path}` is a directory"), "name the file in it"),
            Some(DockerfileRead::Untracked) => (
                format!("`{path}` is not known to git"),
                "commit it; werf builds from the commit, not from the work tree",
            ),
            Some(DockerfileRead::Changed(_)) => (
                format!("`{path}` has local changes"),
                "commit them; werf builds from the commit, not from the work tree",
            ),
            _ => continue,
        };
        findings
            .extend(on.remark("dockerfile-missing", image.dockerfile.span, message).map(|found| found.with_help(help)));
    }
}

fn lacks_context(on: &Subject<'_>, image: &DockerfileImage) -> bool {
    context_path(image).is_some_and(|context| on.snapshot.files.directories.get(&context) == Some(&false))
}

/// `dockerfile-empty-value`: `dockerfile` without a path.
pub fn dockerfile_empty_value(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (_, image) in on.dockerfile_images().filter(|(_, image)| !image.image.names.is_empty()) {
        let dockerfile = &image.dockerfile;
        if dockerfile.is_present() && dockerfile.is_empty() && !dockerfile.is_invalid() {
            let found = on.remark("dockerfile-empty-value", dockerfile.key, "`dockerfile` names no file");
            findings.extend(found.map(|found| found.with_help("write the path, such as `dockerfile: Dockerfile`")));
        }
    }
}

/// `context-missing`: the context is no directory of the project.
pub fn context_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (_, image) in on.dockerfile_images().filter(|(_, image)| !image.image.names.is_empty()) {
        let Some(path) = context_path(image).filter(|_| lacks_context(on, image)) else { continue };
        // What is added to the context may bring the directory along.
        let is_added = !image.context_add_files.items().is_empty() || !image.context_add_file.items().is_empty();
        if on.snapshot.files.is_excerpt || is_added {
            continue;
        }
        let message = format!("there is no directory `{path}` for the build context");
        let found = on.remark("context-missing", image.context.span, message);
        findings.extend(found.map(|found| {
            found.with_help("git keeps no empty directories; the path counts from the project directory")
        }));
    }
}

/// What Dockerfiles declare, each read once.
struct Dockerfiles<'a> {
    files: &'a BTreeMap<String, DockerfileRead>,
    read: HashMap<&'a str, Option<Declared>>,
}

impl<'a> Dockerfiles<'a> {
    fn new(on: &Subject<'a>) -> Self {
        Self { files: &on.snapshot.files.dockerfiles, read: HashMap::new() }
    }

    /// What the Dockerfile of an image declares, with its path; `None` when that is not known.
    fn of(&mut self, image: &DockerfileImage) -> Option<(&'a str, &Declared)> {
        let (path, known) = self.files.get_key_value(&dockerfile_path(image)?)?;
        let (DockerfileRead::Text(text) | DockerfileRead::Changed(text)) = known else { return None };
        let declared = self.read.entry(path).or_insert_with(|| {
            Some(dockerfile::read(text)).filter(|declared| !declared.is_foreign && declared.from_count > 0)
        });
        Some((path, declared.as_ref()?))
    }
}

/// `target-unknown`: `target` names no stage of the Dockerfile.
pub fn target_unknown(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let mut dockerfiles = Dockerfiles::new(on);
    for (_, image) in on.dockerfile_images() {
        let target = &image.target;
        if target.is_empty() || target.is_invalid() {
            continue;
        }
        let Some((path, declared)) = dockerfiles.of(image) else { continue };
        if declared.stages.contains(&target.value) {
            continue;
        }
        let message = format!("`{path}` has no stage `{}`", target.value);
        let help = match nearest(target, declared.stages.iter().map(String::as_str)) {
            Some(near) if near == target.to_lowercase() => {
                format!("names of stages are kept in lower case: write `{near}`")
            }
            Some(near) => format!("did you mean `{near}`?"),
            None if declared.stages.is_empty() => "no stage of it has a name: add `AS NAME` to a `FROM`".to_owned(),
            None => format!("its stages: {}", quoted(declared.stages.iter())),
        };
        let fix =
            unique_nearest(target, declared.stages.iter().map(String::as_str)).map(|near| word(target.span, near));
        let found = on.remark("target-unknown", target.span, message);
        findings.extend(found.map(|found| Finding { fix, ..found.with_help(help) }));
    }
}

/// The fix that writes another word; its form is that of the value, see `remedies`.
fn word(span: Span, word: &str) -> Fix {
    let edits = vec![Edit { place: Place::Rendered(span), text: word.to_owned() }];
    Fix { title: format!("write `{word}`"), edits, applicability: Applicability::Safe }
}

fn quoted<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.take(20).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// `build-arg-unknown`: an argument that the Dockerfile does not declare.
pub fn build_arg_unknown(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    // A loop or an include gives the same arguments to many images: what one of their Dockerfiles declares is no mistake there.
    let mut given: BTreeMap<(Option<Location>, &str), Argument<'_>> = BTreeMap::new();
    let mut dockerfiles = Dockerfiles::new(on);
    for (_, image) in on.dockerfile_images() {
        let targets = image.dependencies.value.iter().flat_map(|one| one.imports.value.iter());
        let targets = targets.map(|import| (import.target_build_arg.value.as_str(), import.target_build_arg.span));
        let args = image.args.value.iter().map(|(name, _)| (name.value.as_str(), name.span));
        let mut names = args.chain(targets).filter(|(name, _)| !name.is_empty()).peekable();
        if names.peek().is_none() {
            continue;
        }
        let declared = dockerfiles.of(image);
        for (name, span) in names {
            let is_predefined =
                PREDEFINED.iter().any(|known| known.eq_ignore_ascii_case(name)) || name.starts_with("BUILDKIT_");
            if is_predefined {
                continue;
            }
            let argument = given.entry((on.file_place(Place::Rendered(span)), name)).or_insert_with(|| Argument {
                span,
                path: declared.map(|(path, _)| path).unwrap_or_default(),
                images: 0,
                is_declared: false,
            });
            argument.images += 1;
            // A Dockerfile that is not known may declare anything.
            argument.is_declared |= declared.is_none_or(|(_, declared)| declared.args.contains(name));
        }
    }
    for ((_, name), argument) in given.into_iter().filter(|(_, argument)| !argument.is_declared) {
        let message = match argument.images {
            1 => format!("`{}` has no `ARG {name}`: the value goes nowhere", argument.path),
            count => format!("none of the {count} Dockerfiles that get it has `ARG {name}`: the value goes nowhere"),
        };
        let declared = dockerfiles.read.get(argument.path).and_then(Option::as_ref);
        let near = declared.and_then(|declared| nearest(name, declared.args.iter().map(String::as_str)));
        let fix = near.map(|near| Fix { applicability: Applicability::Unsafe, ..word(argument.span, near) });
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it with `ARG {name}` in the stage that uses it, or remove it"),
        };
        let found = on.remark("build-arg-unknown", argument.span, message);
        findings.extend(found.map(|found| Finding { fix, ..found.with_help(help) }));
    }
}

/// A build argument as it is written at one place, for all images that get it from there.
struct Argument<'a> {
    span: Span,
    /// The first Dockerfile that gets it.
    path: &'a str,
    images: usize,
    is_declared: bool,
}

/// `image-key-missing`: a Dockerfile section that defines no image.
pub fn image_key_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for (document, image) in on.dockerfile_images() {
        if !image.image.names.is_empty() || image.image.form == ImageForm::Invalid || has_merge(on, document.tree) {
            continue;
        }
        let (place, message) = match image.image.key {
            Some(key) => (key, "the list of names is empty: werf passes over the whole section"),
            None => (document.head, "the section has no `image`: werf passes over it"),
        };
        let found = on.remark("image-key-missing", place, message);
        findings.extend(found.map(|found| found.with_help("add `image: NAME`")));
    }
}

/// Whether a document has a merge key at its top, which has a rule of its own.
fn has_merge(on: &Subject<'_>, tree: u32) -> bool {
    let Some(document) = on.snapshot.decoded.trees.get(tree as usize) else { return false };
    let tree = &document.tree;
    tree.root().is_some_and(|root| tree.entries(root).any(|entry| tree.is_merge(entry.key)))
}
