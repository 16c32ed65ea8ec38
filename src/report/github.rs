//! Annotations of GitHub Actions: one workflow command per diagnostic, read by the runner from the log.

use std::io::{self, Write};

use super::places::{Places, display_path};
use super::{Lines, Style, printable};
use crate::check::Linted;
use crate::diagnostic::{Diagnostic, Severity};

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for project in projects {
        let mut places = Places::new(&project.snapshot.sources);
        for diagnostic in &project.diagnostics {
            writeln!(out, "{}", command(project, diagnostic, &mut places))?;
        }
    }
    Ok(())
}

fn command(project: &Linted, diagnostic: &Diagnostic, places: &mut Places<'_>) -> String {
    let snapshot = &project.snapshot;
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let mut properties = Vec::new();
    if let Some(location) = diagnostic.location {
        let path = display_path(&snapshot.root, &snapshot.sources.get(location.file).path);
        let start = places.position(location.file, location.span.start as usize);
        let end = places.position(location.file, location.span.end as usize);
        properties.push(format!("file={}", property(&path)));
        properties.push(format!("line={}", start.line));
        // The runner takes columns only within one line.
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
            properties.push(format!("endColumn={}", end.column));
        } else {
            properties.push(format!("endLine={}", end.line));
        }
    }
    properties.push(format!("title={}", property(diagnostic.rule.0)));
    let mut message = diagnostic.message.clone();
    if let Some(help) = &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    if diagnostic.location.is_none() {
        message = format!("{}: {message}", display_path(&snapshot.root, ""));
    }
    format!("::{level} {}::{}", properties.join(","), data(&message))
}

/// Text behind the second `::`.
fn data(text: &str) -> String {
    printable(text, Lines::Keep).replace('%', "%25").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_the_command() {
        assert_eq!(data("100%\n::error::x"), "100%25%0A::error::x");
        assert_eq!(property("a:b,c\r%"), "a%3Ab%2Cc %25");
    }
}
