//! werf's checks of single mappings, run when a mapping closes (spec `werf-2-config.md` §10.4, `werf-1.1-config.md` §8.3).
//!
//! In: a walked mapping. Out: findings in werf's order. A directive that already has a finding gives no second one.

use super::mapping::{Mapping, Value};
use super::walk::{Walk, mark_invalid};
use super::{ansible, messages};
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::grammar::{Section, UnknownKeys};
use crate::source::Span;
use crate::template::functions::re2::{Regex, Syntax};

/// Checks a mapping that has been walked to its end.
pub(super) fn close(walk: &mut Walk<'_>, mapping: &mut Mapping, found: &mut Vec<Finding>) {
    let dialect = walk.dialect;
    // Checks that come before that for unknown fields.
    match mapping.section {
        Section::Secret => secret_source(mapping, found),
        Section::Import if dialect == Dialect::V3 => renamed_source(mapping, "import", found),
        Section::Dependency if dialect == Dialect::V3 => renamed_source(mapping, "dependency", found),
        Section::DockerfileImage | Section::StapelImage => image_names(mapping, dialect, found),
        _ => {}
    }
    if mapping.section.info().unknown == UnknownKeys::Refused {
        unknown_fields(walk, mapping, found);
    }
    match mapping.section {
        Section::Limit => limit_operator(mapping, found),
        Section::References => references(mapping, dialect, found),
        Section::KeepPolicy => policy(mapping, found),
        Section::Deploy => deploy(mapping, found),
        Section::Meta => meta(mapping, found),
        Section::Task => ansible::task(walk, mapping, found),
        Section::StapelImage => stapel_name(mapping, dialect, found),
        _ => {}
    }
}

fn fatal(rule: &'static str, span: Span, message: impl Into<String>) -> Finding {
    Finding::fatal(RuleId(rule), Place::Rendered(span), message)
}

fn unknown_fields(walk: &Walk<'_>, mapping: &mut Mapping, found: &mut Vec<Finding>) {
    for unknown in std::mem::take(&mut mapping.unknown) {
        let (mut finding, meant) = messages::unknown_field(walk, mapping.section, &unknown);
        if let Some(directive) = meant
            && mapping.slot(directive.key).is_some()
        {
            // Renaming would only repeat a key.
            finding.fix = None;
            finding.help = Some(format!("remove it: `{}` is already there", directive.key));
        }
        mark_invalid(mapping, meant, unknown.key);
        found.push(finding);
    }
}

fn limit_operator(mapping: &Mapping, found: &mut Vec<Finding>) {
    let Some(slot) = mapping.slot("operator") else { return };
    let Value::Text(operator) = &slot.value else { return };
    if operator != "And" && operator != "Or" {
        let message = format!("`operator` is `{operator}`, and only `And` and `Or` are allowed");
        found.push(fatal("limit-operator", mapping.place_of("operator"), message));
    }
}

fn references(mapping: &Mapping, dialect: Dialect, found: &mut Vec<Finding>) {
    if mapping.is_invalid("branch") || mapping.is_invalid("tag") {
        return;
    }
    let (branch, tag) = (mapping.peek("branch"), mapping.peek("tag"));
    match (branch.is_empty(), tag.is_empty()) {
        (true, true) => {
            let finding = fatal("policy-ref-missing", mapping.key, "the policy names neither a `branch` nor a `tag`");
            found.push(
                finding.with_help("write one of them; a regular expression stands between slashes: `branch: /.*/`"),
            );
        }
        (false, false) => {
            let (first, second) = both(mapping, "branch", "tag");
            let finding = fatal("policy-ref-both", second, "a policy has either `branch` or `tag`, not both");
            let finding = finding.with_related(Place::Rendered(first), "the other one");
            found.push(finding.with_help("write a second policy for the other one"));
        }
        (false, true) => reference_expression(mapping, "branch", branch, dialect, found),
        (true, false) => reference_expression(mapping, "tag", tag, dialect, found),
    }
}

