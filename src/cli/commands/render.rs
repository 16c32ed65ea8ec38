//! `werfkit render`: the text that werf would parse.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use crate::analysis::{Rendered, Snapshot};
use crate::cli::options::{ProjectOptions, Surroundings};
use crate::cli::terminal::{Color, style};
use crate::cli::work::lint_all;
use crate::cli::{Outcome, complain};
use crate::report;
use crate::source::LineIndex;

#[derive(Debug, Args)]
pub(in crate::cli) struct RenderArguments {
    /// Project directory or config file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    project: ProjectOptions,
    /// Put `FILE:LINE` and a tab before each line: where it came from, or `-` when a function made it
    #[arg(long)]
    map: bool,
}

pub(in crate::cli) fn run(arguments: RenderArguments) -> io::Result<Outcome> {
    let request = arguments.project.request(&arguments.path, &Surroundings::of_process());
    let Some(answer) = lint_all(&[request]).pop() else { return Ok(Outcome::Unusable) };
    let linted = match answer {
        Ok(linted) => linted,
        Err(error) => {
            complain(&error.message, error.help.as_deref());
            return Ok(Outcome::Unusable);
        }
    };
    let Some(rendered) = &linted.snapshot.rendered else {
        let mut errors = linted;
        errors.diagnostics.retain(|diagnostic| diagnostic.fatal);
        if let Some(format) = report::format("pretty") {
            format(&[errors], &style(Color::Never, true), &mut io::stderr().lock())?;
        }
        return Ok(Outcome::Findings);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    if arguments.map {
        write_map(&linted.snapshot, rendered, &mut out)?;
    } else {
        out.write_all(&rendered.text)?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Each line with its origin before it.
fn write_map(snapshot: &Snapshot, rendered: &Rendered, out: &mut dyn Write) -> io::Result<()> {
    let indices: Vec<LineIndex> = snapshot.sources.iter().map(|(_, file)| LineIndex::new(&file.text)).collect();
    let origins = snapshot.provenance.line_origins(&rendered.text);
    for (number, line) in rendered.text.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let origin = origins.get(number).copied().flatten();
        match origin.and_then(|origin| Some((origin, indices.get(origin.file.0 as usize)?))) {
            Some((origin, index)) => {
                let path = &snapshot.sources.get(origin.file).path;
                write!(out, "{path}:{}\t", index.line(origin.span.start as usize) + 1)?;
            }
            None => write!(out, "-\t")?,
        }
        out.write_all(line)?;
    }
    Ok(())
}
