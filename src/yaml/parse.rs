//! From text to [`Tree`]: the library's verdict first, then recovery.
//!
//! Recovery takes the text that cannot be understood out (as if it were blanks) and reads again, so that the rest keeps its
//! structure and its places: a broken value costs the value, a broken line costs the line and what is indented below it.

use std::borrow::Cow;

use crate::limits::Limits;
use crate::source::{Span, line_begin, line_end};

use super::build::{Built, Trouble, build};
use super::error::YamlError;
use super::reader::Input;
use super::scanner::{Stage, Stop};
use super::split::Piece;
use super::tree::{Kind, Tree};

/// How often a text is read again.
const ATTEMPTS: usize = 64;

/// Bytes that are read again, all attempts together.
const AGAIN_BYTES: usize = 8 << 20;

/// Reads a whole text as one document.
#[must_use]
pub fn parse(text: &[u8], limits: &Limits) -> Tree {
    let (built, origins) = attempt(text, limits);
    let mut tree = match built.troubles.last() {
        Some(Trouble { stop: Some(_), .. }) => recover(text, built, limits, origins.is_none()),
        _ => finish(built),
    };
    if let Some(origins) = origins {
        move_spans(&mut tree, |offset| origins.get(offset as usize).or(origins.last()).copied().unwrap_or(offset));
    }
    tree
}

/// Reads one piece of a rendered text; spans count from the beginning of the rendered text.
#[must_use]
pub fn parse_piece(rendered: &[u8], piece: &Piece, limits: &Limits) -> Tree {
    let text = rendered.get(piece.span.range()).unwrap_or_default();
    moved(parse(text, limits), piece.span.start)
}

/// A tree whose text begins at `base`.
pub(super) fn moved(mut tree: Tree, base: u32) -> Tree {
    tree.relocate(0, base);
    tree
}

impl Tree {
    /// Moves all places of a text that began at one offset to where it begins now.
    pub fn relocate(&mut self, from: u32, to: u32) {
        if from != to {
            move_spans(self, |offset| offset.wrapping_sub(from).wrapping_add(to));
        }
    }
}

fn attempt(text: &[u8], limits: &Limits) -> (Built, Option<Vec<u32>>) {
    let input = Input::new(text);
    let built = build(&input, limits);
    (built, input.origins)
}

fn finish(built: Built) -> Tree {
    let mut tree = built.tree;
    tree.errors = built.troubles.into_iter().map(error).collect();
    tree
}

fn error(trouble: Trouble) -> YamlError {
    YamlError { text: trouble.text, line: trouble.line, span: trouble.span, opened: trouble.opened }
}

fn recover(text: &[u8], first: Built, limits: &Limits, maskable: bool) -> Tree {
    let mut masked = text.to_vec();
    let mut errors: Vec<YamlError> = Vec::new();
    let mut skipped: Vec<Span> = Vec::new();
    let mut built = first;
    let rounds = if maskable { ATTEMPTS.min(AGAIN_BYTES / text.len().max(1)) } else { 0 };
    for _ in 0..rounds {
        let Some(Trouble { stop: Some(stop), .. }) = built.troubles.last() else { break };
        let Some(span) = span_to_skip(&masked, stop, &built) else { break };
        for byte in &mut masked[span.range()] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        skipped.push(trim(text, span));
        collect(&mut errors, built.troubles);
        built = build(&Input::from_utf8(Cow::Borrowed(&masked)), limits);
    }
    collect(&mut errors, built.troubles);
    let mut tree = built.tree;
    tree.errors = errors;
    skipped.sort_unstable();
    mark_broken(&mut tree, text, &skipped);
    tree.skipped = skipped;
    tree
}

/// Adds what later attempts find; what an earlier one said at the same place is not said again.
fn collect(errors: &mut Vec<YamlError>, troubles: Vec<Trouble>) {
    for trouble in troubles {
        if !errors.iter().any(|known| known.span.start == trouble.span.start) {
            errors.push(error(trouble));
        }
    }
}

fn indent_of(text: &[u8], line: usize) -> Option<usize> {
    let end = line_end(text, line);
    text[line..end].iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r'))
}

fn has_content(text: &[u8], span: Span) -> bool {
    // A tab is content here: it may be what is wrong.
    text[span.range()].iter().any(|byte| !matches!(byte, b' ' | b'\n' | b'\r'))
}

