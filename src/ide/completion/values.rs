//! Values: allowed words, names that other places know, paths.

use std::collections::BTreeSet;

use super::paths::{self, Paths};
use super::{Candidate, Kind, Scene, Typed, elsewhere, images, keys, template};
use crate::analysis::files::dockerfile_path;
use crate::check::dockerfile;
use crate::grammar::{ANSIBLE_MODULES, Directive, Section, ValueType};
use crate::ide::context::{Level, Slot};
use crate::model::config::RawKind;
use crate::model::paths as names;
use crate::project::DockerfileRead;
use crate::source::Span;

/// What belongs behind the key of a directive.
pub(super) fn values(
    scene: &Scene<'_, '_>,
    section: Section,
    directive: &'static Directive,
    typed: &Typed,
    found: &mut Vec<Candidate>,
) {
    let from = found.len();
    if matches!(directive.value, ValueType::StrMap | ValueType::AnyMap) {
        return;
    }
    if let Some(wanted) = images::wanted(section, directive.key, scene.dialect) {
        images::images(scene, section, directive.key, wanted, typed, found);
    }
    fixed(scene, section, directive, found);
    by_key(scene, section, directive, typed, found);
    repeated(scene, section, directive, typed, found);
    let context = scene.context;
    let is_bare = context.typed.is_empty() && !context.is_flow && context.quote.is_none();
    if matches!(directive.value, ValueType::Objects(_) | ValueType::Object(_)) && is_bare {
        found.truncate(from);
    }
    for candidate in &mut found[from..] {
        quote(candidate, context.quote);
        if directive.value == ValueType::StrList && is_bare {
            candidate.insert = format!("[{}]", candidate.insert);
        }
        if context.needs_blank {
            candidate.insert.insert(0, ' ');
        }
    }
}

/// Puts quotes around what YAML would not read as a text.
fn quote(candidate: &mut Candidate, open: Option<u8>) {
    let text = candidate.insert.as_str();
    let is_plain_word =
        matches!(candidate.kind, Kind::Image | Kind::File | Kind::Folder | Kind::Declared | Kind::Value);
    let needs = is_plain_word
        && (text.starts_with(['*', '&', '!', '%', '@', '`', '[', '{', '#', '|', '>']) || text.contains(": "));
    if open.is_none() && needs && !candidate.is_snippet {
        candidate.insert = format!("\"{text}\"");
    }
}

/// Allowed words, booleans, examples.
fn fixed(scene: &Scene<'_, '_>, section: Section, directive: &'static Directive, found: &mut Vec<Candidate>) {
    let mut rank = 10;
    let mut add = |text: &str, detail: &str| {
        found.push(Candidate::new(Kind::Value, text, rank).detail(detail));
        rank += 1;
    };
    for allowed in directive.allowed {
        let is_gone = *allowed == "ImageID" && scene.dialect >= crate::dialect::Dialect::V3;
        if !is_gone {
            add(allowed, if directive.default == *allowed { "default" } else { "" });
        }
    }
    if matches!(directive.value, ValueType::Bool | ValueType::OptBool) {
        let words = if directive.default == "true" { ["false", "true"] } else { ["true", "false"] };
        for word in words {
            add(word, if directive.default == word { "default" } else { "" });
        }
    }
    let more: &[&str] = match (section, directive.key) {
        (_, "platform") => &["linux/amd64", "linux/arm64", "linux/arm/v7", "linux/386"],
        (_, "network") => &["host", "none", "default"],
        (_, "ssh") => &["default"],
        (Section::Limit | Section::ImagesPerReference, "in") => &["24h", "168h", "720h"],
        _ => &[],
    };
    for word in more {
        add(word, "");
    }
    let is_text =
        matches!(directive.value, ValueType::Str | ValueType::OptStr | ValueType::OptInt | ValueType::OptDuration);
    if is_text && more.is_empty() && directive.allowed.is_empty() && !directive.example.is_empty() {
        found.push(Candidate::new(Kind::Value, directive.example.trim_matches('"'), 900).detail("example"));
    }
}

