//! Every fix of every recorded project, in all dialects: taken as it is, it removes its finding, brings no other one, and changes only the lines concerned.
//!
//! Prints a scoreboard per rule. The engine behind `lint --fix` is run over the same projects: what it applies leaves the projects better, and a second
//! run has nothing more to do.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/scoreboard.rs"]
mod scoreboard;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use scoreboard::Scoreboard;
use werfkit::analysis::Request;
use werfkit::check::{self, Linted, fixes};
use werfkit::diagnostic::{Applicability, Diagnostic, Place};
use werfkit::dialect::Dialect;
use werfkit::source::FileId;

/// Of projects with more bytes of sources only the first fixes are judged one by one: each costs an analysis of the whole.
const LARGE: usize = 256 << 10;

/// A recorded project and the runs that are recorded of it: dialect, mode, environment, config.
struct Project {
    source: PathBuf,
    is_case: bool,
    runs: BTreeSet<(Dialect, String, String, String)>,
}

fn counts(linted: &Linted) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in &linted.diagnostics {
        // Texts that are not committed, and other lines of werf, are no consequence of a text.
        let is_aside = check::find(diagnostic.rule.0).is_some_and(|rule| rule.area == "worktree");
        if !is_aside && diagnostic.rule.0 != "other-dialect" {
            *counts.entry(diagnostic.rule.0).or_default() += 1;
        }
    }
    counts
}

/// What is wrong with a fix as it is, if something is.
fn judge(request: &Request, linted: &Linted, diagnostic: &Diagnostic) -> Result<(), String> {
    let root = request.working_dir.join(&linted.snapshot.root);
    let mut request = request.clone();
    for (path, text) in fixes::apply_one(linted, diagnostic) {
        let file = linted.snapshot.sources.find(&path).expect("an analysed file");
        only_lines_concerned(diagnostic, file, &linted.snapshot.sources.get(file).text, &text)?;
        request.overlay.insert(root.join(&path), text);
    }
    let after = check::lint(&request).map_err(|error| error.message)?;
    let mut expected = counts(linted);
    let own = expected.entry(diagnostic.rule.0).or_default();
    *own = own.saturating_sub(1);
    let more: Vec<String> = counts(&after)
        .iter()
        .filter(|(rule, count)| **count > expected.get(*rule).copied().unwrap_or_default())
        .map(|(rule, count)| format!("{rule} {count}"))
        .collect();
    let words: Vec<String> = after
        .diagnostics
        .iter()
        .filter(|diagnostic| more.iter().any(|rule| rule.starts_with(diagnostic.rule.0)))
        .map(|diagnostic| diagnostic.message.clone())
        .take(2)
        .collect();
    if more.is_empty() { Ok(()) } else { Err(format!("too many: {more:?} {words:?}")) }
}

/// Lines before the first and after the last edit are the same, line ends are of one kind where they were, and so is the end of the file.
fn only_lines_concerned(diagnostic: &Diagnostic, file: FileId, before: &[u8], after: &[u8]) -> Result<(), String> {
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
    for edit in edits {
        let Place::File(location) = edit.place else { return Err("an edit without a file".to_owned()) };
        if location.file != file {
            continue;
        }
        let removed = &before[location.span.range()];
        let breaks = removed.iter().filter(|byte| **byte == b'\n').count();
        // A line goes with its end, or with that of the line before at the end of a file.
        if breaks > 1
            || (breaks == 1
                && !(edit.text.is_empty()
                    && (removed.ends_with(b"\n") || removed.starts_with(b"\n") || removed.starts_with(b"\r\n"))))
        {
            return Err("an edit over several lines".to_owned());
        }
    }
    let bare =
        |text: &[u8]| text.iter().filter(|b| **b == b'\n').count() - text.windows(2).filter(|w| w == b"\r\n").count();
    if before.windows(2).any(|w| w == b"\r\n") && bare(before) == 0 && bare(after) > 0 {
        return Err("other line ends".to_owned());
    }
    if before.ends_with(b"\n") != after.ends_with(b"\n") {
        return Err("another end of the file".to_owned());
    }
    Ok(())
}

