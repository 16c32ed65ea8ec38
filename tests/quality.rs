//! Is what the linter says worth reading? One mistake gives one error, projects that werf loads have no errors but genuine ones, and every diagnostic has
//! words and a place.
//!
//! Prints a scoreboard; with `WERFKIT_SAID=PREFIX` everything that was said goes to `PREFIX-<suite>.tsv`.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use records::Record;
use txtar::CaseMeta;
use werfkit::analysis::Request;
use werfkit::check::{self, Linted};
use werfkit::diagnostic::{Diagnostic, Severity};
use werfkit::dialect::Dialect;
use werfkit::source::{LineIndex, Location, SourceMap};

/// Mistakes with this share of a single error, in percent, are asked for.
const SINGLE: f64 = 98.0;

/// What was said about one project in one dialect and mode.
struct Said {
    id: String,
    dialect: Dialect,
    mode: String,
    ok: bool,
    errors: Vec<String>,
    lines: Vec<String>,
    defects: Vec<String>,
}

impl Said {
    fn key(&self) -> String {
        format!("{}\t{}\t{}", self.id, self.dialect, self.mode)
    }
}

fn shown_place(sources: &SourceMap, location: Location) -> String {
    let file = sources.get(location.file);
    let index = LineIndex::new(&file.text);
    let start = index.position(&file.text, location.span.start as usize);
    let text = file.text.get(location.span.range()).unwrap_or_default();
    let text = String::from_utf8_lossy(text).replace(['\n', '\t'], " ");
    let text: String = text.chars().take(60).collect();
    format!("{}:{}:{} <{text}>", file.path, start.line, start.column)
}

/// What is wrong with a diagnostic as such: no words, no place where it must have one, a place outside of its file.
fn defects(diagnostic: &Diagnostic, sources: &SourceMap) -> Vec<String> {
    let mut defects = Vec::new();
    if diagnostic.message.trim().is_empty() {
        defects.push("says nothing".to_owned());
    }
    if diagnostic.message.ends_with('.') {
        defects.push(format!("ends with a full stop: {}", diagnostic.message));
    }
    let related = diagnostic.related.iter().map(|related| related.location);
    for location in diagnostic.location.into_iter().chain(related) {
        if location.span.start > location.span.end || location.span.end as usize > sources.get(location.file).text.len()
        {
            defects.push("its place is outside of the file".to_owned());
        }
    }
    let about_project = check::find(diagnostic.rule.0)
        // A template file that cannot be read has no bytes to point at.
        .is_some_and(|rule| {
            matches!(rule.area, "project" | "worktree" | "giterminism" | "includes")
                || rule.id.0 == "template-unreadable"
        });
    if diagnostic.location.is_none() && !about_project {
        defects.push("has no place".to_owned());
    }
    defects
}

fn said(record: &Record, dialect: Dialect, linted: &Linted) -> Said {
    let sources = &linted.snapshot.sources;
    let mut said = Said {
        id: record.id.clone(),
        dialect,
        mode: record.mode.clone(),
        ok: record.ok,
        errors: Vec::new(),
        lines: Vec::new(),
        defects: Vec::new(),
    };
    for diagnostic in &linted.diagnostics {
        let place = diagnostic.location.map_or_else(|| "-".to_owned(), |location| shown_place(sources, location));
        let rule = diagnostic.rule;
        let mut line = format!("{}\t{rule}\t{place}\t{}", diagnostic.severity.name(), diagnostic.message);
        for related in &diagnostic.related {
            let _ = write!(line, " || {}: {}", related.message, shown_place(sources, related.location));
        }
        let _ = write!(line, "\t{}", diagnostic.help.as_deref().unwrap_or(""));
        said.lines.push(line.replace('\n', " "));
        if diagnostic.severity == Severity::Error {
            said.errors.push(format!("{rule} at {place}"));
        }
        said.defects.extend(defects(diagnostic, sources).into_iter().map(|defect| format!("{rule} {defect}")));
    }
    said
}

fn lint(meta: &CaseMeta, dialect: Dialect, record: &Record, is_case: bool) -> Said {
    let (directory, config, env) = if is_case {
        (meta.project_dir.clone(), meta.config.clone(), meta.env.clone())
    } else {
        let (directory, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
        let env = (!record.env.is_empty()).then(|| record.env.clone());
        (meta.root.join(directory), Some(file.to_owned()), env)
    };
    let request = Request {
        dialect: Some(dialect),
        env,
        environ: meta.environ.clone(),
        loose_giterminism: record.mode == "loose",
        config: config.map(PathBuf::from),
        ..Request::new(&directory, &directory)
    };
    let linted = check::lint(&request).expect("the project is analysed");
    said(record, dialect, &linted)
}

/// Every project with all its records, linted, in the order of ids.
fn lint_all(folder: &Path, source: impl Fn(&Record) -> PathBuf, is_case: bool) -> Vec<Said> {
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut projects: BTreeMap<PathBuf, Vec<(Dialect, Record)>> = BTreeMap::new();
    for dialect in Dialect::ALL {
        for record in records::read(folder, dialect.name()) {
            if record.id.contains(&only) {
                projects.entry(source(&record)).or_default().push((dialect, record));
            }
        }
    }
    let projects: Vec<_> = projects.into_iter().collect();
    let all = Mutex::new(Vec::new());
    parallel::for_each(&projects, |(path, records)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meta = if is_case {
            txtar::materialise(path, folder.path())
        } else {
            txtar::materialise_folder(path, folder.path())
        }
        .expect("the project is written");
        let said = records.iter().map(|(dialect, record)| lint(&meta, *dialect, record, is_case));
        let said: Vec<_> = said.collect();
        all.lock().expect("no panic while locked").extend(said);
    });
    let mut all = all.into_inner().expect("no panic while locked");
    all.sort_by_key(Said::key);
    all
}

