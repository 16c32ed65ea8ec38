//! Keys of mappings, with what they need below them.

use std::fmt::Write as _;

use super::{Candidate, Kind, Scene, about_directive, elsewhere};
use crate::dialect::Dialect;
use crate::grammar::{Directive, Section, ValueType};
use crate::ide::context::{Shape, Slot};

/// The likeliest keys of a mapping, in the order in which people write them.
fn usual(section: Section) -> &'static [&'static str] {
    match section {
        Section::Meta => &["project", "configVersion", "deploy", "cleanup", "build", "gitWorktree"],
        Section::StapelImage => &[
            "image",
            "from",
            "fromImage",
            "git",
            "shell",
            "import",
            "artifact",
            "docker",
            "mount",
            "dependencies",
            "imageSpec",
            "ansible",
            "final",
            "fromArtifact",
            "fromImageArtifact",
            "secrets",
            "fromLatest",
            "platform",
        ],
        Section::DockerfileImage => &[
            "image",
            "dockerfile",
            "context",
            "target",
            "args",
            "dependencies",
            "contextAddFiles",
            "platform",
            "final",
            "secrets",
            "staged",
            "network",
            "imageSpec",
            "ssh",
            "addHost",
            "contextAddFile",
        ],
        Section::Git => &[
            "add",
            "to",
            "stageDependencies",
            "excludePaths",
            "includePaths",
            "owner",
            "group",
            "url",
            "branch",
            "tag",
            "commit",
        ],
        Section::Import => &[
            "image",
            "from",
            "artifact",
            "add",
            "to",
            "after",
            "before",
            "includePaths",
            "excludePaths",
            "owner",
            "group",
            "stage",
        ],
        Section::Dependency => &["image", "from", "imports", "before", "after"],
        Section::Shell => &["beforeInstall", "install", "beforeSetup", "setup", "cacheVersion", "installCacheVersion"],
        Section::Ansible => &["beforeInstall", "install", "beforeSetup", "setup", "cacheVersion"],
        Section::Docker => {
            &["ENV", "WORKDIR", "CMD", "ENTRYPOINT", "EXPOSE", "USER", "LABEL", "VOLUME", "HEALTHCHECK", "exactValues"]
        }
        Section::Mount => &["from", "to", "fromPath"],
        Section::Deploy => &["namespace", "helmRelease", "helmChartDir", "namespaceSlug", "helmReleaseSlug"],
        Section::ImageSpecConfig => &[
            "cmd",
            "entrypoint",
            "env",
            "user",
            "workingDir",
            "expose",
            "labels",
            "volumes",
            "clearCmd",
            "clearEntrypoint",
        ],
        _ => &[],
    }
}

/// Keys without which the mapping is nothing: of each group, one must be there.
fn needed(section: Section) -> &'static [&'static [&'static str]] {
    match section {
        Section::Meta => &[&["project"], &["configVersion"]],
        Section::StapelImage => &[&["image", "artifact"], &["from", "fromImage", "fromArtifact", "fromImageArtifact"]],
        Section::DockerfileImage => &[&["image"], &["dockerfile"]],
        Section::Git => &[&["add"], &["to"]],
        Section::Import => &[&["from", "image", "artifact"], &["add"], &["to"], &["after", "before"]],
        Section::Dependency => &[&["from", "image"], &["imports"]],
        Section::DependencyImport => &[&["type"], &["targetBuildArg", "targetEnv"]],
        Section::Mount => &[&["to"], &["from", "fromPath"]],
        Section::KeepPolicy => &[&["references"]],
        Section::Giterminism => &[&["giterminismConfigVersion"]],
        Section::Include => &[&["git"], &["add"], &["to"], &["branch", "tag", "commit"]],
        _ => &[],
    }
}

