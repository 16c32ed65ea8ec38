//! What there is to say about the place under the mouse.
//!
//! In: a place. Out: Markdown and the bytes it is about. Never: values of variables that look like secrets.

mod conditions;
mod data;
mod directive;
mod dockerfile;
mod image;
mod markdown;
mod template;
mod value;

use super::selection::scalar_at;
use super::templates::{Action, actions};
use super::yaml_at::{Part, YamlAt, yaml_at};
use super::{At, Role};
use crate::source::Span;

/// What there is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes of the file it is about.
    pub span: Span,
    /// The text.
    pub markdown: String,
}

/// What there is to say about a place; `None` where nothing is known.
#[must_use]
pub fn hover(at: &At<'_>) -> Option<Hover> {
    match at.role() {
        Role::Other => None,
        Role::Giterminism | Role::Includes => plain(at),
        Role::Config | Role::Template | Role::Data => {
            if let Some(action) = around(at) {
                return template::hover(at, &action);
            }
            rendered(at)
        }
    }
}

/// The action that an offset is in, its delimiters included; one that is not closed holds its end too.
fn around(at: &At<'_>) -> Option<Action> {
    let holds = |action: &Action| {
        let (start, end) = (action.span.start as usize, action.span.end as usize);
        start <= at.offset && (at.offset < end || (!action.is_closed && at.offset == end))
    };
    actions(at.text()).into_iter().find(holds)
}

/// A file that is not rendered.
fn plain(at: &At<'_>) -> Option<Hover> {
    let found = yaml_at(at).pop()?;
    let (section, directive) = found.directive()?;
    let span = if found.part == Part::Between { key_span(&found)? } else { found.span };
    if !span.touches(at.offset) {
        return None;
    }
    Some(Hover { span, markdown: directive::describe(section, directive, at.analysis.dialect()) })
}

fn key_span(found: &YamlAt<'_>) -> Option<Span> {
    Some(found.tree.node(found.step()?.entry.key).span)
}

/// A place of the text that is rendered as it stands.
fn rendered(at: &At<'_>) -> Option<Hover> {
    let copies = yaml_at(at);
    let found = copies.iter().find(|copy| copy.part != Part::Between)?;
    // A value that is data to its end has no place of its own.
    let written = at.analysis.written(found.span);
    let here = written.filter(|(location, _)| location.file == at.file && location.span.touches(at.offset));
    let exact = here.filter(|(_, is_exact)| *is_exact).map(|(location, _)| location.span);
    let span = exact.unwrap_or_else(|| scalar_at(at.text(), at.offset));
    let is_written = exact.is_some();
    let mut parts = Vec::new();
    match found.part {
        Part::Key => {
            if let Some((section, directive)) = found.directive() {
                parts.push(directive::describe(section, directive, at.analysis.dialect()));
            } else {
                parts.extend(directive::unknown(found, at.analysis.dialect()));
            }
            parts.extend(image::nameless(at, &copies));
        }
        _ => {
            parts.extend(image::at(at));
            parts.extend(dockerfile::of_value(at, found));
            parts.extend(value::describe(at, &copies, is_written));
            if let Some((section, directive)) = found.directive() {
                parts.push(directive::brief(section, directive, found.value(), at.analysis.dialect()));
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    (!parts.is_empty()).then(|| Hover { span, markdown: parts.join("\n\n---\n\n") })
}
