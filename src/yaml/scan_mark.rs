//! Scanning of directives, anchors, aliases and tags.

use super::scanner::{Mark, Scan, Scanner, Token, TokenKind};
use super::tree::Text;

impl Scanner<'_> {
    pub(super) fn scan_directive(&mut self) -> Scan<Token> {
        let start = self.mark;
        self.skip();
        let name = self.read_while(|scanner| scanner.is_word(0))?;
        if name.is_empty() {
            return self.fail("could not find expected directive name", Some(start));
        }
        if !self.is_space_or_end(0) {
            return self.fail("found unexpected non-alphabetical character", Some(start));
        }
        let token = match &self.arena[name.start as usize..] {
            b"YAML" => {
                self.skip_blanks()?;
                let major = self.scan_version_number(start)?;
                if self.byte(0) != b'.' {
                    return self.fail("did not find expected digit or '.' character", Some(start));
                }
                self.skip();
                let minor = self.scan_version_number(start)?;
                Token::new(TokenKind::VersionDirective { major, minor }, start, self.mark)
            }
            b"TAG" => {
                self.skip_blanks()?;
                let handle = self.scan_tag_handle(true, start)?;
                self.need(1)?;
                if !self.is_blank(0) {
                    return self.fail("did not find expected whitespace", Some(start));
                }
                self.skip_blanks()?;
                let prefix = self.scan_tag_uri("", start)?;
                self.need(1)?;
                if !self.is_space_or_end(0) {
                    return self.fail("did not find expected whitespace or line break", Some(start));
                }
                let mut token = Token::new(TokenKind::TagDirective, start, self.mark);
                token.value = handle;
                token.suffix = prefix;
                token
            }
            _ => return self.fail("found unknown directive name", Some(start)),
        };
        self.skip_blanks_and_comment()?;
        if !self.is_break_or_end(0) {
            return self.fail("did not find expected comment or line break", Some(start));
        }
        self.need(2)?;
        self.skip_break();
        Ok(token)
    }

    fn skip_blanks(&mut self) -> Scan<()> {
        self.need(1)?;
        while self.is_blank(0) {
            self.skip();
            self.need(1)?;
        }
        Ok(())
    }

    fn scan_version_number(&mut self, start: Mark) -> Scan<u8> {
        self.need(1)?;
        let mut value = 0;
        let mut length = 0;
        while self.byte(0).is_ascii_digit() {
            length += 1;
            if length > 2 {
                return self.fail("found extremely long version number", Some(start));
            }
            value = value * 10 + (self.byte(0) - b'0');
            self.skip();
            self.need(1)?;
        }
        if length == 0 {
            return self.fail("did not find expected version number", Some(start));
        }
        Ok(value)
    }

    pub(super) fn scan_anchor(&mut self, kind: TokenKind) -> Scan<Token> {
        let start = self.mark;
        self.skip();
        let name = self.read_while(|scanner| scanner.is_word(0))?;
        let ended =
            self.is_space_or_end(0) || matches!(self.byte(0), b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`');
        if name.is_empty() || !ended {
            return self.fail("did not find expected alphabetic or numeric character", Some(start));
        }
        let mut token = Token::new(kind, start, self.mark);
        token.value = name;
        Ok(token)
    }

    pub(super) fn scan_tag(&mut self) -> Scan<Token> {
        let start = self.mark;
        self.need(2)?;
        let empty = self.arena_end()..self.arena_end();
        let (handle, suffix) = if self.byte(1) == b'<' {
            self.skip();
            self.skip();
            let suffix = self.scan_tag_uri("", start)?;
            if self.byte(0) != b'>' {
                return self.fail("did not find the expected '>'", Some(start));
            }
            self.skip();
            (empty, suffix)
        } else {
            let handle = self.scan_tag_handle(false, start)?;
            let length = handle.len();
            let is_handle = length > 1 && self.arena.last() == Some(&b'!');
            if is_handle {
                let suffix = self.scan_tag_uri("", start)?;
                (handle, suffix)
            } else {
                // What looked like a handle is the beginning of the tag itself, behind the handle `!`.
                let head =
                    String::from_utf8_lossy(&self.arena[handle.start as usize..handle.end as usize]).into_owned();
                let suffix = self.scan_tag_uri(&head, start)?;
                let bang = handle.start..handle.start + 1;
                if suffix.is_empty() { (suffix, bang) } else { (bang, suffix) }
            }
        };
        self.need(1)?;
        if !self.is_space_or_end(0) {
            return self.fail("did not find expected whitespace or line break", Some(start));
        }
        let mut token = Token::new(TokenKind::Tag, start, self.mark);
        token.value = handle;
        token.suffix = suffix;
        Ok(token)
    }

    fn scan_tag_handle(&mut self, directive: bool, start: Mark) -> Scan<Text> {
        self.need(1)?;
        if self.byte(0) != b'!' {
            return self.fail("did not find expected '!'", Some(start));
        }
        let from = self.arena_end();
        self.arena.push(b'!');
        self.skip();
        self.read_while(|scanner| scanner.is_word(0))?;
        if self.byte(0) == b'!' {
            self.arena.push(b'!');
            self.skip();
        } else if directive && self.arena_end() - from != 1 {
            return self.fail("did not find expected '!'", Some(start));
        }
        Ok(from..self.arena_end())
    }

    /// `head`: text already read that belongs to the tag, with its leading `!`.
    fn scan_tag_uri(&mut self, head: &str, start: Mark) -> Scan<Text> {
        let mut uri: Vec<u8> = head.bytes().skip(1).collect();
        let mut found = !head.is_empty();
        self.need(1)?;
        loop {
            match self.byte(0) {
                b'%' => self.scan_uri_escapes(&mut uri, start)?,
                b';' | b'/' | b'?' | b':' | b'@' | b'&' | b'=' | b'+' | b'$' | b',' | b'.' | b'!' | b'~' | b'*'
                | b'\'' | b'(' | b')' | b'[' | b']' => {
                    uri.push(self.byte(0));
                    self.skip();
                }
                _ if self.is_word(0) => {
                    uri.push(self.byte(0));
                    self.skip();
                }
                _ => break,
            }
            found = true;
            self.need(1)?;
        }
        if !found {
            return self.fail("did not find expected tag URI", Some(start));
        }
        let from = self.arena_end();
        self.arena.extend_from_slice(String::from_utf8_lossy(&uri).as_bytes());
        Ok(from..self.arena_end())
    }

    /// One character written as `%XX` octets.
    fn scan_uri_escapes(&mut self, uri: &mut Vec<u8>, start: Mark) -> Scan<()> {
        let mut left = 0;
        loop {
            self.need(3)?;
            let digits = (char::from(self.byte(1)).to_digit(16), char::from(self.byte(2)).to_digit(16));
            let (b'%', (Some(high), Some(low))) = (self.byte(0), digits) else {
                return self.fail("did not find URI escaped octet", Some(start));
            };
            let octet = u8::try_from(high << 4 | low).unwrap_or(0);
            if left == 0 {
                left = match octet {
                    0..0x80 => 1,
                    0xC0..0xE0 => 2,
                    0xE0..0xF0 => 3,
                    0xF0..0xF8 => 4,
                    _ => return self.fail("found an incorrect leading UTF-8 octet", Some(start)),
                };
            } else if octet & 0xC0 != 0x80 {
                return self.fail("found an incorrect trailing UTF-8 octet", Some(start));
            }
            uri.push(octet);
            for _ in 0..3 {
                self.skip();
            }
            left -= 1;
            if left == 0 {
                return Ok(());
            }
        }
    }
}
