//! How a scalar can be written, and writing it in each style.

use super::Emitter;

/// The styles yaml.v2 writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quoting {
    Plain,
    Single,
    Double,
    Literal,
}

/// What a text contains, as far as styles depend on it.
pub(super) struct Analysis {
    pub(super) multiline: bool,
    plain_allowed: bool,
    single_allowed: bool,
    literal_allowed: bool,
}

impl Analysis {
    pub(super) fn new(text: &[u8]) -> Self {
        if text.is_empty() {
            return Self { multiline: false, plain_allowed: true, single_allowed: true, literal_allowed: false };
        }
        let mut indicators = text.starts_with(b"---") || text.starts_with(b"...");
        let (mut breaks, mut special) = (false, false);
        let (mut break_space, mut space_break) = (false, false);
        let (mut previous_space, mut previous_break) = (false, false);
        let mut after_blank = true;
        let mut at = 0;
        while at < text.len() {
            let width = width(text[at]);
            let next = at + width;
            let before_blank = next >= text.len() || is_space_or_end(text, next);
            indicators |= match text[at] {
                b'#' => after_blank,
                b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"' | b'%' | b'@'
                | b'`' => at == 0,
                b'?' | b'-' => at == 0 && before_blank,
                b':' => before_blank,
                _ => false,
            };
            special |= !is_printable(text, at);
            if text[at] == b' ' {
                break_space |= previous_break;
                (previous_space, previous_break) = (true, false);
            } else if break_width(text, at) > 0 {
                breaks = true;
                space_break |= previous_space;
                (previous_space, previous_break) = (false, true);
            } else {
                (previous_space, previous_break) = (false, false);
            }
            after_blank = is_space_or_end(text, at);
            at = next;
        }
        let leading_space = text[0] == b' ';
        // The last character was a blank or a break.
        let (trailing_space, trailing_break) = (previous_space, previous_break);
        let leading_break = break_width(text, 0) > 0;
        let never = space_break || special;
        Self {
            multiline: breaks,
            plain_allowed: !(leading_space
                || leading_break
                || trailing_space
                || trailing_break
                || break_space
                || never
                || breaks
                || indicators),
            single_allowed: !(break_space || never),
            literal_allowed: !(trailing_space || never),
        }
    }

    /// The style that is possible, given the one that is wanted.
    pub(super) fn choose(&self, wanted: Quoting, simple_key: bool, empty: bool) -> Quoting {
        let mut style = wanted;
        if simple_key && self.multiline {
            style = Quoting::Double;
        }
        if style == Quoting::Plain && (!self.plain_allowed || (empty && simple_key)) {
            style = Quoting::Single;
        }
        if style == Quoting::Single && !self.single_allowed {
            style = Quoting::Double;
        }
        if style == Quoting::Literal && (!self.literal_allowed || simple_key) {
            style = Quoting::Double;
        }
        style
    }
}

fn width(byte: u8) -> usize {
    match byte {
        0..0x80 => 1,
        0x80..0xE0 => 2,
        0xE0..0xF0 => 3,
        _ => 4,
    }
}

fn byte(text: &[u8], at: usize) -> u8 {
    text.get(at).copied().unwrap_or(0)
}

/// Bytes of the line break at a place; CR, LF and CRLF count singly here.
fn break_width(text: &[u8], at: usize) -> usize {
    match byte(text, at) {
        b'\n' | b'\r' => 1,
        0xC2 if byte(text, at + 1) == 0x85 => 2,
        0xE2 if byte(text, at + 1) == 0x80 && matches!(byte(text, at + 2), 0xA8 | 0xA9) => 3,
        _ => 0,
    }
}

fn is_space_or_end(text: &[u8], at: usize) -> bool {
    matches!(byte(text, at), 0 | b' ' | b'\t') || break_width(text, at) > 0
}

/// Characters beyond the basic plane, tabs and byte-order marks are not printable to yaml.v2.
fn is_printable(text: &[u8], at: usize) -> bool {
    match byte(text, at) {
        b'\n' | 0x20..=0x7E => true,
        0xC2 => byte(text, at + 1) >= 0xA0,
        0xC3..=0xEC | 0xEE => true,
        0xED => byte(text, at + 1) < 0xA0,
        0xEF => !matches!((byte(text, at + 1), byte(text, at + 2)), (0xBB, 0xBF) | (0xBF, 0xBE | 0xBF)),
        _ => false,
    }
}

impl Emitter {
    pub(super) fn plain(&mut self, text: &[u8], may_fold: bool) {
        if !self.blank_before {
            self.put(b' ');
        }
        let mut after_space = false;
        let mut at = 0;
        while at < text.len() {
            let width = width(text[at]);
            let is_space = text[at] == b' ';
            if is_space && may_fold && !after_space && self.column > self.width && byte(text, at + 1) != b' ' {
                self.write_indent();
            } else {
                self.write(&text[at..(at + width).min(text.len())]);
            }
            if !is_space {
                self.at_indent = false;
            }
            after_space = is_space;
            at += width;
        }
        self.blank_before = false;
        self.at_indent = false;
    }