/// Two keys in the order of the text.
fn both(mapping: &Mapping, one: &str, other: &str) -> (Span, Span) {
    let (one, other) = (mapping.key_of(one), mapping.key_of(other));
    if one.start <= other.start { (one, other) } else { (other, one) }
}

/// Text between slashes is an expression. 1.1 takes it as it is, later dialects put `^` and `$` around it (spec §9.1).
fn reference_expression(mapping: &Mapping, key: &str, text: &str, dialect: Dialect, found: &mut Vec<Finding>) {
    let Some(rest) = text.strip_prefix('/').filter(|_| text.ends_with('/')) else { return };
    let inner = rest.strip_suffix('/').unwrap_or_default();
    let expression = if dialect == Dialect::V1_1 { inner.to_owned() } else { format!("^{inner}$") };
    if let Err(error) = Regex::compile(expression.as_bytes(), Syntax::of(dialect)) {
        let error = error.strip_prefix("error parsing regexp: ").unwrap_or(&error);
        let message = format!("the expression of `{key}` is not valid: {error}");
        found.push(fatal("policy-ref-regex", mapping.place_of(key), message));
    }
}

fn policy(mapping: &Mapping, found: &mut Vec<Finding>) {
    let missing = mapping.slot("references").is_none_or(|slot| slot.presence == super::super::field::Presence::Null);
    if missing {
        let finding =
            fatal("policy-references-missing", mapping.key_of("references"), "the policy has no `references`");
        found.push(finding.with_help("add `references` with a `branch` or a `tag`"));
    }
}

fn deploy(mapping: &Mapping, found: &mut Vec<Finding>) {
    let rules = [
        ("helmChartDir", "helm-chart-dir-empty"),
        ("helmRelease", "helm-release-empty"),
        ("namespace", "namespace-empty"),
    ];
    for (key, rule) in rules {
        if let Some(slot) = mapping.slot(key)
            && matches!(&slot.value, Value::Text(text) if text.is_empty())
        {
            let finding = fatal(rule, mapping.place_of(key), format!("`{key}` is empty"));
            found.push(finding.with_help("give it a value, or remove the key to get the default"));
        }
    }
}

/// Longest name of a project, in bytes.
const LONGEST_PROJECT: usize = 50;

fn meta(mapping: &Mapping, found: &mut Vec<Finding>) {
    if !mapping.is_invalid("configVersion") {
        let version = mapping.slot("configVersion").map(|slot| &slot.value);
        if !matches!(version, Some(Value::Int(1))) {
            let finding = fatal("config-version", mapping.place_of("configVersion"), "`configVersion` must be 1");
            found.push(finding.with_help("write `configVersion: 1`"));
        }
    }
    if mapping.is_invalid("project") {
        return;
    }
    let name = mapping.peek("project");
    let place = mapping.place_of("project");
    if name.is_empty() {
        let message = match mapping.slot("project") {
            None => "the meta section has no `project`",
            Some(_) => "`project` is empty",
        };
        let finding = fatal("project-empty", place, message);
        found.push(finding.with_help("give the project a name of lower-case letters, digits and hyphens"));
        return;
    }
    if name.len() > LONGEST_PROJECT {
        let message = format!("the name of the project has {} bytes, {LONGEST_PROJECT} are allowed", name.len());
        found.push(fatal("project-name", place, message));
    } else if !is_project_name(name) {
        let message = format!("`{name}` is not allowed as the name of a project");
        found.push(
            fatal("project-name", place, message)
                .with_help("use lower-case letters, digits and hyphens; begin and end with a letter or digit"),
        );
    }
}

/// Whether a name has the form that werf wants: `^(?:[a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$`; the length is not looked at.
pub fn is_project_name(name: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.iter().all(|byte| inner(*byte) || *byte == b'-')
        && bytes.first().is_some_and(|byte| inner(*byte))
        && bytes.last().is_some_and(|byte| inner(*byte))
}

