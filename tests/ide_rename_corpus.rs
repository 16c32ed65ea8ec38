//! Rename on the public corpus: every image, template and variable of every accepted project gets another name, or a reason why not. After each rename the project is analysed
//! again with the changed texts over its files: its images must be the same with the name replaced, and its text the same but for the name.

#[path = "support/accepted.rs"]
mod accepted;
#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use werfkit::analysis::{Request, Snapshot, analyze};
use werfkit::ide::At;
use werfkit::ide::occurrence::Symbol;
use werfkit::ide::rename::{apply, prepare, rename, verify};
use werfkit::ide::templates::NameUse;
use werfkit::source::{FileId, Location, Span};

/// Second analyses of one project: a large one has hundreds of names, and each takes as long as all of a small one.
const ANALYSES: usize = 60;

#[derive(Default)]
struct Board {
    renamed: BTreeMap<&'static str, usize>,
    /// Refusals by their words without names.
    refused: BTreeMap<String, usize>,
    /// Refusals that only the second analysis gave.
    late: Vec<String>,
    wrong: Vec<String>,
}

/// A reason without the names in it.
fn kind_of(reason: &str) -> String {
    let mut kind = String::new();
    for (index, part) in reason.split('`').enumerate() {
        kind.push_str(if index % 2 == 0 { part } else { "…" });
    }
    kind
}

fn images(snapshot: &Snapshot) -> BTreeSet<(String, bool, bool)> {
    snapshot.images.iter().map(|image| (image.name.clone(), image.is_artifact, image.is_final)).collect()
}

fn try_one(id: &str, request: &Request, at: &At<'_>, what: &'static str, new: &str, board: &Mutex<Board>) {
    let analysis = at.analysis;
    let refuse = |reason: &str| {
        *board
            .lock()
            .expect("no panic while locked")
            .refused
            .entry(format!("{what}: {}", kind_of(reason)))
            .or_default() += 1;
    };
    let prepared = match prepare(at) {
        Ok(prepared) => prepared,
        Err(reason) => return refuse(&reason),
    };
    let edits = match rename(at, new) {
        Ok(edits) => edits,
        Err(reason) => return refuse(&reason),
    };
    let mut changed = request.clone();
    for (file, text) in apply(analysis, &edits) {
        changed.overlay.insert(request.working_dir.join(analysis.path(file)), Arc::clone(&text));
    }
    let after = analyze(&changed).expect("the project is analysed");
    let mut board = board.lock().expect("no panic while locked");
    if let Err(reason) = verify(analysis, &after, &prepared.symbol, new) {
        board.late.push(format!("{id}: {what} `{}`: {reason}", prepared.name));
        return;
    }
    *board.renamed.entry(what).or_default() += 1;
    let mut wanted = images(analysis.snapshot());
    if let Symbol::Image(image) = prepared.symbol {
        let old = &analysis.snapshot().validated.images.list[image];
        let found: Vec<_> = wanted.iter().filter(|one| one.0 == old.name).cloned().collect();
        for one in found.into_iter().filter(|one| one.1 == old.is_artifact) {
            wanted.remove(&one);
            wanted.insert((new.to_owned(), one.1, one.2));
        }
    }
    if images(&after) != wanted {
        board.wrong.push(format!("{id}: {what} `{}` -> `{new}`", prepared.name));
    }
}

#[test]
fn every_name_is_changed_everywhere_or_refused() {
    let board = Mutex::new(Board::default());
    let is_there = accepted::for_each(|id, request, analysis| {
        let mut seen: BTreeSet<Location> = BTreeSet::new();
        let mut names: Vec<(FileId, u32, &'static str, &'static str)> = Vec::new();
        for one in &analysis.images().definitions {
            names.push((one.location.file, one.location.span.start, "image", "zz/new-name"));
        }
        for (file, template) in analysis.template_files() {
            let defined = template.names.iter().filter(|one| one.what == NameUse::Definition);
            names.extend(defined.map(|one| (file, one.span.start, "template", "a new name")));
            names.extend(template.variables.iter().map(|one| (file, one.declared.start, "variable", "$new_name")));
            let stored = template.keys.iter().filter(|one| one.is_stored);
            names.extend(stored.map(|one| (file, one.span.start, "key", "NewName")));
        }
        names.retain(|(file, start, ..)| {
            let span = Span { start: *start, end: *start };
            seen.insert(Location { file: *file, span })
        });
        let step = names.len().div_ceil(ANALYSES).max(1);
        for (file, offset, what, new) in names.into_iter().step_by(step) {
            try_one(id, request, &At { analysis, file, offset: offset as usize }, what, new, &board);
        }
    });
    if !is_there {
        return;
    }
    let board = board.into_inner().expect("no panic while locked");
    for (what, count) in &board.renamed {
        println!("  renamed  {what:<10} {count:>6}");
    }
    for (reason, count) in &board.refused {
        println!("  refused  {count:>6}  {reason}");
    }
    println!("  refused by the second analysis {:>6}", board.late.len());
    for line in board.late.iter().take(40) {
        println!("  LATE {line}");
    }
    assert_eq!(board.wrong, Vec::<String>::new());
}
