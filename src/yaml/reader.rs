//! What yaml.v2 does between bytes and characters: encoding, forbidden characters, and when it notices them.
//!
//! The library decodes its input in blocks and stops at the first forbidden character of a block as soon as the block is
//! needed, so such a character can win over a syntax error that stands before it.

use std::borrow::Cow;

/// Bytes of one block.
const BLOCK: usize = 512;

const UTF8_BOM: &[u8] = b"\xEF\xBB\xBF";

/// A problem of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Offset in [`Input::text`].
    pub(super) at: usize,
    /// Whether the end of the text cuts the character off.
    pub(super) cut_off: bool,
    /// The library's words.
    pub(super) problem: &'static str,
}

/// A text ready for scanning.
pub(super) struct Input<'a> {
    /// UTF-8 up to the fault; a leading byte-order mark is included.
    pub(super) text: Cow<'a, [u8]>,
    /// Where scanning begins.
    pub(super) start: usize,
    /// The first character that the library refuses.
    pub(super) fault: Option<Fault>,
    /// For texts that are not UTF-8: the offset in the original of every byte of `text`, and one more for the end.
    pub(super) origins: Option<Vec<u32>>,
    /// Whether block borders matter: there is a fault or a second byte-order mark.
    pub(super) blocks_matter: bool,
}

impl<'a> Input<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        match bytes {
            [0xFF, 0xFE, ..] => Self::from_utf16(bytes, u16::from_le_bytes),
            [0xFE, 0xFF, ..] => Self::from_utf16(bytes, u16::from_be_bytes),
            _ => Self::from_utf8(Cow::Borrowed(bytes)),
        }
    }

    pub(super) fn from_utf8(text: Cow<'a, [u8]>) -> Self {
        let start = if text.starts_with(UTF8_BOM) { UTF8_BOM.len() } else { 0 };
        if std::str::from_utf8(&text).is_ok() && !is_suspicious(&text[start..]) {
            return Self { text, start, fault: None, origins: None, blocks_matter: false };
        }
        let fault = find_fault(&text);
        let blocks_matter = fault.is_some() || contains_bom(&text[start..]);
        Self { text, start, fault, origins: None, blocks_matter }
    }

    fn from_utf16(bytes: &'a [u8], read: fn([u8; 2]) -> u16) -> Self {
        let mut text = Vec::with_capacity(bytes.len());
        let mut origins = Vec::with_capacity(bytes.len());
        let mut problem = None;
        let mut offset = 2;
        let unit = |offset: usize| Some(read([*bytes.get(offset)?, *bytes.get(offset + 1)?]));
        while offset < bytes.len() && problem.is_none() {
            let (character, width) = match unit(offset) {
                None => (Err("incomplete UTF-16 character"), 2),
                Some(low) if low & 0xFC00 == 0xDC00 => (Err("unexpected low surrogate area"), 2),
                Some(high) if high & 0xFC00 == 0xD800 => match unit(offset + 2) {
                    None => (Err("incomplete UTF-16 surrogate pair"), 4),
                    Some(low) if low & 0xFC00 != 0xDC00 => (Err("expected low surrogate area"), 4),
                    Some(low) => {
                        let value = 0x1_0000 + ((u32::from(high) & 0x3FF) << 10) + (u32::from(low) & 0x3FF);
                        (char::from_u32(value).ok_or("invalid Unicode character"), 4)
                    }
                },
                Some(value) => (char::from_u32(u32::from(value)).ok_or("invalid Unicode character"), 2),
            };
            match character {
                Ok(character) => {
                    let mut buffer = [0; 4];
                    let encoded = character.encode_utf8(&mut buffer).as_bytes();
                    text.extend_from_slice(encoded);
                    origins.extend(encoded.iter().map(|_| u32::try_from(offset).unwrap_or(u32::MAX)));
                }
                Err(words) => {
                    problem = Some(Fault { at: text.len(), cut_off: words.starts_with("incomplete"), problem: words });
                    text.push(b'?');
                    origins.push(u32::try_from(offset).unwrap_or(u32::MAX));
                }
            }
            offset += width;
        }
        origins.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let fault = match (find_fault(&text), problem) {
            (Some(first), Some(second)) => Some(if first.at < second.at { first } else { second }),
            (first, second) => first.or(second),
        };
        let blocks_matter = fault.is_some() || contains_bom(&text);
        Self { text: Cow::Owned(text), start: 0, fault, origins: Some(origins), blocks_matter }
    }

    /// The end of the characters that are decoded once the block behind `decoded` has been read.
    pub(super) fn next_block(&self, decoded: usize) -> Result<usize, Fault> {
        let end = if decoded <= self.start { BLOCK } else { decoded + BLOCK };
        let mut end = end.min(self.text.len());
        while end < self.text.len() && self.text[end] & 0xC0 == 0x80 && end > decoded + 1 {
            end -= 1;
        }
        match self.fault {
            Some(fault) if fault.at < end => {
                if fault.cut_off && decoded < fault.at {
                    Ok(fault.at)
                } else {
                    Err(fault)
                }
            }
            _ => Ok(end),
        }
    }
}

