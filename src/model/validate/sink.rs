//! Where the checks put their findings, in werf's order, each mistake once.
//!
//! In: findings. Out: the list without echo: one mistake is told once, though a document is converted once per image name, and a name
//! that was refused by one check is not refused again by a later one. Never: sorting.

use std::collections::HashSet;

use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::source::Span;

/// Collects findings.
#[derive(Debug, Default)]
pub struct Sink {
    findings: Vec<Finding>,
    said: HashSet<(RuleId, Span)>,
    error_count: usize,
}

impl Sink {
    /// Adds a finding unless its place has had its say.
    pub fn push(&mut self, finding: Finding) {
        let is_new = match finding.place {
            Place::Rendered(span) => self.said.insert((subject(finding.rule), span)),
            Place::File(_) | Place::Project => !self.findings.contains(&finding),
        };
        if is_new {
            self.error_count += usize::from(finding.fatal);
            self.findings.push(finding);
        }
    }

    /// Number of errors so far.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.error_count
    }

    /// All findings in the order of adding.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}

/// Rules about the name of another image are one subject: the first of them says what is wrong with it.
fn subject(rule: RuleId) -> RuleId {
    const NAMES: &[&str] = &[
        "crash-base-cycle",
        "crash-platform-check",
        "dependency-platform",
        "external-from-untagged",
        "external-import-untagged",
        "from-self",
        "image-cycle",
        "import-from-scratch",
        "import-platform",
    ];
    if NAMES.contains(&rule.0) { RuleId("image-not-found") } else { rule }
}

/// A finding at which werf stops, at bytes of the rendered text.
pub fn refusal(rule: RuleId, span: Span, message: impl Into<String>) -> Finding {
    Finding::fatal(rule, Place::Rendered(span), message)
}

/// A finding that werf prints, or would print, and goes on.
pub fn warning(rule: RuleId, span: Span, message: impl Into<String>) -> Finding {
    Finding::new(rule, Severity::Warning, Place::Rendered(span), message)
}