fn secret_source(mapping: &Mapping, found: &mut Vec<Finding>) {
    let given: Vec<&str> = ["env", "src", "value"].into_iter().filter(|key| !mapping.peek(key).is_empty()).collect();
    if let [first, .., last] = given[..] {
        let (one, other) = both(mapping, first, last);
        let finding = fatal("secret-source-many", other, "a secret comes from one of `env`, `src` and `value`");
        found.push(finding.with_related(Place::Rendered(one), "the other source").with_help("keep one of them"));
    }
}

/// `image`, which 3 calls `from`, in imports and dependencies (A22–A26).
fn renamed_source(mapping: &Mapping, what: &'static str, found: &mut Vec<Finding>) {
    if mapping.peek("image").is_empty() {
        return;
    }
    let import = what == "import";
    if !mapping.peek("from").is_empty() {
        let (first, second) = both(mapping, "image", "from");
        let rule = if import { "import-from-and-image" } else { "dependency-from-and-image" };
        let finding = fatal(rule, second, format!("the {what} has both `from` and its old spelling `image`"));
        found.push(finding.with_related(Place::Rendered(first), "the other one").with_help("keep `from`"));
        return;
    }
    let rule = if import { "import-image-deprecated" } else { "dependency-image-deprecated" };
    let key = mapping.key_of("image");
    let message = format!("`image` is the old spelling of `from` in {}", mapping.section.name());
    found.push(Finding::new(RuleId(rule), Severity::Warning, Place::Rendered(key), message));
}

/// A30 and A31.
fn image_names(mapping: &Mapping, dialect: Dialect, found: &mut Vec<Finding>) {
    let Some(slot) = mapping.slot("image") else { return };
    let Value::Image(form, _, wrong) = &slot.value else { return };
    if let Some(wrong) = wrong {
        let message = if wrong.item {
            format!("the name of an image is a text, here is {}", wrong.found)
        } else {
            format!("`image` is a text or a list of texts, here is {}", wrong.found)
        };
        found.push(messages::quote_help(fatal("image-name-type", wrong.span, message), wrong.found));
    } else if dialect == Dialect::V3 && *form == super::super::config::ImageForm::Null {
        let finding = fatal("image-nameless", slot.key, "an image without a name is not supported by werf 3");
        found.push(finding.with_help("give the image a name"));
    }
}

/// A33 and A34.
fn stapel_name(mapping: &Mapping, dialect: Dialect, found: &mut Vec<Finding>) {
    if mapping.is_invalid("image") || mapping.is_invalid("artifact") {
        return;
    }
    let names = match mapping.slot("image").map(|slot| &slot.value) {
        Some(Value::Image(_, names, _)) => names.len(),
        _ => 0,
    };
    let artifact = !mapping.peek("artifact").is_empty();
    if names > 0 && artifact {
        let (first, second) = both(mapping, "image", "artifact");
        let finding = fatal("image-and-artifact", second, "a document describes an `image` or an `artifact`, not both");
        found.push(
            finding
                .with_related(Place::Rendered(first), "the other name")
                .with_help("remove one of them, or put a `---` line between the two"),
        );
        return;
    }
    if names > 0 || artifact {
        return;
    }
    if let Some(key) = mapping.forgotten_image {
        let finding =
            fatal("image-name-missing", key, "werf forgets this `image`, because a merge key `<<` follows it");
        found.push(finding.with_help("write the `<<` above `image`"));
        return;
    }
    let (key, message) = if mapping.slot("image").is_some() {
        ("image", "the list of `image` is empty: the document has no name")
    } else {
        ("artifact", "`artifact` is empty: the document has no name")
    };
    let finding = fatal("image-name-missing", mapping.place_of(key), message);
    let names = if dialect == Dialect::V3 { "`image`" } else { "`image` or `artifact`" };
    found.push(finding.with_help(format!("give {names} a name")));
}
