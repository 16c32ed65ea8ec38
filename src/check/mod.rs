//! Rules: their registry and pages, and the checks beyond werf's own.
//!
//! In: a request or a snapshot. Out: diagnostics with the user-visible severity. Never: printing, changing the verdict.

pub mod bases;
pub mod no_value;
mod rule;
pub mod rules;
pub mod volatile;

pub use rule::{Origin, Rule, Severities};

use crate::analysis::{self, AnalysisError, Request, Snapshot};
use crate::diagnostic::{Diagnostic, Finding};

/// A project with everything there is to say about it.
#[derive(Debug)]
pub struct Linted {
    /// The analysed project.
    pub snapshot: Snapshot,
    /// All diagnostics, most important file order: by place, then by severity.
    pub diagnostics: Vec<Diagnostic>,
}

/// Analyses a project and runs every rule over it.
///
/// # Errors
/// As [`analysis::analyze`].
pub fn lint(request: &Request) -> Result<Linted, AnalysisError> {
    let snapshot = analysis::analyze(request)?;
    let mut findings = snapshot.findings.clone();
    findings.extend(run(&snapshot));
    findings.truncate(request.limits.findings);
    let mut diagnostics = snapshot.diagnostics(findings);
    diagnostics.sort_by(|a, b| a.location.cmp(&b.location).then(b.severity.cmp(&a.severity)));
    Ok(Linted { snapshot, diagnostics })
}

/// Findings of the rules beyond werf's own.
#[must_use]
pub fn run(snapshot: &Snapshot) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in rules::all() {
        if let Origin::Check(check) = rule.origin
            && rule.severity(snapshot.dialect).is_some()
        {
            check(snapshot, &mut findings);
        }
    }
    findings
}

/// The rule with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    rules::all().find(|rule| rule.id.0 == id)
}
