//! The command line: arguments in, an exit code out. The only layer that knows clap, the process's environment, standard
//! streams and exit codes.
//!
//! Exit codes: 0 nothing to complain about, 1 findings at or above `--fail-on`, 2 wrong usage, an environment in which there
//! is nothing to judge, or a defect of werfkit itself.

mod commands;
mod options;
mod terminal;
mod work;
mod write;

use std::ffi::OsString;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing to complain about.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// Wrong usage or environment.
    Unusable,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(outcome as u8)
    }
}

/// Tells what is wrong in a `werf.yaml`, exactly as werf would and then some.
#[derive(Debug, Parser)]
#[command(name = "werfkit", version, disable_help_subcommand = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check projects: what werf would refuse, and what it accepts at a cost
    Lint(commands::lint::LintArguments),
    /// Print the text that werf would parse, byte for byte
    Render(commands::render::RenderArguments),
    /// Draw the images of a project and how they use each other
    Graph(commands::graph::GraphArguments),
    /// Print the page of a rule, or list the rules
    Explain(commands::explain::ExplainArguments),
    /// Serve an editor: the language server protocol
    Lsp(commands::lsp::LspArguments),
    /// Print or write JSON Schemas of werf's files, for editors and validators
    Schema(commands::schema::SchemaArguments),
}

/// Runs the program with these arguments, the program's name first.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Outcome {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are answers, not errors; a closed pipe is nobody's fault.
            let _ = error.print();
            return if error.use_stderr() { Outcome::Unusable } else { Outcome::Clean };
        }
    };
    let result = match arguments.command {
        Command::Lint(arguments) => commands::lint::run(arguments),
        Command::Render(arguments) => commands::render::run(arguments),
        Command::Graph(arguments) => commands::graph::run(arguments),
        Command::Explain(arguments) => commands::explain::run(&arguments),
        Command::Lsp(arguments) => commands::lsp::run(&arguments),
        Command::Schema(arguments) => commands::schema::run(&arguments),
    };
    match result {
        Ok(outcome) => outcome,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Outcome::Clean,
        Err(error) => {
            complain(&format!("cannot write the output: {error}"), None);
            Outcome::Unusable
        }
    }
}

/// One problem of usage or environment, on standard error.
fn complain(message: &str, help: Option<&str>) {
    let mut err = io::stderr().lock();
    // There is no one left to tell when standard error is closed.
    let _ = writeln!(err, "error: {message}");
    if let Some(help) = help {
        let _ = writeln!(err, "  help: {help}");
    }
}
