//! Which findings of later steps still mean something when an earlier step failed or a value is not known.
//!
//! In: findings about the rendered text, and where it came from. Out: those that are no echo. Never: a finding of werf's that decides the verdict of a project
//! that renders.

use super::Provenance;
use crate::diagnostic::{Finding, Place};
use crate::source::Span;
use crate::template::text::Origin;

/// Rules about something that is missing or does not fit elsewhere: behind a failed rendering it may be the failure that took it away.
const ABOUT_ABSENCE: &[&str] = &[
    "base-unknown",
    "dependency-platform",
    "document-not-mapping",
    "duplicate-key",
    "duplicate-meta",
    "external-from-untagged",
    "external-import-untagged",
    "from-missing",
    "image-name-duplicate",
    "image-name-missing",
    "image-not-found",
    "import-platform",
    "meta-missing",
    "project-empty",
    "unrecognized-document",
    "yaml-syntax",
];

impl Provenance {
    /// Whether a byte of the range stands for a value that is not known.
    #[must_use]
    pub fn is_unknown(&self, span: Span) -> bool {
        let first = self.segments.partition_point(|segment| segment.end <= span.start);
        let mut begin = if first == 0 { 0 } else { self.segments[first - 1].end };
        for segment in &self.segments[first..] {
            if begin >= span.end {
                return false;
            }
            if matches!(segment.origin, Origin::Unknown(_)) {
                return true;
            }
            begin = segment.end;
        }
        false
    }
}

/// Keeps what still means something. `failed`: rendering met an error, so that text may be missing.
pub(super) fn without_echo(findings: Vec<Finding>, provenance: &Provenance, failed: bool) -> Vec<Finding> {
    let keeps = |finding: &Finding| {
        let Place::Rendered(span) = finding.place else { return !failed || !ABOUT_ABSENCE.contains(&finding.rule.0) };
        if provenance.is_unknown(span) {
            return false;
        }
        !failed || !ABOUT_ABSENCE.contains(&finding.rule.0)
    };
    findings.into_iter().filter(keeps).collect()
}
