//! The schema of one directive: what its value may be, and its words.

use serde_json::{Map, Value, json};

use super::rules;
use crate::dialect::Dialect;
use crate::grammar::{Directive, FileKind, Section, ValueType};
use crate::limits::Limits;

/// What werf takes as text: any scalar. Null leaves the default.
const SCALAR: [&str; 4] = ["string", "number", "boolean", "null"];

/// Go's notation of durations.
const DURATION: &str = r"^[-+]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)$";

/// A value of that schema, or null.
pub(super) fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

/// The schema of a directive; `below` gives the link to a section.
pub(super) fn property(
    section: Section,
    directive: &'static Directive,
    document: Section,
    dialect: Dialect,
    below: impl FnMut(Section) -> Value,
) -> Value {
    let mut schema = match section.file() {
        FileKind::Giterminism => giterminism(directive, dialect, below),
        _ => value(section, directive, document, dialect, below),
    };
    if let Value::Object(map) = &mut schema {
        describe(map, section, directive, dialect);
    }
    schema
}

fn value(
    section: Section,
    directive: &'static Directive,
    document: Section,
    dialect: Dialect,
    mut below: impl FnMut(Section) -> Value,
) -> Value {
    if let Some(special) = rules::special(section, directive.key, document, dialect) {
        return special;
    }
    match directive.value {
        ValueType::Str | ValueType::OptStr => {
            let allowed = rules::allowed(section, directive, dialect);
            if allowed.is_empty() {
                return json!({"type": SCALAR});
            }
            // An empty text counts as not given; only a remembered one is looked at.
            let mut options = vec![json!({"enum": allowed})];
            options.push(match directive.value {
                ValueType::OptStr => json!({"type": "null"}),
                _ => json!({"type": ["string", "null"], "maxLength": 0}),
            });
            json!({"anyOf": options})
        }
        ValueType::Bool | ValueType::OptBool => json!({"type": ["boolean", "null"]}),
        ValueType::OptInt => json!({"type": ["number", "null"]}),
        ValueType::OptUInt => json!({"type": ["number", "null"], "minimum": 0}),
        ValueType::OptDuration => json!({"type": ["string", "number", "null"], "pattern": DURATION}),
        ValueType::StrList => json!({"type": ["array", "null"], "items": {"type": SCALAR}}),
        ValueType::StrOrList => strings(json!({"type": "string"})),
        ValueType::StrMap => json!({"type": ["object", "null"], "additionalProperties": {"type": SCALAR}}),
        ValueType::AnyMap => json!({"type": ["object", "null"]}),
        ValueType::ImageName => image_name(document, dialect),
        ValueType::Object(section) => or_null(below(section)),
        ValueType::Objects(Section::Task) => {
            // A null task is an empty one; in every other list it kills werf.
            json!({"type": ["array", "null"], "items": or_null(below(Section::Task))})
        }
        ValueType::Objects(section) => json!({"type": ["array", "null"], "items": below(section)}),
    }
}

/// One text or a list of texts, each of that schema.
pub(super) fn strings(text: Value) -> Value {
    json!({"anyOf": [text, {"type": "array", "items": text}, {"type": "null"}]})
}

fn image_name(document: Section, dialect: Dialect) -> Value {
    let mut name = json!({"type": "string"});
    if dialect == Dialect::V3 {
        let segment = "[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?";
        name = json!({"type": "string", "pattern": format!("^{segment}(?:/{segment})*$"), "not": {"const": "scratch"}});
    }
    let mut list = json!({"type": "array", "items": name, "uniqueItems": true});
    if document == Section::StapelImage && dialect == Dialect::V3 {
        list["minItems"] = json!(1);
    }
    let mut options = vec![name, list];
    if dialect != Dialect::V3 {
        options.push(json!({"type": "null"}));
    }
    json!({"anyOf": options})
}

/// Values of `werf-giterminism.yaml`: a schema of its own judges them, so that texts are texts and null is nothing.
fn giterminism(directive: &'static Directive, dialect: Dialect, mut below: impl FnMut(Section) -> Value) -> Value {
    if directive.key == "giterminismConfigVersion" {
        return json!({"enum": [1, "1", null]});
    }
    // What Go's decoder takes passes.
    let unchecked = !directive.is_in_giterminism_schema(dialect);
    match directive.value {
        ValueType::Object(section) if unchecked => or_null(below(section)),
        ValueType::Object(section) | ValueType::Objects(section) => below(section),
        ValueType::Bool if unchecked => json!({"type": ["boolean", "null"]}),
        ValueType::Bool => json!({"type": "boolean"}),
        _ if unchecked => json!({"type": ["array", "null"], "items": {"type": ["string", "null"]}}),
        _ => json!({"type": "array", "items": {"type": "string"}}),
    }
}

/// The words of a directive: description, deprecation, default, examples.
fn describe(map: &mut Map<String, Value>, section: Section, directive: &'static Directive, dialect: Dialect) {
    let mut text = sentence(directive.meaning);
    let replacement = section.replacement(directive, dialect);
    if directive.deprecated.contains(dialect) {
        let message = match replacement {
            Some(replacement) => format!("Deprecated: use `{replacement}`."),
            None => "Deprecated.".to_owned(),
        };
        text = format!("{message} {text}");
        map.insert("deprecated".into(), json!(true));
        // Editors do not offer the key. Their other extension, `deprecationMessage`, makes an error of a file that werf accepts.
        map.insert("doNotSuggest".into(), json!(true));
    }
    if !directive.since.is_empty() {
        text.push_str(&format!(" Since werf {}.", directive.since.replace(", ", " and ")));
    }
    match default(directive) {
        Some(value) => {
            map.insert("default".into(), value);
        }
        None if !directive.default.is_empty() => text.push_str(&format!(" Default: {}.", directive.default)),
        None => {}
    }
    map.insert("description".into(), json!(text));
    if !directive.example.is_empty()
        && let Some(example) = super::value_of(directive.example.as_bytes(), &Limits::default())
    {
        map.insert("examples".into(), json!([example]));
    }
}

/// A default that is a value rather than a remark.
fn default(directive: &Directive) -> Option<Value> {
    let text = directive.default;
    match directive.value {
        ValueType::Bool | ValueType::OptBool => text.parse().ok().map(Value::Bool),
        ValueType::OptInt | ValueType::OptUInt => text.parse::<i64>().ok().map(Value::from),
        ValueType::Str | ValueType::OptStr if !text.is_empty() && !text.contains('`') && !text.contains("the ") => {
            Some(Value::from(text))
        }
        _ => None,
    }
}

/// A meaning as a sentence.
fn sentence(meaning: &str) -> String {
    let mut letters = meaning.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
