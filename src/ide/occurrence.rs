//! Things that have a name in a project, and the places at which they are named.
//!
//! In: a place, or a thing. Out: the things named at that place; all places at which a thing is named. Definition, references, highlights and rename are
//! views of this one relation, so that references are the exact inverse of definition. Never: guesses from values.

use super::data_keys;
use super::template_names;
use super::templates::{TemplateFile, Variable};
use super::{Analysis, At, Role};
use crate::source::{FileId, Location, Span};
use crate::yaml::{Kind, NodeId, Tree};

/// Something with a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// A variable of a template: the file and the index in its [`TemplateFile::variables`].
    Variable(FileId, usize),
    /// A named template.
    Template(String),
    /// A key of the data that templates share.
    Key(String),
    /// An anchor of YAML: the document of the stream (`None`: the plain file) and the node that has it.
    Anchor(FileId, Option<usize>, NodeId),
    /// An image: its index in the project's list.
    Image(usize),
}

/// What a place is to the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Where it gets its name.
    Definition,
    /// The actions that put the name there, when it is written elsewhere.
    DefinitionSite,
    /// Where it is named to be used.
    Use,
    /// The actions that put that name there, when it is written elsewhere.
    UseSite,
}

impl Part {
    /// Whether the place belongs to the definition.
    #[must_use]
    pub fn is_definition(self) -> bool {
        matches!(self, Self::Definition | Self::DefinitionSite)
    }
}

/// One place at which a thing is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Occurrence {
    /// The bytes.
    pub location: Location,
    /// What they are to the thing.
    pub part: Part,
}

/// A thing that is named where the cursor is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The bytes around the cursor.
    pub span: Span,
    /// The thing.
    pub symbol: Symbol,
    /// What the bytes are to it.
    pub part: Part,
}

/// The things named at a place: what is said by single words before what whole values mean.
#[must_use]
pub fn hits(at: &At<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    if let Some(file) = at.analysis.template(at.file) {
        variable_hits(at, file, &mut hits);
        template_names::hits(at, file, &mut hits);
        data_keys::hits(at, file, &mut hits);
    } else {
        data_keys::data_file_hits(at, &mut hits);
    }
    anchor_hits(at, &mut hits);
    image_hits(at, &mut hits);
    hits
}

/// The hits that a person means who asks for all places of a name: a word inside of a computed value stands for itself.
#[must_use]
pub fn meant(at: &At<'_>) -> Vec<Hit> {
    let mut hits = hits(at);
    let word = hits.iter().find(|hit| !matches!(hit.symbol, Symbol::Image(_))).map(|hit| hit.span);
    if let Some(word) = word {
        hits.retain(|hit| !matches!(hit.symbol, Symbol::Image(_)) || hit.span.start >= word.start);
    }
    hits
}

/// All places of a thing, sorted, each once. `within` looks at one file only.
#[must_use]
pub fn occurrences(analysis: &Analysis, symbol: &Symbol, within: Option<FileId>) -> Vec<Occurrence> {
    let mut found = match symbol {
        Symbol::Variable(file, index) => variable_occurrences(analysis, *file, *index),
        Symbol::Template(name) => template_names::occurrences(analysis, name, within),
        Symbol::Key(key) => data_keys::occurrences(analysis, key, within),
        Symbol::Anchor(file, document, node) => anchor_occurrences(analysis, *file, *document, *node),
        Symbol::Image(image) => image_occurrences(analysis, *image),
    };
    found.retain(|one| within.is_none_or(|file| one.location.file == file));
    // Of a place that is more than one thing, the first part counts.
    found.sort_unstable();
    found.dedup_by_key(|one| one.location);
    found
}

/// All places that belong to what a hit names, sorted, each once. Keys of data are told apart by who can read them.
#[must_use]
pub fn places(at: &At<'_>, hit: &Hit) -> Vec<Occurrence> {
    let Symbol::Key(key) = &hit.symbol else { return occurrences(at.analysis, &hit.symbol, None) };
    let mut found = data_keys::related(at.analysis, key, Location { file: at.file, span: hit.span }, hit.part);
    found.sort_unstable();
    found.dedup_by_key(|one| one.location);
    found
}

