//! The scanner's state: characters, and the queue of tokens. Where a mapping begins is only known at its first `:`, so tokens wait
//! in the queue until no earlier one can be inserted before them.
//!
//! In: a text. Out: tokens on demand, comments. The first problem ends the scan.

use std::collections::VecDeque;

use crate::source::Span;

use super::reader::{Fault, Input};
use super::tree::{Style, Text};

/// Deepest nesting of the library.
pub(super) const MAX_DEPTH: usize = 10_000;

/// Characters within which a `:` must follow a key that is not introduced by `?`.
const KEY_LENGTH: u32 = 1024;

/// A position. All numbers count from 0; `index` and `column` in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) offset: u32,
    pub(super) index: u32,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    StreamStart,
    StreamEnd,
    VersionDirective {
        major: u8,
        minor: u8,
    },
    /// `value` is the handle, `suffix` the prefix.
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    /// `value` is the handle, `suffix` the rest.
    Tag,
    Scalar(Style),
}

/// A token; `value` and `suffix` are ranges of the scanner's text arena.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    pub(super) end: Mark,
    pub(super) value: Text,
    pub(super) suffix: Text,
    /// For scalars: the bytes without quotes or header.
    pub(super) content: Span,
}

impl Token {
    pub(super) fn new(kind: TokenKind, start: Mark, end: Mark) -> Self {
        Self { kind, start, end, value: 0..0, suffix: 0..0, content: Span { start: start.offset, end: end.offset } }
    }
}

/// Who found the problem: it decides how the library counts lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Reader,
    Scanner,
    Parser,
}

/// The problem that ends the scan.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    pub(super) stage: Stage,
    pub(super) problem: &'static str,
    pub(super) at: Mark,
    /// Where the unfinished construct began.
    pub(super) context: Option<Mark>,
}

pub(super) type Scan<T> = Result<T, Box<Stop>>;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SimpleKey {
    pub(super) possible: bool,
    /// Whether the queue waits for the `:` of this key. The library forgets that at the end of an empty `{}` or `[]`.
    pub(super) awaited: bool,
    pub(super) required: bool,
    pub(super) token: usize,
    pub(super) mark: Mark,
}

/// The scanner.
pub(super) struct Scanner<'a> {
    pub(super) input: &'a Input<'a>,
    pub(super) text: &'a [u8],
    pub(super) mark: Mark,
    pub(super) position: usize,
    /// End of the characters the library has decoded so far; beyond all texts when that cannot matter.
    pub(super) decoded: usize,
    /// Beginning of the library's buffer: it looks for a byte-order mark there, not at the current place.
    pub(super) buffer_start: usize,
    pub(super) flow_level: usize,
    pub(super) indent: i64,
    pub(super) indents: Vec<i64>,
    pub(super) key_allowed: bool,
    pub(super) keys: Vec<SimpleKey>,
    pub(super) tokens: VecDeque<Token>,
    pub(super) tokens_taken: usize,
    pub(super) started: bool,
    pub(super) ended: bool,
    /// Scalar values, anchors and tags, one behind the other.
    pub(super) arena: Vec<u8>,
    pub(super) comments: Vec<Span>,
    /// Buffers for line breaks that are not yet known to belong to a scalar.
    pub(super) leading_break: Vec<u8>,
    pub(super) trailing_breaks: Vec<u8>,
    /// First and last line of the last plain scalar, for recovery.
    pub(super) last_plain: (Mark, Mark),
}

