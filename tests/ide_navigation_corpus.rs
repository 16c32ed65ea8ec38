//! Navigation on the public corpus: for every use of an image, every call of a template and every use of a variable in every accepted project, definition leads to the
//! right place, and references are its exact inverse.
//!
//! What is right comes from elsewhere than the code under test: from the model's images and the provenance of their keys, from the definitions that the rendering made,
//! and from an own reading of the scopes of variables. Reads the public corpus where it is present and says so aloud where it is not.

#[path = "support/accepted.rs"]
mod accepted;
#[path = "support/parallel.rs"]
mod parallel;
#[path = "support/records.rs"]
mod records;
#[path = "support/scopes.rs"]
mod scopes;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeSet, HashMap};
use std::sync::Mutex;

use werfkit::ide::definition::{Target, definition};
use werfkit::ide::references::references;
use werfkit::ide::{Analysis, At, Role};
use werfkit::model::validate::Target as Meaning;
use werfkit::source::{FileId, Location, Span};

/// Share of definitions that must be right, in percent.
const RIGHT: f64 = 98.0;

/// What was asked of one kind of name.
#[derive(Default)]
struct Score {
    asked: usize,
    right: usize,
    misses: Vec<String>,
}

impl Score {
    fn add(&mut self, is_right: bool, miss: impl FnOnce() -> String) {
        self.asked += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.misses.push(miss());
        }
    }

    fn take(&mut self, other: Self) {
        self.asked += other.asked;
        self.right += other.right;
        self.misses.extend(other.misses);
    }

    fn share(&self) -> f64 {
        100.0 * self.right as f64 / self.asked.max(1) as f64
    }
}

#[derive(Default)]
struct Board {
    projects: usize,
    images: Score,
    templates: Score,
    variables: Score,
    /// Each pair of a place and a definition that it leads to: the definition's references hold the place.
    forth: Score,
    /// Each pair of a definition and a reference of it: the reference leads to the definition.
    back: Score,
    /// Calls of templates that nothing defines, uses of variables without a declaration.
    without: usize,
}

impl Board {
    fn scores(&mut self) -> [(&'static str, &mut Score); 5] {
        [
            ("uses of images: definition is right", &mut self.images),
            ("calls of templates: definition is right", &mut self.templates),
            ("uses of variables: definition is right", &mut self.variables),
            ("definition -> references", &mut self.forth),
            ("references -> definition", &mut self.back),
        ]
    }
}

/// One project with answers kept, as many places lead to the same definition.
struct Asked<'a> {
    id: &'a str,
    analysis: &'a Analysis,
    definitions: HashMap<(FileId, usize), Vec<(FileId, Span)>>,
    references: HashMap<(FileId, usize), Vec<Location>>,
    pairs: BTreeSet<(FileId, usize, FileId, Span)>,
}

impl Asked<'_> {
    fn definitions(&mut self, file: FileId, offset: usize) -> Vec<(FileId, Span)> {
        let analysis = self.analysis;
        let ask = || {
            let targets = definition(&At { analysis, file, offset }, None);
            let place = |target: &Target| target.file.map(|file| (file, target.span));
            targets.iter().filter_map(place).collect()
        };
        self.definitions.entry((file, offset)).or_insert_with(ask).clone()
    }

    fn references(&mut self, file: FileId, offset: usize) -> Vec<Location> {
        let analysis = self.analysis;
        let ask = || references(&At { analysis, file, offset }, true).iter().map(|one| one.location).collect();
        self.references.entry((file, offset)).or_insert_with(ask).clone()
    }

    /// Asks for the definition at a place and keeps the pairs.
    fn ask(&mut self, file: FileId, offset: usize) -> Vec<(FileId, Span)> {
        let found = self.definitions(file, offset);
        self.pairs.extend(found.iter().map(|(other, span)| (file, offset, *other, *span)));
        found
    }

    fn shown(&self, file: FileId, offset: usize) -> String {
        let text = self.analysis.text(file);
        let start = text[..offset.min(text.len())].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1);
        let end =
            text[offset.min(text.len())..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| offset + at);
        let line = text[..start].iter().filter(|byte| **byte == b'\n').count() + 1;
        let line_text = String::from_utf8_lossy(&text[start..end]).trim().to_owned();
        format!("{}: {}:{line}:{} <{line_text}>", self.id, self.analysis.path(file), offset - start + 1)
    }

    fn shown_all(&self, places: &[(FileId, Span)]) -> String {
        places.iter().map(|(file, span)| self.shown(*file, span.start as usize)).collect::<Vec<_>>().join("; ")
    }
}

