//! What is being typed at a cursor, also where the line does not parse: the keys around it by indentation, its siblings, and the bytes to replace.
//!
//! In: a place in a file. Out: a [`Context`]. In files that are templates the keys around come from the rendered text, as far as a line at or above the
//! cursor was rendered; from there on, and where nothing was, the file's own lines count. Never: a parsed document, which half-typed text has not.

mod lines;
mod rows;

use super::{At, Role};
use crate::dialect::Dialect;
use crate::grammar::{Directive, Section, ValueType, sections};
use crate::source::Span;
use lines::Lines;
use rows::{Row, Token};

/// One step from the document down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Level {
    /// Below a key.
    Key(String),
    /// In an item of a list.
    Item,
}

/// A key of the mapping that is typed in, with what stands behind it on its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// The key.
    pub key: String,
    /// The rest of its line, blanks and quotes taken off.
    pub value: String,
}

/// What is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// A key of the mapping around, or the beginning of an item below it.
    Key,
    /// The value of that key.
    Value(String),
    /// An item of a list: a scalar, or the first key of a mapping.
    Item,
}

/// What stands behind a key that is typed: a hint which one it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing yet.
    Nothing,
    /// A scalar on the line.
    Scalar(String),
    /// A text of several lines.
    Block,
    /// A list of scalars.
    Scalars,
    /// A list of mappings, with the keys of the first.
    Mappings(Vec<String>),
    /// A mapping, with its keys.
    Mapping(Vec<String>),
}

/// What is being typed.
#[derive(Clone, Debug)]
pub struct Context {
    /// The keys and items around, the outermost first.
    pub path: Vec<Level>,
    /// What is typed.
    pub slot: Slot,
    /// The bytes of the file that a choice replaces: the word around the cursor.
    pub replace: Span,
    /// Its part before the cursor.
    pub typed: String,
    /// The quote that is open before the word.
    pub quote: Option<u8>,
    /// Whether a colon stands behind the word already.
    pub has_colon: bool,
    /// Whether the word touches the colon of its key, so that a blank belongs before it.
    pub needs_blank: bool,
    /// Whether it stands in brackets.
    pub is_flow: bool,
    /// Columns from the first character of the line to the word: what a second line of an insertion is indented by.
    pub pad: usize,
    /// The other keys of the mapping.
    pub siblings: Vec<Sibling>,
    /// Keys of the mappings around, the innermost first.
    pub levels: Vec<Vec<Sibling>>,
    /// Items of the list that are there already.
    pub items: Vec<String>,
    /// What stands behind the word.
    pub shape: Shape,
    /// The keys of the whole document, the word's own not among them.
    pub document: Vec<Sibling>,
    /// The mapping that is the document.
    pub roots: Vec<Section>,
    /// Whether the lines around are a piece of a document that nobody knows the place of.
    pub is_piece: bool,
    /// Offset of the line in the rendered text, where it or one above it was rendered.
    pub rendered: Option<usize>,
}

