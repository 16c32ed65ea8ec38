//! Keys of the data that templates share: where they are stored, and which reads mean them.
//!
//! In: an analysed project. Out: places of keys in templates and in the data files that templates read. A `dict` that is handed to a named template is only
//! read there and in what that template calls; other stores may be read everywhere. Never: values; keys with computed names.

use std::collections::{HashMap, HashSet};

use super::occurrence::{Hit, Occurrence, Part, Symbol};
use super::template_names;
use super::templates::{DataKey, NameUse, TemplateFile};
use super::{Analysis, At, Role};
use crate::limits::Limits;
use crate::source::{FileId, Location, Span};
use crate::yaml::{self, Tree};

/// Data files with more bytes are not searched.
const DATA_FILE_BYTES: usize = 1 << 20;

/// A key at a place.
#[derive(Clone, Debug)]
struct Entry {
    location: Location,
    stored: Stored,
    /// The named template around it; `None` in the text of a file that no name stands for.
    inside: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stored {
    /// It is read there.
    No,
    /// For everyone.
    Shared,
    /// For the named template that is called with it.
    For(String),
    /// In a data file, for reads that no template stores for.
    InFile,
}

pub(super) fn hits(at: &At<'_>, file: &TemplateFile, hits: &mut Vec<Hit>) {
    if let Some(key) = file.key_at(at.offset) {
        let part = if key.is_stored { Part::Definition } else { Part::Use };
        hits.push(Hit { span: key.span, symbol: Symbol::Key(key.key.clone()), part });
    }
}

/// The key of a data file at a place.
pub(super) fn data_file_hits(at: &At<'_>, hits: &mut Vec<Hit>) {
    if !is_data_file(at.analysis, at.file) {
        return;
    }
    let tree = yaml::parse(at.text(), &Limits::default());
    for span in keys_of(&tree).filter(|(_, span)| span.touches(at.offset)) {
        hits.push(Hit { span: span.1, symbol: Symbol::Key(span.0.to_owned()), part: Part::Definition });
    }
}

/// All places of a key by its name alone, in templates.
pub(super) fn occurrences(analysis: &Analysis, key: &str, within: Option<FileId>) -> Vec<Occurrence> {
    let own = within.and_then(|file| Some((file, analysis.template(file)?)));
    let all = within.is_none().then(|| analysis.template_files()).into_iter().flatten();
    let mut found = Vec::new();
    for (file, template) in own.into_iter().chain(all) {
        for one in template.keys.iter().filter(|one| one.key == key) {
            let part = if one.is_stored { Part::Definition } else { Part::Use };
            found.push(Occurrence { location: Location { file, span: one.span }, part });
        }
    }
    found
}

/// The places that belong to the key at one place: of a read, the stores that it may mean and their other reads; of a store, its reads.
pub(super) fn related(analysis: &Analysis, key: &str, hit: Location, part: Part) -> Vec<Occurrence> {
    let table = Table::new(analysis, key);
    let occurrence = |entry: &Entry| Occurrence {
        location: entry.location,
        part: if entry.stored == Stored::No { Part::Use } else { Part::Definition },
    };
    let stores: Vec<&Entry> = if part.is_definition() {
        table.stores().filter(|store| store.location == hit).collect()
    } else {
        match table.reads().find(|read| read.location == hit) {
            Some(read) => table.meant(read),
            None => Vec::new(),
        }
    };
    let places: HashSet<Location> = stores.iter().map(|store| store.location).collect();
    let mut found: Vec<Occurrence> = stores.into_iter().map(occurrence).collect();
    for read in table.reads() {
        let is_own = read.location == hit;
        if is_own || table.meant(read).iter().any(|store| places.contains(&store.location)) {
            found.push(occurrence(read));
        }
    }
    if places.is_empty() && !part.is_definition() {
        // Nobody stores it: all reads of the name belong together.
        found.extend(table.reads().map(occurrence));
    }
    found
}

/// All places that are connected with one place of a key, over stores and reads.
pub(super) fn component(analysis: &Analysis, key: &str, hit: Location) -> Vec<Occurrence> {
    let table = Table::new(analysis, key);
    let mut places: HashSet<Location> = HashSet::from([hit]);
    loop {
        let before = places.len();
        for read in table.reads() {
            let stores = table.meant(read);
            if places.contains(&read.location) || stores.iter().any(|store| places.contains(&store.location)) {
                places.insert(read.location);
                places.extend(stores.iter().map(|store| store.location));
            }
        }
        if places.len() == before {
            break;
        }
    }
    let part = |entry: &Entry| if entry.stored == Stored::No { Part::Use } else { Part::Definition };
    let own = table.entries.iter().filter(|entry| places.contains(&entry.location));
    let mut found: Vec<Occurrence> =
        own.map(|entry| Occurrence { location: entry.location, part: part(entry) }).collect();
    found.sort_unstable();
    found.dedup_by_key(|one| one.location);
    found
}

/// All places of one key, and what calls what.
struct Table {
    entries: Vec<Entry>,
    /// The templates that a template's body calls.
    calls: HashMap<String, Vec<String>>,
}

impl Table {
    fn new(analysis: &Analysis, key: &str) -> Self {
        let mut entries = Vec::new();
        for (file, template) in analysis.template_files() {
            for one in template.keys.iter().filter(|one| one.key == key) {
                entries.push(entry(analysis, file, template, one));
            }
        }
        let mut calls: HashMap<String, Vec<String>> = HashMap::new();
        if entries.iter().any(|entry| matches!(entry.stored, Stored::For(_))) {
            for (file, template) in analysis.template_files() {
                for call in template.names.iter().filter(|name| name.what == NameUse::Call) {
                    if let Some(caller) = around(analysis, file, template, call.span) {
                        calls.entry(caller).or_default().push(call.name.clone());
                    }
                }
            }
        }
        let mut table = Self { entries, calls };
        if table.reads().any(|read| table.fitting(read).is_empty()) {
            for (file, span) in data_file_keys(analysis, key) {
                let location = Location { file, span };
                table.entries.push(Entry { location, stored: Stored::InFile, inside: None });
            }
        }
        table
    }