/// Keys that shut each other out.
fn rivals(section: Section) -> &'static [&'static [&'static str]] {
    match section {
        Section::StapelImage => &[
            &["image", "artifact"],
            &["from", "fromImage", "fromArtifact", "fromImageArtifact"],
            &["shell", "ansible"],
            &["docker", "imageSpec"],
        ],
        Section::Import => &[&["from", "image", "artifact"], &["after", "before"]],
        Section::Dependency => &[&["from", "image"], &["after", "before"]],
        Section::DependencyImport => &[&["targetBuildArg", "targetEnv"]],
        Section::Mount => &[&["from", "fromPath"]],
        Section::Git | Section::Include => &[&["branch", "tag", "commit"]],
        Section::References => &[&["branch", "tag"]],
        Section::DockerfileImage => &[&["contextAddFile", "contextAddFiles"]],
        Section::Secret | Section::Password | Section::IncludePassword => &[&["env", "src", "value"]],
        _ => &[],
    }
}

/// Keys of a section.
pub(super) fn keys(scene: &Scene<'_, '_>, section: Section, found: &mut Vec<Candidate>) {
    let context = scene.context;
    let is_present = |key: &str| context.siblings.iter().any(|sibling| sibling.key == key);
    let seen = elsewhere::keys(scene.at.analysis);
    for (number, directive) in section.directives().enumerate() {
        if !directive.dialects.contains(scene.dialect) || is_present(directive.key) {
            continue;
        }
        let mut rank = rank(scene, section, directive, number, &is_present);
        // What the project's other mappings have is likely here too, even if nobody would begin with it today.
        if seen.contains(directive.key) {
            rank = rank.saturating_sub(if directive.deprecated.contains(scene.dialect) { 200 } else { 10 });
        }
        found.push(candidate(scene, section, directive, rank));
    }
    if section == Section::Task {
        super::values::tasks(scene, found);
    }
}

fn rank(
    scene: &Scene<'_, '_>,
    section: Section,
    directive: &Directive,
    number: usize,
    is_present: &dyn Fn(&str) -> bool,
) -> u32 {
    let usual = usual(section);
    let place = usual.iter().position(|key| *key == directive.key).unwrap_or(usual.len() + number);
    let mut rank = 100 + u32::try_from(place).unwrap_or(0);
    let is_missing = |group: &&[&str]| group.contains(&directive.key) && !group.iter().any(|key| is_present(key));
    let is_needed = !scene.context.is_piece && needed(section).iter().any(is_missing);
    if is_needed {
        rank -= 50;
    }
    let has_rival = rivals(section).iter().any(|group| {
        group.contains(&directive.key) && group.iter().any(|key| *key != directive.key && is_present(key))
    });
    if has_rival {
        rank += 100;
    }
    if directive.deprecated.contains(scene.dialect) && !is_needed {
        rank += 200;
    }
    // Of two kinds that a document may be, stapel images are the more usual.
    rank += u32::from(section == Section::DockerfileImage && scene.context.roots.len() > 1) * 2;
    let fit = shape_fit(scene, section, directive);
    rank.saturating_add_signed(fit * -40)
}

/// How well what stands behind the word fits a directive: from -20 (cannot be) over 0 to 2.
fn shape_fit(scene: &Scene<'_, '_>, section: Section, directive: &Directive) -> i32 {
    let known = |inner: Section, keys: &[String]| {
        let count = keys.iter().filter(|key| inner.directive(key, scene.dialect).is_some()).count();
        if count == 0 {
            -2
        } else if count == keys.len() {
            2
        } else {
            1
        }
    };
    match (&scene.context.shape, directive.value) {
        (Shape::Nothing, _) => 0,
        (Shape::Scalar(text), value) => scalar_fit(scene, section, directive, text, value),
        (Shape::Block, ValueType::Str | ValueType::OptStr | ValueType::StrOrList) => 1,
        (Shape::Scalars, ValueType::StrList | ValueType::StrOrList) => 2,
        (Shape::Scalars, ValueType::ImageName) => 1,
        (Shape::Mappings(keys), ValueType::Objects(inner)) => {
            if inner == Section::Task {
                1
            } else {
                known(inner, keys)
            }
        }
        (Shape::Mapping(keys), ValueType::Object(inner)) => known(inner, keys),
        (Shape::Mapping(_), ValueType::StrMap | ValueType::AnyMap) => 1,
        _ => -20,
    }
}

