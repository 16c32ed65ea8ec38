//! Checkstyle's XML, which many CI servers and review bots read.

use std::io::{self, Write};

use super::Style;
use super::places::{Places, subject_path};
use super::xml::escape;
use crate::check::Linted;
use crate::diagnostic::Severity;

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<checkstyle version="10.0">"#)?;
    for project in projects {
        let snapshot = &project.snapshot;
        let mut places = Places::new(&snapshot.sources);
        // Diagnostics come in the order of files.
        let mut open: Option<String> = None;
        for diagnostic in &project.diagnostics {
            let path = subject_path(snapshot, diagnostic);
            if open.as_ref() != Some(&path) {
                if open.is_some() {
                    writeln!(out, "  </file>")?;
                }
                writeln!(out, r#"  <file name="{}">"#, escape(&path))?;
                open = Some(path);
            }
            let (line, column) = match diagnostic.location {
                Some(location) => {
                    let position = places.position(location.file, location.span.start as usize);
                    (position.line, position.column)
                }
                None => (1, 1),
            };
            let severity = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Hint => "info",
            };
            let message = match &diagnostic.help {
                Some(help) => format!("{}: {help}", diagnostic.message),
                None => diagnostic.message.clone(),
            };
            writeln!(
                out,
                r#"    <error line="{line}" column="{column}" severity="{severity}" message="{}" source="werfkit.{}"/>"#,
                escape(&message),
                diagnostic.rule
            )?;
        }
        if open.is_some() {
            writeln!(out, "  </file>")?;
        }
    }
    writeln!(out, "</checkstyle>")
}
