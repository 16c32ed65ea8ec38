//! Rules: their registry and pages, and the checks beyond werf's own.
//!
//! In: a request or a snapshot. Out: diagnostics with the user-visible severity. Never: printing, changing the verdict.

pub mod bases;
pub mod rendering;
mod rule;
pub mod rules;
pub mod sections;

pub use rule::{Origin, Rule, Severities};

use crate::analysis::{self, AnalysisError, Request, Snapshot};
use crate::diagnostic::{Diagnostic, Finding, Place};
use bases::View;
use rendering::Rendering;

/// What rules look at.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The analysed project.
    pub snapshot: &'a Snapshot,
    /// Its images and documents.
    pub view: View<'a>,
    /// How its text was made.
    pub rendering: Rendering<'a>,
}

impl<'a> Subject<'a> {
    /// The project as rules see it.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self {
            snapshot,
            view: View::of(snapshot),
            rendering: Rendering {
                text: &snapshot.text,
                provenance: &snapshot.provenance,
                trace: &snapshot.trace,
                sources: &snapshot.sources,
            },
        }
    }

    /// The place in a file behind a place of the rendered text.
    #[must_use]
    pub fn file_place(&self, place: Place) -> Option<Place> {
        match place {
            Place::Rendered(span) => Some(Place::File(self.snapshot.provenance.locate(span)?.location)),
            Place::File(_) => Some(place),
            Place::Project => None,
        }
    }
}

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
    for finding in findings.iter_mut().filter(|finding| !finding.fatal) {
        // The registry is the one place that says how bad something is that does not stop werf.
        let known = find(finding.rule.0).and_then(|rule| rule.severity(snapshot.dialect));
        finding.severity = known.unwrap_or(finding.severity);
    }
    let mut diagnostics = snapshot.diagnostics(findings);
    diagnostics.sort_by(|a, b| a.location.cmp(&b.location).then(b.severity.cmp(&a.severity)));
    Ok(Linted { snapshot, diagnostics })
}

/// Findings of the rules beyond werf's own.
#[must_use]
pub fn run(snapshot: &Snapshot) -> Vec<Finding> {
    let subject = Subject::new(snapshot);
    let mut findings = Vec::new();
    for rule in rules::all() {
        if let Origin::Check(check) = rule.origin
            && rule.severity(snapshot.dialect).is_some()
        {
            check(&subject, &mut findings);
        }
    }
    findings
}

/// The rule with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    rules::all().find(|rule| rule.id.0 == id)
}
