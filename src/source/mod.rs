//! Places in texts: byte spans, file ids, the table of files of one analysis, and the conversion to lines and columns.
//!
//! In: texts as bytes. Out: offsets and positions. Never: file access.

mod line_index;

pub use line_index::{LineColumn, LineIndex, line_begin, line_end};

use std::sync::Arc;

/// A half-open range of byte offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The range `start..end`; an inverted pair becomes empty at `start`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// The empty range at `offset`.
    #[must_use]
    pub fn empty(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the range holds no byte.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The range as indices into a byte slice.
    #[must_use]
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest range that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `offset` lies in the range or at its end.
    #[must_use]
    pub fn touches(self, offset: usize) -> bool {
        (self.start as usize) <= offset && offset <= self.end as usize
    }
}

/// A file of one analysis: an index into its [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A byte range of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A text and its name.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the project directory, with forward slashes; may begin with `../`.
    pub path: String,
    /// The bytes that were analysed.
    pub text: Arc<[u8]>,
}

/// The files that one analysis read, in order of reading.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a file, or finds it again when the same path was added with the same text.
    pub fn add(&mut self, path: &str, text: Arc<[u8]>) -> FileId {
        if let Some(known) = self.find(path)
            && self.get(known).text == text
        {
            return known;
        }
        self.files.push(SourceFile { path: path.to_owned(), text });
        FileId(u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX))
    }

    /// The file with that id.
    ///
    /// # Panics
    /// If the id comes from another map; ids are only made by [`SourceMap::add`].
    #[must_use]
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The id of the file added last under that path.
    #[must_use]
    pub fn find(&self, path: &str) -> Option<FileId> {
        let index = self.files.iter().rposition(|file| file.path == path)?;
        Some(FileId(u32::try_from(index).unwrap_or(u32::MAX)))
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(u32::try_from(index).unwrap_or(u32::MAX)), file))
    }
}