/// What the grammar knows about the slot.
#[derive(Clone, Copy, Debug)]
pub enum Expected {
    /// Keys of a mapping.
    Keys(Section),
    /// Keys of a mapping that has free ones.
    FreeKeys(Section, &'static Directive),
    /// The value of a directive.
    Value(Section, &'static Directive),
    /// A list below a directive, or an item of it.
    Items(Section, &'static Directive),
}

/// What is typed at a place; `None` in comments, in texts of several lines and in actions.
#[must_use]
pub fn context(at: &At<'_>) -> Option<Context> {
    let lines = Lines::around(at)?;
    let cursor = lines.cursor();
    let mut word = rows::word(&lines.own, cursor.column)?;
    let mut climb = Climb::default();
    let row = Row::new(&lines.own, cursor.shift);
    let start = shifted(word.start, cursor.shift);
    let dashes = row.tokens.iter().filter_map(|token| match token {
        Token::Dash(column) if *column < start => Some(*column),
        _ => None,
    });
    let dashes: Vec<usize> = dashes.collect();
    let flow = std::mem::take(&mut word.flow);
    let mut inner: Vec<Level> = flow.path;
    let slot = match (&word.key, flow.slot) {
        (_, Some(slot)) => {
            if let Some((column, key)) = &word.key {
                inner.insert(0, Level::Key(key.clone()));
                climb.state = State::Mapping(shifted(*column, cursor.shift));
            } else {
                climb.state = State::Mapping(start);
            }
            slot
        }
        (Some((column, key)), None) => {
            climb.state = State::Mapping(shifted(*column, cursor.shift));
            Slot::Value(key.clone())
        }
        (None, None) => {
            climb.state = State::Mapping(start);
            if dashes.is_empty() { Slot::Key } else { Slot::Item }
        }
    };
    climb.levels.push((climb.column(), Vec::new()));
    for dash in dashes.iter().rev() {
        climb.path.push(Level::Item);
        climb.state = State::List(*dash);
    }
    let shape = match (&word.rest, word.has_colon) {
        (rest, true) if rest.is_empty() => rows::shape_below(&mut lines.below(), start),
        (rest, true) => rows::shape_of(rest),
        _ => Shape::Nothing,
    };
    for line in lines.above() {
        climb.up(&line);
        if climb.is_text {
            return None;
        }
    }
    for (column, keys) in &mut climb.levels {
        rows::siblings_below(lines.below(), *column, keys);
    }
    let mut levels: Vec<Vec<Sibling>> = climb.levels.into_iter().map(|(_, keys)| keys).collect();
    let mut document = levels.last().cloned().unwrap_or_default();
    if climb.path.is_empty() && matches!((&slot, &word.key), (Slot::Value(_), Some(_))) {
        document.extend(row.key().map(|(_, key)| Sibling { key: key.to_owned(), value: row.value_text() }));
    }
    let mut path: Vec<Level> = climb.path.into_iter().rev().collect();
    path.extend(inner);
    let mut siblings = if flow.is_flow { flow.siblings.clone() } else { levels.first().cloned().unwrap_or_default() };
    if flow.is_flow {
        levels.insert(0, flow.siblings);
    }
    if let Slot::Value(key) = &slot {
        siblings.retain(|sibling| sibling.key != *key);
    }
    let dialect = at.analysis.dialect();
    let is_piece = !lines.is_anchored() && (at.role() != Role::Config || lines.in_definition());
    let roots = match at.role() {
        Role::Giterminism => vec![Section::Giterminism],
        Role::Includes => vec![Section::Includes],
        _ => roots(&document, &mut path, dialect, !is_piece),
    };
    let base = lines.start;
    Some(Context {
        path,
        slot,
        replace: Span::new(base + word.start, base + word.end),
        typed: String::from_utf8_lossy(lines.own_raw.get(word.start..cursor.column)?).into_owned(),
        quote: word.quote,
        has_colon: word.has_colon,
        needs_blank: word.needs_blank,
        is_flow: flow.is_flow,
        pad: word.start.saturating_sub(row.indent_in_line()),
        siblings,
        levels,
        items: climb.items,
        shape,
        document,
        roots,
        is_piece,
        rendered: lines.rendered_line,
    })
}

fn shifted(column: usize, shift: isize) -> usize {
    column.checked_add_signed(shift).unwrap_or(0)
}

/// Which collection the climb is in, by its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Mapping(usize),
    List(usize),
}

/// The way from the cursor's line up to the beginning of the document.
#[derive(Debug)]
struct Climb {
    state: State,
    /// From the innermost outwards.
    path: Vec<Level>,
    /// Columns and keys of the mappings, from the innermost outwards.
    levels: Vec<(usize, Vec<Sibling>)>,
    /// Items of the list that is typed in.
    items: Vec<String>,
    /// Whether the cursor is in a text of several lines.
    is_text: bool,
}

impl Default for Climb {
    fn default() -> Self {
        Self { state: State::Mapping(0), path: Vec::new(), levels: Vec::new(), items: Vec::new(), is_text: false }
    }
}

impl Climb {
    fn column(&self) -> usize {
        match self.state {
            State::Mapping(column) | State::List(column) => column,
        }
    }

    /// Looks at the next line above.
    fn up(&mut self, row: &Row) {
        for token in row.tokens.iter().rev() {
            match (self.state, token) {
                (State::Mapping(at), Token::Key(column, key)) if *column == at => {
                    if let Some((_, keys)) = self.levels.last_mut() {
                        keys.push(Sibling { key: key.clone(), value: row.value_text() });
                    }
                }
                (State::Mapping(at), Token::Key(column, key)) if *column < at => {
                    self.is_text |= row.opens_text();
                    self.enter(*column, key, row);
                }
                (State::List(at), Token::Key(column, key)) if *column <= at => self.enter(*column, key, row),
                (State::Mapping(at), Token::Dash(column)) if *column < at => {
                    self.is_text |= row.opens_text() && row.key().is_none();
                    self.path.push(Level::Item);
                    self.state = State::List(*column);
                }
                (State::List(at), Token::Dash(column))
                    if *column == at && self.path.len() == 1 && row.key().is_none() =>
                {
                    self.items.push(row.value_text());
                }
                (State::List(at), Token::Dash(column)) if *column < at => {
                    self.path.push(Level::Item);
                    self.state = State::List(*column);
                }
                _ => {}
            }
        }
    }

    /// Goes on in the mapping that holds a key.
    fn enter(&mut self, column: usize, key: &str, row: &Row) {
        self.path.push(Level::Key(key.to_owned()));
        self.levels.push((column, vec![Sibling { key: key.to_owned(), value: row.value_text() }]));
        self.state = State::Mapping(column);
    }
}

/// The kinds of document that these keys suggest, the likeliest first.
fn roots(document: &[Sibling], path: &mut Vec<Level>, dialect: Dialect, is_whole: bool) -> Vec<Section> {
    let is_list = path.first() == Some(&Level::Item) && !is_whole;
    if is_list {
        path.remove(0);
    }
    let first = path.first().and_then(|level| match level {
        Level::Key(key) => Some(key.as_str()),
        Level::Item => None,
    });
    let keys = || document.iter().map(|sibling| sibling.key.as_str()).chain(first);
    let count = |section: Section| keys().filter(|key| section.directive(key, dialect).is_some()).count();
    let has = |wanted: &str| keys().any(|key| key == wanted);
    let kinds = [Section::StapelImage, Section::DockerfileImage, Section::Meta];
    if has("configVersion") {
        return vec![Section::Meta];
    }
    if has("dockerfile") {
        return vec![Section::DockerfileImage];
    }
    let best = kinds.map(count).into_iter().max().unwrap_or(0);
    if best > 0 && !is_list && (is_whole || keys().count() <= best) {
        return kinds.into_iter().filter(|kind| count(*kind) == best).collect();
    }
    if is_whole {
        return kinds.to_vec();
    }
    // A piece of a document in a definition that nothing runs: the mapping that knows most of its keys.
    let is_item = |section: Section| {
        let holders = sections().iter().flat_map(|info| info.section.directives());
        holders.into_iter().any(|directive| directive.value == ValueType::Objects(section))
    };
    let all = sections().iter().map(|info| info.section);
    let all = all.filter(|section| *section < Section::Giterminism && (!is_list || is_item(*section)));
    let best = all.clone().map(count).max().unwrap_or(0);
    if best == 0 {
        return vec![Section::StapelImage, Section::DockerfileImage];
    }
    all.filter(|section| count(*section) == best).collect()
}

impl Context {
    /// What the grammar knows about the slot, for each kind of document that it may be.
    #[must_use]
    pub fn expected(&self, dialect: Dialect) -> Vec<Expected> {
        self.roots.iter().filter_map(|root| self.expected_below(*root, dialect)).collect()
    }

    fn expected_below(&self, root: Section, dialect: Dialect) -> Option<Expected> {
        let mut around = Expected::Keys(root);
        for level in &self.path {
            around = match (around, level) {
                (Expected::Keys(section), Level::Key(key)) => {
                    let directive = section.directive(key, dialect)?;
                    below(section, directive)
                }
                (Expected::Items(section, directive), Level::Item) => match directive.value {
                    ValueType::Objects(inner) => Expected::Keys(inner),
                    _ => Expected::Items(section, directive),
                },
                // A list written without dashes yet, and mappings below lists of tasks.
                (Expected::Items(_, directive), Level::Key(key)) => {
                    let inner = directive.value.section()?;
                    below(inner, inner.directive(key, dialect)?)
                }
                _ => return None,
            };
        }
        let found = match (&self.slot, around) {
            (Slot::Value(key), Expected::Keys(section)) => Expected::Value(section, section.directive(key, dialect)?),
            (Slot::Value(_), Expected::FreeKeys(section, directive)) => Expected::Value(section, directive),
            (Slot::Value(_), _) => return None,
            (_, around) => around,
        };
        Some(found)
    }

    /// The value of a key of the nearest mapping around that has it.
    #[must_use]
    pub fn value_around(&self, key: &str) -> Option<&str> {
        let all = self.levels.iter().flatten();
        all.into_iter().find(|sibling| sibling.key == key).map(|sibling| sibling.value.as_str())
    }
}

fn below(section: Section, directive: &'static Directive) -> Expected {
    match directive.value {
        ValueType::Object(inner) => Expected::Keys(inner),
        ValueType::StrMap | ValueType::AnyMap => Expected::FreeKeys(section, directive),
        ValueType::Objects(_) | ValueType::StrList | ValueType::StrOrList | ValueType::ImageName => {
            Expected::Items(section, directive)
        }
        _ => Expected::Value(section, directive),
    }
}
