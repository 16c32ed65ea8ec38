//! JSON Schemas (draft 2020-12) of werf's files, made from the table.
//!
//! In: a kind of file and the dialects. Out: a schema as a JSON value. It accepts every document that werf accepts, and refuses what is wrong in the document's
//! structure: unknown keys, types, required keys, keys that exclude each other, listed values, forms of paths and names. Never: files, printing.
//!
//! What a schema of one document cannot say: everything about several documents (names, references, cycles, a second meta section), giterminism's
//! permissions, how a value is written (`yes` or `true`, `Null` or `null`), keys that werf forgets because of a later merge key, paths that
//! climb out through `..`, regular expressions and globs inside of texts, and comparisons of two values (a mount's target twice).

mod json;
mod rules;
mod values;

pub use json::value_of;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{FileKind, Section, UnknownKeys};
use crate::dialect::Dialect;

/// A schema and the name of its file.
#[derive(Clone, Debug, PartialEq)]
pub struct Schema {
    /// Such as `werf-2.json`; without a dialect for the one with alternatives.
    pub name: String,
    /// The schema.
    pub value: Value,
}

impl Schema {
    /// Its text as it is published: indented, with a final line feed.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{:#}\n", self.value)
    }
}

/// All schemas: per kind of file those of the dialects, and one of any dialect.
#[must_use]
pub fn all() -> Vec<Schema> {
    let kinds = FileKind::ALL.into_iter();
    kinds
        .flat_map(|file| {
            std::iter::once(None).chain(file.dialects().iter().map(Some)).filter_map(move |d| one(file, d))
        })
        .collect()
}

/// The schema of a kind of file in a dialect, or in any; `None` if that dialect has no such file.
#[must_use]
pub fn one(file: FileKind, dialect: Option<Dialect>) -> Option<Schema> {
    let mut dialects: Vec<Dialect> = match dialect {
        Some(dialect) => vec![dialect],
        None => file.dialects().iter().collect(),
    };
    dialects.retain(|dialect| file.dialects().contains(*dialect));
    // The newest alternative first: editors describe a key by the first that knows it.
    dialects.reverse();
    let stem = match file {
        FileKind::Werf => "werf",
        FileKind::Giterminism => "werf-giterminism",
        FileKind::Includes => "werf-includes",
    };
    let name = match dialect {
        Some(dialect) => format!("{stem}-{dialect}.json"),
        None => format!("{stem}.json"),
    };
    (!dialects.is_empty()).then(|| Schema { name, value: schema(file, dialect, &dialects) })
}

fn schema(file: FileKind, dialect: Option<Dialect>, dialects: &[Dialect]) -> Value {
    let of = dialect.map_or_else(|| "any werf".to_owned(), |dialect| format!("werf {dialect}"));
    let (title, description) = match file {
        FileKind::Werf => ("werf.yaml", "One document of a rendered werf.yaml"),
        FileKind::Giterminism => ("werf-giterminism.yaml", "What the project permits in spite of giterminism"),
        FileKind::Includes => ("werf-includes.yaml", "Repositories whose files join the configuration"),
    };
    let mut writer = Writer { definitions: Map::new(), started: BTreeSet::new() };
    let mut root = Map::new();
    root.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    root.insert("title".into(), json!(format!("{title} ({of})")));
    root.insert("description".into(), json!(description));
    let mut alternatives = |section: Section| writer.alternatives(section, dialects);
    match file {
        FileKind::Werf => {
            let meta = alternatives(Section::Meta);
            let dockerfile = alternatives(Section::DockerfileImage);
            let stapel = alternatives(Section::StapelImage);
            // werf passes over documents without content: a `---` at the end.
            root.insert("type".into(), json!(["object", "null"]));
            // The keys that decide the kind, so that editors offer them in a document that has none yet.
            root.insert("properties".into(), json!({"configVersion": true, "dockerfile": true, "image": true}));
            root.insert("if".into(), json!({"type": "object", "required": ["configVersion"]}));
            root.insert("then".into(), meta);
            let otherwise = json!({"if": {"type": "object"}, "then": stapel});
            let with_dockerfile = json!({"type": "object", "required": ["dockerfile"]});
            root.insert("else".into(), json!({"if": with_dockerfile, "then": dockerfile, "else": otherwise}));
        }
        FileKind::Giterminism => root.extend(object(alternatives(Section::Giterminism))),
        FileKind::Includes => {
            let includes = alternatives(Section::Includes);
            root.extend(object(values::or_null(includes)));
        }
    }
    root.insert("$defs".into(), Value::Object(writer.definitions));
    Value::Object(root)
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => Map::from_iter([("const".to_owned(), other)]),
    }
}

/// Writes each section once, as a definition.
struct Writer {
    definitions: Map<String, Value>,
    started: BTreeSet<String>,
}

impl Writer {
    fn alternatives(&mut self, section: Section, dialects: &[Dialect]) -> Value {
        let several = dialects.len() > 1;
        let mut options: Vec<Value> =
            dialects.iter().map(|dialect| self.section(section, section, *dialect, several)).collect();
        match options.pop() {
            Some(only) if options.is_empty() => only,
            Some(last) => {
                options.push(last);
                json!({"anyOf": options})
            }
            None => Value::Bool(false),
        }
    }

    /// A link to the definition of a section in a document of that kind.
    fn section(&mut self, section: Section, document: Section, dialect: Dialect, several: bool) -> Value {
        // Of dependencies a Dockerfile image wants other keys than a stapel image.
        let differs = matches!(section, Section::Dependency | Section::DependencyImport);
        let mut name = format!("{section:?}");
        if differs {
            name.push_str("Of");
            name.push_str(&format!("{document:?}"));
        }
        if several {
            name.push_str(&format!("-{dialect}"));
        }
        let link = json!({"$ref": format!("#/$defs/{name}")});
        if !self.started.insert(name.clone()) {
            return link;
        }
        self.definitions.insert(name.clone(), Value::Null);
        let mut properties = Map::new();
        for directive in section.directives().filter(|directive| directive.dialects.contains(dialect)) {
            let below = |below: Section| self.section(below, document, dialect, several);
            let property = values::property(section, directive, document, dialect, below);
            properties.insert(directive.key.to_owned(), property);
        }
        if section == Section::Task {
            properties.extend(super::ANSIBLE_MODULES.iter().map(|module| ((*module).to_owned(), Value::Bool(true))));
        }
        let mut definition = Map::new();
        // Editors show it above the description of a key.
        let title = section.info().path;
        let title = if several { format!("{title} (werf {dialect})") } else { title.to_owned() };
        definition.insert("title".into(), json!(title));
        definition.insert("type".into(), json!("object"));
        definition.insert("properties".into(), Value::Object(properties));
        if is_closed(section, dialect) {
            definition.insert("additionalProperties".into(), json!(false));
        }
        let (required, rules) = rules::rules(section, document, dialect);
        if !required.is_empty() {
            definition.insert("required".into(), json!(required));
        }
        if !rules.is_empty() {
            definition.insert("allOf".into(), Value::Array(rules));
        }
        self.definitions.insert(name, Value::Object(definition));
        link
    }
}

/// Whether werf refuses unknown keys there.
fn is_closed(section: Section, dialect: Dialect) -> bool {
    match section.file() {
        FileKind::Giterminism => dialect == Dialect::V3,
        _ => section.info().unknown != UnknownKeys::Accepted,
    }
}