/// The text to take out because of a problem: never empty, so that every attempt makes progress.
fn span_to_skip(text: &[u8], stop: &Stop, built: &Built) -> Option<Span> {
    if stop.stage == Stage::Reader {
        let at = stop.at.offset as usize;
        let width = std::str::from_utf8(&text[at..]).map_or_else(
            |error| error.error_len().unwrap_or(text.len() - at),
            |valid| valid.chars().next().map_or(1, char::len_utf8),
        );
        let width = match std::str::from_utf8(&text[at..]) {
            Err(error) if error.valid_up_to() > 0 => 1,
            _ => width,
        };
        return (at < text.len()).then(|| Span::new(at, (at + width.max(1)).min(text.len())));
    }
    let at = (stop.at.offset as usize).min(text.len());
    let context = stop.context.map(|mark| mark.offset as usize);
    let opening = context.filter(|context| {
        // Brackets, quotes, keys without a colon: the construct itself is broken. A block collection is not.
        !matches!(stop.problem, "did not find expected key" | "did not find expected '-' indicator") && *context <= at
    });
    let start = match (stop.problem, opening) {
        ("mapping values are not allowed in this context", _) => {
            let (plain_start, plain_end) = built.last_plain;
            match plain_end.offset as usize == at && plain_start.line < plain_end.line {
                true => plain_start.offset as usize,
                false => line_begin(text, at),
            }
        }
        (_, Some(opening)) => opening,
        _ => at,
    };
    let mut end = line_end(text, start);
    if stop.problem == "mapping values are not allowed in this context" && end < line_begin(text, at) {
        // Lines that were taken for the beginning of a key.
        end = line_begin(text, at).saturating_sub(1);
    } else {
        let indent = indent_of(text, line_begin(text, start)).unwrap_or(0);
        while end < text.len() {
            let next = end + 1;
            match indent_of(text, next) {
                Some(deeper) if deeper > indent => end = line_end(text, next),
                None if next < text.len() => end = line_end(text, next),
                _ => break,
            }
        }
    }
    let candidates = [
        Span::new(start, end),
        Span::new(line_begin(text, start), line_end(text, start)),
        Span::new(line_begin(text, at), line_end(text, at)),
        Span::new(line_begin(text, line_begin(text, at).saturating_sub(1)), line_end(text, at)),
    ];
    candidates.into_iter().find(|span| has_content(text, *span))
}

fn trim(text: &[u8], span: Span) -> Span {
    let bytes = &text[span.range()];
    let length = bytes.trim_ascii_end().len();
    let lead = bytes.len() - bytes.trim_ascii_start().len();
    Span::new(span.start as usize + lead, span.start as usize + length)
}

/// Marks the nodes in or directly before which text was taken out.
fn mark_broken(tree: &mut Tree, text: &[u8], skipped: &[Span]) {
    for node in &mut tree.nodes {
        let first = skipped.partition_point(|span| span.start < node.span.start);
        let Some(span) = skipped.get(first) else { continue };
        let inside = span.start < node.span.end;
        // On the same line, or on an indented line below.
        let between = text.get(node.span.end as usize..span.start as usize).unwrap_or_default();
        let indented = !between.contains(&b'\n') || between.ends_with(b" ") || between.ends_with(b"\t");
        let directly_after = matches!(node.kind, Kind::Scalar(_))
            && node.span.is_empty()
            && indented
            && between.iter().all(u8::is_ascii_whitespace);
        if inside || directly_after {
            node.broken = true;
        }
    }
}

fn move_spans(tree: &mut Tree, to: impl Fn(u32) -> u32) {
    let shift = |span: &mut Span| *span = Span { start: to(span.start), end: to(span.end) };
    for node in &mut tree.nodes {
        shift(&mut node.span);
        shift(&mut node.content);
        node.anchor.iter_mut().for_each(shift);
        node.tag_span.iter_mut().for_each(shift);
    }
    tree.comments.iter_mut().for_each(|comment| shift(&mut comment.span));
    tree.skipped.iter_mut().for_each(shift);
    tree.hidden.iter_mut().for_each(shift);
    for error in &mut tree.errors {
        shift(&mut error.span);
        error.opened.iter_mut().for_each(shift);
    }
}