    fn stores(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.stored != Stored::No)
    }

    fn reads(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.stored == Stored::No)
    }

    /// The stores of templates that a read can see.
    fn fitting(&self, read: &Entry) -> Vec<&Entry> {
        let callers = read.inside.as_deref().map(|inside| self.callers_of(inside)).unwrap_or_default();
        let fits = |store: &&Entry| match &store.stored {
            Stored::For(template) => callers.contains(template.as_str()),
            Stored::Shared => true,
            Stored::InFile | Stored::No => false,
        };
        self.stores().filter(fits).collect()
    }

    /// The stores that a read may mean; when none fits, those of data files, else all of that name.
    fn meant(&self, read: &Entry) -> Vec<&Entry> {
        let fitting = self.fitting(read);
        if !fitting.is_empty() {
            return fitting;
        }
        let in_files: Vec<&Entry> = self.stores().filter(|store| store.stored == Stored::InFile).collect();
        if in_files.is_empty() { self.stores().collect() } else { in_files }
    }

    /// A template and all whose calls lead to it.
    fn callers_of<'a>(&'a self, template: &'a str) -> HashSet<&'a str> {
        let mut found = HashSet::from([template]);
        loop {
            let before = found.len();
            for (caller, called) in &self.calls {
                if called.iter().any(|name| found.contains(name.as_str())) {
                    found.insert(caller);
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }
}

fn entry(analysis: &Analysis, file: FileId, template: &TemplateFile, key: &DataKey) -> Entry {
    let stored = if key.is_stored { stored(template, key.span) } else { Stored::No };
    Entry { location: Location { file, span: key.span }, stored, inside: around(analysis, file, template, key.span) }
}

/// For whom a literal key is stored: the innermost call of a template around it.
fn stored(template: &TemplateFile, span: Span) -> Stored {
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let calls = template.names.iter().filter(|name| name.what == NameUse::Call && holds(name.around));
    match calls.min_by_key(|call| call.around.len()) {
        Some(call) => Stored::For(call.name.clone()),
        None => Stored::Shared,
    }
}

/// The named template whose text holds a place.
fn around(analysis: &Analysis, file: FileId, template: &TemplateFile, span: Span) -> Option<String> {
    let source = &template.source;
    let holds = |outer: Span| outer.start <= span.start && span.end <= outer.end;
    let bodies = source.trees.iter().filter(|tree| !tree.clause.is_empty());
    let inner = bodies.filter(|tree| holds(source.node(tree.root).span));
    match inner.min_by_key(|tree| source.node(tree.root).span.len()) {
        Some(tree) => Some(String::from_utf8_lossy(&tree.name).into_owned()),
        None => template_names::name_of_file(analysis, file).map(str::to_owned),
    }
}

fn is_data_file(analysis: &Analysis, file: FileId) -> bool {
    let path = analysis.path(file);
    let is_data = [".yaml", ".yml", ".json"].iter().any(|extension| path.ends_with(extension));
    is_data && analysis.role(file) == Role::Other && analysis.text(file).len() <= DATA_FILE_BYTES
}

fn keys_of(tree: &Tree) -> impl Iterator<Item = (&str, Span)> {
    let entries = tree.ids().flat_map(|id| tree.entries(id));
    entries.map(|entry| (tree.value(entry.key), tree.node(entry.key).content))
}

fn data_file_keys(analysis: &Analysis, key: &str) -> Vec<(FileId, Span)> {
    let mut found = Vec::new();
    for (file, source) in analysis.snapshot().sources.iter() {
        let mentions = source.text.windows(key.len().max(1)).any(|window| window == key.as_bytes());
        if !mentions || !is_data_file(analysis, file) {
            continue;
        }
        let tree = yaml::parse(&source.text, &Limits::default());
        if tree.errors.is_empty() {
            found.extend(keys_of(&tree).filter(|(name, _)| *name == key).map(|(_, span)| (file, span)));
        }
    }
    found
}
