//! Where every finding of the conformance cases stands: one line per finding and place, kept in `tests/data/places.tsv` after a reading of all of them.
//!
//! A line holds the case, the dialects and modes, the rule, the place, what is there (a key, a value, an action of a template, …) and its text, shortened.
//! `UPDATE_PLACES=1 cargo test --test places` writes the file anew; what changes in it is to be read before it is kept.

#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use records::Record;
use txtar::CaseMeta;
use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::source::{LineIndex, Location, SourceMap};

/// Longest text that is kept of what a finding points at, in characters.
const SHOWN: usize = 48;

/// Case, rule, severity, place and text, and who says so.
type Places = BTreeMap<(String, String, String), Vec<(Dialect, String)>>;

/// What kind of thing lies under a range.
fn kind(text: &[u8], location: Location) -> &'static str {
    let range = location.span.range();
    let (before, after) = (&text[..range.start.min(text.len())], &text[range.end.min(text.len())..]);
    let found = &text[range];
    if found.is_empty() {
        return "point";
    }
    let trimmed = found.trim_ascii();
    if trimmed.starts_with(b"{{") && trimmed.ends_with(b"}}") {
        return "action";
    }
    let find = |what: &[u8]| before.windows(2).rposition(|pair| pair == what);
    if find(b"{{").is_some_and(|open| find(b"}}").is_none_or(|close| close < open)) {
        return "in action";
    }
    if found.contains(&b'\n') {
        return "lines";
    }
    let next = after.iter().find(|byte| !matches!(byte, b' ' | b'"' | b'\''));
    if next == Some(&b':') { "key" } else { "value" }
}

fn shown(sources: &SourceMap, location: Option<Location>) -> String {
    let Some(location) = location else { return "-\tproject\t".to_owned() };
    let file = sources.get(location.file);
    let index = LineIndex::new(&file.text);
    let start = index.position(&file.text, location.span.start as usize);
    let end = index.position(&file.text, location.span.end as usize);
    let columns = match start.line == end.line {
        true => format!("{}:{}-{}", start.line, start.column, end.column),
        false => format!("{}:{}-{}:{}", start.line, start.column, end.line, end.column),
    };
    let found = String::from_utf8_lossy(&file.text[location.span.range()]).replace('\n', "⏎");
    let found: String = found.chars().map(|c| if c.is_control() { '·' } else { c }).collect();
    let mut text: String = found.chars().take(SHOWN).collect();
    if found.chars().count() > SHOWN {
        text.push('…');
    }
    format!("{}:{columns}\t{}\t{text}", file.path, kind(&file.text, location))
}

fn look(meta: &CaseMeta, dialect: Dialect, record: &Record, places: &Mutex<Places>) {
    let request = Request {
        dialect: Some(dialect),
        env: meta.env.clone(),
        environ: meta.environ.clone(),
        loose_giterminism: record.mode == "loose",
        config: meta.config.as_ref().map(PathBuf::from),
        ..Request::new(&meta.project_dir, &meta.project_dir)
    };
    let linted = check::lint(&request).expect("the project is analysed");
    let mut found: Vec<_> = linted
        .diagnostics
        .iter()
        // A remark about the command line, the same for every case.
        .filter(|said| said.rule.0 != "loose-giterminism-flag")
        .map(|said| (said.rule.0.to_owned(), shown(&linted.snapshot.sources, said.location)))
        .collect();
    found.dedup();
    let mut places = places.lock().expect("no panic while locked");
    for (rule, place) in found {
        places.entry((record.id.clone(), rule, place)).or_default().push((dialect, record.mode.clone()));
    }
}

/// `1.1 1.2 2`, with the mode where only one of the two says so.
fn circumstances(all: &[(Dialect, String)]) -> String {
    let of = |dialect: Dialect| all.iter().filter(move |(one, _)| *one == dialect).map(|(_, mode)| mode.as_str());
    let words = Dialect::ALL.into_iter().filter_map(|dialect| {
        let mut modes: Vec<&str> = of(dialect).collect();
        modes.sort_unstable();
        modes.dedup();
        match modes[..] {
            [] => None,
            [mode @ ("strict" | "loose")] => Some(format!("{dialect}/{mode}")),
            _ => Some(dialect.to_string()),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn written(folder: &Path) -> String {
    let mut cases: BTreeMap<String, Vec<(Dialect, Record)>> = BTreeMap::new();
    for dialect in Dialect::ALL {
        for record in records::read(&folder.join("expected"), dialect.name()) {
            cases.entry(record.id.clone()).or_default().push((dialect, record));
        }
    }
    let cases: Vec<_> = cases.into_iter().collect();
    let places = Mutex::new(Places::new());
    parallel::for_each(&cases, |(id, records)| {
        let destination = tempfile::tempdir().expect("a temporary folder");
        let case = folder.join("cases").join(format!("{id}.txtar"));
        let meta = txtar::materialise(&case, destination.path()).expect("the case is written");
        for (dialect, record) in records {
            look(&meta, *dialect, record, &places);
        }
    });
    let places = places.into_inner().expect("no panic while locked");
    let mut text = String::new();
    for ((case, rule, place), all) in places {
        let _ = writeln!(text, "{case}\t{}\t{rule}\t{place}", circumstances(&all));
    }
    text
}

#[test]
fn every_finding_stands_where_it_was_found_right() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data");
        return;
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/places.tsv");
    let found = written(&folder);
    if std::env::var_os("UPDATE_PLACES").is_some() {
        std::fs::write(&path, &found).expect("the list is written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    let (kept, found): (Vec<&str>, Vec<&str>) = (kept.lines().collect(), found.lines().collect());
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for line in &found {
        *kinds.entry(line.split('\t').nth(4).unwrap_or_default()).or_default() += 1;
    }
    println!("{} places: {kinds:?}", found.len());
    let kept_set: std::collections::BTreeSet<&str> = kept.iter().copied().collect();
    let found_set: std::collections::BTreeSet<&str> = found.iter().copied().collect();
    let gone: Vec<String> = kept_set.difference(&found_set).map(|line| format!("- {line}")).collect();
    let new: Vec<String> = found_set.difference(&kept_set).map(|line| format!("+ {line}")).collect();
    for line in gone.iter().chain(&new).take(80) {
        println!("{line}");
    }
    assert!(gone.is_empty() && new.is_empty(), "{} places are gone, {} are new", gone.len(), new.len());
}
