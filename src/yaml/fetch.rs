//! From characters to tokens: YAML 1.1 as libyaml, and so yaml.v2, scans it. Indentation becomes explicit tokens here.

use super::scanner::{MAX_DEPTH, Mark, Scan, Scanner, SimpleKey, Token, TokenKind};

impl Scanner<'_> {
    pub(super) fn fetch_next(&mut self) -> Scan<()> {
        self.need(1)?;
        if !self.started {
            self.started = true;
            self.push(TokenKind::StreamStart, self.mark);
            return Ok(());
        }
        self.skip_to_token()?;
        self.unroll_indent(i64::from(self.mark.column));
        self.need(4)?;
        let byte = self.byte(0);
        if byte == 0 {
            return self.fetch_stream_end();
        }
        if self.mark.column == 0 {
            if byte == b'%' {
                return self.fetch_directive();
            }
            if self.is_document_marker() {
                let kind = if byte == b'-' { TokenKind::DocumentStart } else { TokenKind::DocumentEnd };
                return self.fetch_document_marker(kind);
            }
        }
        let in_flow = self.flow_level > 0;
        match byte {
            b'[' => return self.fetch_flow_start(TokenKind::FlowSequenceStart),
            b'{' => return self.fetch_flow_start(TokenKind::FlowMappingStart),
            b']' => return self.fetch_flow_end(TokenKind::FlowSequenceEnd),
            b'}' => return self.fetch_flow_end(TokenKind::FlowMappingEnd),
            b',' => {
                self.remove_key()?;
                self.key_allowed = true;
                self.push_indicator(TokenKind::FlowEntry);
                return Ok(());
            }
            b'-' if self.is_space_or_end(1) => return self.fetch_block_entry(),
            b'?' if in_flow || self.is_space_or_end(1) => return self.fetch_key(),
            b':' if in_flow || self.is_space_or_end(1) => return self.fetch_value(),
            b'*' => return self.fetch_anchor(TokenKind::Alias),
            b'&' => return self.fetch_anchor(TokenKind::Anchor),
            b'!' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.scan_tag()?;
                self.tokens.push_back(token);
                return Ok(());
            }
            b'|' | b'>' if !in_flow => {
                self.remove_key()?;
                self.key_allowed = true;
                let token = self.scan_block_scalar(byte == b'|')?;
                self.tokens.push_back(token);
                return Ok(());
            }
            b'\'' | b'"' => {
                self.save_key()?;
                self.key_allowed = false;
                let token = self.scan_quoted_scalar(byte)?;
                self.tokens.push_back(token);
                return Ok(());
            }
            _ => {}
        }
        let plain = match byte {
            b'-' => !self.is_blank(1),
            b'?' | b':' => !in_flow,
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' | b' ' => false,
            _ => !self.is_break(0),
        };
        if !plain {
            return self.fail("found character that cannot start any token", Some(self.mark));
        }
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_plain_scalar()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn skip_to_token(&mut self) -> Scan<()> {
        loop {
            self.need(1)?;
            if self.mark.column == 0
                && self.decoded != usize::MAX
                && self.text[self.buffer_start..].starts_with(b"\xEF\xBB\xBF")
                && !self.is_end(0)
            {
                self.skip();
                self.need(1)?;
            }
            while self.byte(0) == b' ' || (self.byte(0) == b'\t' && (self.flow_level > 0 || !self.key_allowed)) {
                self.skip();
                self.need(1)?;
            }
            self.skip_comment()?;
            if !self.is_break(0) {
                return Ok(());
            }
            self.need(2)?;
            self.skip_break();
            if self.flow_level == 0 {
                self.key_allowed = true;
            }
        }
    }

    fn push(&mut self, kind: TokenKind, start: Mark) {
        let token = Token::new(kind, start, self.mark);
        self.tokens.push_back(token);
    }

    /// Pushes a token of one character.
    fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.mark;
        self.skip();
        self.push(kind, start);
    }

    fn save_key(&mut self) -> Scan<()> {
        if !self.key_allowed {
            return Ok(());
        }
        let required = self.flow_level == 0 && self.indent == i64::from(self.mark.column);
        let key = SimpleKey {
            possible: true,
            awaited: true,
            required,
            token: self.tokens_taken + self.tokens.len(),
            mark: self.mark,
        };
        self.remove_key()?;
        if let Some(last) = self.keys.last_mut() {
            *last = key;
        }
        Ok(())
    }

    fn remove_key(&mut self) -> Scan<()> {
        let Some(key) = self.keys.last_mut() else { return Ok(()) };
        let removed = *key;
        if removed.possible {
            if removed.required {
                return self.fail("could not find expected ':'", Some(removed.mark));
            }
            key.possible = false;
        }
        Ok(())
    }

    /// Opens a block collection when the column is deeper than the current one. `token`: number of the token before which it begins.
    fn roll_indent(&mut self, column: u32, token: Option<usize>, kind: TokenKind, mark: Mark) -> Scan<()> {
        let column = i64::from(column);
        if self.flow_level > 0 || self.indent >= column {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = column;
        if self.indents.len() > MAX_DEPTH {
            let context = self.keys.last().map(|key| key.mark);
            return self.fail("exceeded max depth of 10000", context);
        }
        let opening = Token::new(kind, mark, mark);
        match token {
            Some(number) => self.insert(number, opening),
            None => self.tokens.push_back(opening),
        }
        Ok(())
    }

    /// Puts a token before the one with that number; behind all others when that one is gone already.
    fn insert(&mut self, number: usize, token: Token) {
        match number.checked_sub(self.tokens_taken) {
            Some(at) if at < self.tokens.len() => self.tokens.insert(at, token),
            _ => self.tokens.push_back(token),
        }
    }

    fn unroll_indent(&mut self, column: i64) {
        if self.flow_level > 0 {
            return;
        }
        while self.indent > column {
            self.push(TokenKind::BlockEnd, self.mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }

    fn fetch_stream_end(&mut self) -> Scan<()> {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        self.ended = true;
        self.push(TokenKind::StreamEnd, self.mark);
        Ok(())
    }

    fn fetch_directive(&mut self) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let token = self.scan_directive()?;
        self.tokens.push_back(token);
        Ok(())
    }

    fn fetch_document_marker(&mut self, kind: TokenKind) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_key()?;
        self.key_allowed = false;
        let start = self.mark;
        self.advance(3, 3);
        self.push(kind, start);
        Ok(())
    }

    fn fetch_flow_start(&mut self, kind: TokenKind) -> Scan<()> {
        self.save_key()?;
        let token = self.tokens_taken + self.tokens.len();
        self.keys.push(SimpleKey { token, mark: self.mark, ..SimpleKey::default() });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return self.fail("exceeded max depth of 10000", Some(self.mark));
        }
        self.key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_flow_end(&mut self, kind: TokenKind) -> Scan<()> {
        self.remove_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            let inner = self.keys.pop();
            if let (Some(inner), Some(outer)) = (inner, self.keys.last_mut())
                && inner.token == outer.token
            {
                outer.awaited = false;
            }
        }
        self.key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    fn fetch_block_entry(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self.fail("block sequence entries are not allowed in this context", Some(self.mark));
            }
            self.roll_indent(self.mark.column, None, TokenKind::BlockSequenceStart, self.mark)?;
        }
        self.remove_key()?;
        self.key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    fn fetch_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.key_allowed {
                return self.fail("mapping keys are not allowed in this context", Some(self.mark));
            }
            self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
        }
        self.remove_key()?;
        self.key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    fn fetch_value(&mut self) -> Scan<()> {
        let level = self.keys.len() - 1;
        if self.key_is_valid(level)? {
            let key = self.keys[level];
            self.insert(key.token, Token::new(TokenKind::Key, key.mark, key.mark));
            self.roll_indent(key.mark.column, Some(key.token), TokenKind::BlockMappingStart, key.mark)?;
            self.keys[level].possible = false;
            self.key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.key_allowed {
                    return self.fail("mapping values are not allowed in this context", Some(self.mark));
                }
                self.roll_indent(self.mark.column, None, TokenKind::BlockMappingStart, self.mark)?;
            }
            self.key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    fn fetch_anchor(&mut self, kind: TokenKind) -> Scan<()> {
        self.save_key()?;
        self.key_allowed = false;
        let token = self.scan_anchor(kind)?;
        self.tokens.push_back(token);
        Ok(())
    }
}
