//! From places in the rendered text to places in files.
//!
//! In: the segments, frames and calls of one rendering. Out: the bytes a person would change, and the chain of calls through which
//! the text came. Never: the meaning of the text.

use super::text::{CallId, FrameId, Origin, Segment};
use super::trace::{CallSite, Frame, FrameKind};
use crate::source::{Location, Span};

/// Calls named per place: more would be a wall of text.
const CHAIN: usize = 8;

/// Where every byte of a rendered text came from.
#[derive(Clone, Debug, Default)]
pub struct Provenance {
    /// Runs of one origin, in order.
    pub segments: Vec<Segment>,
    /// Activations of templates and turns of loops.
    pub frames: Vec<Frame>,
    /// Calls that made bytes.
    pub calls: Vec<CallSite>,
}

/// A place in a file with the way the text took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origins {
    /// The bytes in the file.
    pub location: Location,
    /// Whether these bytes are the rendered ones, letter by letter: only then may a fix change them.
    pub exact: bool,
    /// The activation the text came through last.
    pub frame: FrameId,
}

impl Provenance {
    fn index_at(&self, offset: u32) -> Option<usize> {
        let index = self.segments.partition_point(|segment| segment.end <= offset);
        (index < self.segments.len()).then_some(index)
    }

    fn begin(&self, index: usize) -> u32 {
        if index == 0 { 0 } else { self.segments[index - 1].end }
    }

