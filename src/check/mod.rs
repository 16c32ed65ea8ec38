//! Rules: their registry and pages, and the checks beyond werf's own.
//!
//! In: a request or a snapshot. Out: diagnostics with the user-visible severity. Never: printing, changing the verdict.

pub mod allow;
pub mod bases;
mod change;
pub mod cleanup;
pub(crate) mod dockerfile;
pub mod dockerfiles;
pub mod fixes;
pub mod git_mappings;
pub mod image_specs;
pub mod images;
mod remedies;
pub mod rendering;
mod rule;
pub mod rules;
pub mod secrets;
pub mod sections;
mod subject;
pub mod worlds;

pub use rule::{Origin, Rule, Severities};

use std::collections::HashMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::analysis::{self, AnalysisError, Request, Snapshot, Verdict};
use crate::diagnostic::{Diagnostic, Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::limits::{STACK_BYTES, WORTH_A_THREAD};
use crate::source::Location;
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
    pub fn file_place(&self, place: Place) -> Option<Location> {
        match place {
            Place::Rendered(span) => Some(self.snapshot.provenance.locate(span)?.location),
            Place::File(location) => Some(location),
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
    findings.extend(other_dialect(request, &snapshot));
    findings.truncate(request.limits.findings);
    for finding in findings.iter_mut().filter(|finding| !finding.fatal) {
        // The registry is the one place that says how bad something is that does not stop werf.
        let known = find(finding.rule.0).and_then(|rule| rule.severity(snapshot.dialect));
        finding.severity = known.unwrap_or(finding.severity);
    }
    remedies::attach(&snapshot, &mut findings);
    let mut diagnostics = snapshot.diagnostics(findings);
    diagnostics.sort_by(|a, b| a.location.cmp(&b.location).then(b.severity.cmp(&a.severity)));
    Ok(Linted { snapshot, diagnostics })
}

/// Projects with more bytes of sources are not read again by other lines of werf: it would cost more than it tells.
const OTHER_DIALECT_BYTES: usize = 256 << 10;

/// `other-dialect`: the line of werf was a guess, it refuses the project, and a neighbouring line does not. The lines are tried from the nearest; a
/// project that is accepted, or whose line was asked for, costs nothing.
fn other_dialect(request: &Request, snapshot: &Snapshot) -> Option<Finding> {
    let Verdict::Refused { rule, .. } = snapshot.verdict else { return None };
    // Missing files, local changes and permissions say nothing about the language.
    let about_text = find(rule.0).is_some_and(|rule| {
        let other =
            rule.id.0.starts_with("files-") || rule.id.0.starts_with("env-") || rule.id.0.ends_with("-not-allowed");
        !other && !matches!(rule.area, "project" | "worktree" | "giterminism" | "includes")
    });
    let size: usize = snapshot.sources.iter().map(|(_, file)| file.text.len()).sum();
    if request.dialect.is_some() || !about_text || size > OTHER_DIALECT_BYTES {
        return None;
    }
    let own = snapshot.dialect as usize;
    let mut others: Vec<Dialect> = Dialect::ALL.into_iter().filter(|dialect| *dialect != snapshot.dialect).collect();
    others.sort_by_key(|dialect| (*dialect as usize).abs_diff(own));
    let accepts = |dialect: &Dialect| {
        let request = Request { dialect: Some(*dialect), ..request.clone() };
        analysis::analyze(&request).is_ok_and(|other| other.verdict == Verdict::Accepted)
    };
    let other = others.into_iter().find(accepts)?;
    let place = snapshot.findings.iter().find(|finding| finding.fatal).map_or(Place::Project, |finding| finding.place);
    let message = format!("werf {other} would load this project, werf {} does not", snapshot.dialect);
    let finding = Finding::new(RuleId("other-dialect"), Severity::Info, place, message);
    Some(finding.with_help(format!("if that is the line you use, say so with `--werf {other}`")))
}

/// The area whose rules a second thread judges: they compare the paths of mappings with all files, which takes about as long as everything else.
const ASIDE: &str = "git";

/// Findings of the rules beyond werf's own.
#[must_use]
pub fn run(snapshot: &Snapshot) -> Vec<Finding> {
    let is_applied = |rule: &&Rule| rule.severity(snapshot.dialect).is_some();
    if snapshot.text.len() <= WORTH_A_THREAD {
        return judge(snapshot, rules::all().filter(is_applied))
            .into_iter()
            .flat_map(|(_, findings)| findings)
            .collect();
    }
    // The rules aside share what they find out about the project, so they stay together; the others are taken by whoever is free.
    let (aside, others): (Vec<&Rule>, Vec<&Rule>) =
        rules::all().filter(is_applied).partition(|rule| rule.area == ASIDE);
    let next = AtomicUsize::new(0);
    let taken = || std::iter::from_fn(|| others.get(next.fetch_add(1, Ordering::Relaxed)).copied());
    let (own, other) = std::thread::scope(|scope| {
        let help = || judge(snapshot, aside.iter().copied().chain(taken()));
        let worker =
            std::thread::Builder::new().name("rules".to_owned()).stack_size(STACK_BYTES).spawn_scoped(scope, help);
        let own = judge(snapshot, taken());
        let other = match worker {
            Ok(worker) => worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // The system has no thread to give.
            Err(_) => judge(snapshot, aside.iter().copied()),
        };
        (own, other)
    });
    // Every rule has its place in the order of findings, whoever judged.
    let mut by_rule: HashMap<RuleId, Vec<Finding>> = own.into_iter().chain(other).collect();
    rules::all().filter_map(|rule| by_rule.remove(&rule.id)).flatten().collect()
}

/// Judges by some rules: what each of them says, in their order.
fn judge(snapshot: &Snapshot, rules: impl Iterator<Item = &'static Rule>) -> Vec<(RuleId, Vec<Finding>)> {
    let subject = Subject::new(snapshot);
    let mut said = Vec::new();
    for rule in rules {
        if let Origin::Check(check) = rule.origin {
            let mut findings = Vec::new();
            check(&subject, &mut findings);
            if !findings.is_empty() {
                said.push((rule.id, findings));
            }
        }
    }
    said
}

/// The rule with that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    static BY_ID: LazyLock<HashMap<&str, &Rule>> =
        LazyLock::new(|| rules::all().map(|rule| (rule.id.0, rule)).collect());
    BY_ID.get(id).copied()
}
