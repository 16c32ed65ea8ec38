//! werf's own splitter of rendered text into documents: it knows nothing about YAML (configuration reference of 2 §6, of 1.1 §4).

use crate::source::Span;

/// One piece of the rendered text between separator lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes in the rendered text; the separator line is not part of it.
    pub span: Span,
    /// Number of rendered lines before it; werf adds it to the line numbers of messages.
    pub line: usize,
    /// False when the piece holds only blanks and comments: werf drops it, but its lines count.
    pub kept: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    LineBegin,
    Regular,
    Dash1,
    Dash2,
    Dash3,
    Spaces,
    Comment,
}

impl State {
    fn after(self, byte: u8) -> Self {
        let blank = matches!(byte, b' ' | b'\t' | b'\r');
        match (self, byte) {
            (State::LineBegin, b'-') => State::Dash1,
            (State::Dash1, b'-') => State::Dash2,
            (State::Dash2, b'-') => State::Dash3,
            (State::Dash3 | State::Spaces, _) if blank => State::Spaces,
            (State::Dash3 | State::Spaces, b'#') => State::Comment,
            (State::Comment, byte) if byte != b'-' => State::Comment,
            _ => State::Regular,
        }
    }

    fn is_separator(self) -> bool {
        matches!(self, State::Dash3 | State::Spaces | State::Comment)
    }
}

/// Cuts rendered text into pieces, in order, dropped ones included.
#[must_use]
pub fn split(text: &[u8]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut line = 0;
    let mut start = 0;
    let mut line_start = 0;
    let mut emit = |start: usize, end: usize| {
        let piece = &text[start..end];
        pieces.push(Piece { span: Span::new(start, end), line, kept: !is_blank(piece) });
        line += count_lines(piece) + 1;
    };
    while line_start < text.len() {
        let end = memchr::memchr(b'\n', &text[line_start..]).map(|length| line_start + length);
        let content = &text[line_start..end.unwrap_or(text.len())];
        let separates = content.starts_with(b"---")
            && content.iter().fold(State::LineBegin, |state, byte| state.after(*byte)).is_separator();
        if separates {
            emit(start, line_start);
            start = end.map_or(text.len(), |end| end + 1);
        }
        line_start = end.map_or(text.len(), |end| end + 1);
    }
    if start < text.len() {
        emit(start, text.len());
    }
    pieces
}

/// Number of lines of a piece; an unfinished last line counts.
fn count_lines(piece: &[u8]) -> usize {
    let feeds = memchr::memchr_iter(b'\n', piece).count();
    feeds + usize::from(piece.last().is_some_and(|byte| *byte != b'\n'))
}

/// Whether a piece holds only blanks and comments. Here a `#` begins a comment wherever it stands.
fn is_blank(piece: &[u8]) -> bool {
    piece.split(|byte| *byte == b'\n').all(|line| {
        let first = line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
        first.is_none_or(|byte| *byte == b'#')
    })
}