    /// Where the bytes `from..to` of one segment are written; `to > from`.
    fn part(&self, index: usize, from: u32, to: u32) -> Option<(Location, bool)> {
        let segment = self.segments[index];
        match segment.origin {
            Origin::File { file, offset } => {
                let start = offset + (from - self.begin(index));
                Some((Location { file, span: Span { start, end: start + (to - from) } }, true))
            }
            Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call) => {
                Some((self.call_place(call)?, false))
            }
            Origin::Data => Some((self.frame_place(segment.frame)?, false)),
        }
    }

    /// Where a call stands, or the nearest place around it.
    #[must_use]
    pub fn call_place(&self, call: CallId) -> Option<Location> {
        let site = self.calls.get(call.0 as usize)?;
        site.place.or_else(|| self.frame_place(site.frame))
    }

    /// The nearest place on the way from an activation outwards.
    #[must_use]
    pub fn frame_place(&self, frame: FrameId) -> Option<Location> {
        self.way(frame).find_map(|frame| frame.place)
    }

    /// An activation and those around it, from the inside; the main one is left out.
    fn way(&self, frame: FrameId) -> impl Iterator<Item = &Frame> {
        let mut current = frame;
        std::iter::from_fn(move || {
            let frame = self.frames.get(current.0 as usize)?;
            if current == FrameId::MAIN || frame.parent >= current {
                return None;
            }
            current = frame.parent;
            Some(frame)
        })
    }

    /// The file bytes behind a range of the rendered text. An empty range stands for the byte behind it, or the one before it at the end of the text.
    #[must_use]
    pub fn locate(&self, span: Span) -> Option<Origins> {
        let total = self.segments.last()?.end;
        if span.is_empty() {
            return self.locate_point(span.start, total);
        }
        let start = span.start.min(total - 1);
        let end = span.end.clamp(start + 1, total);
        let first = self.index_at(start)?;
        let last = self.index_at(end - 1)?;
        if first == last {
            let (location, exact) = self.part(first, start, end)?;
            return Some(Origins { location, exact, frame: self.segments[first].frame });
        }
        self.locate_over(start, end, first, last)
    }

    fn locate_point(&self, offset: u32, total: u32) -> Option<Origins> {
        let behind = offset >= total;
        let byte = if behind { total - 1 } else { offset };
        let index = self.index_at(byte)?;
        let (mut location, exact) = self.part(index, byte, byte + 1)?;
        if exact {
            let point = if behind { location.span.end } else { location.span.start };
            location.span = Span { start: point, end: point };
        }
        Some(Origins { location, exact, frame: self.segments[index].frame })
    }

    /// A range over several segments: one piece of a file from the first to the last where they follow each other there, else the first that is copied from a file.
    fn locate_over(&self, start: u32, end: u32, first: usize, last: usize) -> Option<Origins> {
        let frame = self.segments[first].frame;
        let (head, head_exact) = self.part(first, start, self.segments[first].end)?;
        let (tail, tail_exact) = self.part(last, self.begin(last), end)?;
        let mut exact = head_exact && tail_exact;
        let mut expected = head.span.end;
        for index in first + 1..last {
            let Some((part, copied)) = self.part(index, self.begin(index), self.segments[index].end) else {
                exact = false;
                continue;
            };
            exact &= copied && part.file == head.file && part.span.start == expected;
            expected = part.span.end;
        }
        exact &= tail.file == head.file && tail.span.start == expected;
        if tail.file == head.file && head.span.start <= tail.span.start && head.span.end <= tail.span.end {
            return Some(Origins {
                location: Location { file: head.file, span: head.span.cover(tail.span) },
                exact,
                frame,
            });
        }
        let copied = (first..=last).find_map(|index| {
            let from = self.begin(index).max(start);
            let to = self.segments[index].end.min(end);
            let (location, copied) = self.part(index, from, to)?;
            copied.then_some((location, self.segments[index].frame))
        });
        let (location, frame) = copied.unwrap_or((head, frame));
        Some(Origins { location, exact: false, frame })
    }

    /// The way a text took, as places with words, at most eight of them from the inside: "included from here", "in iteration `images/foo`".
    #[must_use]
    pub fn chain(&self, frame: FrameId) -> Vec<(String, Location)> {
        let mut chain = Vec::new();
        for frame in self.way(frame) {
            if chain.len() == CHAIN {
                break;
            }
            let Some(place) = frame.place else { continue };
            let words = match &frame.kind {
                FrameKind::Main | FrameKind::Guess => continue,
                FrameKind::Template(name) | FrameKind::Include(name) => format!("`{name}` is included here"),
                FrameKind::Tpl(_) => "rendered by `tpl` here".to_owned(),
                FrameKind::Iteration(turn) => format!("in iteration `{turn}`"),
            };
            chain.push((words, place));
        }
        chain
    }

    /// The segments that touch a range, with the offset of each one's first byte.
    fn touching(&self, span: Span) -> impl Iterator<Item = &Segment> {
        let first = self.segments.partition_point(|segment| segment.end <= span.start);
        let mut begin = if first == 0 { 0 } else { self.segments[first - 1].end };
        self.segments[first..].iter().take_while(move |segment| {
            let touches = begin < span.end;
            begin = segment.end;
            touches
        })
    }

    /// Whether a byte of the range stands for a value that is not known.
    #[must_use]
    pub fn is_unknown(&self, span: Span) -> bool {
        self.touching(span).any(|segment| matches!(segment.origin, Origin::Unknown(_)))
    }

    /// Whether a byte of the range is there only because a condition failed, so that nobody knows whether it would be.
    #[must_use]
    pub fn is_guess(&self, span: Span) -> bool {
        self.touching(span).any(|segment| self.way(segment.frame).any(|frame| frame.kind == FrameKind::Guess))
    }

    /// For each line of the text, from the first: where its first byte came from.
    #[must_use]
    pub fn line_origins(&self, text: &[u8]) -> Vec<Option<Location>> {
        let mut origins = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive(|byte| *byte == b'\n') {
            let span = Span::new(start, start + line.len());
            origins.push(self.locate(Span { start: span.start, end: span.start + 1 }).map(|origins| origins.location));
            start += line.len();
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn location(file: u32, start: u32, end: u32) -> Location {
        Location { file: FileId(file), span: Span { start, end } }
    }

    fn provenance() -> Provenance {
        let main = FrameId::MAIN;
        let file = |file, offset| Origin::File { file: FileId(file), offset };
        Provenance {
            // `from: ` of file 0, `node` of file 1, `-` by call 0, `x` of file 0.
            segments: vec![
                Segment { end: 6, origin: file(0, 0), frame: main },
                Segment { end: 10, origin: file(1, 40), frame: FrameId(1) },
                Segment { end: 11, origin: Origin::Padding(CallId(0)), frame: main },
                Segment { end: 12, origin: file(0, 30), frame: main },
            ],
            frames: vec![
                Frame { parent: main, kind: FrameKind::Main, place: None },
                Frame { parent: main, kind: FrameKind::Include("base".to_owned()), place: Some(location(0, 9, 20)) },
            ],
            calls: vec![CallSite { name: "printf", frame: main, place: Some(location(0, 21, 28)) }],
        }
    }

    #[test]
    fn a_range_in_one_segment_is_exact() {
        let found = provenance().locate(Span::new(6, 10)).expect("it has a place");
        assert_eq!(found, Origins { location: location(1, 40, 44), exact: true, frame: FrameId(1) });
        assert_eq!(provenance().chain(found.frame), [("`base` is included here".to_owned(), location(0, 9, 20))]);
    }

    #[test]
    fn a_computed_byte_points_at_its_call() {
        let found = provenance().locate(Span::new(10, 11)).expect("it has a place");
        assert_eq!((found.location, found.exact), (location(0, 21, 28), false));
    }

    #[test]
    fn a_range_over_several_segments_covers_them_where_they_stand_in_one_file() {
        let found = provenance().locate(Span::new(0, 12)).expect("it has a place");
        assert_eq!((found.location, found.exact), (location(0, 0, 31), false));
        let found = provenance().locate(Span::new(6, 12)).expect("it has a place");
        assert_eq!((found.location, found.exact), (location(1, 40, 44), false));
    }

    #[test]
    fn an_empty_range_is_a_point() {
        assert_eq!(provenance().locate(Span::new(0, 0)).map(|found| found.location), Some(location(0, 0, 0)));
        assert_eq!(provenance().locate(Span::new(12, 12)).map(|found| found.location), Some(location(0, 31, 31)));
    }
}
