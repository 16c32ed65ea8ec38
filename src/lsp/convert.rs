//! Between offsets in bytes and positions of the protocol, between paths and URIs, and of diagnostics.
//!
//! In: texts, offsets, positions in the encoding that the client and the server agreed on. Out: the other one. Positions outside of a text are moved to its
//! nearest place, never refused.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use tower_lsp_server::ls_types::{self as lsp, Position, PositionEncodingKind, Range, Uri};

use crate::diagnostic::Severity;
use crate::source::Span;

/// In what columns are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, the protocol's default.
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of what a client offers.
    #[must_use]
    pub fn negotiate(offered: Option<&[PositionEncodingKind]>) -> Self {
        let offers = |kind: &PositionEncodingKind| offered.is_some_and(|offered| offered.contains(kind));
        if offers(&PositionEncodingKind::UTF8) {
            Self::Utf8
        } else if offers(&PositionEncodingKind::UTF32) {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// Its name in the protocol.
    #[must_use]
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    /// Units of a text that may hold bytes that are no UTF-8: those count one each.
    fn units(self, text: &[u8]) -> usize {
        let of_str = |text: &str| match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.chars().map(char::len_utf16).sum(),
            Self::Utf32 => text.chars().count(),
        };
        if text.is_ascii() {
            return text.len();
        }
        text.utf8_chunks().map(|chunk| of_str(chunk.valid()) + chunk.invalid().len()).sum()
    }

    /// Offset of the unit with that number in a line; behind the line, its length.
    fn offset(self, line: &[u8], units: usize) -> usize {
        if line.is_ascii() || self == Self::Utf8 {
            let mut offset = units.min(line.len());
            while offset < line.len() && line[offset] & 0xC0 == 0x80 {
                offset -= 1;
            }
            return offset;
        }
        let (mut seen, mut offset) = (0, 0);
        for chunk in line.utf8_chunks() {
            for character in chunk.valid().chars() {
                let width = if self == Self::Utf16 { character.len_utf16() } else { 1 };
                if seen + width > units {
                    return offset;
                }
                seen += width;
                offset += character.len_utf8();
            }
            for _ in chunk.invalid() {
                if seen + 1 > units {
                    return offset;
                }
                seen += 1;
                offset += 1;
            }
        }
        offset
    }
}

/// The lines of one text as the protocol counts them: ended by a line feed, a carriage return, or both.
#[derive(Clone, Debug)]
pub struct Lines {
    /// Offset of each line's first byte, and of its end without the line break.
    lines: Vec<(u32, u32)>,
}

impl Lines {
    /// Scans a text.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut lines = Vec::new();
        let mut start = 0;
        for at in memchr::memchr2_iter(b'\n', b'\r', text) {
            // The second half of a line break.
            if at < start {
                continue;
            }
            let span = Span::new(start, at);
            lines.push((span.start, span.end));
            start = at + if text[at..].starts_with(b"\r\n") { 2 } else { 1 };
        }
        let span = Span::new(start, text.len());
        lines.push((span.start, span.end));
        Self { lines }
    }

    /// The position of an offset.
    #[must_use]
    pub fn position(&self, text: &[u8], offset: usize, encoding: Encoding) -> Position {
        let offset = u32::try_from(offset.min(text.len())).unwrap_or(u32::MAX);
        let line = self.lines.partition_point(|(start, _)| *start <= offset).saturating_sub(1);
        let (start, end) = self.lines[line];
        let column = encoding.units(&text[start as usize..offset.min(end) as usize]);
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character: u32::try_from(column).unwrap_or(u32::MAX) }
    }

    /// The offset of a position.
    #[must_use]
    pub fn offset(&self, text: &[u8], position: Position, encoding: Encoding) -> usize {
        let Some((start, end)) = self.lines.get(position.line as usize) else { return text.len() };
        *start as usize + encoding.offset(&text[*start as usize..*end as usize], position.character as usize)
    }

    /// The range of a span.
    #[must_use]
    pub fn range(&self, text: &[u8], span: Span, encoding: Encoding) -> Range {
        Range {
            start: self.position(text, span.start as usize, encoding),
            end: self.position(text, span.end as usize, encoding),
        }
    }
}

/// The path of a `file:` URI, cleaned; `None` for other schemes.
#[must_use]
pub fn path_of(uri: &Uri) -> Option<PathBuf> {
    if !uri.scheme().as_str().eq_ignore_ascii_case("file") {
        return None;
    }
    let path = uri.to_file_path()?;
    Some(PathBuf::from(crate::vfs::go_clean(&path.to_string_lossy())))
}

/// The URI of an absolute path.
#[must_use]
pub fn uri_of(path: &Path) -> Option<Uri> {
    Uri::from_file_path(path).or_else(|| Uri::from_str(&format!("file://{}", path.to_string_lossy())).ok())
}

/// A severity.
#[must_use]
pub fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Info => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint => lsp::DiagnosticSeverity::HINT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_in_each_encoding() {
        let text = "aй𐍈b\r\nc\rd".as_bytes();
        let lines = Lines::new(text);
        let behind = "aй𐍈".len();
        for (encoding, column) in [(Encoding::Utf8, 7), (Encoding::Utf16, 4), (Encoding::Utf32, 3)] {
            assert_eq!(lines.position(text, behind, encoding), at(0, column), "{encoding:?}");
            assert_eq!(lines.offset(text, at(0, column), encoding), behind, "{encoding:?}");
        }
        assert_eq!(lines.position(text, text.len(), Encoding::Utf16), at(2, 1));
        assert_eq!(lines.offset(text, at(1, 9), Encoding::Utf16), text.len() - 2);
        assert_eq!(lines.offset(text, at(9, 0), Encoding::Utf16), text.len());
    }

    #[test]
    fn a_position_inside_of_a_character_is_its_beginning() {
        let text = "a𐍈b".as_bytes();
        let lines = Lines::new(text);
        assert_eq!(lines.offset(text, at(0, 2), Encoding::Utf16), 1);
        assert_eq!(lines.offset(text, at(0, 3), Encoding::Utf8), 1);
    }

    #[test]
    fn bytes_that_are_no_text_count_one_each() {
        let text = b"a\xff\xfeb";
        let lines = Lines::new(text);
        assert_eq!(lines.position(text, 3, Encoding::Utf16), at(0, 3));
        assert_eq!(lines.offset(text, at(0, 3), Encoding::Utf16), 3);
    }
}
