//! `werfkit-lint/1`: one JSON object for programs. Lines and columns count from 1, columns in characters; offsets count
//! bytes from 0, ends are exclusive; paths are relative to the project's `root`. `project` is an index into `projects`.

use std::io::{self, Write};

use serde::Serialize;

use super::Style;
use super::places::Places;
use crate::analysis::{ImageSummary, Verdict};
use crate::check::{self, Linted};
use crate::diagnostic::{Diagnostic, Fix, Place};
use crate::source::{Location, SourceMap};

/// The version mark; it changes when a field changes its meaning or goes away.
const FORMAT: &str = "werfkit-lint/1";

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    projects: Vec<ProjectJson<'a>>,
    diagnostics: Vec<DiagnosticJson<'a>>,
}

#[derive(Serialize)]
struct ProjectJson<'a> {
    root: &'a str,
    config: Option<&'a str>,
    dialect: &'static str,
    dialect_reason: &'a str,
    mode: &'static str,
    verdict: VerdictJson<'a>,
    images: Vec<ImageJson<'a>>,
    rendered_sha256: Option<String>,
}

#[derive(Serialize)]
struct VerdictJson<'a> {
    accepted: bool,
    rule: Option<&'static str>,
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct ImageJson<'a> {
    name: &'a str,
    kind: &'static str,
    #[serde(rename = "final")]
    is_final: bool,
    artifact: bool,
}

#[derive(Serialize)]
struct DiagnosticJson<'a> {
    project: usize,
    rule: &'static str,
    severity: &'static str,
    fatal: bool,
    message: &'a str,
    file: Option<&'a str>,
    range: Option<RangeJson>,
    related: Vec<RelatedJson<'a>>,
    help: Option<&'a str>,
    url: Option<String>,
    worlds: &'a [String],
    fix: Option<FixJson<'a>>,
}

/// A remedy: all edits together, none overlapping another.
#[derive(Serialize)]
struct FixJson<'a> {
    title: &'a str,
    /// `safe`, or `unsafe` when it changes what werf does.
    applicability: &'static str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    file: &'a str,
    range: RangeJson,
    text: &'a str,
}

#[derive(Serialize)]
struct RelatedJson<'a> {
    message: &'a str,
    file: &'a str,
    range: RangeJson,
}

#[derive(Serialize)]
struct RangeJson {
    start: PositionJson,
    end: PositionJson,
}

#[derive(Serialize)]
struct PositionJson {
    offset: usize,
    line: usize,
    column: usize,
}

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut document = Document { format: FORMAT, projects: Vec::new(), diagnostics: Vec::new() };
    for (index, project) in projects.iter().enumerate() {
        document.projects.push(project_json(project));
        let sources = &project.snapshot.sources;
        let mut places = Places::new(sources);
        let diagnostics = project.diagnostics.iter();
        document
            .diagnostics
            .extend(diagnostics.map(|diagnostic| diagnostic_json(index, diagnostic, sources, &mut places)));
    }
    serde_json::to_writer(&mut *out, &document)?;
    writeln!(out)
}

fn project_json(project: &Linted) -> ProjectJson<'_> {
    let snapshot = &project.snapshot;
    let verdict = match &snapshot.verdict {
        Verdict::Accepted => VerdictJson { accepted: true, rule: None, message: None },
        Verdict::Refused { rule, message } => {
            VerdictJson { accepted: false, rule: Some(rule.0), message: Some(message) }
        }
    };
    ProjectJson {
        root: &snapshot.root,
        config: snapshot.config.as_deref(),
        dialect: snapshot.dialect.name(),
        dialect_reason: &snapshot.dialect_reason,
        mode: snapshot.mode.name(),
        verdict,
        images: snapshot.images.iter().map(image_json).collect(),
        rendered_sha256: snapshot.rendered.as_ref().map(|rendered| rendered.sha256()),
    }
}

fn image_json(image: &ImageSummary) -> ImageJson<'_> {
    ImageJson { name: &image.name, kind: image.kind.name(), is_final: image.is_final, artifact: image.is_artifact }
}

fn diagnostic_json<'a>(
    project: usize,
    diagnostic: &'a Diagnostic,
    sources: &'a SourceMap,
    places: &mut Places<'_>,
) -> DiagnosticJson<'a> {
    DiagnosticJson {
        project,
        rule: diagnostic.rule.0,
        severity: diagnostic.severity.name(),
        fatal: diagnostic.fatal,
        message: &diagnostic.message,
        file: diagnostic.location.map(|location| sources.get(location.file).path.as_str()),
        range: diagnostic.location.map(|location| range(location, places)),
        related: diagnostic
            .related
            .iter()
            .map(|related| RelatedJson {
                message: &related.message,
                file: &sources.get(related.location.file).path,
                range: range(related.location, places),
            })
            .collect(),
        help: diagnostic.help.as_deref(),
        url: check::find(diagnostic.rule.0).and_then(check::Rule::url),
        worlds: &diagnostic.worlds,
        fix: diagnostic.fix.as_ref().map(|fix| fix_json(fix, sources, places)),
    }
}

fn fix_json<'a>(fix: &'a Fix, sources: &'a SourceMap, places: &mut Places<'_>) -> FixJson<'a> {
    let edits = fix.edits.iter().filter_map(|edit| match edit.place {
        Place::File(location) => {
            Some(EditJson { file: &sources.get(location.file).path, range: range(location, places), text: &edit.text })
        }
        Place::Rendered(_) | Place::Project => None,
    });
    FixJson { title: &fix.title, applicability: fix.applicability.name(), edits: edits.collect() }
}

fn range(location: Location, places: &mut Places<'_>) -> RangeJson {
    let mut position = |offset: u32| {
        let position = places.position(location.file, offset as usize);
        PositionJson { offset: offset as usize, line: position.line, column: position.column }
    };
    RangeJson { start: position(location.span.start), end: position(location.span.end) }
}