fn run(project: &Project, board: &Mutex<Scoreboard>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let meta = if project.is_case {
        txtar::materialise(&project.source, folder.path())
    } else {
        txtar::materialise_folder(&project.source, folder.path())
    }
    .expect("the project is written");
    let name = project.source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    for (dialect, mode, env, config) in &project.runs {
        let (project_dir, config, env) = if project.is_case {
            (meta.project_dir.clone(), meta.config.clone(), meta.env.clone().unwrap_or_default())
        } else {
            let (dir, file) = config.rsplit_once('/').unwrap_or(("", config));
            (meta.root.join(dir), Some(file.to_owned()), env.clone())
        };
        let request = Request {
            dialect: Some(*dialect),
            env: (!env.is_empty()).then_some(env),
            environ: meta.environ.clone(),
            loose_giterminism: mode == "loose",
            config: config.map(PathBuf::from),
            ..Request::new(&project_dir, &project_dir)
        };
        let Ok(first) = check::lint(&request) else { continue };
        let Ok(mut linted) = check::lint(&request) else { continue };
        fixes::withhold(&request, &mut linted);
        let fixable: Vec<&Diagnostic> = linted.diagnostics.iter().filter(|one| one.fix.is_some()).collect();
        if first.diagnostics.iter().all(|one| one.fix.is_none()) {
            continue;
        }
        let size: usize = first.snapshot.sources.iter().map(|(_, file)| file.text.len()).sum();
        let most = if size > LARGE { 20 } else { usize::MAX };
        for (index, diagnostic) in fixable.into_iter().enumerate().take(most) {
            let answer = judge(&request, &linted, diagnostic);
            let key = format!("{}\t{dialect}\t{mode}\t{name}\t{index}", diagnostic.rule);
            let mut board = board.lock().expect("no panic while locked");
            board.count(&format!("as it is: {}", diagnostic.rule), &key, answer.is_ok(), || {
                answer.err().unwrap_or_default()
            });
        }
        let before = counts(&linted);
        let fixed = fixes::fix(&request, first, Applicability::Unsafe).expect("the project can be analysed");
        let after = counts(&fixed.linted);
        let is_better = after.iter().all(|(rule, count)| *count <= before.get(rule).copied().unwrap_or_default())
            && (fixed.applied.is_empty() || after.values().sum::<usize>() < before.values().sum());
        let key = format!("all\t{dialect}\t{mode}\t{name}");
        let mut again = request.clone();
        again.overlay.extend(fixed.changes.iter().map(|change| (change.file.clone(), change.after.clone())));
        let second = fixes::fix(&again, check::lint(&again).expect("it was"), Applicability::Unsafe).expect("it was");
        let is_over = fixed.refused.iter().any(|(_, reason)| *reason == fixes::Reason::Budget);
        let is_settled = second.applied.is_empty() || is_over;
        let mut board = board.lock().expect("no panic while locked");
        board.count("all together", &key, is_better && is_settled, || format!("{before:?} {after:?} {is_settled}"));
        for (attempt, reason) in &fixed.refused {
            println!("taken back in {name} ({dialect} {mode}): {} line {}: {reason}", attempt.rule, attempt.line);
        }
    }
}

fn run_all(projects: &[Project]) -> Scoreboard {
    let board = Mutex::new(Scoreboard::default());
    parallel::for_each(projects, |project| {
        run(project, &board);
    });
    board.into_inner().expect("no panic while locked")
}

fn group(folder: &Path, source: impl Fn(&records::Record) -> PathBuf, is_case: bool) -> Vec<Project> {
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut projects: BTreeMap<PathBuf, Project> = BTreeMap::new();
    for dialect in Dialect::ALL {
        for record in records::read(folder, dialect.name()).into_iter().filter(|record| record.id.contains(&only)) {
            let source = source(&record);
            projects
                .entry(source.clone())
                .or_insert_with(|| Project { source, is_case, runs: BTreeSet::new() })
                .runs
                .insert((dialect, record.mode, record.env, record.config));
        }
    }
    projects.into_values().collect()
}

#[test]
fn conformance_cases() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data");
        return;
    };
    let projects =
        group(&folder.join("expected"), |record| folder.join("cases").join(format!("{}.txtar", record.id)), true);
    run_all(&projects).finish("fixes-conformance");
}

#[test]
fn public_corpus() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let source = |record: &records::Record| corpus.join(record.id.split('/').next().unwrap_or_default());
    run_all(&group(&recorded, source, false)).finish("fixes-corpus");
}
