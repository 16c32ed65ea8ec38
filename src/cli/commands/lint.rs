//! `werfkit lint`.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::analysis::Request;
use crate::check::fixes::{self, Attempt, Fixed};
use crate::check::{self, Linted};
use crate::cli::options::{ProjectOptions, Surroundings};
use crate::cli::terminal::{Color, style};
use crate::cli::work::{Answer, for_all};
use crate::cli::{Outcome, complain, write};
use crate::diagnostic::{Applicability, Severity};
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
    /// Apply safe fixes, then report what is left
    #[arg(long, help_heading = "Fixes")]
    fix: bool,
    /// Apply fixes too that change what werf does
    #[arg(long, help_heading = "Fixes")]
    unsafe_fixes: bool,
    /// Print what fixes would change instead of a report, and write nothing; fails when there is something
    #[arg(long, help_heading = "Fixes", conflicts_with_all = ["format", "output"])]
    diff: bool,
}

impl LintArguments {
    /// Which fixes are wanted, if any.
    fn fixes(&self) -> Option<Applicability> {
        if self.unsafe_fixes {
            return Some(Applicability::Unsafe);
        }
        (self.fix || self.diff).then_some(Applicability::Safe)
    }
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
    let shows_fixes = files.iter().chain([&stdout]).any(|output| report::shows_fixes(&output.name));
    let mut passed_through = None;
    let (mut projects, mut outcome) = match arguments.fixes() {
        None => {
            let work = |request: &Request| {
                let mut linted = check::lint(request)?;
                if shows_fixes {
                    fixes::withhold(request, &mut linted);
                }
                Ok(linted)
            };
            answered(for_all(&requests, &work))
        }
        Some(allowed) => {
            let work = |request: &Request| {
                let first = check::lint(request)?;
                match request.overlay.keys().next() {
                    // Only the text that was given can be given back.
                    Some(file) => fixes::fix_file(request, first, allowed, file),
                    None => fixes::fix(request, first, allowed),
                }
            };
            let (fixed, outcome) = answered(for_all(&requests, &work));
            passed_through = requests.iter().find_map(|request| request.overlay.values().next()).cloned();
            if arguments.diff {
                return show(&fixed, outcome);
            }
            match &mut passed_through {
                None => apply(fixed, outcome),
                Some(text) => (fixed.into_iter().map(|project| pass(project, text)).collect(), outcome),
            }
        }
    };
    if let Some(text) = &passed_through {
        io::stdout().lock().write_all(text)?;
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
        let mut out: BufWriter<Box<dyn Write>> = match passed_through {
            // Standard output belongs to the fixed text.
            Some(_) => BufWriter::new(Box::new(io::stderr().lock())),
            None => BufWriter::new(Box::new(io::stdout().lock())),
        };
        (stdout.format)(&projects, &style(arguments.color, arguments.quiet), &mut out)?;
        out.flush()?;
    }
    Ok(outcome)
}

/// The good answers; the others are told.
fn answered<T>(answers: Vec<Answer<T>>) -> (Vec<T>, Outcome) {
    let mut outcome = Outcome::Clean;
    let mut good = Vec::with_capacity(answers.len());
    for answer in answers {
        match answer {
            Ok(answer) => good.push(answer),
            Err(error) => {
                complain(&error.message, error.help.as_deref());
                outcome = Outcome::Unusable;
            }
        }
    }
    (good, outcome)
}

/// `--diff`: the changes of all projects, a file that several of them share once.
fn show(projects: &[Fixed], mut outcome: Outcome) -> io::Result<Outcome> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut shown = HashSet::new();
    for project in projects {
        tell_refused(project);
        for change in &project.changes {
            if !shown.insert((&change.file, &change.after)) {
                continue;
            }
            outcome = outcome.max(Outcome::Findings);
            let (before, after) = (String::from_utf8_lossy(&change.before), String::from_utf8_lossy(&change.after));
            let path = match project.linted.snapshot.root.as_str() {
                "." => change.path.clone(),
                root => format!("{root}/{}", change.path),
            };
            let diff = similar::TextDiff::from_lines(before.as_ref(), after.as_ref());
            write!(out, "{}", diff.unified_diff().header(&path, &path))?;
        }
    }
    out.flush()?;
    Ok(outcome)
}

/// `--fix`: writes the changes, and tells them on standard error. What is reported then is what is left.
fn apply(projects: Vec<Fixed>, mut outcome: Outcome) -> (Vec<Linted>, Outcome) {
    let mut linted = Vec::with_capacity(projects.len());
    // Projects in one call may share files: what one of them wrote is the text that the next one analysed no more.
    let mut written: HashMap<PathBuf, Arc<[u8]>> = HashMap::new();
    for project in projects {
        tell_refused(&project);
        let mut failed = HashSet::new();
        for change in &project.changes {
            if written.get(&change.file) == Some(&change.after) {
                continue;
            }
            match write::write(change, &project.work_tree) {
                Ok(()) => {
                    written.insert(change.file.clone(), change.after.clone());
                }
                Err(message) => {
                    complain(&message, None);
                    failed.insert(change.path.as_str());
                    outcome = Outcome::Unusable;
                }
            }
        }
        tell_applied(&project, &failed);
        linted.push(project.linted);
    }
    (linted, outcome)
}

/// `--fix` for standard input: the text as it is after the fixes.
fn pass(project: Fixed, text: &mut Arc<[u8]>) -> Linted {
    tell_refused(&project);
    tell_applied(&project, &HashSet::new());
    if let Some(change) = project.changes.into_iter().next() {
        *text = change.after;
    }
    project.linted
}

fn tell_applied(project: &Fixed, failed: &HashSet<&str>) {
    for Attempt { rule, title, path, line } in &project.applied {
        if !failed.contains(path.as_str()) {
            tell(&format!("fixed {path}:{line}: {title} [{rule}]"));
        }
    }
}

fn tell_refused(project: &Fixed) {
    for (Attempt { rule, title, path, line }, reason) in &project.refused {
        tell(&format!("not fixed {path}:{line}: {title} [{rule}]: {reason}"));
    }
}

/// One line beside the report. There is no one left to tell when standard error is closed.
fn tell(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", report::one_line(line));
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
