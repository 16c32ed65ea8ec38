//! `werfkit graph`: the images of a project and how they use each other.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use crate::analysis::Verdict;
use crate::cli::options::{ProjectOptions, Surroundings};
use crate::cli::terminal::{Color, style};
use crate::cli::work::lint_all;
use crate::cli::{Outcome, complain};
use crate::report;
use crate::report::graph::{FORMATS, Graph, format};

#[derive(Debug, Args)]
pub(in crate::cli) struct GraphArguments {
    /// Project directory or config file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    project: ProjectOptions,
    /// Output format
    #[arg(long, default_value = FORMATS[0].0, value_parser = format_names())]
    format: String,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(FORMATS.iter().map(|(name, _)| *name))
}

pub(in crate::cli) fn run(arguments: GraphArguments) -> io::Result<Outcome> {
    let request = arguments.project.request(&arguments.path, &Surroundings::of_process());
    let Some(answer) = lint_all(&[request]).pop() else { return Ok(Outcome::Unusable) };
    let mut linted = match answer {
        Ok(linted) => linted,
        Err(error) => {
            complain(&error.message, error.help.as_deref());
            return Ok(Outcome::Unusable);
        }
    };
    let graph = Graph::of(&linted.snapshot);
    let refused = matches!(linted.snapshot.verdict, Verdict::Refused { .. });
    if refused && graph.nodes.is_empty() {
        linted.diagnostics.retain(|diagnostic| diagnostic.fatal);
        if let Some(format) = report::format("pretty") {
            format(&[linted], &style(Color::Never, true), &mut io::stderr().lock())?;
        }
        return Ok(Outcome::Findings);
    }
    if refused {
        // A drawing with a mistake in it is what shows the mistake.
        let _ = writeln!(io::stderr(), "note: werf would not load this project; `werfkit lint` says why");
    }
    let mut out = BufWriter::new(io::stdout().lock());
    if let Some(format) = format(&arguments.format) {
        format(&graph, &mut out)?;
    }
    out.flush()?;
    Ok(Outcome::Clean)
}
