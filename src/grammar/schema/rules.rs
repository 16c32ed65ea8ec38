//! What werf's checks demand of one document beyond the types: required keys, keys that exclude each other, forms of values (spec `werf-2-config.md` §10,
//! `werf-1.1-config.md` §8).

use serde_json::{Value, json};

use super::values::strings;
use crate::dialect::Dialect;
use crate::grammar::{ANSIBLE_MODULES, Directive, Section};

/// The listed values of a directive in that dialect; none where werf does not look at them.
pub(super) fn allowed(section: Section, directive: &'static Directive, dialect: Dialect) -> Vec<&'static str> {
    if section == Section::ImagesPerReference {
        return Vec::new();
    }
    directive.allowed_in(dialect).collect()
}

/// A path that does not begin with a slash.
const NOT_ABSOLUTE: &str = "^([^/]|$)";

/// Nor with `..`, which leaves the folder at once. Paths that leave it later cannot be told by a pattern.
const NOT_CLIMBING: &str = r"^($|[^/.]|\.($|[^.])|\.\.[^/])";

/// Values with a form of their own.
pub(super) fn special(section: Section, key: &str, document: Section, dialect: Dialect) -> Option<Value> {
    let absolute = || json!({"type": "string", "pattern": "^/"});
    // In 3 a trailing slash is ambiguous; before, werf drops it.
    let target = || match dialect {
        Dialect::V3 => json!({"type": "string", "pattern": "^/([^\\n]*[^/])?$"}),
        _ => absolute(),
    };
    let inside = match dialect {
        Dialect::V1_1 => NOT_ABSOLUTE,
        _ => NOT_CLIMBING,
    };
    let relative = || json!({"type": "string", "pattern": inside});
    let filled = || json!({"type": ["string", "number", "boolean", "null"], "minLength": 1});
    let optional = |schema: Value| json!({"anyOf": [schema, {"type": ["string", "null"], "maxLength": 0}]});
    Some(match (section, key) {
        (Section::Meta, "configVersion") => json!({"type": "number", "minimum": 1, "exclusiveMaximum": 2}),
        (Section::Meta, "project") => json!({
            "type": ["string", "integer", "boolean"],
            "pattern": "^(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$",
            "maxLength": 50,
        }),
        (Section::Deploy, "helmChartDir" | "helmRelease" | "namespace") => filled(),
        (Section::Git, "add") | (Section::Import, "add") | (Section::Mount, "to") => absolute(),
        (Section::Git, "to") => target(),
        (Section::Import, "to") => optional(target()),
        (Section::Git | Section::Import, "includePaths" | "excludePaths")
        | (Section::StageDependencies, "install" | "beforeSetup" | "setup") => strings(relative()),
        (Section::DockerfileImage, "contextAddFile" | "contextAddFiles") => strings(relative()),
        (Section::DockerfileImage, "context" | "dockerfile") if dialect != Dialect::V1_1 => {
            // In 3 a Dockerfile may lie outside of its context.
            let pattern = if key == "dockerfile" && dialect == Dialect::V3 { NOT_ABSOLUTE } else { inside };
            json!({"type": ["string", "number", "boolean", "null"], "pattern": pattern})
        }
        (Section::Dependency, "before" | "after") if document == Section::DockerfileImage => nothing(),
        (Section::DependencyImport, "targetEnv") if document == Section::DockerfileImage => nothing(),
        (Section::DependencyImport, "targetBuildArg") if document == Section::StapelImage => nothing(),
        // The stage is looked at with the other rules of the document, which `asLayers` switches off.
        (Section::Import, "before" | "after") if dialect == Dialect::V1_1 => {
            json!({"type": ["string", "number", "boolean", "null"], "examples": ["install", "setup"]})
        }
        (Section::Include, "add" | "to") => absolute(),
        (Section::Include, "includePaths" | "excludePaths") => {
            json!({"type": ["array", "null"], "items": {"type": ["string", "number", "boolean", "null"], "pattern": NOT_ABSOLUTE}})
        }
        _ => return None,
    })
}

/// Only the empty value, for keys that another kind of image has.
fn nothing() -> Value {
    json!({"type": ["string", "null"], "maxLength": 0})
}

// Conditions are said without `enum`: editors would show a list of forbidden values as the allowed ones.

/// The key is there with something in it.
fn given(key: &str) -> Value {
    json!({"required": [key], "properties": {key: {"not": {"type": "null"}, "minLength": 1}}})
}

/// The key is there and not null.
fn present(key: &str) -> Value {
    json!({"required": [key], "properties": {key: {"not": {"type": "null"}}}})
}

/// The key is there with a list or mapping or text that is not empty.
fn filled(key: &str) -> Value {
    json!({"required": [key], "properties": {key: {"not": {"type": "null"}, "minLength": 1, "minItems": 1}}})
}

fn is_true(key: &str) -> Value {
    json!({"required": [key], "properties": {key: {"const": true}}})
}

fn exactly_one(keys: &[&str]) -> Value {
    json!({"oneOf": keys.iter().map(|key| given(key)).collect::<Vec<_>>()})
}

fn not_both(first: Value, second: Value) -> Value {
    json!({"not": {"allOf": [first, second]}})
}

fn when(condition: Value, then: Value) -> Value {
    json!({"if": condition, "then": then})
}

fn never(condition: Value) -> Value {
    json!({"not": condition})
}

/// Keys that must be there, and the other rules of a section in a document of that kind.
pub(super) fn rules(section: Section, document: Section, dialect: Dialect) -> (Vec<&'static str>, Vec<Value>) {
    let in_stapel = document == Section::StapelImage;
    match section {
        Section::Meta => (vec!["configVersion", "project"], Vec::new()),
        Section::KeepPolicy => (vec!["references"], vec![present("references")]),
        Section::References => (Vec::new(), vec![exactly_one(&["branch", "tag"])]),
        Section::DockerfileImage => {
            let rules = match dialect {
                Dialect::V1_1 => Vec::new(),
                _ => vec![not_both(filled("contextAddFile"), filled("contextAddFiles"))],
            };
            (vec!["dockerfile"], rules)
        }
        Section::StapelImage => stapel(dialect),
        Section::Git => (vec!["to"], git(dialect)),
        Section::Mount => (vec!["to"], vec![exactly_one(&["from", "fromPath"])]),
        Section::Import => (vec!["add"], import(dialect)),
        Section::Dependency => {
            let mut rules = match dialect {
                Dialect::V3 => vec![exactly_one(&["from", "image"])],
                _ => vec![given("image")],
            };
            if in_stapel {
                rules.push(exactly_one(&["before", "after"]));
            }
            (Vec::new(), rules)
        }
        Section::DependencyImport => {
            let target = if in_stapel { "targetEnv" } else { "targetBuildArg" };
            (vec!["type", target], vec![given("type"), given(target)])
        }
        Section::Secret => {
            let needs_id = when(given("value"), given("id"));
            (Vec::new(), vec![exactly_one(&["env", "src", "value"]), needs_id])
        }
        Section::Task => (Vec::new(), vec![task()]),
        Section::Giterminism => (vec!["giterminismConfigVersion"], Vec::new()),
        Section::Include => (vec!["git", "add", "to"], vec![given("git"), exactly_one(&["branch", "tag", "commit"])]),
        Section::IncludeAuth => (vec!["username", "password"], vec![given("username"), present("password")]),
        Section::IncludePassword => (Vec::new(), vec![exactly_one(&["env", "src", "value"])]),
        _ => (Vec::new(), Vec::new()),
    }
}

/// One module, or a block.
fn task() -> Value {
    let mut options: Vec<Value> = ["block", "rescue", "always"].map(present).into();
    options.push(json!({"oneOf": ANSIBLE_MODULES.iter().map(|module| present(module)).collect::<Vec<_>>()}));
    json!({"anyOf": options})
}

fn git(dialect: Dialect) -> Vec<Value> {
    let references = ["branch", "tag", "commit"];
    let any = json!({"anyOf": references.map(given)});
    let mut rules = vec![
        when(any, given("url")),
        not_both(given("branch"), given("tag")),
        not_both(given("branch"), given("commit")),
        not_both(given("tag"), given("commit")),
    ];
    if dialect == Dialect::V1_1 {
        let pinned = json!({"anyOf": [given("tag"), given("commit")]});
        let moves = json!({"allOf": [given("url"), never(pinned)]});
        rules.push(when(moves, is_true("herebyIAdmitThatBranchMightBreakReproducibility")));
    }
    rules
}

fn import(dialect: Dialect) -> Vec<Value> {
    let mut rules = vec![exactly_one(match dialect {
        Dialect::V1_1 | Dialect::V1_2 => &["image", "artifact"],
        Dialect::V2 => &["from", "image", "artifact"],
        Dialect::V3 => &["from", "image"],
    })];
    if dialect != Dialect::V1_1 {
        rules.push(exactly_one(&["before", "after"]));
    }
    if matches!(dialect, Dialect::V2 | Dialect::V3) {
        let root = json!({"required": ["add"], "properties": {"add": {"pattern": "^/+$"}}});
        rules.push(when(root, filled("includePaths")));
    }
    if dialect == Dialect::V3 {
        // Without `to` the target is `add` as it is written.
        let fine = json!({"properties": {"add": {"pattern": "^/([^\\n]*[^/])?$"}}});
        rules.push(json!({"if": given("to"), "else": fine}));
    }
    rules
}

/// Rules of a stapel document, in 1.1 those that hold also with `asLayers` first.
fn stapel(dialect: Dialect) -> (Vec<&'static str>, Vec<Value>) {
    // Null, an empty name, or a list of one such.
    let empty = json!({"type": "string", "maxLength": 0});
    let no_name =
        json!({"type": ["null", "string", "array"], "maxLength": 0, "minItems": 1, "maxItems": 1, "items": empty});
    let nameless = json!({"required": ["image"], "properties": {"image": no_name}});
    let name = json!({"required": ["image"], "properties": {"image": {"minItems": 1}}});
    if dialect == Dialect::V3 {
        return (vec!["image"], vec![exactly_one(&["from", "fromImage"]), scratch()]);
    }
    let identity = json!({"oneOf": [name, given("artifact")]});
    let as_artifact = |rule: Value| when(given("artifact"), never(rule));
    let mut rules = vec![identity, as_artifact(present("docker"))];
    let mut bases = vec!["from", "fromImage"];
    bases.push(if dialect == Dialect::V1_1 { "fromImageArtifact" } else { "fromArtifact" });
    if dialect == Dialect::V1_1 {
        let stage = |key: &str| json!({"required": [key], "properties": {key: {"enum": ["install", "setup"]}}});
        let stages = json!({"allOf": [
            exactly_one(&["before", "after"]),
            {"anyOf": [stage("before"), stage("after")]},
        ]});
        let imports = json!({"properties": {"import": {"items": stages}}});
        let latest = when(is_true("fromLatest"), is_true("herebyIAdmitThatFromLatestMightBreakReproducibility"));
        let builders = not_both(present("shell"), present("ansible"));
        // The layers are checked instead of the document.
        rules.push(json!({
            "if": is_true("asLayers"),
            "else": {"allOf": [exactly_one(&bases), latest, builders, imports]},
        }));
        return (Vec::new(), rules);
    }
    rules.push(not_both(present("shell"), present("ansible")));
    rules.push(as_artifact(present("final")));
    rules.push(as_artifact(is_true("disableGitAfterPatch")));
    rules.push(as_artifact(filled("dependencies")));
    if dialect == Dialect::V1_2 {
        rules.push(exactly_one(&bases));
        return (Vec::new(), rules);
    }
    // In 2 `fromImage` is another spelling of `from`, and a nameless image without a base passes.
    let base = json!({"anyOf": [given("from"), given("fromImage")]});
    rules.push(json!({"if": nameless, "else": {"anyOf": [base, given("fromArtifact")]}}));
    rules.push(not_both(base, given("fromArtifact")));
    // Its missing `from` counts as `:latest`.
    rules.push(not_both(nameless, given("fromArtifact")));
    rules.push(not_both(present("docker"), present("imageSpec")));
    (Vec::new(), rules)
}

/// `from: scratch` has no digest that could be asked for.
fn scratch() -> Value {
    let scratch = |key: &str| json!({"required": [key], "properties": {key: {"const": "scratch"}}});
    not_both(json!({"anyOf": [scratch("from"), scratch("fromImage")]}), is_true("fromLatest"))
}
