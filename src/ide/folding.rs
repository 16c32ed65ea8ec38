//! What can be folded: documents, blocks by indentation, blocks of the template language, comments.
//!
//! In: the text of a file. Out: ranges from the line that stays visible to the end of the last one that is hidden. Never: a parse that broken text could stop.

use super::At;
use super::templates::{Action, actions};
use super::tokens::keyword;
use crate::source::{FileId, Span, line_begin};

/// What is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FoldKind {
    /// A document between `---` lines.
    Document,
    /// A mapping, a list or a text by its indentation.
    Block,
    /// `if`, `range`, `with`, `define`, `block` and their `else`.
    Template,
    /// A comment over several lines.
    Comment,
}

/// A range to fold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fold {
    /// What.
    pub kind: FoldKind,
    /// From a byte of the line that stays to the end of the last line that goes, without its line break.
    pub span: Span,
}

/// The ranges of a file, in the order of their beginnings; at one beginning the longest goes first. No two of them begin on one line.
#[must_use]
pub fn folding(at: &At<'_>) -> Vec<Fold> {
    let text = at.text();
    let mut found = blocks(text);
    found.extend(documents(text));
    found.extend(comments(text));
    if is_template(at.analysis, at.file) {
        found.extend(templates(text));
    }
    let lines = Lines::new(text);
    found.retain(|fold| lines.number(fold.span.start) < lines.number(fold.span.end));
    found.sort_by_key(|fold| (lines.number(fold.span.start), std::cmp::Reverse(fold.span.end)));
    // Editors know one range per line; the longest is the one whose head the line is.
    found.dedup_by_key(|fold| lines.number(fold.span.start));
    found
}

/// Whether a file can have actions.
fn is_template(analysis: &super::Analysis, file: FileId) -> bool {
    use super::Role;
    matches!(analysis.role(file), Role::Config | Role::Template | Role::Data)
}

/// Beginnings of lines.
struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    fn new(text: &[u8]) -> Self {
        let breaks = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let after = breaks.filter_map(|(index, _)| u32::try_from(index + 1).ok());
        Self { starts: std::iter::once(0).chain(after).collect() }
    }

    fn number(&self, offset: u32) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

/// A line with its offset, without its break.
pub(super) fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut start = 0;
    text.split(|byte| *byte == b'\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line.strip_suffix(b"\r").unwrap_or(line))
    })
}

fn is_separator(line: &[u8]) -> bool {
    line.strip_prefix(b"---").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn is_comment(line: &[u8]) -> bool {
    line.trim_ascii_start().first() == Some(&b'#')
}

/// Documents of a stream with more than one: from the first line with content to the last.
pub(super) fn documents(text: &[u8]) -> Vec<Fold> {
    let mut found = Vec::new();
    let mut current: Option<Span> = None;
    let mut count = 0;
    for (start, line) in lines(text) {
        if is_separator(line) {
            count += 1;
            found.extend(current.take());
            continue;
        }
        let end = start + line.trim_ascii_end().len();
        let span = Span::new(start, end);
        match current.as_mut() {
            Some(current) if !span.is_empty() => *current = current.cover(span),
            None if !span.is_empty() && !is_comment(line) => current = Some(span),
            _ => {}
        }
    }
    found.extend(current);
    if count == 0 {
        found.clear();
    }
    found.into_iter().map(|span| Fold { kind: FoldKind::Document, span }).collect()
}

/// An open block.
struct Open {
    /// Twice its indentation; items of a list count one more, so that those below a key of the same indentation belong to it.
    depth: usize,
    start: usize,
}

/// Blocks by indentation. Lines that hold nothing but actions have no say.
pub(super) fn blocks(text: &[u8]) -> Vec<Fold> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut last_end = 0;
    let mut close = |open: &mut Vec<Open>, depth: usize, last_end: usize| {
        while let Some(block) = open.pop_if(|block| block.depth >= depth) {
            found.push(Fold { kind: FoldKind::Block, span: Span::new(block.start, last_end) });
        }
    };
    for (start, line) in lines(text) {
        let content = line.trim_ascii();
        if content.is_empty() {
            continue;
        }
        if is_separator(line) {
            close(&mut open, 0, last_end);
            continue;
        }
        let is_action = content.starts_with(b"{{") && content.ends_with(b"}}");
        if is_action || is_comment(line) {
            // They belong to a block only when it goes on behind them.
            continue;
        }
        let indent = line.len() - line.trim_ascii_start().len();
        let is_item = content == b"-" || content.starts_with(b"- ");
        let depth = 2 * indent + usize::from(is_item);
        close(&mut open, depth, last_end);
        open.push(Open { depth, start: start + indent });
        last_end = start + line.trim_ascii_end().len();
    }
    close(&mut open, 0, last_end);
    found
}

/// Runs of comment lines, and comments of the template language over several lines.
fn comments(text: &[u8]) -> Vec<Fold> {
    let mut found = Vec::new();
    let mut run: Option<Span> = None;
    for (start, line) in lines(text) {
        if is_comment(line) {
            let indent = line.len() - line.trim_ascii_start().len();
            let span = Span::new(start + indent, start + line.len());
            run = Some(run.map_or(span, |run| run.cover(span)));
        } else {
            found.extend(run.take());
        }
    }
    found.extend(run);
    found.into_iter().map(|span| Fold { kind: FoldKind::Comment, span }).collect()
}

/// A block of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemplateBlock {
    /// `{{ if … }}`, or the `{{ else }}` that begins this part.
    pub opener: Action,
    /// `{{ end }}` or the next `{{ else }}`.
    pub closer: Action,
}

impl TemplateBlock {
    /// From the beginning of the opener to the end of the closer.
    #[must_use]
    pub fn whole(&self) -> Span {
        self.opener.span.cover(self.closer.span)
    }

    /// What is between them.
    #[must_use]
    pub fn body(&self) -> Span {
        Span { start: self.opener.span.end, end: self.closer.span.start.max(self.opener.span.end) }
    }
}

/// The blocks of a text, each `else` a block of its own; what is not closed is none.
#[must_use]
pub fn template_blocks(text: &[u8]) -> Vec<TemplateBlock> {
    let mut open: Vec<Action> = Vec::new();
    let mut found = Vec::new();
    for action in actions(text).into_iter().filter(|action| !action.is_comment) {
        match keyword(text, &action) {
            Some("if" | "range" | "with" | "define" | "block") => open.push(action),
            Some("else") => {
                if let Some(opener) = open.last_mut() {
                    found.push(TemplateBlock { opener: *opener, closer: action });
                    *opener = action;
                }
            }
            Some("end") => {
                if let Some(opener) = open.pop() {
                    found.push(TemplateBlock { opener, closer: action });
                }
            }
            _ => {}
        }
    }
    found
}

fn templates(text: &[u8]) -> Vec<Fold> {
    let over_lines = actions(text).into_iter().filter(|action| action.is_comment && action.is_closed);
    let comments = over_lines.map(|action| Fold { kind: FoldKind::Comment, span: action.span });
    let blocks = template_blocks(text).into_iter().map(|block| {
        let start = block.opener.span.start as usize;
        // The line of the closer stays visible when it stands at its beginning.
        let closer = block.closer.span.start as usize;
        let line = line_begin(text, closer);
        let is_alone = text[line..closer].iter().all(u8::is_ascii_whitespace);
        let end = if is_alone { line.saturating_sub(1) } else { closer };
        Fold { kind: FoldKind::Template, span: Span::new(start, end.max(start)) }
    });
    comments.chain(blocks).collect()
}