fn write_down(suite: &str, all: &[Said]) {
    let Ok(prefix) = std::env::var("WERFKIT_SAID") else { return };
    let mut text = String::new();
    for said in all {
        let decision = if said.ok { "ok" } else { "refused" };
        for line in &said.lines {
            let _ = writeln!(text, "{}\t{decision}\t{}\t{line}", said.key(), said.errors.len());
        }
    }
    std::fs::write(format!("{prefix}-{suite}.tsv"), text).expect("the list is written");
}

fn no_defects(all: &[Said]) -> Vec<String> {
    let said: usize = all.iter().map(|said| said.lines.len()).sum();
    let defects: Vec<String> =
        all.iter().flat_map(|said| said.defects.iter().map(|defect| format!("{}: {defect}", said.key()))).collect();
    println!("  {:<52} {:>6} of {said:>6}", "diagnostics with words and a place", said - defects.len());
    defects
}

/// Reviewed errors on projects that werf loads: lines of `tests/data/quality.tsv`, project and rule.
fn reviewed() -> BTreeSet<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quality.tsv");
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
        })
        .collect()
}

fn noise(all: &[Said]) -> Vec<String> {
    let reviewed = reviewed();
    let accepted: Vec<_> = all.iter().filter(|said| said.ok).collect();
    let mut noisy = Vec::new();
    for said in &accepted {
        for error in &said.errors {
            let rule = error.split(' ').next().unwrap_or_default();
            if !reviewed.contains(&(said.id.clone(), rule.to_owned())) {
                noisy.push(format!("{}: {error}", said.key()));
            }
        }
    }
    println!(
        "  {:<52} {:>6} errors on {} accepted",
        "errors on accepted projects, not reviewed",
        noisy.len(),
        accepted.len()
    );
    noisy
}

fn print_some(title: &str, lines: &[String]) {
    for line in lines.iter().take(60) {
        println!("  {title} {line}");
    }
}

#[test]
fn conformance_cases() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data");
        return;
    };
    let case = |record: &Record| folder.join("cases").join(format!("{}.txtar", record.id));
    let all = lint_all(&folder.join("expected"), case, true);
    println!("conformance: what is said");
    write_down("conformance", &all);
    let accepted: BTreeSet<(&str, &str, Dialect)> =
        all.iter().filter(|said| said.ok).map(|said| (said.id.as_str(), said.mode.as_str(), said.dialect)).collect();
    let mut pairs = 0;
    let mut cascades = Vec::new();
    let mut silent = Vec::new();
    for said in all.iter().filter(|said| !said.ok) {
        if said.errors.is_empty() {
            silent.push(said.key());
        }
        let sibling = format!("{}-ok", said.id);
        if !accepted.contains(&(sibling.as_str(), said.mode.as_str(), said.dialect)) {
            continue;
        }
        pairs += 1;
        if said.errors.len() != 1 {
            cascades.push(format!("{}: {}", said.key(), said.errors.join("; ")));
        }
    }
    let share = 100.0 * (pairs - cascades.len()) as f64 / pairs.max(1) as f64;
    println!("  {:<52} {:>6} of {pairs:>6}  {share:6.2} %", "one mistake, one error", pairs - cascades.len());
    let defects = no_defects(&all);
    let noisy = noise(&all);
    print_some("CASCADE", &cascades);
    print_some("DEFECT", &defects);
    print_some("NOISE", &noisy);
    print_some("SILENT", &silent);
    assert!(share >= SINGLE || pairs == 0, "one mistake gives one error in {share:.2} % of the pairs only");
    assert!(defects.is_empty(), "{} diagnostics lack words or a place", defects.len());
    assert!(noisy.is_empty(), "{} errors on cases that werf accepts", noisy.len());
    assert!(silent.is_empty(), "{} refusals without an error", silent.len());
}

#[test]
fn public_corpus() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let project = |record: &Record| {
        let name = record.id.split('/').next().unwrap_or_default();
        corpus.join(name)
    };
    let all = lint_all(&recorded, project, false);
    println!("corpus-public: what is said");
    write_down("corpus", &all);
    let defects = no_defects(&all);
    let noisy = noise(&all);
    print_some("DEFECT", &defects);
    print_some("NOISE", &noisy);
    assert!(defects.is_empty(), "{} diagnostics lack words or a place", defects.len());
    assert!(noisy.is_empty(), "{} errors on projects that werf accepts", noisy.len());
}
