//! From places in files to places in the rendered text: the inverse of provenance.
//!
//! In: the segments of one rendering. Out: for bytes of a file, all ranges of the rendered text that are copies of them. Never: computed bytes.

use crate::analysis::Provenance;
use crate::source::{FileId, Location, Span};
use crate::template::text::Origin;

/// One copied run.
#[derive(Clone, Copy, Debug)]
struct Copied {
    file: FileId,
    /// Offset of its first byte in the file.
    start: u32,
    /// Offset of its first byte in the rendered text.
    rendered: u32,
    length: u32,
}

/// The copied runs of a rendered text by file and offset.
#[derive(Clone, Debug, Default)]
pub struct Reverse {
    runs: Vec<Copied>,
    /// Longest run, for the search backwards.
    longest: u32,
}

/// Copies looked at for one place: a line in a loop may be copied thousands of times.
const COPIES: usize = 1_000;

impl Reverse {
    /// Sorts the runs of a rendering.
    #[must_use]
    pub fn new(provenance: &Provenance) -> Self {
        let mut runs = Vec::new();
        let mut begin = 0;
        for segment in &provenance.segments {
            if let Origin::File { file, offset } = segment.origin {
                runs.push(Copied { file, start: offset, rendered: begin, length: segment.end - begin });
            }
            begin = segment.end;
        }
        runs.sort_by_key(|run| (run.file, run.start, run.rendered));
        let longest = runs.iter().map(|run| run.length).max().unwrap_or(0);
        Self { runs, longest }
    }

    /// Ranges of the rendered text that are copies of the bytes of `location`, cut to the runs, in the order of the rendered text. For an empty
    /// location: the points at which such copies touch it.
    #[must_use]
    pub fn rendered(&self, location: Location) -> Vec<Span> {
        let Span { start, end } = location.span;
        let lowest = start.saturating_sub(self.longest);
        let first = self.runs.partition_point(|run| (run.file, run.start) < (location.file, lowest));
        let near = self.runs[first..].iter().take_while(|run| run.file == location.file && run.start <= end);
        let mut found: Vec<Span> = near
            .filter(|run| start == end || run.start < end)
            .filter_map(|run| {
                let from = start.max(run.start);
                let to = end.min(run.start + run.length);
                let touches = if start == end { from <= to } else { from < to };
                let moved = |offset: u32| run.rendered + (offset - run.start);
                touches.then(|| Span { start: moved(from), end: moved(to) })
            })
            .take(COPIES)
            .collect();
        found.sort();
        found
    }

    /// The first point of the rendered text that is a copy of that byte of a file.
    #[must_use]
    pub fn point(&self, file: FileId, offset: usize) -> Option<usize> {
        let span = Span::new(offset, offset);
        // A run that begins at the offset says more than one that ends there.
        let byte = Location { file, span: Span { start: span.start, end: span.start.saturating_add(1) } };
        let found = self.rendered(byte);
        let first = found.first().or(self.rendered(Location { file, span }).first()).copied();
        first.map(|span| span.start as usize)
    }
}
