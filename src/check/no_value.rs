//! `no-value-text`: the words that a template prints for a missing value, in what werf reads.
//!
//! In: a snapshot. Out: a finding per place, comments left out. Never: a finding inside a value that is refused anyway.

use crate::analysis::Snapshot;
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::source::Span;
use crate::yaml::Tree;

/// What Go's templates print.
const WORDS: &[u8] = b"<no value>";

/// Places that are told; a loop over wrong data makes hundreds of equal ones.
const PLACES: usize = 100;

/// Places that are looked at in one document.
const LOOKED_AT: usize = 10_000;

/// The rule.
pub fn check(snapshot: &Snapshot, findings: &mut Vec<Finding>) {
    if snapshot.rendered.is_none() {
        // Behind an error of rendering it may be the error that took the value away.
        return;
    }
    let mut refused: Option<Vec<Span>> = None;
    let mut told = 0;
    for document in &snapshot.decoded.trees {
        let piece = document.piece.span;
        let Some(text) = snapshot.text.get(piece.range()) else { continue };
        for offset in occurrences(text).take(LOOKED_AT) {
            let start = piece.start as usize + offset;
            let span = Span::new(start, start + WORDS.len());
            let refused = refused.get_or_insert_with(|| refused_places(snapshot));
            if refused.iter().any(|place| place.start <= span.start && span.end <= place.end)
                || is_comment(&document.tree, span)
            {
                continue;
            }
            told += 1;
            if told > PLACES {
                return;
            }
            findings.push(
                Finding::new(
                    RuleId("no-value-text"),
                    Severity::Warning,
                    Place::Rendered(span),
                    "the template prints `<no value>` here: the value it wants is missing",
                )
                .with_help("mend the spelling of the key, set it before it is used, or give a `default`"),
            );
        }
    }
}

fn is_comment(tree: &Tree, span: Span) -> bool {
    let after = tree.comments.partition_point(|comment| comment.span.start <= span.start);
    after.checked_sub(1).and_then(|index| tree.comments.get(index)).is_some_and(|comment| span.end <= comment.span.end)
}

fn occurrences(text: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let starts = text.iter().enumerate().filter(|(_, byte)| **byte == b'<').map(|(offset, _)| offset);
    starts.filter(|offset| text[*offset..].starts_with(WORDS))
}

fn refused_places(snapshot: &Snapshot) -> Vec<Span> {
    let findings = snapshot.decoded.findings.iter().chain(&snapshot.validated.findings);
    findings
        .filter(|finding| finding.fatal)
        .filter_map(|finding| match finding.place {
            Place::Rendered(span) => Some(span),
            Place::File(_) | Place::Project => None,
        })
        .collect()
}