// Variables.

/// The variable that is named at an offset, also where the action around it does not parse.
pub(super) fn variable_at<'a>(at: &At<'_>, file: &'a TemplateFile) -> Option<(usize, &'a Variable, Span)> {
    let touching = |variable: &Variable| {
        let places = std::iter::once(variable.declared).chain(variable.uses.iter().copied());
        places.into_iter().find(|span| span.touches(at.offset))
    };
    let known =
        file.variables.iter().enumerate().find_map(|(index, variable)| Some((index, variable, touching(variable)?)));
    known.or_else(|| {
        let (word, span) = variable_word(at.text(), at.offset)?;
        super::templates::action_at(at.text(), at.offset).filter(|action| !action.is_comment)?;
        let variable = file.variables_in_scope(span.start as usize).into_iter().find(|one| one.name == word)?;
        let index = file.variables.iter().position(|one| std::ptr::eq(one, variable))?;
        Some((index, variable, span))
    })
}

/// The word with a `$` around an offset.
fn variable_word(text: &[u8], offset: usize) -> Option<(&str, Span)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    let before = text.get(..offset)?.iter().rev().take_while(|byte| is_word(byte)).count();
    let start = match (text.get(offset), text.get((offset - before).checked_sub(1)?)) {
        (_, Some(b'$')) => offset - before - 1,
        (Some(b'$'), _) if before == 0 => offset,
        _ => return None,
    };
    let length = 1 + text[start + 1..].iter().take_while(|byte| is_word(byte)).count();
    let span = Span::new(start, start + length);
    let word = std::str::from_utf8(text.get(span.range())?).ok()?;
    (length > 1).then_some((word, span))
}

fn variable_hits(at: &At<'_>, file: &TemplateFile, hits: &mut Vec<Hit>) {
    if let Some((index, variable, span)) = variable_at(at, file) {
        let part = if span == variable.declared { Part::Definition } else { Part::Use };
        hits.push(Hit { span, symbol: Symbol::Variable(at.file, index), part });
    }
}

fn variable_occurrences(analysis: &Analysis, file: FileId, index: usize) -> Vec<Occurrence> {
    let Some(variable) = analysis.template(file).and_then(|template| template.variables.get(index)) else {
        return Vec::new();
    };
    let place = |span: Span, part: Part| Occurrence { location: Location { file, span }, part };
    std::iter::once(place(variable.declared, Part::Definition))
        .chain(variable.uses.iter().map(|span| place(*span, Part::Use)))
        .collect()
}

// Images.

fn image_hits(at: &At<'_>, hits: &mut Vec<Hit>) {
    let images = at.analysis.images();
    let touched = |place: Location, site: Location| {
        let touches = |one: &Location| one.file == at.file && one.span.touches(at.offset);
        [place, site].into_iter().find(touches).map(|one| one.span)
    };
    let from = hits.len();
    for one in images.definitions_at(at.file, at.offset) {
        if let Some(span) = touched(one.location, one.site) {
            hits.push(Hit { span, symbol: Symbol::Image(one.image), part: Part::Definition });
        }
    }
    for one in images.uses_at(at.file, at.offset) {
        if let (Some(image), Some(span)) = (one.target, touched(one.location, one.site)) {
            hits.push(Hit { span, symbol: Symbol::Image(image), part: Part::Use });
        }
    }
    hits[from..].sort_unstable();
    let mut index = 0;
    let mut last = None;
    hits.retain(|hit| {
        index += 1;
        // A place that defines and uses an image is said once, as its definition.
        let is_new = index <= from || last.as_ref() != Some(&hit.symbol);
        last = Some(hit.symbol.clone());
        is_new
    });
}