/// Whether a text has bytes that need a closer look: controls, and the leads of characters that may be forbidden or a mark.
/// Most texts have none, and this is the cheapest way to know.
fn is_suspicious(text: &[u8]) -> bool {
    text.chunks(64).any(|chunk| {
        chunk.iter().fold(false, |found, byte| {
            let control = *byte < b' ' && *byte != b'\n' && *byte != b'\t' && *byte != b'\r';
            found | control | (*byte == 0x7F) | (*byte == 0xC2) | (*byte == 0xEF)
        })
    })
}

fn contains_bom(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(position) = rest.iter().position(|byte| *byte == 0xEF) {
        rest = &rest[position..];
        if rest.starts_with(UTF8_BOM) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}

fn find_fault(text: &[u8]) -> Option<Fault> {
    let (valid, invalid_at) = match std::str::from_utf8(text) {
        Ok(text) => (text, None),
        Err(error) => {
            (std::str::from_utf8(&text[..error.valid_up_to()]).unwrap_or_default(), Some(error.valid_up_to()))
        }
    };
    let control = valid.bytes().enumerate().find_map(|(at, byte)| {
        let bad = match byte {
            b'\t' | b'\n' | b'\r' => false,
            0..0x20 | 0x7F => true,
            // C1 controls except NEL, and the two noncharacters at the end of the basic plane.
            0xC2 => matches!(valid.as_bytes().get(at + 1), Some(next) if *next < 0xA0 && *next != 0x85),
            0xEF => matches!(valid.as_bytes().get(at + 1..at + 3), Some([0xBF, 0xBE | 0xBF])),
            _ => false,
        };
        bad.then_some(at)
    });
    if let Some(at) = control {
        return Some(Fault { at, cut_off: false, problem: "control characters are not allowed" });
    }
    invalid_at.map(|at| explain_invalid(text, at))
}

fn explain_invalid(text: &[u8], at: usize) -> Fault {
    let lead = text[at];
    let (width, bits) = match lead {
        0xC0..=0xDF => (2, lead & 0x1F),
        0xE0..=0xEF => (3, lead & 0x0F),
        0xF0..=0xF7 => (4, lead & 0x07),
        _ => return Fault { at, cut_off: false, problem: "invalid leading UTF-8 octet" },
    };
    let Some(trail) = text.get(at + 1..at + width) else {
        return Fault { at, cut_off: true, problem: "incomplete UTF-8 octet sequence" };
    };
    if trail.iter().any(|byte| byte & 0xC0 != 0x80) {
        return Fault { at, cut_off: false, problem: "invalid trailing UTF-8 octet" };
    }
    let value = trail.iter().fold(u32::from(bits), |value, byte| value << 6 | u32::from(byte & 0x3F));
    let least = [0, 0, 0x80, 0x800, 0x1_0000][width];
    let problem = if value < least { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" };
    Fault { at, cut_off: false, problem }
}