/// Names and paths that the rest of the project knows.
fn by_key(scene: &Scene<'_, '_>, section: Section, directive: &Directive, typed: &Typed, found: &mut Vec<Candidate>) {
    let mut path = |base: &str, is_absolute: bool, only: Paths| {
        paths::paths(scene.at.analysis, scene.around, base, &typed.text, is_absolute, only, found);
    };
    let around = |key: &str| scene.context.value_around(key).unwrap_or("");
    match (section, directive.key) {
        (Section::DockerfileImage, "dockerfile") => path(around("context"), false, Paths::Dockerfiles),
        (Section::DockerfileImage, "context") => path("", false, Paths::Directories),
        (Section::DockerfileImage, "contextAddFiles" | "contextAddFile") => path(around("context"), false, Paths::All),
        (Section::Deploy, "helmChartDir") => path("", false, Paths::Directories),
        (Section::Git, "add") if scene.context.value_around("url").is_none() => path("", true, Paths::All),
        (Section::Git, "includePaths" | "excludePaths") if scene.context.value_around("url").is_none() => {
            path(around("add"), false, Paths::All);
        }
        (Section::StageDependencies, _) => path(around("add"), false, Paths::All),
        (Section::Include, "includePaths" | "excludePaths") => {}
        (Section::GiterminismConfig, "allowUncommittedTemplates") => path("", false, Paths::All),
        (Section::GiterminismTemplates, "allowUncommittedFiles") => path("", false, Paths::All),
        (Section::GiterminismHelm, "allowUncommittedFiles") => path("", false, Paths::All),
        (Section::GiterminismDockerfile, "allowUncommitted" | "allowContextAddFiles") => path("", false, Paths::All),
        (Section::GiterminismTemplates, "allowEnvVariables")
        | (Section::GiterminismSecrets, "allowEnvVariables")
        | (Section::Secret | Section::Password | Section::IncludePassword, "env") => {
            template::environment(scene.at, scene.around, found);
        }
        (Section::DockerfileImage, "target") => {
            for declared in declared(scene) {
                for (number, stage) in declared.stages.iter().rev().enumerate() {
                    let rank = 20 + u32::try_from(number).unwrap_or(0);
                    found.push(Candidate::new(Kind::Declared, stage, rank).detail("stage of the Dockerfile"));
                }
            }
        }
        (Section::DependencyImport, "targetBuildArg") => arguments(scene, found),
        (Section::StapelImage | Section::DockerfileImage, "fromCacheVersion" | "cacheVersion") => {}
        _ => {}
    }
}

/// What the Dockerfile of the document declares.
fn declared(scene: &Scene<'_, '_>) -> Vec<dockerfile::Declared> {
    let mut paths: BTreeSet<String> = BTreeSet::new();
    let value = |key: &str| scene.context.value_around(key).unwrap_or("");
    let named = value("dockerfile");
    if !named.is_empty() && !named.contains('\u{1}') {
        paths.insert(names::join(value("context"), named));
    } else if let Some(point) = scene.context.rendered {
        for document in &scene.at.analysis.snapshot().decoded.documents {
            if let RawKind::Dockerfile(image) = &document.kind
                && document.span.touches(point)
            {
                paths.extend(dockerfile_path(image));
            }
        }
    }
    let text = |path: &String| {
        let read = scene.analyses().find_map(|analysis| match analysis.snapshot().files.dockerfiles.get(path) {
            Some(DockerfileRead::Text(text) | DockerfileRead::Changed(text)) => Some(text.to_vec()),
            _ => None,
        });
        read.or_else(|| scene.around.files?.read(path))
    };
    paths.iter().filter_map(text).map(|text| dockerfile::read(&text)).collect()
}

/// Build arguments of the Dockerfile.
fn arguments(scene: &Scene<'_, '_>, found: &mut Vec<Candidate>) {
    for declared in declared(scene) {
        for name in &declared.args {
            let mut candidate = Candidate::new(Kind::Declared, name, 20).detail("ARG of the Dockerfile");
            add_colon(scene, &mut candidate);
            found.push(candidate);
        }
    }
}

fn add_colon(scene: &Scene<'_, '_>, candidate: &mut Candidate) {
    let is_key = scene.context.slot == Slot::Key;
    if is_key && !scene.context.has_colon && scene.context.quote.is_none() {
        candidate.insert.push_str(": ");
    }
}

/// Keys of a mapping that takes any: build arguments, variables, labels.
pub(super) fn free_keys(scene: &Scene<'_, '_>, section: Section, directive: &Directive, found: &mut Vec<Candidate>) {
    let from = found.len();
    if section == Section::DockerfileImage && directive.key == "args" {
        arguments(scene, found);
    }
    for (name, count) in elsewhere::keys_below(scene, directive.key) {
        let mut candidate = Candidate::new(Kind::Value, name, 100 - count.min(50)).detail(ELSEWHERE);
        add_colon(scene, &mut candidate);
        found.push(candidate);
    }
    let is_new = |one: &Candidate| scene.context.siblings.iter().all(|sibling| sibling.key != one.label);
    let added = found.split_off(from);
    found.extend(added.into_iter().filter(is_new));
}