fn scalar_fit(scene: &Scene<'_, '_>, section: Section, directive: &Directive, text: &str, value: ValueType) -> i32 {
    let is_bool = matches!(text, "true" | "false" | "yes" | "no" | "on" | "off");
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_computed = text.bytes().any(|byte| byte == 1) || text.contains("{{");
    if !directive.allowed.is_empty() && directive.allowed.contains(&text) {
        return 3;
    }
    match value {
        ValueType::Bool | ValueType::OptBool if is_bool => 2,
        ValueType::Bool | ValueType::OptBool if !is_computed => -20,
        ValueType::OptInt | ValueType::OptUInt if is_number => 1,
        ValueType::OptInt | ValueType::OptUInt if !is_computed => -20,
        ValueType::OptDuration if text.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) => 1,
        ValueType::OptDuration => -20,
        ValueType::Str | ValueType::OptStr | ValueType::StrOrList | ValueType::ImageName => {
            if is_bool || !directive.allowed.is_empty() && !is_computed {
                -2
            } else {
                meaning_fit(scene, section, directive, text)
            }
        }
        _ if is_computed => 0,
        _ => -20,
    }
}

/// What a text looks like.
fn meaning_fit(scene: &Scene<'_, '_>, section: Section, directive: &Directive, text: &str) -> i32 {
    let is_path = text.starts_with('/');
    let names_image =
        matches!(directive.key, "from" | "image" | "artifact" | "fromImage" | "fromArtifact" | "fromImageArtifact");
    let is_root = matches!(section, Section::StapelImage | Section::DockerfileImage);
    match directive.key {
        "add" | "to" | "fromPath" if is_path => 2,
        "add" | "to" => -1,
        "url" if text.contains("://") || text.starts_with("git@") => 3,
        "url" => -1,
        "dockerfile" if text.contains("ockerfile") => 3,
        "WORKDIR" | "workingDir" if is_path => 2,
        "from" if is_root && text.contains([':', '/']) => 2,
        "tag" | "branch" | "commit" if section == Section::Git => 0,
        _ if names_image && !(is_root && directive.key == "image") => {
            let known = scene.analyses().any(|analysis| analysis.snapshot().validated.images.find(text).is_some());
            if known { 1 } else { 0 }
        }
        _ => 0,
    }
}

fn candidate(scene: &Scene<'_, '_>, section: Section, directive: &Directive, rank: u32) -> Candidate {
    let mut candidate = Candidate::new(Kind::Key, directive.key, rank).detail(directive.meaning);
    candidate.about = about_directive(section, directive.key);
    candidate.is_deprecated = directive.deprecated.contains(scene.dialect);
    let context = scene.context;
    if context.has_colon || context.quote.is_some() {
        return candidate;
    }
    if context.is_flow {
        return candidate.snippet(format!("{}: $0", directive.key));
    }
    let starts_item = context.slot == Slot::Key && is_below_list(scene, section);
    let dash = if starts_item { "- " } else { "" };
    let pad = " ".repeat(context.pad + dash.len());
    let text = snippet(directive, &pad, scene.dialect);
    candidate.snippet(format!("{dash}{text}"))
}

/// Whether a key is typed where the list's dash is still missing.
fn is_below_list(scene: &Scene<'_, '_>, section: Section) -> bool {
    matches!(scene.context.path.last(), Some(crate::ide::context::Level::Key(_)))
        && scene.context.expected(scene.dialect).iter().any(|expected| {
            matches!(expected, crate::ide::context::Expected::Items(_, directive) if directive.value.section() == Some(section))
        })
}

