//! One line per diagnostic: `path:line:column: severity[rule] message`. For editors' error lists, `grep` and small logs.

use std::io::{self, Write};

use super::places::{Places, display_path};
use super::{Lines, Style, printable, summary};
use crate::check::Linted;

pub(super) fn write(projects: &[Linted], style: &Style, out: &mut dyn Write) -> io::Result<()> {
    for project in projects {
        let snapshot = &project.snapshot;
        let mut places = Places::new(&snapshot.sources);
        for diagnostic in &project.diagnostics {
            let place = match diagnostic.location {
                Some(location) => {
                    let position = places.position(location.file, location.span.start as usize);
                    let path = display_path(&snapshot.root, &snapshot.sources.get(location.file).path);
                    format!("{path}:{}:{}", position.line, position.column)
                }
                None => display_path(&snapshot.root, ""),
            };
            writeln!(
                out,
                "{}: {}[{}] {}",
                printable(&place, Lines::Join),
                diagnostic.severity.name(),
                diagnostic.rule,
                printable(&diagnostic.message, Lines::Join)
            )?;
        }
    }
    if !style.quiet {
        writeln!(out, "{}", printable(&summary(projects), Lines::Join))?;
    }
    Ok(())
}
