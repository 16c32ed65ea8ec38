//! The places of a name within one file.
//!
//! In: a place. Out: the places of the same name in that file, told apart by whether they give or take. Never: other files.

use super::At;
use super::occurrence::{self, Part, Symbol};
use crate::source::Span;

/// A place to light up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Highlight {
    /// The bytes.
    pub span: Span,
    /// Whether something is defined or assigned there.
    pub is_write: bool,
}

/// All places in the file at which the name at the cursor stands.
#[must_use]
pub fn highlight(at: &At<'_>) -> Vec<Highlight> {
    let mut found: Vec<Highlight> = Vec::new();
    for hit in occurrence::meant(at) {
        for place in occurrence::occurrences(at.analysis, &hit.symbol, Some(at.file)) {
            let span = place.location.span;
            let assigns = matches!(hit.symbol, Symbol::Variable(..)) && is_assigned(at.text(), span);
            // The beginning of a file stands for the file as a template: there is nothing to light up.
            if !span.is_empty() {
                found.push(Highlight { span, is_write: assigns || place.part == Part::Definition });
            }
        }
    }
    found.sort_unstable_by_key(|one| (one.span, !one.is_write));
    found.dedup_by_key(|one| one.span);
    found
}

/// Whether `=` stands behind a variable.
fn is_assigned(text: &[u8], span: Span) -> bool {
    let rest = text.get(span.end as usize..).unwrap_or_default().trim_ascii_start();
    rest.starts_with(b"=") && !rest.starts_with(b"==")
}