/// The bytes of a file behind one byte of the rendered text, when it was copied.
fn copied(analysis: &Analysis, offset: u32) -> Option<Location> {
    let found = analysis.snapshot().provenance.locate(Span { start: offset, end: offset + 1 })?;
    found.exact.then_some(found.location)
}

/// Where a value begins in its document's file: behind the key or dash, told by the byte before it.
fn begin(analysis: &Analysis, span: Span) -> Option<(FileId, usize)> {
    let before = copied(analysis, span.start.checked_sub(1)?)?;
    let text = analysis.text(before.file);
    let mut offset = before.span.end as usize;
    while text.get(offset).is_some_and(|byte| *byte == b' ') {
        offset += 1;
    }
    Some((before.file, offset))
}

/// Whether a place is where a name is written: its bytes in the file, or the value of the key there.
fn is_place_of(analysis: &Analysis, name: &str, span: Span, place: (FileId, Span)) -> bool {
    let written = analysis.text(place.0).get(place.1.range()).unwrap_or_default();
    let origins = analysis.snapshot().provenance.locate(span);
    let is_origin = |location: Location| {
        location.file == place.0 && location.span.start <= place.1.start && place.1.end <= location.span.end
    };
    let by_name =
        written == name.as_bytes() && origins.is_some_and(|origins| origins.exact && is_origin(origins.location));
    let by_key = begin(analysis, span).is_some_and(|(file, offset)| {
        file == place.0 && (place.1.start as usize == offset || place.1.start as usize == offset + 1)
    });
    let by_call = begin(analysis, span).is_none()
        && analysis.snapshot().provenance.locate(span).is_some_and(|origins| origins.location.file == place.0);
    by_name || by_key || by_call
}

fn ask_images(asked: &mut Asked<'_>, board: &mut Board) {
    let analysis = asked.analysis;
    let list = &analysis.snapshot().validated.images.list;
    let mut seen = BTreeSet::new();
    for image in list {
        for used in image.base.iter().chain(image.uses.iter()) {
            let Meaning::Image(target) = used.target else { continue };
            // Layers of 1.1 have no names of their own.
            if used.span == image.span || list[target].is_layer || !seen.insert((used.span, target)) {
                continue;
            }
            let mut cursors: Vec<(FileId, usize)> = begin(analysis, used.span).into_iter().collect();
            if let Some(origins) = analysis.snapshot().provenance.locate(used.span)
                && (origins.exact || cursors.is_empty())
            {
                cursors.push((origins.location.file, origins.location.span.start as usize));
            }
            cursors.sort_unstable();
            cursors.dedup();
            for (file, offset) in cursors {
                let found = asked.ask(file, offset);
                let wanted = &list[target];
                let is_right = found.iter().any(|place| is_place_of(analysis, &wanted.name, wanted.span, *place));
                board.images.add(is_right, || {
                    format!("{} wants `{}`, got {}", asked.shown(file, offset), wanted.name, asked.shown_all(&found))
                });
            }
        }
    }
}

fn ask_templates(asked: &mut Asked<'_>, board: &mut Board, file: FileId, calls: &[(usize, String)]) {
    let analysis = asked.analysis;
    let trace = &analysis.snapshot().trace;
    for (offset, name) in calls {
        let wanted: BTreeSet<Location> =
            trace.definitions.iter().filter(|one| one.name == *name).filter_map(|one| one.place).collect();
        if wanted.is_empty() {
            board.without += 1;
            continue;
        }
        let found = asked.ask(file, *offset);
        let fits = |place: &Location, (file, span): &(FileId, Span)| {
            place.file == *file && place.span.start <= span.start && span.end <= place.span.end
        };
        let is_right = wanted.iter().all(|place| found.iter().any(|one| fits(place, one)))
            && found.iter().all(|one| wanted.iter().any(|place| fits(place, one)));
        board.templates.add(is_right, || {
            let wanted: Vec<(FileId, Span)> = wanted.iter().map(|place| (place.file, place.span)).collect();
            let (wanted, found) = (asked.shown_all(&wanted), asked.shown_all(&found));
            format!("{} wants {wanted}, got {found}", asked.shown(file, *offset))
        });
    }
}

