//! Would werf load it? Verdict, rule, rendered text and image list of every recorded project, in four dialects and both modes.
//!
//! Prints a scoreboard and fails on every disagreement that is not listed in `tests/data/known-gaps.tsv`.

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

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use records::Record;
use scoreboard::Scoreboard;
use txtar::CaseMeta;
use txtar::git_fixture::Entry;
use werfkit::analysis::{self, Mode, Request, Verdict};
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;

/// What the source of a project is.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A `.txtar` file.
    Case,
    /// A folder, with configurations anywhere in it.
    Folder,
    /// One file with the text of `werf.yaml`.
    Snippet,
    /// The same, of which the head of a configuration is missing.
    HeadlessSnippet,
}

/// What the reference put before snippets without a head.
const HEAD: &str = "project: p\nconfigVersion: 1\n---\n";

/// A project on disk with everything that was recorded about it.
struct Project {
    area: String,
    source: PathBuf,
    kind: Kind,
    records: Vec<(Dialect, Record)>,
}

fn request(
    meta: &CaseMeta,
    dialect: Dialect,
    mode: &str,
    project_dir: &Path,
    config: Option<&str>,
    env: &str,
) -> Request {
    Request {
        dialect: Some(dialect),
        env: (!env.is_empty()).then(|| env.to_owned()),
        environ: meta.environ.clone(),
        loose_giterminism: mode == "loose",
        config: config.map(PathBuf::from),
        limits: Limits::default(),
        ..Request::new(project_dir, project_dir)
    }
}

fn compare(area: &str, dialect: Dialect, record: &Record, request: &Request, board: &Mutex<Scoreboard>) {
    let name = |what: &str| format!("{area} {dialect} {what}");
    let key = |what: &str| format!("{what}\t{dialect}\t{}\t{}", record.mode, record.id);
    let snapshot = match analysis::analyze(request) {
        Ok(snapshot) => snapshot,
        Err(error) => {
            let mut board = board.lock().expect("no panic while locked");
            board.count(&name("decision"), &key("decision"), false, || format!("not analysed: {}", error.message));
            return;
        }
    };
    let mode = match record.mode.as_str() {
        "loose" => Mode::Loose,
        "default" => Mode::Default,
        _ => Mode::Strict,
    };
    assert_eq!(snapshot.mode, mode, "{}", record.id);
    let (accepted, rule, message) = match &snapshot.verdict {
        Verdict::Accepted => (true, None, String::new()),
        Verdict::Refused { rule, message } => (false, Some(rule.0), message.clone()),
    };
    let mut board = board.lock().expect("no panic while locked");
    let first_line = record.error.lines().next().unwrap_or_default().to_owned();
    let said = || {
        format!(
            "werf: {} {first_line} | werfkit: {} {message}",
            record.check.as_deref().unwrap_or("ok"),
            rule.unwrap_or("ok")
        )
    };
    board.count(&name("decision"), &key("decision"), accepted == record.ok, said);
    if let Some(check) = &record.check {
        let same = rule == Some(check.as_str()) || (check.starts_with("crash-") && !accepted);
        board.count(&name("rule"), &key("rule"), same, said);
    }
    if let Some(expected) = &record.rendered_sha256 {
        let own = snapshot.rendered.as_ref().map(|rendered| rendered.sha256());
        board.count(&name("rendered"), &key("rendered"), own.as_ref() == Some(expected), || {
            format!("{own:?}; verdict {}", rule.unwrap_or("ok"))
        });
    }
    if let Some(expected) = record.images.as_ref().filter(|_| record.ok) {
        let own: Vec<_> = snapshot
            .images
            .iter()
            .map(|image| (image.name.clone(), image.kind.name().to_owned(), image.is_final, image.is_artifact))
            .collect();
        board.count(&name("images"), &key("images"), own == *expected, || {
            format!("werf: {expected:?} | werfkit: {own:?}")
        });
    }
}

fn run(project: &Project, board: &Mutex<Scoreboard>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let meta = match project.kind {
        Kind::Case => txtar::materialise(&project.source, folder.path()),
        Kind::Folder => txtar::materialise_folder(&project.source, folder.path()),
        Kind::Snippet | Kind::HeadlessSnippet => {
            let mut text = if project.kind == Kind::Snippet { Vec::new() } else { HEAD.as_bytes().to_vec() };
            text.extend(std::fs::read(&project.source).expect("a snippet"));
            let files = BTreeMap::from([("werf.yaml".to_owned(), Entry::file(text))]);
            txtar::materialise_files(&files, folder.path())
        }
    }
    .expect("the project is written");
    for (dialect, record) in &project.records {
        if project.kind == Kind::Case {
            let env = meta.env.clone().unwrap_or_default();
            let request = request(&meta, *dialect, &record.mode, &meta.project_dir, meta.config.as_deref(), &env);
            compare(&project.area, *dialect, record, &request, board);
        } else {
            // A corpus config is run from its own folder; the repository is the whole copied project.
            let (dir, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
            let project_dir = if dir.is_empty() { meta.root.clone() } else { meta.root.join(dir) };
            let request = request(&meta, *dialect, &record.mode, &project_dir, Some(file), &record.env);
            compare(&project.area, *dialect, record, &request, board);
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

fn group(folder: &Path, source: impl Fn(&Record) -> (String, PathBuf, Kind)) -> Vec<Project> {
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut projects: BTreeMap<PathBuf, Project> = BTreeMap::new();
    for dialect in Dialect::ALL {
        for record in records::read(folder, dialect.name()) {
            if !record.id.contains(&only) {
                continue;
            }
            let (area, source, kind) = source(&record);
            projects
                .entry(source.clone())
                .or_insert_with(|| Project { area, source, kind, records: Vec::new() })
                .records
                .push((dialect, record));
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
    let projects = group(&folder.join("expected"), |record| {
        let area = record.id.split('/').next().unwrap_or_default().to_owned();
        (area, folder.join("cases").join(format!("{}.txtar", record.id)), Kind::Case)
    });
    run_all(&projects).finish("conformance");
}

#[test]
fn public_corpus() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let projects = group(&recorded, |record| {
        let name = record.id.split('/').next().unwrap_or_default();
        ("corpus".to_owned(), corpus.join(name), Kind::Folder)
    });
    run_all(&projects).finish("corpus-public");
}

/// The fixtures of werf's own tests and the snippets of its documentation.
#[test]
fn werf_fixtures_and_snippets() {
    let folders = (records::data_folder("golden/corpus-werf"), records::data_folder("corpus/werf"));
    let (Some(recorded), Some(corpus)) = folders else {
        skipped::say("the fixtures of werf are not on this machine");
        return;
    };
    let projects = group(&recorded, |record| {
        let file = corpus.join(&record.id);
        if record.id.split('/').next().is_some_and(|group| group.ends_with("-docs")) {
            let kind = if record.prefixed { Kind::HeadlessSnippet } else { Kind::Snippet };
            return ("snippet".to_owned(), file, kind);
        }
        let folder = file.ancestors().nth(record.config.split('/').count()).expect("a folder").to_path_buf();
        ("fixture".to_owned(), folder, Kind::Folder)
    });
    run_all(&projects).finish("corpus-werf");
}