    pub(super) fn single_quoted(&mut self, text: &[u8], may_fold: bool) {
        self.indicator(b"'", true, false);
        let (mut after_space, mut after_break) = (false, false);
        let mut at = 0;
        while at < text.len() {
            let line_break = break_width(text, at);
            if text[at] == b' ' {
                let inside = at > 0 && at + 1 < text.len();
                if may_fold && !after_space && self.column > self.width && inside && text[at + 1] != b' ' {
                    self.write_indent();
                } else {
                    self.put(b' ');
                }
                after_space = true;
                at += 1;
            } else if line_break > 0 {
                if !after_break && text[at] == b'\n' {
                    self.put_break();
                }
                self.write_break(&text[at..at + line_break]);
                self.at_indent = true;
                after_break = true;
                at += line_break;
            } else {
                if after_break {
                    self.write_indent();
                }
                if text[at] == b'\'' {
                    self.put(b'\'');
                }
                let end = (at + width(text[at])).min(text.len());
                self.write(&text[at..end]);
                self.at_indent = false;
                (after_space, after_break) = (false, false);
                at = end;
            }
        }
        self.indicator(b"'", false, false);
        self.blank_before = false;
        self.at_indent = false;
    }

    pub(super) fn double_quoted(&mut self, text: &[u8], may_fold: bool) {
        self.indicator(b"\"", true, false);
        // The library looks for the mark at the beginning of the text whichever character it is about to write.
        let escape_all = text.starts_with(b"\xEF\xBB\xBF");
        let shown = std::str::from_utf8(text).unwrap_or_default();
        let mut after_space = false;
        for (at, character) in shown.char_indices() {
            let special =
                escape_all || !is_printable(text, at) || break_width(text, at) > 0 || matches!(character, '"' | '\\');
            if special {
                self.escape(character);
                after_space = false;
            } else if character == ' ' {
                let inside = at > 0 && at + 1 < text.len();
                if may_fold && !after_space && self.column > self.width && inside {
                    self.write_indent();
                    if text[at + 1] == b' ' {
                        self.put(b'\\');
                    }
                } else {
                    self.put(b' ');
                }
                after_space = true;
            } else {
                self.write(character.encode_utf8(&mut [0; 4]).as_bytes());
                after_space = false;
            }
        }
        self.indicator(b"\"", false, false);
        self.blank_before = false;
        self.at_indent = false;
    }

    fn escape(&mut self, character: char) {
        let letter = match character {
            '\0' => '0',
            '\x07' => 'a',
            '\x08' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\x0B' => 'v',
            '\x0C' => 'f',
            '\r' => 'r',
            '\x1B' => 'e',
            '"' => '"',
            '\\' => '\\',
            '\u{85}' => 'N',
            '\u{A0}' => '_',
            '\u{2028}' => 'L',
            '\u{2029}' => 'P',
            other => {
                let code = u32::from(other);
                let text = match code {
                    0..=0xFF => format!("\\x{code:02X}"),
                    0x100..=0xFFFF => format!("\\u{code:04X}"),
                    _ => format!("\\U{code:08X}"),
                };
                self.write(text.as_bytes());
                return;
            }
        };
        self.write(&[b'\\', letter as u8]);
    }

    pub(super) fn literal(&mut self, text: &[u8]) {
        self.indicator(b"|", true, false);
        if byte(text, 0) == b' ' || break_width(text, 0) > 0 {
            self.indicator(b"2", false, false);
        }
        let last = last_break(text, text.len());
        let hint: &[u8] = match last {
            None => b"-",
            Some(0) => b"+",
            Some(start) if last_break(text, start).is_some() => b"+",
            Some(_) => b"",
        };
        if !hint.is_empty() {
            self.indicator(hint, false, false);
        }
        self.put_break();
        self.at_indent = true;
        self.blank_before = true;
        let mut after_break = true;
        let mut at = 0;
        while at < text.len() {
            let line_break = break_width(text, at);
            if line_break > 0 {
                self.write_break(&text[at..at + line_break]);
                self.at_indent = true;
                after_break = true;
                at += line_break;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            let end = (at + width(text[at])).min(text.len());
            self.write(&text[at..end]);
            self.at_indent = false;
            after_break = false;
            at = end;
        }
    }
}

/// Where the line break that ends at `end` begins.
fn last_break(text: &[u8], end: usize) -> Option<usize> {
    let mut start = end.checked_sub(1)?;
    while start > 0 && text[start] & 0xC0 == 0x80 {
        start -= 1;
    }
    (break_width(text, start) > 0).then_some(start)
}
