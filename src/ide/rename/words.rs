//! The form of new names.
//!
//! In: a name. Out: nothing, or what is wrong with it. Never: changes of it.

use super::super::Analysis;
use super::super::occurrence::tree_of;
use super::super::template_names;
use super::Refusal;
use crate::dialect::Dialect;
use crate::model::validate::is_valid_name;
use crate::source::{FileId, LineIndex, Location};

/// Words that YAML does not read as text.
const NO_TEXT: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// A place in words: the file and the line from 1.
pub(super) fn line(analysis: &Analysis, location: Location) -> String {
    let text = analysis.text(location.file);
    let position = LineIndex::new(text).position(text, location.span.start as usize);
    format!("`{}:{}`", analysis.path(location.file), position.line + 1)
}

/// A name of an image.
pub(super) fn image(name: &str, dialect: Dialect) -> Result<(), Refusal> {
    if dialect == Dialect::V3 && name == "scratch" {
        return Err(format!("`{name}` means the empty base: no image can have that name"));
    }
    if !is_valid_name(name) {
        return Err(format!(
            "`{name}` is no name for an image: letters, digits, `.`, `_` and `-` with a letter or digit first and last; `/` joins several such parts"
        ));
    }
    if NO_TEXT.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(format!("YAML does not read `{name}` as a text"));
    }
    Ok(())
}

/// A name of a template.
pub(super) fn template(analysis: &Analysis, name: &str) -> Result<(), Refusal> {
    if name.is_empty() || name.chars().any(|c| matches!(c, '"' | '`' | '\\') || c.is_control()) {
        return Err(format!("`{name}` is no name for a template: quotes and backslashes cannot be in it"));
    }
    match template_names::definitions(analysis, name, None).first() {
        Some(place) => Err(format!("there is a template `{name}` already, in {}", line(analysis, *place))),
        None => Ok(()),
    }
}

fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_') && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A variable, with its `$`.
pub(super) fn variable(name: &str) -> Result<(), Refusal> {
    let word = name.strip_prefix('$').unwrap_or_default();
    let is_good = !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
    is_good
        .then_some(())
        .ok_or_else(|| format!("`{name}` is no name for a variable: `$`, then letters, digits and `_`"))
}

/// A key of the data; one that is read as a field must be a word.
pub(super) fn key(analysis: &Analysis, name: &str, is_field: bool) -> Result<(), Refusal> {
    let is_plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'));
    if is_field && !is_word(name) {
        return Err(format!("`{name}` cannot stand behind a dot: letters, digits and `_` only, no digit first"));
    }
    if !is_plain {
        return Err(format!("`{name}` is no name for a key: letters, digits, `_`, `-`, `.` and `/`"));
    }
    for (file, template) in analysis.template_files() {
        if let Some(known) = template.keys.iter().find(|key| key.key == name) {
            let place = line(analysis, Location { file, span: known.span });
            return Err(format!("there is a key `{name}` already, in {place}"));
        }
    }
    Ok(())
}

/// A name of an anchor.
pub(super) fn anchor(analysis: &Analysis, file: FileId, document: Option<usize>, name: &str) -> Result<(), Refusal> {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        return Err(format!("`{name}` is no name for an anchor: letters, digits, `_` and `-`"));
    }
    let Some(tree) = tree_of(analysis, file, document) else { return Ok(()) };
    let text = if document.is_some() { &*analysis.snapshot().text } else { analysis.text(file) };
    let mut anchors = tree.ids().filter_map(|id| tree.node(id).anchor);
    let is_known = anchors.any(|span| text.get(span.range()).is_some_and(|bytes| &bytes[1..] == name.as_bytes()));
    if is_known { Err(format!("the document has an anchor `{name}` already")) } else { Ok(()) }
}
