//! What the words of a file are: the template language inside of YAML, keys that are directives, names of images.
//!
//! In: a file and a range of it. Out: tokens in order that do not overlap. Never: words of shell commands and of plain values, which the editor's grammar knows.

use super::folding::lines;
use super::templates::{Action, actions};
use super::tokens::{self, TokenKind};
use super::yaml_at::{Part, yaml_at_point};
use super::{Analysis, At, Role};
use crate::source::{FileId, Span, line_begin};

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// A word of an action.
    Action(TokenKind),
    /// A key of YAML that is a directive.
    Directive,
    /// The name of an image.
    Image,
    /// The name of a template.
    Template,
}

/// A word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its bytes; a word over several lines is one.
    pub span: Span,
    /// What it is.
    pub kind: WordKind,
    /// Whether it is defined here.
    pub is_definition: bool,
    /// Whether it should not be used any more.
    pub is_deprecated: bool,
}

/// The words that touch a range of a file.
#[must_use]
pub fn semantic_tokens(analysis: &Analysis, file: FileId, range: Span) -> Vec<Word> {
    let text = analysis.text(file);
    let role = analysis.role(file);
    if role == Role::Other {
        return Vec::new();
    }
    let touches = |span: Span| span.start <= range.end && range.start <= span.end;
    let found_actions: Vec<Action> = if is_template(role) {
        actions(text).into_iter().filter(|one| touches(one.span)).collect()
    } else {
        Vec::new()
    };
    let mut base: Vec<Word> = Vec::new();
    let mut over: Vec<Word> = Vec::new();
    for action in &found_actions {
        of_action(analysis, text, action, &mut base, &mut over);
    }
    if is_template(role) {
        images(analysis, file, &touches, &mut over);
    }
    keys(analysis, file, range, &found_actions, &mut base);
    over.sort_by_key(|word| (word.span, !word.is_definition));
    over.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    laid_over(base, &over)
}

fn is_template(role: Role) -> bool {
    matches!(role, Role::Config | Role::Template | Role::Data)
}

fn word(span: Span, kind: WordKind) -> Word {
    Word { span, kind, is_definition: false, is_deprecated: false }
}

fn of_action(analysis: &Analysis, text: &[u8], action: &Action, base: &mut Vec<Word>, over: &mut Vec<Word>) {
    let words = tokens::tokens(text, action);
    for (index, token) in words.iter().enumerate() {
        let previous = index.checked_sub(1).map(|previous| words[previous]);
        let mut is_definition = false;
        match token.kind {
            // A word that is no function of this line of werf is left without colour.
            TokenKind::Function if super::templates::function(token.text(text), analysis.dialect()).is_none() => {
                continue;
            }
            TokenKind::Variable => {
                let next =
                    words[index + 1..].iter().find(|next| next.kind != TokenKind::Variable && next.text(text) != ",");
                is_definition = next.is_some_and(|next| next.text(text) == ":=");
            }
            TokenKind::String => {
                let head = previous.map_or("", |previous| previous.text(text));
                let is_name = matches!(head, "include" | "template" | "define" | "block");
                if is_name && let Some((_, span)) = token.literal(text).filter(|(_, span)| !span.is_empty()) {
                    let is_definition = matches!(head, "define" | "block");
                    over.push(Word { is_definition, ..word(span, WordKind::Template) });
                }
            }
            _ => {}
        }
        base.push(Word { is_definition, ..word(token.span, WordKind::Action(token.kind)) });
    }
}

fn images(analysis: &Analysis, file: FileId, touches: &dyn Fn(Span) -> bool, over: &mut Vec<Word>) {
    let names = analysis.images();
    for one in &names.definitions {
        if one.location.file == file && one.exact && touches(one.location.span) {
            over.push(Word { is_definition: true, ..word(one.location.span, WordKind::Image) });
        }
    }
    for one in &names.uses {
        let is_known = one.target.is_some() && one.exact && one.location.file == file;
        if is_known && touches(one.location.span) {
            over.push(word(one.location.span, WordKind::Image));
        }
    }
}

/// Keys of YAML in the lines of a range, as far as they are rendered.
fn keys(analysis: &Analysis, file: FileId, range: Span, actions: &[Action], base: &mut Vec<Word>) {
    let text = analysis.text(file);
    let begin = line_begin(text, range.start as usize);
    let end = (range.end as usize).clamp(begin, text.len());
    for (start, line) in lines(&text[begin..]) {
        let start = begin + start;
        if start > end {
            break;
        }
        let Some(span) = key_of(start, line) else { continue };
        let before = actions.partition_point(|action| action.span.end <= span.start);
        if actions.get(before).is_some_and(|action| action.span.start < span.end) {
            continue;
        }
        let at = At { analysis, file, offset: span.start as usize };
        let Some(found) = yaml_at_point(&at) else { continue };
        let Some((section, directive)) = found.directive().filter(|_| found.part == Part::Key) else { continue };
        if found.value().as_bytes() != &text[span.range()] {
            continue;
        }
        let _ = section;
        let is_deprecated = directive.deprecated.contains(analysis.dialect());
        base.push(Word { is_deprecated, ..word(span, WordKind::Directive) });
    }
}

/// The bytes of the key that a line begins with.
fn key_of(start: usize, line: &[u8]) -> Option<Span> {
    let mut at = line.len() - line.trim_ascii_start().len();
    while line[at..].starts_with(b"- ") {
        at += 2;
        at += line[at..].len() - line[at..].trim_ascii_start().len();
    }
    let length = line[at..].iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-'))?;
    let rest = line[at + length..].trim_ascii_start();
    let is_key = length > 0 && rest.first() == Some(&b':') && rest.get(1).is_none_or(u8::is_ascii_whitespace);
    is_key.then(|| Span::new(start + at, start + at + length))
}

/// Cuts from the words of `base` what the words of `over` cover, and joins both in order.
fn laid_over(mut base: Vec<Word>, over: &[Word]) -> Vec<Word> {
    base.sort_by_key(|word| word.span);
    let mut found = Vec::with_capacity(base.len() + over.len());
    let mut next = 0;
    for word in base {
        let mut rest = word.span;
        while let Some(top) = over.get(next).filter(|top| top.span.end <= rest.start) {
            found.push(*top);
            next += 1;
        }
        while let Some(top) = over.get(next).filter(|top| top.span.start < rest.end) {
            if rest.start < top.span.start {
                found.push(Word { span: Span { start: rest.start, end: top.span.start }, ..word });
            }
            found.push(*top);
            rest.start = top.span.end.min(rest.end);
            next += 1;
        }
        if !rest.is_empty() {
            found.push(Word { span: rest, ..word });
        }
    }
    found.extend(over.get(next..).unwrap_or_default());
    found
}
