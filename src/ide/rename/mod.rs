//! Giving something another name everywhere.
//!
//! In: a place and a new name. Out: the edits of all files, or the reason why the name cannot be changed. [`verify`] holds the edits against a second analysis. Never: an
//! edit of text that is not the name, letter by letter.

mod image;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::occurrence::{self, Hit, Occurrence, Part, Symbol};
use super::{Analysis, At, data_keys};
use crate::analysis::{Snapshot, Verdict};
use crate::source::{FileId, Location, Span};
use crate::template::tree::NodeKind;

/// Why a name cannot be changed: lower case, no final full stop.
pub type Refusal = String;

/// A name that can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The bytes at the cursor.
    pub span: Span,
    /// The name as it is now.
    pub name: String,
    /// What has that name.
    pub symbol: Symbol,
}

/// The change of a few bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// The bytes.
    pub location: Location,
    /// What stands there afterwards.
    pub text: String,
}

/// What is named at a place, when its name can be changed.
///
/// # Errors
/// The reason why it cannot.
pub fn prepare(at: &At<'_>) -> Result<Prepared, Refusal> {
    let hits = occurrence::meant(at);
    let images = at.analysis.images();
    let is_exact = |hit: &&Hit| {
        let Symbol::Image(image) = hit.symbol else { return false };
        let here = Location { file: at.file, span: hit.span };
        let is_defined = images.definition(image).is_some_and(|one| one.exact && one.location == here);
        is_defined || images.uses_of(image).any(|one| one.exact && one.location == here)
    };
    let hit = hits
        .iter()
        .find(is_exact)
        .or_else(|| hits.first())
        .ok_or_else(|| "there is no name of an image, template, variable, key or anchor here".to_owned())?;
    let others = hits.iter().filter(|other| other.symbol != hit.symbol && other.span == hit.span).count();
    let name = match &hit.symbol {
        Symbol::Image(image) => {
            if others > 0 && !is_exact(&hit) {
                return Err(format!("{} images get their name here: rename them where each is written", others + 1));
            }
            image::check(at.analysis, *image)?
        }
        Symbol::Template(name) => {
            template_places(at, hit)?;
            name.clone()
        }
        Symbol::Variable(..) => variable_name(at, hit).ok_or("there is no variable here")?.to_owned(),
        Symbol::Key(name) => {
            key_places(at, hit)?;
            name.clone()
        }
        Symbol::Anchor(..) => {
            anchor_places(at, hit)?;
            String::from_utf8_lossy(at.text().get(hit.span.range()).unwrap_or_default()).into_owned()
        }
    };
    Ok(Prepared { span: hit.span, name, symbol: hit.symbol.clone() })
}

/// The edits that give what is named at a place another name, sorted.
///
/// # Errors
/// The reason why that is not possible.
pub fn rename(at: &At<'_>, new: &str) -> Result<Vec<Edit>, Refusal> {
    let prepared = prepare(at)?;
    if prepared.name == new {
        return Ok(Vec::new());
    }
    let part =
        occurrence::meant(at).into_iter().find(|hit| hit.symbol == prepared.symbol).map_or(Part::Use, |hit| hit.part);
    let hit = Hit { span: prepared.span, symbol: prepared.symbol, part };
    let mut new = new.to_owned();
    let places = match &hit.symbol {
        Symbol::Image(image) => image::places(at.analysis, *image, &new)?,
        Symbol::Template(_) => {
            words::template(at.analysis, &new)?;
            template_places(at, &hit)?
        }
        Symbol::Variable(_, index) => {
            if !new.starts_with('$') {
                new.insert(0, '$');
            }
            words::variable(&new)?;
            variable_places(at, *index, &new)?
        }
        Symbol::Key(_) => {
            let places = key_places(at, &hit)?;
            words::key(at.analysis, &new, places.iter().any(|place| is_field(at.analysis, place.location)))?;
            places
        }
        Symbol::Anchor(file, document, _) => {
            words::anchor(at.analysis, *file, *document, &new)?;
            anchor_places(at, &hit)?
        }
    };
    let mut edits: Vec<Edit> =
        places.into_iter().map(|place| Edit { location: place.location, text: new.clone() }).collect();
    edits.sort();
    edits.dedup();
    Ok(edits)
}

/// The texts of the files after some edits.
#[must_use]
pub fn apply(analysis: &Analysis, edits: &[Edit]) -> BTreeMap<FileId, Arc<[u8]>> {
    let mut files: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        files.entry(edit.location.file).or_default().push(edit);
    }
    let changed = |(file, mut edits): (FileId, Vec<&Edit>)| {
        edits.sort_by_key(|edit| edit.location.span);
        let old = analysis.text(file);
        let mut text = Vec::with_capacity(old.len());
        let mut from = 0;
        for edit in edits {
            let span = edit.location.span.range();
            if span.start < from || span.end > old.len() {
                continue;
            }
            text.extend_from_slice(&old[from..span.start]);
            text.extend_from_slice(edit.text.as_bytes());
            from = span.end;
        }
        text.extend_from_slice(&old[from..]);
        (file, Arc::from(text))
    };
    files.into_iter().map(changed).collect()
}

