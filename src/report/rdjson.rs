//! Reviewdog's diagnostic format (`rdjson`): one object; columns count bytes from 1.

use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::places::{Places, display_path, subject_path};
use crate::check::{self, Linted};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::source::Location as FileLocation;

#[derive(Serialize)]
struct Document {
    source: Source,
    diagnostics: Vec<Item>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
}

#[derive(Serialize)]
struct Item {
    message: String,
    location: Location,
    severity: &'static str,
    code: Code,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
}

#[derive(Serialize)]
struct Code {
    value: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

#[derive(Serialize)]
struct Suggestion {
    range: Range,
    text: String,
}

#[derive(Serialize)]
struct Related {
    message: String,
    location: Location,
}

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Document { source: Source { name: "werfkit" }, diagnostics: Vec::new() };
    for project in projects {
        let mut places = Places::new(&project.snapshot.sources);
        document
            .diagnostics
            .extend(project.diagnostics.iter().map(|diagnostic| item(project, diagnostic, &mut places)));
    }
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}

fn item(project: &Linted, diagnostic: &Diagnostic, places: &mut Places<'_>) -> Item {
    let snapshot = &project.snapshot;
    let message = match &diagnostic.help {
        Some(help) => format!("{}\nhelp: {help}", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let path = |location: FileLocation| display_path(&snapshot.root, &snapshot.sources.get(location.file).path);
    Item {
        message,
        location: Location {
            path: subject_path(snapshot, diagnostic),
            range: diagnostic.location.map(|location| range(location, places)),
        },
        severity: match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info | Severity::Hint => "INFO",
        },
        code: Code { value: diagnostic.rule.0, url: check::find(diagnostic.rule.0).and_then(check::Rule::url) },
        suggestions: suggestions(diagnostic, places),
        related_locations: diagnostic
            .related
            .iter()
            .map(|related| Related {
                message: related.message.clone(),
                location: Location { path: path(related.location), range: Some(range(related.location, places)) },
            })
            .collect(),
    }
}

/// A fix that replaces one place of the same file: that is all the format can say.
fn suggestions(diagnostic: &Diagnostic, places: &mut Places<'_>) -> Vec<Suggestion> {
    let Some(fix) = &diagnostic.fix else { return Vec::new() };
    match (fix.edits.as_slice(), diagnostic.location) {
        ([edit], Some(own)) => match edit.place {
            Place::File(place) if place.file == own.file => {
                vec![Suggestion { range: range(place, places), text: edit.text.clone() }]
            }
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn range(location: FileLocation, places: &mut Places<'_>) -> Range {
    let mut position = |offset: u32| Position {
        line: places.position(location.file, offset as usize).line,
        column: places.byte_column(location.file, offset as usize),
    };
    Range { start: position(location.span.start), end: position(location.span.end) }
}