fn ask_variables(asked: &mut Asked<'_>, board: &mut Board, file: FileId, uses: &[(usize, usize)]) {
    for (offset, declaration) in uses {
        let found = asked.ask(file, *offset);
        let is_right = found.iter().any(|(other, span)| *other == file && span.start as usize == *declaration);
        board.variables.add(is_right, || {
            let (wanted, found) = (asked.shown(file, *declaration), asked.shown_all(&found));
            format!("{} wants {wanted}, got {found}", asked.shown(file, *offset))
        });
    }
}

/// Definition and references hold for the same pairs.
fn ask_back(asked: &mut Asked<'_>, board: &mut Board) {
    let pairs = asked.pairs.clone();
    let mut definitions = BTreeSet::new();
    for (file, offset, other, span) in pairs {
        definitions.insert((other, span));
        let found = asked.references(other, span.start as usize);
        let holds = found.iter().any(|place| place.file == file && place.span.touches(offset));
        board.forth.add(holds, || {
            let (place, other) = (asked.shown(file, offset), asked.shown(other, span.start as usize));
            format!("{place} leads to {other}, whose {} references miss it", found.len())
        });
    }
    for (file, span) in definitions {
        for place in asked.references(file, span.start as usize) {
            let found = asked.definitions(place.file, place.span.start as usize);
            board.back.add(found.contains(&(file, span)), || {
                let (from, to) =
                    (asked.shown(place.file, place.span.start as usize), asked.shown(file, span.start as usize));
                format!("{from} is a reference of {to}, but leads to {}", asked.shown_all(&found))
            });
        }
    }
}

fn ask_project(id: &str, analysis: &Analysis) -> Board {
    let mut board = Board { projects: 1, ..Board::default() };
    let mut asked =
        Asked { id, analysis, definitions: HashMap::new(), references: HashMap::new(), pairs: BTreeSet::new() };
    ask_images(&mut asked, &mut board);
    let files: Vec<FileId> = analysis.snapshot().sources.iter().map(|(file, _)| file).collect();
    for file in files {
        let is_template = matches!(analysis.role(file), Role::Config | Role::Template | Role::Data);
        let Ok(text) = std::str::from_utf8(analysis.text(file)) else { continue };
        if !is_template || analysis.file(analysis.path(file)) != Some(file) {
            continue;
        }
        let read = scopes::read(text);
        board.without += read.unknown;
        ask_templates(&mut asked, &mut board, file, &read.calls);
        ask_variables(&mut asked, &mut board, file, &read.uses);
    }
    ask_back(&mut asked, &mut board);
    board
}

#[test]
fn every_name_leads_to_its_definition_and_back() {
    let total = Mutex::new(Board::default());
    let is_there = accepted::for_each(|id, _, analysis| {
        let mut board = ask_project(id, analysis);
        let mut total = total.lock().expect("no panic while locked");
        total.projects += board.projects;
        total.without += board.without;
        for ((_, into), (_, from)) in total.scores().into_iter().zip(board.scores()) {
            into.take(std::mem::take(from));
        }
    });
    if !is_there {
        return;
    }
    let mut total = total.into_inner().expect("no panic while locked");
    println!("navigation on {} accepted projects ({} names that nothing defines)", total.projects, total.without);
    for (title, score) in total.scores() {
        println!("  {title:<44} {:>7} of {:>7}  {:6.2} %", score.right, score.asked, score.share());
    }
    for (title, score) in total.scores() {
        for miss in score.misses.iter().take(40) {
            println!("  MISS {title}: {miss}");
        }
    }
    assert!(total.projects > 50, "the corpus was read");
    assert!(total.images.share() >= RIGHT, "uses of images lead to {:.2} % right places", total.images.share());
    assert!(
        total.templates.share() >= RIGHT,
        "calls of templates lead to {:.2} % right places",
        total.templates.share()
    );
    assert!(total.variables.share() >= RIGHT, "variables lead to {:.2} % right places", total.variables.share());
    assert!(total.forth.misses.is_empty() && total.back.misses.is_empty(), "references are the inverse of definition");
}
