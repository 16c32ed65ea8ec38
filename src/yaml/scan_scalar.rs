//! Scanning of plain, quoted and block scalars, line folding included.

use crate::source::Span;

use super::scanner::{Mark, Scan, Scanner, Token, TokenKind};
use super::tree::Style;

impl Scanner<'_> {
    pub(super) fn scan_plain_scalar(&mut self) -> Scan<Token> {
        let start = self.mark;
        let mut end = start;
        let value_start = self.arena_end();
        let indent = self.indent + 1;
        let mut after_break = false;
        // Blanks of the same line that belong to the scalar if something follows them.
        let mut blanks = Span::empty(self.position);
        self.leading_break.clear();
        self.trailing_breaks.clear();
        loop {
            self.need(4)?;
            if self.is_document_marker() || self.byte(0) == b'#' {
                break;
            }
            let run_start = self.position;
            while !self.is_space_or_end(0) && !self.ends_plain() {
                self.skip();
                self.need(2)?;
            }
            if self.position > run_start {
                if after_break {
                    self.join_lines();
                    after_break = false;
                } else {
                    let text = self.text;
                    self.arena.extend_from_slice(&text[blanks.range()]);
                }
                let text = self.text;
                self.arena.extend_from_slice(&text[run_start..self.position]);
                end = self.mark;
                blanks = Span::empty(self.position);
            }
            if !self.is_blank(0) && !self.is_break(0) {
                break;
            }
            self.need(1)?;
            loop {
                if self.is_blank(0) {
                    if after_break && i64::from(self.mark.column) < indent && self.byte(0) == b'\t' {
                        return self.fail("found a tab character that violates indentation", Some(start));
                    }
                    self.skip();
                    if !after_break {
                        blanks = Span::new(blanks.start as usize, self.position);
                    }
                } else if self.is_break(0) {
                    self.need(2)?;
                    self.keep_break(&mut after_break);
                } else {
                    break;
                }
                self.need(1)?;
            }
            if self.flow_level == 0 && i64::from(self.mark.column) < indent {
                break;
            }
        }
        if after_break {
            self.key_allowed = true;
        }
        self.last_plain = (start, end);
        let mut token = Token::new(TokenKind::Scalar(Style::Plain), start, end);
        token.value = value_start..self.arena_end();
        Ok(token)
    }

    #[inline]
    fn ends_plain(&self) -> bool {
        match self.byte(0) {
            b':' => self.is_space_or_end(1),
            b',' | b'?' | b'[' | b']' | b'{' | b'}' => self.flow_level > 0,
            _ => false,
        }
    }

    /// Takes the line break at the current place into the buffers.
    fn keep_break(&mut self, after_break: &mut bool) {
        let text = self.break_text();
        if *after_break {
            self.trailing_breaks.extend_from_slice(text);
        } else {
            self.leading_break.extend_from_slice(text);
            *after_break = true;
        }
        self.skip_break();
    }

    /// Folds the line breaks in the buffers into the value.
    fn join_lines(&mut self) {
        if self.leading_break.first() == Some(&b'\n') {
            if self.trailing_breaks.is_empty() {
                self.arena.push(b' ');
            }
        } else {
            self.arena.append(&mut self.leading_break);
        }
        self.arena.append(&mut self.trailing_breaks);
        self.leading_break.clear();
    }

    pub(super) fn scan_quoted_scalar(&mut self, quote: u8) -> Scan<Token> {
        let start = self.mark;
        let single = quote == b'\'';
        let value_start = self.arena_end();
        self.skip();
        let content_start = self.position;
        self.leading_break.clear();
        self.trailing_breaks.clear();
        loop {
            self.need(4)?;
            if self.is_document_marker() {
                return self.fail("found unexpected document indicator", Some(start));
            }
            if self.is_end(0) {
                return self.fail("found unexpected end of stream", Some(start));
            }
            let mut after_break = false;
            let mut run_start = self.position;
            while !self.is_space_or_end(0) {
                let byte = self.byte(0);
                if byte == quote && !(single && self.byte(1) == b'\'') {
                    break;
                }
                if byte == quote {
                    self.skip();
                    self.copy_run(run_start);
                    run_start = self.position + 1;
                    self.skip();
                } else if !single && byte == b'\\' {
                    self.copy_run(run_start);
                    if self.is_break(1) {
                        self.need(3)?;
                        self.skip();
                        self.skip_break();
                        after_break = true;
                        run_start = self.position;
                        break;
                    }
                    self.scan_escape(start)?;
                    run_start = self.position;
                } else {
                    self.skip();
                }
                self.need(2)?;
            }
            self.copy_run(run_start);
            self.need(1)?;
            if self.byte(0) == quote {
                break;
            }
            let blanks_start = self.position;
            let mut blanks_end = self.position;
            loop {
                if self.is_blank(0) {
                    self.skip();
                    if !after_break {
                        blanks_end = self.position;
                    }
                } else if self.is_break(0) {
                    self.need(2)?;
                    self.keep_break(&mut after_break);
                } else {
                    break;
                }
                self.need(1)?;
            }
            if after_break {
                self.join_lines();
            } else {
                let text = self.text;
                self.arena.extend_from_slice(&text[blanks_start..blanks_end]);
            }
        }
        let content = Span::new(content_start, self.position);
        self.skip();
        let style = if single { Style::SingleQuoted } else { Style::DoubleQuoted };
        let mut token = Token::new(TokenKind::Scalar(style), start, self.mark);
        token.value = value_start..self.arena_end();
        token.content = content;
        Ok(token)
    }

    fn copy_run(&mut self, run_start: usize) {
        let text = self.text;
        if let Some(run) = text.get(run_start..self.position) {
            self.arena.extend_from_slice(run);
        }
    }

    /// A backslash and what follows it.
    fn scan_escape(&mut self, start: Mark) -> Scan<()> {
        let (text, digits): (&[u8], usize) = match self.byte(1) {
            b'0' => (b"\0", 0),
            b'a' => (b"\x07", 0),
            b'b' => (b"\x08", 0),
            b't' | b'\t' => (b"\t", 0),
            b'n' => (b"\n", 0),
            b'v' => (b"\x0B", 0),
            b'f' => (b"\x0C", 0),
            b'r' => (b"\r", 0),
            b'e' => (b"\x1B", 0),
            b' ' => (b" ", 0),
            b'"' => (b"\"", 0),
            b'\'' => (b"'", 0),
            b'\\' => (b"\\", 0),
            b'N' => ("\u{85}".as_bytes(), 0),
            b'_' => ("\u{A0}".as_bytes(), 0),
            b'L' => ("\u{2028}".as_bytes(), 0),
            b'P' => ("\u{2029}".as_bytes(), 0),
            b'x' => (b"", 2),
            b'u' => (b"", 4),
            b'U' => (b"", 8),
            _ => return self.fail("found unknown escape character", Some(start)),
        };
        self.skip();
        self.skip();
        self.arena.extend_from_slice(text);
        if digits == 0 {
            return Ok(());
        }
        self.need(digits)?;
        let mut value: u32 = 0;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.byte(ahead)).to_digit(16) else {
                return self.fail("did not find expected hexdecimal number", Some(start));
            };
            value = value << 4 | digit;
        }
        let Some(character) = char::from_u32(value) else {
            return self.fail("found invalid Unicode character escape code", Some(start));
        };
        self.arena.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        for _ in 0..digits {
            self.skip();
        }
        Ok(())
    }

    pub(super) fn scan_block_scalar(&mut self, literal: bool) -> Scan<Token> {
        let start = self.mark;
        let value_start = self.arena_end();
        self.skip();
        let (keep, strip, increment) = self.scan_block_header(start)?;
        self.skip_blanks_and_comment()?;
        if !self.is_break_or_end(0) {
            return self.fail("did not find expected comment or line break", Some(start));
        }
        if self.is_break(0) {
            self.need(2)?;
            self.skip_break();
        }
        let content_start = self.position;
        let mut end = self.mark;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) + i64::from(increment),
        };
        self.leading_break.clear();
        self.trailing_breaks.clear();
        self.scan_block_breaks(&mut indent, start, &mut end)?;
        self.need(1)?;
        let mut blank_before = false;
        while i64::from(self.mark.column) == indent && !self.is_end(0) {
            let blank_now = self.is_blank(0);
            if !literal && !blank_before && !blank_now && self.leading_break.first() == Some(&b'\n') {
                if self.trailing_breaks.is_empty() {
                    self.arena.push(b' ');
                }
            } else {
                self.arena.append(&mut self.leading_break);
            }
            self.leading_break.clear();
            self.arena.append(&mut self.trailing_breaks);
            blank_before = blank_now;
            let run_start = self.position;
            while !self.is_break_or_end(0) {
                self.skip();
                self.need(1)?;
            }
            self.copy_run(run_start);
            self.need(2)?;
            let text = self.break_text();
            self.leading_break.extend_from_slice(text);
            self.skip_break();
            self.scan_block_breaks(&mut indent, start, &mut end)?;
        }
        if !strip {
            self.arena.append(&mut self.leading_break);
        }
        if keep {
            self.arena.append(&mut self.trailing_breaks);
        }
        let style = if literal { Style::Literal } else { Style::Folded };
        let mut token = Token::new(TokenKind::Scalar(style), start, end);
        token.value = value_start..self.arena_end();
        token.content = Span::new(content_start, (end.offset as usize).max(content_start));
        Ok(token)
    }

    /// Chomping and indentation indicators: keep, strip, increment.
    fn scan_block_header(&mut self, start: Mark) -> Scan<(bool, bool, u8)> {
        let (mut keep, mut strip, mut increment) = (false, false, 0);
        // Each of the two may come first.
        for _ in 0..2 {
            self.need(1)?;
            match self.byte(0) {
                b'+' if !keep && !strip => keep = true,
                b'-' if !keep && !strip => strip = true,
                b'0' if increment == 0 => {
                    return self.fail("found an indentation indicator equal to 0", Some(start));
                }
                digit @ b'1'..=b'9' if increment == 0 => increment = digit - b'0',
                _ => break,
            }
            self.skip();
        }
        Ok((keep, strip, increment))
    }

    /// Steps over indentation and empty lines; finds the indentation when it is not known yet (0).
    fn scan_block_breaks(&mut self, indent: &mut i64, start: Mark, end: &mut Mark) -> Scan<()> {
        *end = self.mark;
        let mut deepest = 0;
        loop {
            self.need(1)?;
            while (*indent == 0 || i64::from(self.mark.column) < *indent) && self.byte(0) == b' ' {
                self.skip();
                self.need(1)?;
            }
            deepest = deepest.max(i64::from(self.mark.column));
            if (*indent == 0 || i64::from(self.mark.column) < *indent) && self.byte(0) == b'\t' {
                return self.fail("found a tab character where an indentation space is expected", Some(start));
            }
            if !self.is_break(0) {
                break;
            }
            self.need(2)?;
            let text = self.break_text();
            self.trailing_breaks.extend_from_slice(text);
            self.skip_break();
            *end = self.mark;
        }
        if *indent == 0 {
            *indent = deepest.max(self.indent + 1).max(1);
        }
        Ok(())
    }
}
