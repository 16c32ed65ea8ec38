//! Byte offsets to lines and columns and back. Only a line feed ends a line, as in werf's own counting.

/// A position: both numbers count from 0; the column's unit is that of the method that made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct LineColumn {
    /// Line, from 0.
    pub line: u32,
    /// Column, from 0.
    pub column: u32,
}

/// Where the lines of one text begin.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    /// Reads the line starts of `text`.
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        for (offset, byte) in text.iter().enumerate() {
            if *byte == b'\n' {
                starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        Self { starts, length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    /// The line of an offset, from 0; offsets behind the end belong to the last line.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX).min(self.length);
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// Offset of the first byte of a line; behind the last line, the text's length.
    #[must_use]
    pub fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.length) as usize
    }

    /// Number of lines; a text that ends in a line feed has an empty last one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// Line and column in characters. Bytes that are not UTF-8 count one each.
    #[must_use]
    pub fn position(&self, text: &[u8], offset: usize) -> LineColumn {
        let offset = offset.min(text.len());
        let line = self.line(offset);
        let column = text[self.line_start(line)..offset].iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        LineColumn { line: u32::try_from(line).unwrap_or(u32::MAX), column: u32::try_from(column).unwrap_or(u32::MAX) }
    }
}

/// Offset of the first byte of the line in which an offset lies.
#[must_use]
pub fn line_begin(text: &[u8], offset: usize) -> usize {
    text[..offset.min(text.len())].iter().rposition(|byte| *byte == b'\n').map_or(0, |feed| feed + 1)
}

/// Offset of the line feed that ends the line in which an offset lies; of a last line without one, the text's length.
#[must_use]
pub fn line_end(text: &[u8], offset: usize) -> usize {
    let offset = offset.min(text.len());
    text[offset..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |feed| offset + feed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_two_ends() {
        let text = b"ab\ncd";
        assert_eq!((line_begin(text, 1), line_end(text, 1)), (0, 2));
        assert_eq!((line_begin(text, 2), line_end(text, 2)), (0, 2));
        assert_eq!((line_begin(text, 3), line_end(text, 3)), (3, 5));
        assert_eq!((line_begin(text, 9), line_end(text, 9)), (3, 5));
    }

    #[test]
    fn offsets_become_lines_and_character_columns() {
        let text = "ab\nпривет x\n".as_bytes();
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 1), LineColumn { line: 0, column: 1 });
        assert_eq!(index.position(text, 3 + 13), LineColumn { line: 1, column: 7 });
        assert_eq!(index.position(text, text.len()), LineColumn { line: 2, column: 0 });
        assert_eq!(index.line_start(1), 3);
        assert_eq!(index.line_count(), 3);
    }
}
