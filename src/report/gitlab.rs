//! GitLab's code quality report: a JSON list in the form of Code Climate, as far as GitLab reads it.

use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::fingerprint::Fingerprints;
use super::places::{Places, subject_path};
use crate::check::Linted;
use crate::diagnostic::Severity;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Place,
}

#[derive(Serialize)]
struct Place {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut issues = Vec::new();
    let mut fingerprints = Fingerprints::default();
    for project in projects {
        let mut places = Places::new(&project.snapshot.sources);
        for diagnostic in &project.diagnostics {
            let path = subject_path(&project.snapshot, diagnostic);
            let lines = match diagnostic.location {
                Some(location) => Lines {
                    begin: places.position(location.file, location.span.start as usize).line,
                    end: places.position(location.file, location.span.end as usize).line,
                },
                None => Lines { begin: 1, end: 1 },
            };
            let description = match &diagnostic.help {
                Some(help) => format!("{}: {help}", diagnostic.message),
                None => diagnostic.message.clone(),
            };
            issues.push(Issue {
                description,
                check_name: diagnostic.rule.0,
                fingerprint: fingerprints.of(diagnostic, &path, &mut places),
                severity: match diagnostic.severity {
                    Severity::Error => "critical",
                    Severity::Warning => "minor",
                    Severity::Info | Severity::Hint => "info",
                },
                location: Place { path, lines },
            });
        }
    }
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}
