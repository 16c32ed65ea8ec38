//! The rendered configuration as a document, with the way between it and the files.
//!
//! In: an analysed project; a place in a file, or an offset in the rendered text. Out: the text; the places on the other side. Never: text that werf would not
//! see, but behind an error, where the rest is what there is.

use std::sync::Arc;

use super::{Analysis, At};
use crate::source::{Location, Span};
use crate::template::text::Origin;

/// The rendered text.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The bytes.
    pub text: Arc<[u8]>,
    /// Whether werf would render it so; else an error left holes.
    pub is_whole: bool,
}

/// The rendered text of a project.
#[must_use]
pub fn rendered(analysis: &Analysis) -> Rendered {
    let snapshot = analysis.snapshot();
    Rendered { text: Arc::clone(&snapshot.text), is_whole: snapshot.rendered.is_some() }
}

/// The places of the rendered text that come from a place of a file, in order: copies of its bytes, else what the action around it made.
#[must_use]
pub fn to_rendered(at: &At<'_>) -> Vec<Span> {
    let reverse = at.analysis.reverse();
    let place = |from: usize, to: usize| Location { file: at.file, span: Span::new(from, to) };
    let copied = reverse.rendered(place(at.offset, at.offset.saturating_add(1)));
    if !copied.is_empty() {
        return copied;
    }
    let made = made_by(at);
    if !made.is_empty() {
        return made;
    }
    // The next bytes of the line that were copied: the cursor may stand in front of them.
    let rest = at.text().get(at.offset..).unwrap_or_default();
    let line = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let behind = reverse.rendered(place(at.offset, at.offset + line));
    match behind.first() {
        Some(first) => vec![Span { end: first.start, ..*first }],
        None => reverse.rendered(place(at.offset, at.offset)),
    }
}

/// What the calls around a place made.
fn made_by(at: &At<'_>) -> Vec<Span> {
    let Some(action) = super::templates::action_at(at.text(), at.offset) else { return Vec::new() };
    let provenance = &at.analysis.snapshot().provenance;
    let mut found: Vec<Span> = Vec::new();
    let mut begin = 0;
    for segment in &provenance.segments {
        let span = Span { start: begin, end: segment.end };
        begin = segment.end;
        let (Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call)) = segment.origin else { continue };
        let is_here = provenance.call_place(call).is_some_and(|place| {
            place.file == at.file && action.span.start <= place.span.start && place.span.end <= action.span.end
        });
        if is_here {
            match found.last_mut() {
                Some(last) if last.end == span.start => last.end = span.end,
                _ => found.push(span),
            }
        }
    }
    found
}

/// The bytes of a file behind an offset of the rendered text.
#[must_use]
pub fn to_file(analysis: &Analysis, offset: usize) -> Option<Location> {
    let provenance = &analysis.snapshot().provenance;
    let point = provenance.locate(Span::empty(offset))?;
    if point.exact { Some(point.location) } else { Some(provenance.locate(Span::new(offset, offset + 1))?.location) }
}
