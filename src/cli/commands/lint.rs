//! `werfkit lint`.

use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::analysis::Request;
use crate::check::Linted;
use crate::cli::options::{ProjectOptions, Surroundings};
use crate::cli::terminal::{Color, style};
use crate::cli::work::lint_all;
use crate::cli::{Outcome, complain};
use crate::diagnostic::Severity;
use crate::limits::Limits;
use crate::report::{self, Style};

#[derive(Debug, Args)]
pub(in crate::cli) struct LintArguments {
    /// Project directories or config files; `-` reads one file from standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    project: ProjectOptions,
    /// Output format on standard output [default: pretty]
    #[arg(long, value_parser = format_names())]
    format: Option<String>,
    /// Write the report to a file too, `-` for standard output; can be repeated
    #[arg(long, value_name = "FORMAT=FILE", value_parser = output)]
    output: Vec<Output>,
    /// When to use colors
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    color: Color,
    /// Print only what makes the run fail, and no summary
    #[arg(long, short)]
    quiet: bool,
    /// Least severity that makes the run fail
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Error)]
    fail_on: FailOn,
    /// Read standard input in place of this file
    #[arg(long, value_name = "FILE")]
    stdin_filename: Option<PathBuf>,
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    Hint,
    /// Findings never make the run fail
    Never,
}

impl FailOn {
    fn reached_by(self, severity: Severity) -> bool {
        let least = match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Info => Severity::Info,
            Self::Hint => Severity::Hint,
            Self::Never => return false,
        };
        severity >= least
    }
}

/// `--output`: a format, and where it goes.
#[derive(Clone, Debug)]
struct Output {
    name: String,
    format: report::Format,
    file: PathBuf,
}

impl Output {
    fn is_stdout(&self) -> bool {
        self.file == Path::new("-")
    }
}

fn output(text: &str) -> Result<Output, String> {
    let Some((name, file)) = text.split_once('=').filter(|(_, file)| !file.is_empty()) else {
        return Err("expected FORMAT=FILE".to_owned());
    };
    let Some(format) = report::format(name) else {
        let known: Vec<&str> = report::FORMATS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no format `{name}`: {}", known.join(", ")));
    };
    Ok(Output { name: name.to_owned(), format, file: PathBuf::from(file) })
}

/// All reports of a run: the files, then the one on standard output.
fn outputs(arguments: &LintArguments) -> Result<(Vec<Output>, Output), String> {
    let (mut stdout, files): (Vec<Output>, Vec<Output>) = arguments.output.iter().cloned().partition(Output::is_stdout);
    for (index, output) in files.iter().enumerate() {
        if files[..index].iter().any(|earlier| earlier.file == output.file) {
            return Err(format!("two reports cannot go to the same file `{}`", output.file.display()));
        }
    }
    if let Some(name) = &arguments.format {
        stdout.push(output(&format!("{name}=-"))?);
    }
    match (stdout.pop(), stdout.is_empty()) {
        (_, false) => Err("only one report can go to standard output".to_owned()),
        (Some(stdout), true) => Ok((files, stdout)),
        (None, true) => Ok((files, output(&format!("{}=-", report::FORMATS[0].0))?)),
    }
}

fn format_names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(report::FORMATS.iter().map(|(name, _)| *name))
}

pub(in crate::cli) fn run(arguments: LintArguments) -> io::Result<Outcome> {
    let requests = match requests(&arguments) {
        Ok(requests) => requests,
        Err(message) => {
            complain(&message, None);
            return Ok(Outcome::Unusable);
        }
    };
    let (files, stdout) = match outputs(&arguments) {
        Ok(outputs) => outputs,
        Err(message) => {
            complain(&message, None);
            return Ok(Outcome::Unusable);
        }
    };
    let mut outcome = Outcome::Clean;
    let mut projects: Vec<Linted> = Vec::new();
    for answer in lint_all(&requests) {
        match answer {
            Ok(linted) => projects.push(linted),
            Err(error) => {
                complain(&error.message, error.help.as_deref());
                outcome = Outcome::Unusable;
            }
        }
    }
    let fails = |severity| arguments.fail_on.reached_by(severity);
    if projects.iter().flat_map(|project| &project.diagnostics).any(|diagnostic| fails(diagnostic.severity)) {
        outcome = outcome.max(Outcome::Findings);
    }
    for output in &files {
        let written = File::create(&output.file).and_then(|file| {
            let mut out = BufWriter::new(file);
            (output.format)(&projects, &Style::default(), &mut out)?;
            out.flush()
        });
        if let Err(error) = written {
            complain(&format!("cannot write `{}`: {error}", output.file.display()), None);
            outcome = Outcome::Unusable;
        }
    }
    if arguments.quiet {
        for project in &mut projects {
            project.diagnostics.retain(|diagnostic| fails(diagnostic.severity));
        }
    }
    // With nothing analysed people were told so already; programs want a complete document in every case.
    if !projects.is_empty() || !report::is_for_people(&stdout.name) {
        let mut out = BufWriter::new(io::stdout().lock());
        (stdout.format)(&projects, &style(arguments.color, arguments.quiet), &mut out)?;
        out.flush()?;
    }
    Ok(outcome)
}

/// One request per path, or the words for what is wrong with the call.
fn requests(arguments: &LintArguments) -> Result<Vec<Request>, String> {
    let surroundings = Surroundings::of_process();
    let reads_stdin = arguments.paths.iter().any(|path| path == Path::new("-"));
    let paths: Vec<&Path> =
        arguments.paths.iter().map(PathBuf::as_path).filter(|path| *path != Path::new("-")).collect();
    if reads_stdin || arguments.stdin_filename.is_some() {
        if paths.len() > 1 {
            return Err("standard input is one file of one project: give at most one path with it".to_owned());
        }
        let default = Path::new("werf.yaml");
        let filename = arguments.stdin_filename.as_deref().unwrap_or(default);
        let text = stdin_text(Limits::default().file_bytes)?;
        return Ok(vec![arguments.project.request_for_text(paths.first().copied(), filename, text, &surroundings)]);
    }
    if paths.is_empty() {
        return Ok(vec![arguments.project.request(Path::new("."), &surroundings)]);
    }
    Ok(paths.into_iter().map(|path| arguments.project.request(path, &surroundings)).collect())
}

/// Standard input to its end.
fn stdin_text(limit: usize) -> Result<Arc<[u8]>, String> {
    let mut text = Vec::new();
    let read = io::stdin().lock().take(limit as u64 + 1).read_to_end(&mut text);
    match read {
        Err(error) => Err(format!("cannot read standard input: {error}")),
        Ok(length) if length > limit => Err(format!("standard input is larger than {} MiB", limit >> 20)),
        Ok(_) => Ok(text.into()),
    }
}
