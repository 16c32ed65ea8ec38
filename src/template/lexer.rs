//! Template text to tokens, as Go's template lexer reads it.
//!
//! In: the bytes of one template. Out: all tokens, to the end. A mistake becomes an error token with Go's text; then reading goes on behind the
//! action, which ends at its `}}` or, when its line has none, at the line's end. Never: panics, backtracking over the text.

use super::unicode::{decode, describe, is_alphanumeric, quote};
use crate::dialect::Dialect;

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A mistake, with Go's text for it.
    Error(String),
    Text,
    LeftDelim,
    RightDelim,
    Space,
    Bool,
    /// A printable character with no meaning of its own, the comma among them.
    Char,
    CharConstant,
    Complex,
    Number,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftParen,
    RightParen,
    Pipe,
    RawString,
    String,
    Variable,
    Dot,
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl TokenKind {
    fn is_keyword(&self) -> bool {
        matches!(
            self,
            Self::Dot
                | Self::Block
                | Self::Break
                | Self::Continue
                | Self::Define
                | Self::Else
                | Self::End
                | Self::If
                | Self::Nil
                | Self::Range
                | Self::Template
                | Self::With
        )
    }
}

/// A token: its bytes are `start..end` of the text; `line` counts from 1.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) line: u32,
}

impl Token {
    pub(super) fn bytes<'t>(&self, text: &'t [u8]) -> &'t [u8] {
        &text[self.start as usize..self.end as usize]
    }

    /// The token as error texts name it.
    pub(super) fn describe(&self, text: &[u8]) -> String {
        match &self.kind {
            TokenKind::Eof => "EOF".to_owned(),
            TokenKind::Error(message) => message.clone(),
            kind if kind.is_keyword() => format!("<{}>", String::from_utf8_lossy(self.bytes(text))),
            _ => {
                let bytes = self.bytes(text);
                if bytes.len() <= 10 {
                    return quote(bytes);
                }
                let mut length = 0;
                for _ in 0..10 {
                    length += decode(&bytes[length..]).map_or(0, |(_, length)| length);
                }
                format!("{}...", quote(&bytes[..length]))
            }
        }
    }
}

/// Reads all tokens. The last one is [`TokenKind::Eof`].
pub(super) fn tokens(text: &[u8], dialect: Dialect) -> Vec<Token> {
    let mut lexer = Lexer { text, dialect, position: 0, counted: 0, line: 1, parens: 0, tokens: Vec::new() };
    lexer.run();
    lexer.tokens
}

struct Lexer<'t> {
    text: &'t [u8],
    dialect: Dialect,
    position: usize,
    /// Up to where line feeds are counted in `line`.
    counted: usize,
    line: u32,
    parens: i32,
    tokens: Vec<Token>,
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

fn left_trim_length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_space(**byte)).count()
}

fn right_trim_length(bytes: &[u8]) -> usize {
    bytes.iter().rev().take_while(|byte| is_space(**byte)).count()
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + found..].starts_with(needle) {
            return Some(from + found);
        }
        from += found + 1;
    }
    None
}

