//! JUnit's XML: a suite per project, a case per diagnostic; errors are failures. A project without any has one case that passes.

use std::io::{self, Write};

use super::Style;
use super::places::{Places, display_path, subject_path};
use super::xml::escape;
use crate::check::Linted;
use crate::diagnostic::Severity;

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(out, r#"<testsuites name="werfkit">"#)?;
    for project in projects {
        let snapshot = &project.snapshot;
        let mut places = Places::new(&snapshot.sources);
        let errors = project.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{errors}" errors="0">"#,
            escape(&display_path(&snapshot.root, "")),
            project.diagnostics.len().max(1)
        )?;
        if project.diagnostics.is_empty() {
            let path = snapshot.config.as_deref().unwrap_or("werf.yaml");
            let path = escape(&display_path(&snapshot.root, path));
            writeln!(out, r#"    <testcase name="werfkit lint" classname="{path}"/>"#)?;
        }
        for diagnostic in &project.diagnostics {
            let path = subject_path(snapshot, diagnostic);
            let place = match diagnostic.location {
                Some(location) => {
                    let position = places.position(location.file, location.span.start as usize);
                    format!("{path}:{}:{}", position.line, position.column)
                }
                None => path.clone(),
            };
            let mut text =
                format!("{place}: {}[{}] {}", diagnostic.severity.name(), diagnostic.rule, diagnostic.message);
            if let Some(help) = &diagnostic.help {
                text.push_str("\nhelp: ");
                text.push_str(help);
            }
            writeln!(
                out,
                r#"    <testcase name="{}" classname="{}">"#,
                escape(&format!("{} at {place}", diagnostic.rule)),
                escape(&path)
            )?;
            if diagnostic.severity == Severity::Error {
                let message = escape(&diagnostic.message);
                writeln!(
                    out,
                    r#"      <failure message="{message}" type="{}">{}</failure>"#,
                    diagnostic.rule,
                    escape(&text)
                )?;
            } else {
                writeln!(out, "      <system-out>{}</system-out>", escape(&text))?;
            }
            writeln!(out, "    </testcase>")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}
