//! Reading JSON as Go's `encoding/json` does, into values without a given type.
//!
//! In: a text. Out: maps, lists, strings that keep their places, floats; or Go's error text.

use std::borrow::Cow;

use super::numeric::parse_float;
use crate::template::call::{Call, Failure};
use crate::template::text::Text;
use crate::template::value::{Key, Map, MapKind, Value};

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 1000;

struct Reader<'t> {
    source: &'t Text,
    bytes: &'t [u8],
    at: usize,
}

/// Reads the only value of a text.
pub(super) fn decode(call: &mut Call<'_, '_>, source: &Text) -> Result<Value, Failure> {
    let mut reader = Reader { source, bytes: source.as_bytes(), at: 0 };
    let value = reader.value(call, 0)?;
    reader.spaces();
    match reader.bytes.get(reader.at) {
        None => Ok(value),
        Some(_) => Err(reader.unexpected("after top-level value")),
    }
}

/// A byte in Go's single quotes.
fn quoted(byte: u8) -> String {
    match byte {
        b'\'' => "'\\''".to_owned(),
        b'"' => "'\"'".to_owned(),
        b'\\' => "'\\\\'".to_owned(),
        b'\n' => "'\\n'".to_owned(),
        b'\r' => "'\\r'".to_owned(),
        b'\t' => "'\\t'".to_owned(),
        0x07 => "'\\a'".to_owned(),
        0x08 => "'\\b'".to_owned(),
        0x0b => "'\\v'".to_owned(),
        0x0c => "'\\f'".to_owned(),
        0..=0x1f | 0x7f => format!("'\\x{byte:02x}'"),
        0x80..=0xa0 | 0xad => format!("'\\u{:04x}'", u32::from(byte)),
        _ => format!("'{}'", char::from(byte)),
    }
}

impl Reader<'_> {
    fn spaces(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn unexpected(&self, place: &str) -> Failure {
        // At the end Go's scanner reads a space more, which is an error inside of numbers, words and escapes only.
        let inside = ["in ", "after decimal point"].iter().any(|start| place.starts_with(start));
        match self.bytes.get(self.at) {
            None if inside => Failure::new(format!("invalid character ' ' {place}")),
            None => Failure::new("unexpected end of JSON input"),
            Some(byte) => Failure::new(format!("invalid character {} {place}", quoted(*byte))),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn value(&mut self, call: &mut Call<'_, '_>, depth: usize) -> Result<Value, Failure> {
        if depth > MAX_DEPTH {
            return Err(Failure::budget("nesting"));
        }
        call.charge(1)?;
        self.spaces();
        match self.peek() {
            Some(b'{') => self.object(call, depth),
            Some(b'[') => self.array(call, depth),
            Some(b'"') => Ok(Value::Str(self.string(call)?)),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Nil),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.unexpected("looking for beginning of value")),
        }
    }

    fn object(&mut self, call: &mut Call<'_, '_>, depth: usize) -> Result<Value, Failure> {
        let map = Map::new(MapKind::StringAny);
        let id = call.id();
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(Value::Map(map));
        }
        loop {
            self.spaces();
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("looking for beginning of object key string"));
            }
            let key = self.string(call)?;
            self.spaces();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("after object key"));
            }
            self.at += 1;
            let value = self.value(call, depth + 1)?;
            map.insert(Key::Str(key), value, Some(id));
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(self.unexpected("after object key:value pair")),
            }
        }
        self.at += 1;
        Ok(Value::Map(map))
    }

    fn array(&mut self, call: &mut Call<'_, '_>, depth: usize) -> Result<Value, Failure> {
        let mut items = Vec::new();
        self.at += 1;
        self.spaces();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::list(items));
        }
        loop {
            items.push(self.value(call, depth + 1)?);
            self.spaces();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(self.unexpected("after array element")),
            }
        }
        self.at += 1;
        Ok(Value::list(items))
    }

    fn literal(&mut self, word: &str, value: Value) -> Result<Value, Failure> {
        for expected in word.bytes() {
            if self.peek() != Some(expected) {
                return Err(self.unexpected(&format!("in literal {word} (expecting '{}')", expected as char)));
            }
            self.at += 1;
        }
        Ok(value)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self) -> Result<Value, Failure> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => {
                self.digits();
            }
            _ => return Err(self.unexpected("in numeric literal")),
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.unexpected("after decimal point in numeric literal"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(self.unexpected("in exponent of numeric literal"));
            }
        }
        let text = &self.bytes[start..self.at];
        parse_float(text).map(Value::Float64).ok_or_else(|| {
            let text = String::from_utf8_lossy(text);
            Failure::new(format!("json: cannot unmarshal number {text} into Go value of type float64"))
        })
    }

    fn hex(&mut self) -> Result<u32, Failure> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self.peek().and_then(|b| (b as char).to_digit(16));
            let Some(digit) = digit else { return Err(self.unexpected("in \\u hexadecimal character escape")) };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    fn string(&mut self, call: &mut Call<'_, '_>) -> Result<Text, Failure> {
        self.at += 1;
        let mut builder = call.builder();
        let mut kept = self.at;
        loop {
            let Some(byte) = self.peek() else { return Err(self.unexpected("")) };
            match byte {
                b'"' => break,
                b'\\' => {
                    self.plain(call, &mut builder, kept);
                    self.at += 1;
                    let c = self.escape()?;
                    call.derive(&mut builder, c.encode_utf8(&mut [0; 4]).as_bytes());
                    kept = self.at;
                }
                0..=0x1f => return Err(self.unexpected("in string literal")),
                _ => self.at += 1,
            }
        }
        self.plain(call, &mut builder, kept);
        self.at += 1;
        Ok(builder.build())
    }

    /// Copies bytes without escapes; invalid UTF-8 becomes the replacement character.
    fn plain(&self, call: &mut Call<'_, '_>, builder: &mut crate::template::text::TextBuilder, from: usize) {
        match String::from_utf8_lossy(&self.bytes[from..self.at]) {
            Cow::Borrowed(_) => builder.push(&self.source.slice(from..self.at)),
            Cow::Owned(_) => {
                let mut at = from;
                for (c, length) in super::unicode::runes(&self.bytes[from..self.at]) {
                    if c == '\u{FFFD}' && length == 1 {
                        call.derive(builder, "\u{FFFD}".as_bytes());
                    } else {
                        builder.push(&self.source.slice(at..at + length));
                    }
                    at += length;
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let Some(byte) = self.peek() else { return Err(self.unexpected("in string escape code")) };
        let simple = match byte {
            b'"' | b'\\' | b'/' => byte as char,
            b'b' => '\x08',
            b'f' => '\x0c',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                self.at += 1;
                let first = self.hex()?;
                return self.surrogate(first);
            }
            _ => return Err(self.unexpected("in string escape code")),
        };
        self.at += 1;
        Ok(simple)
    }

    /// Joins two halves of a character; a half alone is the replacement character.
    fn surrogate(&mut self, first: u32) -> Result<char, Failure> {
        if (0xD800..0xDC00).contains(&first) && self.bytes[self.at..].starts_with(b"\\u") {
            let back = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                let joined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(joined).unwrap_or('\u{FFFD}'));
            }
            // The second escape stands for itself.
            self.at = back;
        }
        Ok(char::from_u32(first).unwrap_or('\u{FFFD}'))
    }
}
