//! Lines and columns of diagnostics, and paths as the user would type them.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use crate::analysis::Snapshot;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, LineIndex, Location, SourceMap};

/// A position as people count: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub line: usize,
    pub column: usize,
}

/// Positions in the files of one project. Line tables are made once per file; the column of an offset is counted on from
/// the last one asked for in the same line, so that a file that is one long line costs one pass.
pub(super) struct Places<'a> {
    sources: &'a SourceMap,
    files: HashMap<FileId, FileLines>,
}

struct FileLines {
    index: LineIndex,
    /// Line, offset and column (from 0) of the last answer.
    last: (usize, usize, usize),
}

impl<'a> Places<'a> {
    pub(super) fn new(sources: &'a SourceMap) -> Self {
        Self { sources, files: HashMap::new() }
    }

    fn file(&mut self, file: FileId) -> &mut FileLines {
        let text = &self.sources.get(file).text;
        self.files.entry(file).or_insert_with(|| FileLines { index: LineIndex::new(text), last: (0, 0, 0) })
    }

    /// The position of an offset in a file.
    pub(super) fn position(&mut self, file: FileId, offset: usize) -> Position {
        let text = self.sources.get(file).text.clone();
        let lines = self.file(file);
        let offset = offset.min(text.len());
        let line = lines.index.line(offset);
        let (from, counted) = match lines.last {
            (last_line, last_offset, column) if last_line == line && last_offset <= offset => (last_offset, column),
            _ => (lines.index.line_start(line), 0),
        };
        let column = counted + text[from..offset].iter().filter(|byte| (**byte & 0xC0) != 0x80).count();
        lines.last = (line, offset, column);
        Position { line: line + 1, column: column + 1 }
    }

    /// Column of an offset in bytes, from 1.
    pub(super) fn byte_column(&mut self, file: FileId, offset: usize) -> usize {
        let offset = offset.min(self.sources.get(file).text.len());
        let index = &self.file(file).index;
        offset - index.line_start(index.line(offset)) + 1
    }

    /// The line of an offset without blanks around it.
    pub(super) fn line_text(&mut self, location: Location) -> &'a [u8] {
        let line = self.line(location);
        let bounds = self.line_bounds(location.file, line);
        self.sources.get(location.file).text.get(bounds).unwrap_or_default().trim_ascii()
    }

    /// Bounds of a line, from 0, without its line feed.
    pub(super) fn line_bounds(&mut self, file: FileId, line: usize) -> std::ops::Range<usize> {
        let length = self.sources.get(file).text.len();
        let index = &self.file(file).index;
        let start = index.line_start(line);
        let end = if line + 1 < index.line_count() { index.line_start(line + 1).saturating_sub(1) } else { length };
        start..end.max(start)
    }

    /// The line of an offset, from 0.
    pub(super) fn line(&mut self, location: Location) -> usize {
        self.file(location.file).index.line(location.span.start as usize)
    }

    /// Number of lines of a file.
    pub(super) fn line_count(&mut self, file: FileId) -> usize {
        self.file(file).index.line_count()
    }
}

/// The file to show for a diagnostic: its own; for one about the project as a whole the config file, or where that would be.
pub(super) fn subject_path(snapshot: &Snapshot, diagnostic: &Diagnostic) -> String {
    let path = match diagnostic.location {
        Some(location) => snapshot.sources.get(location.file).path.as_str(),
        None => snapshot.config.as_deref().unwrap_or("werf.yaml"),
    };
    display_path(&snapshot.root, path)
}

/// A file of a project as the user would type it: `root` joined with the path, without `.` and needless `..`.
pub(super) fn display_path(root: &str, path: &str) -> String {
    let mut clean = PathBuf::new();
    for component in Path::new(root).join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(clean.components().next_back(), Some(Component::Normal(_))) => {
                clean.pop();
            }
            other => clean.push(other),
        }
    }
    if clean.as_os_str().is_empty() {
        return ".".to_owned();
    }
    clean.to_string_lossy().replace('\\', "/")
}
