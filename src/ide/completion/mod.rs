//! What can be written at a cursor: keys, values, names of images, files, functions.
//!
//! In: a place in a file, and the means to list directories. Out: candidates, the most likely first, each with the bytes it replaces. Never: candidates
//! that the word before the cursor excludes; file access of its own.

mod documents;
mod elsewhere;
mod images;
mod keys;
mod paths;
mod template;
mod values;

use super::context::{Context, Expected, Slot, context};
use super::templates::action_at;
use super::{Analysis, At, Role, function_docs};
use crate::dialect::Dialect;
use crate::grammar::{Section, sections};
use crate::source::Span;

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key of a mapping.
    Key,
    /// One of a few allowed values.
    Value,
    /// An image of the project, or a base image that is used elsewhere in it.
    Image,
    /// A file.
    File,
    /// A directory.
    Folder,
    /// A template function, or a method.
    Function,
    /// A word of the template language.
    Keyword,
    /// A variable of a template.
    Variable,
    /// A key of data.
    Field,
    /// A named template.
    Block,
    /// An environment variable.
    Environment,
    /// A name that a Dockerfile declares.
    Declared,
    /// A piece of text with places to fill in.
    Snippet,
}

/// Something that can be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// What is shown and filtered by.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// A few words beside it.
    pub detail: String,
    /// What is inserted; lines after the first are indented relative to the first line's own indentation.
    pub insert: String,
    /// Whether `insert` has places to fill in (`$1`, `${1:text}`, `$0`).
    pub is_snippet: bool,
    /// The bytes of the file that are replaced.
    pub replace: Span,
    /// Whether it should not be used any more.
    pub is_deprecated: bool,
    /// What [`documentation`] is asked for, when there is more to say.
    pub about: Option<String>,
    /// Least first.
    rank: u32,
}

impl Candidate {
    fn new(kind: Kind, label: impl Into<String>, rank: u32) -> Self {
        let label = label.into();
        Self {
            insert: label.clone(),
            label,
            kind,
            detail: String::new(),
            is_snippet: false,
            replace: Span::default(),
            is_deprecated: false,
            about: None,
            rank,
        }
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn snippet(mut self, insert: impl Into<String>) -> Self {
        self.insert = insert.into();
        self.is_snippet = true;
        self
    }
}

/// Looks at the files of the project.
pub trait Files {
    /// Names in a directory relative to the project directory (`""` for itself), and whether each is a directory; nothing when it cannot be read.
    fn list(&self, directory: &str) -> Vec<(String, bool)>;

    /// The text of a file relative to the project directory.
    fn read(&self, path: &str) -> Option<Vec<u8>>;
}

/// What there is beside the place itself.
#[derive(Clone, Copy, Default)]
pub struct Around<'a> {
    /// The last analysis that was accepted, for names that half-typed text hides.
    pub before: Option<&'a Analysis>,
    /// The files of the project.
    pub files: Option<&'a dyn Files>,
}

/// Candidates that are returned at most.
const MOST: usize = 400;

/// What can be written at a place.
#[must_use]
pub fn complete(at: &At<'_>, around: Around<'_>) -> Vec<Candidate> {
    let is_template = matches!(at.role(), Role::Config | Role::Template | Role::Data);
    let mut typed = Typed::default();
    let candidates = match is_template.then(|| action_at(at.text(), at.offset)).flatten() {
        Some(action) => template::candidates(at, around, action, &mut typed),
        None => match (at.role(), context(at)) {
            (Role::Other, _) | (_, None) => return Vec::new(),
            (_, Some(context)) => of_context(at, around, &context, &mut typed),
        },
    };
    sorted(candidates, &typed)
}

/// The word that is typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    text: String,
    replace: Span,
}

fn of_context(at: &At<'_>, around: Around<'_>, context: &Context, typed: &mut Typed) -> Vec<Candidate> {
    typed.text.clone_from(&context.typed);
    typed.replace = context.replace;
    let dialect = at.analysis.dialect();
    let scene = Scene { at, around, context, dialect };
    let mut found = Vec::new();
    let expected = context.expected(dialect);
    for one in &expected {
        match *one {
            Expected::Keys(section) => keys::keys(&scene, section, &mut found),
            Expected::FreeKeys(section, directive) => values::free_keys(&scene, section, directive, &mut found),
            Expected::Value(section, directive) => values::values(&scene, section, directive, typed, &mut found),
            Expected::Items(section, directive) => values::items(&scene, section, directive, typed, &mut found),
        }
    }
    if context.path.is_empty() && context.slot == Slot::Key && context.quote.is_none() {
        documents::documents(&scene, &mut found);
    }
    found
}

/// What all sources of candidates look at.
struct Scene<'a, 'b> {
    at: &'b At<'a>,
    around: Around<'b>,
    context: &'b Context,
    dialect: Dialect,
}

impl<'b> Scene<'_, 'b> {
    /// The analyses to look for names in, the current one first.
    fn analyses(&self) -> impl Iterator<Item = &'b Analysis> + use<'b> {
        let current: &'b Analysis = self.at.analysis;
        std::iter::once(current).chain(self.around.before)
    }
}

/// How well a label fits a word: less is better; `None` when it does not.
fn fit(label: &str, typed: &str) -> Option<u32> {
    if typed.is_empty() || label.starts_with(typed) {
        return Some(0);
    }
    let (lower, wanted) = (label.to_lowercase(), typed.to_lowercase());
    if lower.starts_with(&wanted) {
        return Some(1);
    }
    if lower.contains(&wanted) {
        return Some(2);
    }
    let mut letters = lower.chars();
    wanted.chars().all(|wanted| letters.any(|letter| letter == wanted)).then_some(3)
}

fn sorted(candidates: Vec<Candidate>, typed: &Typed) -> Vec<Candidate> {
    let mut fitting: Vec<(u32, Candidate)> =
        candidates.into_iter().filter_map(|one| Some((fit(&one.label, &typed.text)?, one))).collect();
    fitting.sort_by(|(fit, one), (other_fit, other)| {
        (fit, one.rank, &one.label).cmp(&(other_fit, other.rank, &other.label))
    });
    let mut found: Vec<Candidate> = Vec::with_capacity(fitting.len().min(MOST));
    let mut seen = std::collections::HashSet::new();
    for (_, mut candidate) in fitting {
        if found.len() >= MOST {
            break;
        }
        if !seen.insert((candidate.label.clone(), candidate.kind as u8)) {
            continue;
        }
        if candidate.replace == Span::default() {
            candidate.replace = typed.replace;
        }
        found.push(candidate);
    }
    found
}

/// More about a candidate, as Markdown; `about` is what the candidate says.
#[must_use]
pub fn documentation(about: &str, dialect: Dialect) -> Option<String> {
    let (what, name) = about.split_once(' ')?;
    match what {
        "function" => function_docs::page(name, dialect),
        "directive" => {
            let (number, key) = name.split_once(' ')?;
            let section = sections().get(number.parse::<usize>().ok()?)?.section;
            Some(keys::page(section, section.directive(key, dialect)?, dialect))
        }
        _ => None,
    }
}

fn about_directive(section: Section, key: &str) -> Option<String> {
    Some(format!("directive {} {key}", section as usize))
}
