//! Output of a run in the formats people and programs read.
//!
//! In: linted projects and a [`Style`]. Out: bytes on a writer. A format is one file here and one line in [`FORMATS`].
//! Never: judging, reading files, exit codes.

mod checkstyle;
mod concise;
mod fingerprint;
mod github;
mod gitlab;
pub mod graph;
mod json;
mod junit;
mod places;
mod pretty;
mod rdjson;
mod sarif;
mod xml;

use std::io::{self, Write};

use crate::check::Linted;
use crate::diagnostic::Severity;

/// How the output should look.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// With ANSI colors.
    pub color: bool,
    /// With box-drawing characters; otherwise plain ASCII.
    pub unicode: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Without summary.
    pub quiet: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, unicode: true, width: 100, quiet: false }
    }
}

/// Writes all projects of a run in one format.
pub type Format = fn(&[Linted], &Style, &mut dyn Write) -> io::Result<()>;

/// The formats by name; the first is the default.
pub const FORMATS: &[(&str, Format)] = &[
    ("pretty", pretty::write as Format),
    ("concise", concise::write),
    ("json", json::write),
    ("sarif", sarif::write),
    ("github", github::write),
    ("gitlab", gitlab::write),
    ("junit", junit::write),
    ("checkstyle", checkstyle::write),
    ("rdjson", rdjson::write),
];

/// Whether a format is for people; the readers of the others want a complete document even when there is nothing to tell.
#[must_use]
pub fn is_for_people(name: &str) -> bool {
    matches!(name, "pretty" | "concise")
}

/// Whether a format has the changes of fixes in it.
#[must_use]
pub fn shows_fixes(name: &str) -> bool {
    matches!(name, "json" | "sarif")
}

/// The format of that name.
#[must_use]
pub fn format(name: &str) -> Option<Format> {
    FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
}

/// How many diagnostics of each severity there are.
fn counts(projects: &[Linted]) -> [(Severity, usize); 4] {
    let mut counts = [(Severity::Error, 0), (Severity::Warning, 0), (Severity::Info, 0), (Severity::Hint, 0)];
    for diagnostic in projects.iter().flat_map(|project| &project.diagnostics) {
        for (severity, count) in &mut counts {
            *count += usize::from(*severity == diagnostic.severity);
        }
    }
    counts
}

/// The last line for people: what was looked at and what was found.
fn summary(projects: &[Linted]) -> String {
    let found: Vec<String> = counts(projects)
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| plural(*count, severity.name()))
        .collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    match projects {
        [] => "no projects".to_owned(),
        [project] => {
            let snapshot = &project.snapshot;
            let images = match snapshot.images.len() {
                0 => String::new(),
                count => format!(", {}", plural(count, "image")),
            };
            format!("{found} (werf {}: {}{images})", snapshot.dialect, snapshot.dialect_reason)
        }
        many => format!("{found} in {}", plural(many.len(), "project")),
    }
}

fn plural(count: usize, noun: &str) -> String {
    match (count, noun) {
        (_, "info") => format!("{count} info"),
        (1, _) => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// Text of several sources as one line that is safe for a terminal.
#[must_use]
pub fn one_line(text: &str) -> String {
    printable(text, Lines::Join)
}

/// Text from a project made safe for a terminal: control characters become visible, line feeds stay when `lines` is
/// [`Lines::Keep`].
fn printable(text: &str, lines: Lines) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' if lines == Lines::Keep => safe.push('\n'),
            '\n' | '\r' | '\t' => safe.push(' '),
            control if control.is_control() => safe.extend(control.escape_unicode()),
            other => safe.push(other),
        }
    }
    safe
}

/// What becomes of line feeds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    Keep,
    Join,
}

#[cfg(test)]
mod tests;