/// A key with what belongs below it. `pad`: what further lines begin with.
pub(super) fn snippet(directive: &Directive, pad: &str, dialect: Dialect) -> String {
    let key = directive.key;
    match directive.value {
        ValueType::Str if !directive.allowed.is_empty() => {
            format!("{key}: ${{1|{}|}}", directive.allowed.join(","))
        }
        ValueType::Bool | ValueType::OptBool => {
            let default = if directive.default == "true" { "false,true" } else { "true,false" };
            format!("{key}: ${{1|{default}|}}")
        }
        ValueType::Objects(section) => format!("{key}:\n{pad}- {}", children(section, &format!("{pad}  "), dialect)),
        ValueType::Object(section) => format!("{key}:\n{pad}  {}", children(section, &format!("{pad}  "), dialect)),
        ValueType::StrMap | ValueType::AnyMap => format!("{key}:\n{pad}  ${{1:NAME}}: ${{2:value}}"),
        ValueType::StrList | ValueType::StrOrList => format!("{key}:\n{pad}- $1"),
        _ if directive.key == "configVersion" => format!("{key}: 1"),
        _ => format!("{key}: $1"),
    }
}

/// A text inside of a place of a snippet.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// The required keys of a mapping, or a place for any.
pub(super) fn children(section: Section, pad: &str, dialect: Dialect) -> String {
    let mut text = String::new();
    let mut number = 0;
    for group in needed(section) {
        let current = |key: &&&str| {
            section.directive(key, dialect).is_some_and(|directive| !directive.deprecated.contains(dialect))
        };
        let preferred = if section == Section::Import && dialect < Dialect::V3 {
            "image"
        } else {
            group.first().copied().unwrap_or("")
        };
        let key = group.iter().find(|key| **key == preferred && current(key)).or_else(|| group.iter().find(current));
        let Some(directive) = key.and_then(|key| section.directive(key, dialect)) else { continue };
        if !text.is_empty() {
            let _ = write!(text, "\n{pad}");
        }
        number += 1;
        let key = directive.key;
        let _ = match directive.value {
            ValueType::Objects(Section::DependencyImport) => {
                write!(text, "{key}:\n{pad}- type: ImageName\n{pad}  targetBuildArg: ${number}")
            }
            ValueType::Object(_) => write!(text, "{key}:\n{pad}  ${number}"),
            _ if !directive.allowed.is_empty() => write!(text, "{key}: ${{{number}|{}|}}", directive.allowed.join(",")),
            _ => {
                let example = directive.example.trim_matches(['[', ']']);
                let example = if matches!(section, Section::Git) && key == "add" { "/" } else { example };
                write!(text, "{key}: ${{{number}:{}}}", escaped(example))
            }
        };
    }
    if text.is_empty() { "$1".to_owned() } else { text }
}

/// The page of a directive as Markdown.
pub(super) fn page(section: Section, directive: &Directive, dialect: Dialect) -> String {
    let mut text = format!("**{}** in {}: {}.\n\n", directive.key, section.name(), directive.meaning);
    let _ = write!(text, "Takes {}.", directive.value.describe());
    if !directive.default.is_empty() {
        let _ = write!(text, " Default: {}.", directive.default);
    }
    if !directive.allowed.is_empty() {
        let _ = write!(text, " Allowed: `{}`.", directive.allowed.join("`, `"));
    }
    if !directive.example.is_empty() {
        let _ = write!(text, "\n\n```yaml\n{}: {}\n```", directive.key, directive.example);
    }
    if !directive.since.is_empty() {
        let _ = write!(text, "\n\nSince {}.", directive.since);
    }
    if directive.deprecated.contains(dialect) {
        text.push_str("\n\nDeprecated");
        if let Some(replacement) = section.replacement(directive, dialect) {
            let _ = write!(text, ": use `{replacement}`");
        }
        text.push('.');
    }
    text
}