impl Lexer<'_> {
    fn rest(&self) -> &[u8] {
        &self.text[self.position.min(self.text.len())..]
    }

    fn emit(&mut self, kind: TokenKind, start: usize, end: usize) {
        if start > self.counted {
            let feeds = self.text[self.counted..start].iter().filter(|byte| **byte == b'\n').count();
            self.line += feeds as u32;
            self.counted = start;
        }
        self.tokens.push(Token { kind, start: start as u32, end: end as u32, line: self.line });
    }

    fn run(&mut self) {
        while self.position < self.text.len() {
            self.text_run();
        }
        self.emit(TokenKind::Eof, self.text.len(), self.text.len());
    }

    /// Text up to the next action, then that action.
    fn text_run(&mut self) {
        let start = self.position;
        let Some(length) = find(self.rest(), b"{{") else {
            self.position = self.text.len();
            self.emit(TokenKind::Text, start, self.position);
            return;
        };
        let delimiter = start + length;
        let after = &self.text[delimiter + 2..];
        let trims = after.len() >= 2 && after[0] == b'-' && is_space(after[1]);
        let end = if trims { delimiter - right_trim_length(&self.text[start..delimiter]) } else { delimiter };
        if end > start {
            self.emit(TokenKind::Text, start, end);
        }
        self.position = delimiter + 2 + if trims { 2 } else { 0 };
        if self.rest().starts_with(b"/*") {
            self.comment();
        } else {
            self.emit(TokenKind::LeftDelim, delimiter, delimiter + 2);
            self.parens = 0;
            self.action();
        }
    }

    /// Whether a right delimiter is here, and whether it trims.
    fn at_right_delim(&self) -> (bool, bool) {
        let rest = self.rest();
        if rest.len() >= 4 && is_space(rest[0]) && rest[1] == b'-' && rest[2..].starts_with(b"}}") {
            return (true, true);
        }
        (rest.starts_with(b"}}"), false)
    }

    fn comment(&mut self) {
        let start = self.position;
        let Some(length) = find(&self.text[start + 2..], b"*/") else {
            self.error("unclosed comment", start);
            self.emit(TokenKind::RightDelim, self.position, self.position);
            return;
        };
        self.position = start + 2 + length + 2;
        let (closes, trims) = self.at_right_delim();
        if !closes {
            self.error("comment ends before closing delimiter", start);
            self.close_action();
            return;
        }
        self.position += if trims { 4 } else { 2 };
        if trims {
            self.position += left_trim_length(self.rest());
        }
    }

    fn error(&mut self, message: impl Into<String>, start: usize) {
        self.emit(TokenKind::Error(message.into()), start, self.position.max(start));
        self.position = start;
        let line_end = find(self.rest(), b"\n").map_or(self.text.len(), |length| self.position + length);
        match find(&self.text[self.position.min(line_end)..line_end], b"}}") {
            Some(length) => self.position += length,
            None => self.position = line_end,
        }
    }

    /// Emits the right delimiter at the position, or an empty one where there is none.
    fn close_action(&mut self) {
        let (closes, trims) = self.at_right_delim();
        let start = self.position + if trims { 2 } else { 0 };
        let end = if closes { start + 2 } else { start };
        self.emit(TokenKind::RightDelim, start, end);
        self.position = end;
        if trims {
            self.position += left_trim_length(self.rest());
        }
    }

    fn action(&mut self) {
        loop {
            if self.at_right_delim().0 {
                if self.parens > 0 {
                    self.error("unclosed left paren", self.position);
                }
                self.close_action();
                return;
            }
            if let Err((message, start)) = self.inside() {
                self.error(message, start);
                self.close_action();
                return;
            }
        }
    }

    fn peek(&self) -> Option<char> {
        decode(self.rest()).map(|(character, _)| character)
    }

    fn next(&mut self) -> Option<char> {
        let (character, length) = decode(self.rest())?;
        self.position += length;
        Some(character)
    }

    fn inside(&mut self) -> Result<(), (String, usize)> {
        let start = self.position;
        let simple = |lexer: &mut Self, kind| {
            lexer.emit(kind, start, lexer.position);
            Ok(())
        };
        let Some(character) = self.next() else { return Err(("unclosed action".to_owned(), start)) };
        match character {
            ' ' | '\t' | '\r' | '\n' => {
                self.position = start;
                self.space();
                Ok(())
            }
            '=' => simple(self, TokenKind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return Err(("expected :=".to_owned(), start));
                }
                simple(self, TokenKind::Declare)
            }
            '|' => simple(self, TokenKind::Pipe),
            '"' => self.quoted('"', "unterminated quoted string", TokenKind::String),
            '\'' => self.quoted('\'', "unterminated character constant", TokenKind::CharConstant),
            '`' => {
                let Some(length) = find(self.rest(), b"`") else {
                    return Err(("unterminated raw quoted string".to_owned(), start));
                };
                self.position += length + 1;
                simple(self, TokenKind::RawString)
            }
            '$' => self.field_or_variable(start, TokenKind::Variable, TokenKind::Variable),
            '.' if self.rest().first().is_some_and(|byte| !byte.is_ascii_digit()) => {
                self.field_or_variable(start, TokenKind::Field, TokenKind::Dot)
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.position = start;
                self.number()
            }
            character if is_alphanumeric(character) => self.identifier(start),
            '(' => {
                self.parens += 1;
                simple(self, TokenKind::LeftParen)
            }
            ')' => {
                self.parens -= 1;
                if self.parens >= 0 {
                    return simple(self, TokenKind::RightParen);
                }
                let message = match self.dialect {
                    Dialect::V1_1 => "unexpected right paren U+0029 ')'",
                    _ => "unexpected right paren",
                };
                Err((message.to_owned(), start))
            }
            character if character.is_ascii_graphic() => simple(self, TokenKind::Char),
            character => Err((format!("unrecognized character in action: {}", describe(character)), start)),
        }
    }

    /// A run of space; the last one belongs to a trimming right delimiter that follows.
    fn space(&mut self) {
        let start = self.position;
        let length = left_trim_length(self.rest());
        self.position += length - 1;
        if self.at_right_delim() != (true, true) {
            self.position += 1;
        }
        if self.position > start {
            self.emit(TokenKind::Space, start, self.position);
        }
    }

    fn quoted(&mut self, delimiter: char, unterminated: &str, kind: TokenKind) -> Result<(), (String, usize)> {
        let start = self.position - 1;
        loop {
            match self.next() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.next();
                }
                None | Some('\n' | '\\') => return Err((unterminated.to_owned(), start)),
                Some(character) if character == delimiter => break,
                Some(_) => {}
            }
        }
        self.emit(kind, start, self.position);
        Ok(())
    }

    fn at_terminator(&self) -> bool {
        match self.rest().first() {
            None => true,
            Some(byte) if is_space(*byte) => true,
            Some(b'.' | b',' | b'|' | b':' | b')' | b'(') => true,
            Some(b'}') => self.dialect == Dialect::V1_1 || self.rest().starts_with(b"}}"),
            Some(_) => false,
        }
    }

    fn bad_character(&self, start: usize) -> (String, usize) {
        let character = self.peek().unwrap_or_default();
        (format!("bad character {}", describe(character)), start)
    }

    fn alphanumeric_run(&mut self) {
        while self.peek().is_some_and(is_alphanumeric) {
            self.next();
        }
    }

    fn field_or_variable(&mut self, start: usize, kind: TokenKind, alone: TokenKind) -> Result<(), (String, usize)> {
        if self.at_terminator() {
            self.emit(alone, start, self.position);
            return Ok(());
        }
        self.alphanumeric_run();
        if !self.at_terminator() {
            return Err(self.bad_character(start));
        }
        self.emit(kind, start, self.position);
        Ok(())
    }

    fn identifier(&mut self, start: usize) -> Result<(), (String, usize)> {
        self.alphanumeric_run();
        if !self.at_terminator() {
            return Err(self.bad_character(start));
        }
        let modern = self.dialect != Dialect::V1_1;
        let kind = match &self.text[start..self.position] {
            b"block" => TokenKind::Block,
            b"break" if modern => TokenKind::Break,
            b"continue" if modern => TokenKind::Continue,
            b"define" => TokenKind::Define,
            b"else" => TokenKind::Else,
            b"end" => TokenKind::End,
            b"if" => TokenKind::If,
            b"nil" => TokenKind::Nil,
            b"range" => TokenKind::Range,
            b"template" => TokenKind::Template,
            b"with" => TokenKind::With,
            b"true" | b"false" => TokenKind::Bool,
            _ => TokenKind::Identifier,
        };
        self.emit(kind, start, self.position);
        Ok(())
    }

    fn accept(&mut self, set: &[u8]) -> bool {
        let hit = self.rest().first().is_some_and(|byte| set.contains(byte));
        if hit {
            self.position += 1;
        }
        hit
    }

    fn accept_run(&mut self, set: &[u8]) {
        while self.accept(set) {}
    }

    /// One number; false when a letter or digit is glued to it.
    fn scan_number(&mut self) -> bool {
        const DECIMAL: &[u8] = b"0123456789_";
        self.accept(b"+-");
        let mut digits = DECIMAL;
        let mut exponent: &[u8] = b"eE";
        if self.accept(b"0") {
            if self.accept(b"xX") {
                digits = b"0123456789abcdefABCDEF_";
                exponent = b"pP";
            } else if self.accept(b"oO") {
                digits = b"01234567_";
                exponent = b"";
            } else if self.accept(b"bB") {
                digits = b"01_";
                exponent = b"";
            }
        }
        self.accept_run(digits);
        if self.accept(b".") {
            self.accept_run(digits);
        }
        if self.accept(exponent) {
            self.accept(b"+-");
            self.accept_run(DECIMAL);
        }
        self.accept(b"i");
        if self.peek().is_some_and(is_alphanumeric) {
            self.next();
            return false;
        }
        true
    }

    fn number(&mut self) -> Result<(), (String, usize)> {
        let start = self.position;
        let mut good = self.scan_number();
        let mut kind = TokenKind::Number;
        if good && matches!(self.rest().first(), Some(b'+' | b'-')) {
            kind = TokenKind::Complex;
            good = self.scan_number() && self.text[self.position - 1] == b'i';
        }
        if !good {
            return Err((format!("bad number syntax: {}", quote(&self.text[start..self.position])), start));
        }
        self.emit(kind, start, self.position);
        Ok(())
    }
}