/// Whether a project is still the same after a rename: the rendered text differs in the name of the image alone, or not at all.
///
/// # Errors
/// What else would change.
pub fn verify(before: &Analysis, now: &Snapshot, symbol: &Symbol, new: &str) -> Result<(), Refusal> {
    let old = before.snapshot();
    if old.verdict == Verdict::Accepted
        && let Verdict::Refused { message, .. } = &now.verdict
    {
        return Err(format!("werf would not load the project any more: {message}"));
    }
    let expected = match symbol {
        Symbol::Image(image) => replaced(before, image::name_spans(before, *image).collect(), new),
        Symbol::Anchor(..) => {
            let places = occurrence::occurrences(before, symbol, None);
            let copies = places.iter().flat_map(|place| before.reverse().rendered(place.location));
            replaced(before, copies.collect(), new)
        }
        _ => old.text.to_vec(),
    };
    if expected == now.text.as_ref() {
        return Ok(());
    }
    let at = expected.iter().zip(now.text.iter()).take_while(|(one, other)| one == other).count();
    let line = now.text[..at].iter().filter(|byte| **byte == b'\n').count();
    let shown = now.text.split(|byte| *byte == b'\n').nth(line).unwrap_or_default();
    Err(format!(
        "that would change more of the configuration than the name: `{}`",
        String::from_utf8_lossy(shown).trim()
    ))
}

/// The rendered text with other bytes in some places.
fn replaced(analysis: &Analysis, mut spans: Vec<Span>, new: &str) -> Vec<u8> {
    spans.sort_unstable();
    spans.dedup();
    let old = &analysis.snapshot().text;
    let mut text = Vec::with_capacity(old.len());
    let mut from = 0;
    for span in spans.iter().map(|span| span.range()).filter(|span| span.end <= old.len()) {
        if span.start >= from {
            text.extend_from_slice(&old[from..span.start]);
            text.extend_from_slice(new.as_bytes());
            from = span.end;
        }
    }
    text.extend_from_slice(&old[from..]);
    text
}

// Templates.

fn template_places(at: &At<'_>, hit: &Hit) -> Result<Vec<Occurrence>, Refusal> {
    let places = occurrence::places(at, hit);
    let Symbol::Template(name) = &hit.symbol else { return Ok(places) };
    for place in &places {
        let written = at.analysis.text(place.location.file).get(place.location.span.range());
        if place.location.span.is_empty() && place.part == Part::Definition {
            let path = at.analysis.path(place.location.file);
            return Err(format!("`{name}` is the file `{path}`: rename the file, and then its calls"));
        }
        if written != Some(name.as_bytes()) {
            let shown = String::from_utf8_lossy(written.unwrap_or_default()).into_owned();
            return Err(format!("`{name}` is also called with a computed name: `{shown}` in {}", line(at, place)));
        }
    }
    if !places.iter().any(|place| place.part == Part::Definition) {
        return Err(format!("there is no template `{name}` in the project"));
    }
    Ok(places)
}

/// A place in words.
fn line(at: &At<'_>, place: &Occurrence) -> String {
    words::line(at.analysis, place.location)
}

// Variables.

fn variable_name<'a>(at: &At<'a>, hit: &Hit) -> Option<&'a str> {
    let Symbol::Variable(file, index) = hit.symbol else { return None };
    Some(&at.analysis.template(file)?.variables.get(index)?.name)
}

/// The places of a variable, when no other variable of the new name comes in between.
fn variable_places(at: &At<'_>, index: usize, new: &str) -> Result<Vec<Occurrence>, Refusal> {
    let none = || "there is no variable here".to_owned();
    let template = at.analysis.template(at.file).ok_or_else(none)?;
    let own = template.variables.get(index).ok_or_else(none)?;
    for other in template.variables.iter().filter(|other| other.name == new) {
        let (inner, uses) = if other.declared > own.declared { (other, &own.uses) } else { (own, &other.uses) };
        let holds = |span: &&Span| inner.scope.start <= span.start && span.end <= inner.scope.end;
        if let Some(span) = uses.iter().find(holds) {
            let place = words::line(at.analysis, Location { file: at.file, span: *span });
            return Err(format!("there is a variable `{new}` already, and in {place} it would be taken for this one"));
        }
    }
    Ok(occurrence::occurrences(at.analysis, &Symbol::Variable(at.file, index), None))
}

// Keys.

fn key_places(at: &At<'_>, hit: &Hit) -> Result<Vec<Occurrence>, Refusal> {
    let Symbol::Key(key) = &hit.symbol else { return Ok(Vec::new()) };
    let places = data_keys::component(at.analysis, key, Location { file: at.file, span: hit.span });
    if !places.iter().any(|place| place.part.is_definition()) {
        return Err(format!("`{key}` is stored nowhere in the templates and data files of the project"));
    }
    for place in &places {
        if at.analysis.text(place.location.file).get(place.location.span.range()) != Some(key.as_bytes()) {
            return Err(format!("`{key}` is written in another way in {}", line(at, place)));
        }
    }
    Ok(places)
}

/// Whether a key is read as a field, so that it must be a word.
fn is_field(analysis: &Analysis, location: Location) -> bool {
    let fields = |kind: &NodeKind| match kind {
        NodeKind::Field(fields) | NodeKind::Variable(_, fields) | NodeKind::Chain(_, fields) => {
            fields.contains(&location.span)
        }
        _ => false,
    };
    analysis.template(location.file).is_some_and(|template| template.source.nodes.iter().any(|node| fields(&node.kind)))
}

// Anchors.

fn anchor_places(at: &At<'_>, hit: &Hit) -> Result<Vec<Occurrence>, Refusal> {
    let Symbol::Anchor(file, document, node) = hit.symbol else { return Ok(Vec::new()) };
    let Some(tree) = occurrence::tree_of(at.analysis, file, document) else { return Ok(Vec::new()) };
    let named = tree.ids().filter(|id| tree.node(*id).kind == crate::yaml::Kind::Alias && tree.target(*id) == node);
    let count = named.map(|id| tree.node(id).span).chain(tree.node(node).anchor).count();
    let places = occurrence::places(at, hit);
    if places.len() < count && document.is_some() {
        return Err("the anchor or one of its uses is made by a template action".to_owned());
    }
    Ok(places)
}