impl<'a> Scanner<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        let offset = u32::try_from(input.start).unwrap_or(u32::MAX);
        Self {
            input,
            text: &input.text,
            mark: Mark { offset, ..Mark::default() },
            position: input.start,
            decoded: if input.blocks_matter { input.start } else { usize::MAX },
            buffer_start: input.start,
            flow_level: 0,
            indent: -1,
            indents: Vec::new(),
            key_allowed: true,
            keys: vec![SimpleKey::default()],
            tokens: VecDeque::new(),
            tokens_taken: 0,
            started: false,
            ended: false,
            arena: Vec::with_capacity(input.text.len()),
            comments: Vec::new(),
            leading_break: Vec::new(),
            trailing_breaks: Vec::new(),
            last_plain: Default::default(),
        }
    }

    /// The next token, which stays in the queue.
    pub(super) fn peek(&mut self) -> Scan<&Token> {
        loop {
            if !self.tokens.is_empty() {
                if !self.head_may_be_key()? {
                    break;
                }
            } else if self.ended {
                let mark = self.mark;
                self.tokens.push_back(Token::new(TokenKind::StreamEnd, mark, mark));
                break;
            }
            self.fetch_next()?;
        }
        Ok(&self.tokens[0])
    }

    /// The next token, taken from the queue; call after [`Scanner::peek`].
    pub(super) fn take(&mut self) -> Scan<Token> {
        self.peek()?;
        self.tokens_taken += 1;
        match self.tokens.pop_front() {
            Some(token) => Ok(token),
            None => Ok(Token::new(TokenKind::StreamEnd, self.mark, self.mark)),
        }
    }

    /// Whether a `:` that is still to come could make the queue's first token a key.
    fn head_may_be_key(&mut self) -> Scan<bool> {
        let head = self.tokens_taken;
        // Keys of outer levels have smaller token numbers. A bracket is the key of its level and the placeholder of the next one.
        let found = self.keys.binary_search_by(|key| {
            if key.possible || key.token != head { key.token.cmp(&head) } else { std::cmp::Ordering::Greater }
        });
        match found {
            Ok(level) if self.keys[level].awaited => self.key_is_valid(level),
            _ => Ok(false),
        }
    }

    pub(super) fn key_is_valid(&mut self, level: usize) -> Scan<bool> {
        let key = self.keys[level];
        if !key.possible {
            return Ok(false);
        }
        if key.mark.line < self.mark.line || key.mark.index + KEY_LENGTH < self.mark.index {
            if key.required {
                return self.fail("could not find expected ':'", Some(key.mark));
            }
            self.keys[level].possible = false;
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn fail<T>(&self, problem: &'static str, context: Option<Mark>) -> Scan<T> {
        Err(Box::new(Stop { stage: Stage::Scanner, problem, at: self.mark, context }))
    }

    // Characters.

    /// The byte `ahead` of the current one; 0 behind the end.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.text.get(self.position + ahead).copied().unwrap_or(0)
    }

    /// Makes sure that `count` characters are decoded.
    #[inline]
    pub(super) fn need(&mut self, count: usize) -> Scan<()> {
        if self.decoded == usize::MAX || self.position + 4 * count <= self.decoded {
            return Ok(());
        }
        self.refill(count)
    }

    fn refill(&mut self, count: usize) -> Scan<()> {
        loop {
            let end = self.decoded.min(self.text.len());
            let unread = &self.text[self.position.min(end)..end];
            if unread.iter().filter(|byte| **byte & 0xC0 != 0x80).count() >= count {
                return Ok(());
            }
            self.buffer_start = self.position;
            if self.decoded >= self.text.len() {
                return Ok(());
            }
            match self.input.next_block(self.decoded) {
                Ok(end) => self.decoded = end,
                Err(fault) => return Err(Box::new(self.reader_stop(fault))),
            }
        }
    }

    fn reader_stop(&self, fault: Fault) -> Stop {
        let offset = u32::try_from(fault.at).unwrap_or(u32::MAX);
        Stop { stage: Stage::Reader, problem: fault.problem, at: Mark { offset, ..Mark::default() }, context: None }
    }

    /// Width in bytes of the line break at `ahead`; 0 when there is none.
    #[inline]
    pub(super) fn break_width(&self, ahead: usize) -> usize {
        match self.byte(ahead) {
            b'\n' => 1,
            b'\r' if self.byte(ahead + 1) == b'\n' => 2,
            b'\r' => 1,
            0xC2 if self.byte(ahead + 1) == 0x85 => 2,
            0xE2 if self.byte(ahead + 1) == 0x80 && matches!(self.byte(ahead + 2), 0xA8 | 0xA9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_break(&self, ahead: usize) -> bool {
        self.break_width(ahead) > 0
    }

    #[inline]
    pub(super) fn is_end(&self, ahead: usize) -> bool {
        self.byte(ahead) == 0
    }

    #[inline]
    pub(super) fn is_blank(&self, ahead: usize) -> bool {
        matches!(self.byte(ahead), b' ' | b'\t')
    }

    #[inline]
    pub(super) fn is_break_or_end(&self, ahead: usize) -> bool {
        match self.byte(ahead) {
            0 | b'\n' | b'\r' => true,
            0xC2 | 0xE2 => self.is_break(ahead),
            _ => false,
        }
    }

    #[inline]
    pub(super) fn is_space_or_end(&self, ahead: usize) -> bool {
        self.is_blank(ahead) || self.is_break_or_end(ahead)
    }

    pub(super) fn is_word(&self, ahead: usize) -> bool {
        let byte = self.byte(ahead);
        byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'
    }

    /// Steps over one character.
    #[inline]
    pub(super) fn skip(&mut self) {
        let width = match self.byte(0) {
            0..0x80 => 1,
            0x80..0xE0 => 2,
            0xE0..0xF0 => 3,
            _ => 4,
        };
        self.advance(width, 1);
    }

    #[inline]
    pub(super) fn advance(&mut self, bytes: usize, characters: u32) {
        self.position += bytes;
        self.mark.offset = u32::try_from(self.position).unwrap_or(u32::MAX);
        self.mark.index += characters;
        self.mark.column += characters;
    }

    /// Steps over a line break, if there is one.
    #[inline]
    pub(super) fn skip_break(&mut self) {
        let width = self.break_width(0);
        if width == 0 {
            return;
        }
        let characters = if self.byte(0) == b'\r' && width == 2 { 2 } else { 1 };
        self.advance(width, characters);
        self.mark.column = 0;
        self.mark.line += 1;
    }

    /// The line break at the current place as it appears in values: LS and PS stay, all others become a line feed.
    pub(super) fn break_text(&self) -> &'a [u8] {
        match self.break_width(0) {
            0 => b"",
            3 => &self.text[self.position..self.position + 3],
            _ => b"\n",
        }
    }

    pub(super) fn is_document_marker(&self) -> bool {
        self.mark.column == 0
            && matches!(self.text.get(self.position..self.position + 3), Some(b"---" | b"..."))
            && self.is_space_or_end(3)
    }

    /// Copies characters of the current line into the arena while `wanted` holds.
    pub(super) fn read_while(&mut self, wanted: fn(&Self) -> bool) -> Scan<Text> {
        let start = self.arena_end();
        self.need(1)?;
        while wanted(self) {
            self.arena.push(self.byte(0));
            self.skip();
            self.need(1)?;
        }
        Ok(start..self.arena_end())
    }

    pub(super) fn arena_end(&self) -> u32 {
        u32::try_from(self.arena.len()).unwrap_or(u32::MAX)
    }

    /// Steps over the blanks and the comment at the end of a line.
    pub(super) fn skip_blanks_and_comment(&mut self) -> Scan<()> {
        self.need(1)?;
        while self.is_blank(0) {
            self.skip();
            self.need(1)?;
        }
        self.skip_comment()
    }

    pub(super) fn skip_comment(&mut self) -> Scan<()> {
        if self.byte(0) != b'#' {
            return Ok(());
        }
        let start = self.position;
        while !self.is_break_or_end(0) {
            self.skip();
            self.need(1)?;
        }
        self.comments.push(Span::new(start, self.position));
        Ok(())
    }
}
