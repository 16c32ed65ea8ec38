//! The character classes of Go's `unicode` package that the template language asks for, and decoding of bytes that need not be UTF-8.

use std::sync::OnceLock;

use regex::Regex;

fn class(cell: &'static OnceLock<Option<Regex>>, pattern: &str, character: char) -> bool {
    let regex = cell.get_or_init(|| Regex::new(pattern).ok());
    let mut buffer = [0; 4];
    regex.as_ref().is_some_and(|regex| regex.is_match(character.encode_utf8(&mut buffer)))
}

/// Go's `unicode.IsLetter` or `unicode.IsDigit`, or an underscore: what names are made of.
#[must_use]
pub fn is_alphanumeric(character: char) -> bool {
    static CELL: OnceLock<Option<Regex>> = OnceLock::new();
    if character.is_ascii() {
        return character == '_' || character.is_ascii_alphanumeric();
    }
    class(&CELL, r"^[\p{L}\p{Nd}]$", character)
}

/// Go's `unicode.IsPrint`: letters, marks, numbers, punctuation, symbols, and the ASCII space.
#[must_use]
pub fn is_print(character: char) -> bool {
    static CELL: OnceLock<Option<Regex>> = OnceLock::new();
    if character.is_ascii() {
        return character == ' ' || character.is_ascii_graphic();
    }
    class(&CELL, r"^[\p{L}\p{M}\p{N}\p{P}\p{S}]$", character)
}

/// The first character of `bytes` and its length; a byte that begins no character is U+FFFD of length 1; `None` at the end.
#[must_use]
pub fn decode(bytes: &[u8]) -> Option<(char, usize)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((char::from(first), 1));
    }
    let window = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(window) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&window[..error.valid_up_to()]).unwrap_or_default(),
    };
    match valid.chars().next() {
        Some(character) => Some((character, character.len_utf8())),
        None => Some((char::REPLACEMENT_CHARACTER, 1)),
    }
}

/// A character as Go's `%#U` prints it: the code point, and the character itself when it can be printed.
#[must_use]
pub fn describe(character: char) -> String {
    if is_print(character) {
        format!("U+{:04X} '{character}'", character as u32)
    } else {
        format!("U+{:04X}", character as u32)
    }
}

/// A text as Go's `strconv.Quote` prints it.
#[must_use]
pub fn quote(bytes: &[u8]) -> String {
    quote_with(bytes, '"', false)
}

/// A text as Go's `strconv.Quote` (or, with `ascii`, `QuoteToASCII`) prints it between `delimiter`s.
#[must_use]
pub fn quote_with(bytes: &[u8], delimiter: char, ascii: bool) -> String {
    let mut quoted = String::with_capacity(bytes.len() + 2);
    quoted.push(delimiter);
    let mut rest = bytes;
    while let Some((character, length)) = decode(rest) {
        if character == char::REPLACEMENT_CHARACTER && length == 1 {
            quoted.push_str(&format!("\\x{:02x}", rest[0]));
        } else {
            quote_char_into(&mut quoted, character, delimiter, ascii);
        }
        rest = &rest[length..];
    }
    quoted.push(delimiter);
    quoted
}

/// Appends one character in the form it has inside a quoted Go text.
pub fn quote_char_into(quoted: &mut String, character: char, delimiter: char, ascii: bool) {
    if character == delimiter || character == '\\' {
        quoted.push('\\');
        quoted.push(character);
        return;
    }
    if is_print(character) && (!ascii || character.is_ascii()) {
        quoted.push(character);
        return;
    }
    match character {
        '\x07' => quoted.push_str("\\a"),
        '\x08' => quoted.push_str("\\b"),
        '\x0c' => quoted.push_str("\\f"),
        '\n' => quoted.push_str("\\n"),
        '\r' => quoted.push_str("\\r"),
        '\t' => quoted.push_str("\\t"),
        '\x0b' => quoted.push_str("\\v"),
        _ => {
            let code = character as u32;
            match code {
                0..0x20 | 0x7f => quoted.push_str(&format!("\\x{code:02x}")),
                0x20..0x1_0000 => quoted.push_str(&format!("\\u{code:04x}")),
                _ => quoted.push_str(&format!("\\U{code:08x}")),
            }
        }
    }
}