/// Said of what the project says elsewhere.
const ELSEWHERE: &str = "used elsewhere in the project";

/// What the same directive, or one that it is about, says elsewhere.
fn repeated(scene: &Scene<'_, '_>, section: Section, directive: &Directive, typed: &Typed, found: &mut Vec<Candidate>) {
    let about = match (section, directive.key) {
        (Section::GiterminismMount, "allowFromPaths") => "fromPath",
        (Section::GiterminismSecrets, "allowValueIds") => "id",
        (Section::GiterminismSecrets, "allowFiles") => "src",
        (Section::GiterminismDockerfile, "allowUncommitted") => "dockerfile",
        (Section::GiterminismDockerfile, "allowContextAddFiles") => "contextAddFiles",
        // Names of images are said once, references come from the images; commands are nobody's habit.
        (
            _,
            "image" | "artifact" | "fromImage" | "fromArtifact" | "fromImageArtifact" | "project" | "configVersion",
        ) => return,
        (Section::StapelImage | Section::Import | Section::Dependency, "from") | (Section::Shell, _) => return,
        (_, key) => key,
    };
    let is_text = matches!(
        directive.value,
        ValueType::Str
            | ValueType::OptStr
            | ValueType::OptInt
            | ValueType::OptDuration
            | ValueType::StrList
            | ValueType::StrOrList
    );
    if !is_text || !directive.allowed.is_empty() {
        return;
    }
    let word = String::from_utf8_lossy(scene.at.text().get(typed.replace.range()).unwrap_or_default()).into_owned();
    for (value, count) in elsewhere::values(scene, about, &word) {
        found.push(Candidate::new(Kind::Value, value, 500 - count.min(50)).detail(ELSEWHERE));
    }
}

/// A list below a directive: the beginning of an item, or an item.
pub(super) fn items(
    scene: &Scene<'_, '_>,
    section: Section,
    directive: &'static Directive,
    typed: &Typed,
    found: &mut Vec<Candidate>,
) {
    let is_item = matches!(scene.context.path.last(), Some(Level::Item));
    if let ValueType::Objects(inner) = directive.value {
        if is_item {
            return;
        }
        let pad = " ".repeat(scene.context.pad + 2);
        let text = format!("- {}", keys::children(inner, &pad, scene.dialect));
        let label = format!("- new item of {}", directive.key);
        found.push(Candidate::new(Kind::Snippet, label, 10).detail(directive.meaning).snippet(text));
        keys::keys(scene, inner, found);
        return;
    }
    let from = found.len();
    fixed(scene, section, directive, found);
    by_key(scene, section, directive, typed, found);
    repeated(scene, section, directive, typed, found);
    found.retain(|candidate| !scene.context.items.contains(&candidate.label));
    let from = from.min(found.len());
    for candidate in &mut found[from..] {
        quote(candidate, scene.context.quote);
    }
    if !is_item && !scene.context.is_flow {
        for candidate in &mut found[from..] {
            candidate.insert.insert_str(0, "- ");
        }
    }
}

/// Words of ansible tasks that are no modules.
const TASK_WORDS: &[&str] = &[
    "name",
    "when",
    "with_items",
    "loop",
    "become",
    "become_user",
    "register",
    "environment",
    "args",
    "tags",
    "notify",
    "ignore_errors",
    "changed_when",
    "failed_when",
    "vars",
    "until",
    "retries",
    "delay",
];

/// Modules and words of ansible tasks.
pub(super) fn tasks(scene: &Scene<'_, '_>, found: &mut Vec<Candidate>) {
    let is_present = |key: &str| scene.context.siblings.iter().any(|sibling| sibling.key == key);
    let has_module = scene.context.siblings.iter().any(|sibling| ANSIBLE_MODULES.contains(&sibling.key.as_str()));
    let usual = ["name", "shell", "apt", "copy", "file", "command", "raw", "template", "apk"];
    let words = TASK_WORDS.iter().map(|word| (*word, "word of tasks"));
    let modules = ANSIBLE_MODULES.iter().map(|word| (*word, "ansible module"));
    for (word, detail) in words.chain(modules).filter(|(word, _)| !is_present(word)) {
        let is_module = detail == "ansible module";
        let place = usual.iter().position(|usual| *usual == word).map_or(40, |place| u32::try_from(place).unwrap_or(0));
        let rank = if is_module && has_module { 400 } else { 50 + place };
        let mut candidate = Candidate::new(Kind::Key, word, rank).detail(detail);
        if !scene.context.has_colon && scene.context.quote.is_none() {
            candidate.insert.push_str(": ");
        }
        candidate.replace = Span::default();
        found.push(candidate);
    }
}