fn image_occurrences(analysis: &Analysis, image: usize) -> Vec<Occurrence> {
    let images = analysis.images();
    let mut found = Vec::new();
    if let Some(one) = images.definition(image) {
        found.push(Occurrence { location: one.location, part: Part::Definition });
        found.push(Occurrence { location: one.site, part: Part::DefinitionSite });
    }
    for one in images.uses_of(image) {
        found.push(Occurrence { location: one.location, part: Part::Use });
        found.push(Occurrence { location: one.site, part: Part::UseSite });
    }
    found
}

// Anchors.

/// A tree with the number of its document; spans of plain files count in the file.
pub(super) fn tree_of(analysis: &Analysis, file: FileId, document: Option<usize>) -> Option<&Tree> {
    match document {
        Some(number) => analysis.snapshot().decoded.trees.get(number).map(|document| &*document.tree),
        None => analysis.plain_yaml(file),
    }
}

/// The bytes of a file behind a span of a tree, when they are its own.
pub(super) fn written(analysis: &Analysis, file: FileId, document: Option<usize>, span: Span) -> Option<Location> {
    match document {
        Some(_) => analysis.written(span).filter(|(_, exact)| *exact).map(|(location, _)| location),
        None => Some(Location { file, span }),
    }
}

/// The name of an anchor or alias without its mark.
fn bare(span: Span) -> Span {
    Span { start: (span.start + 1).min(span.end), end: span.end }
}

fn anchor_hits(at: &At<'_>, hits: &mut Vec<Hit>) {
    if matches!(at.role(), Role::Other) || !on_anchor(at.text(), at.offset) {
        return;
    }
    let trees: Vec<(Option<usize>, &Tree)> = match at.analysis.plain_yaml(at.file) {
        Some(tree) => vec![(None, tree)],
        None => {
            let documents = at.analysis.snapshot().decoded.trees.iter().enumerate();
            documents.map(|(number, document)| (Some(number), &*document.tree)).collect()
        }
    };
    let mut seen = Vec::new();
    for (document, tree) in trees {
        for node in tree.ids() {
            let one = tree.node(node);
            let (span, target) = match (one.kind, one.anchor) {
                (Kind::Alias, _) => (one.span, tree.target(node)),
                (_, Some(anchor)) => (anchor, node),
                _ => continue,
            };
            let Some(place) = written(at.analysis, at.file, document, span) else { continue };
            if place.file != at.file || !place.span.touches(at.offset) || tree.node(target).anchor.is_none() {
                continue;
            }
            // The copies that a loop makes of one text are one anchor.
            let defined = tree.node(target).anchor.and_then(|span| written(at.analysis, at.file, document, span));
            if seen.contains(&defined) {
                continue;
            }
            seen.push(defined);
            let part = if target == node { Part::Definition } else { Part::Use };
            hits.push(Hit { span: bare(place.span), symbol: Symbol::Anchor(at.file, document, target), part });
        }
    }
}

/// Whether the word around an offset begins with the mark of an anchor or an alias: only then trees are searched.
fn on_anchor(text: &[u8], offset: usize) -> bool {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    let is_mark = |index: usize| text.get(index).is_some_and(|byte| matches!(byte, b'&' | b'*'));
    let before = text.get(..offset).map_or(0, |before| before.iter().rev().take_while(|byte| is_name(byte)).count());
    is_mark(offset) || (offset - before).checked_sub(1).is_some_and(is_mark)
}

fn anchor_occurrences(analysis: &Analysis, file: FileId, document: Option<usize>, node: NodeId) -> Vec<Occurrence> {
    let Some(tree) = tree_of(analysis, file, document) else { return Vec::new() };
    let place = |span: Span| {
        let location = written(analysis, file, document, span)?;
        Some(Location { span: bare(location.span), ..location })
    };
    let mut found = Vec::new();
    if let Some(location) = tree.node(node).anchor.and_then(place) {
        found.push(Occurrence { location, part: Part::Definition });
    }
    for id in tree.ids().filter(|id| tree.node(*id).kind == Kind::Alias && tree.target(*id) == node) {
        if let Some(location) = place(tree.node(id).span) {
            found.push(Occurrence { location, part: Part::Use });
        }
    }
    found
}
