//! Rename on the public corpus: every image, template and variable of every accepted project gets another name, or a reason why not. After each rename the project is analysed
//! again with the changed texts over its files: its images must be the same with the name replaced, and its text the same but for the name.

#[path = "support/accepted.rs"]
mod accepted;
#[path = "support/records.rs"]
mod records;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use werfkit::analysis::{Request, Snapshot, analyze};
use werfkit::ide::occurrence::Symbol;
use werfkit::ide::rename::{apply, prepare, rename, verify};
use werfkit::ide::templates::NameUse;
use werfkit::ide::{Analysis, At};
use werfkit::source::{FileId, Location};

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
    let mut refuse = |reason: &str| {
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
        let at = |file: FileId, offset: u32| At { analysis, file, offset: offset as usize };
        for one in &analysis.images().definitions {
            if seen.insert(one.location) {
                let place = at(one.location.file, one.location.span.start);
                try_one(id, request, &place, "image", "zz/new-name", &board);
            }
        }
        for (file, template) in analysis.template_files() {
            for one in template.names.iter().filter(|one| one.what == NameUse::Definition) {
                try_one(id, request, &at(file, one.span.start), "template", "a new name", &board);
            }
            for one in &template.variables {
                try_one(id, request, &at(file, one.declared.start), "variable", "$new_name", &board);
            }
            for one in
                template.keys.iter().filter(|one| one.is_stored && seen.insert(Location { file, span: one.span }))
            {
                try_one(id, request, &at(file, one.span.start), "key", "NewName", &board);
            }
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
