//! Go strings with provenance: bytes plus, for every byte, where it came from.
//!
//! In: bytes of files, bytes made by calls. Out: cheap clones, slices and concatenations that keep the origin of every
//! byte. A [`Text`] is shared (`Rc`) and immutable. Never: interpretation of the bytes; Go strings need not be UTF-8.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::num::NonZeroU32;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::source::{FileId, Location, Span};

/// One activation of a template (main, `include`, `tpl`, `template`) or one turn of a `range`: an index into the frames of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FrameId(pub u32);

impl FrameId {
    /// The activation of the main template, and of everything made before it runs.
    pub const MAIN: Self = Self(0);
}

/// One call of a function that made bytes: an index into the calls of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// Where a run of bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Copied byte for byte from a file, beginning at `offset`.
    File {
        /// The file.
        file: FileId,
        /// Offset of the run's first byte in it.
        offset: u32,
    },
    /// Computed by a call from its arguments (a checksum, a number, an escape sequence).
    Derived(CallId),
    /// Put in by a call around the bytes of its arguments (indentation, quotes, a separator).
    Padding(CallId),
    /// Stands for a value that is not known (an unset variable, randomness, the clock, the result of a failed call).
    Unknown(CallId),
    /// Made outside of all templates (values that come with the data).
    Data,
}

impl Origin {
    fn advanced(self, by: u32) -> Self {
        match self {
            Self::File { file, offset } => Self::File { file, offset: offset + by },
            other => other,
        }
    }
}

/// A run of bytes of one origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Offset after the last byte; the first byte is where the segment before ends.
    pub end: u32,
    /// Where the bytes came from.
    pub origin: Origin,
    /// The activation through which they came last.
    pub frame: FrameId,
}

#[derive(Debug)]
enum Bytes {
    Owned(Vec<u8>),
    Shared(Arc<[u8]>),
}

impl Bytes {
    fn get(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }
}

#[derive(Debug)]
struct Buffer {
    bytes: Bytes,
    segments: Vec<Segment>,
}

/// A Go string: immutable bytes with their origins. Comparison and hashing look at the bytes only.
#[derive(Clone, Default)]
pub struct Text {
    buffer: Option<Rc<Buffer>>,
    start: u32,
    end: End,
}

/// An offset plus one: never zero, so that a text that may be missing needs no more room than a text.
#[derive(Clone, Copy, PartialEq, Eq)]
struct End(NonZeroU32);

impl End {
    fn new(offset: u32) -> Self {
        Self(NonZeroU32::MIN.saturating_add(offset))
    }

    fn get(self) -> u32 {
        self.0.get() - 1
    }
}

impl Default for End {
    fn default() -> Self {
        Self::new(0)
    }
}

impl Text {
    /// The empty string.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Bytes of one origin.
    #[must_use]
    pub fn new(bytes: impl Into<Vec<u8>>, origin: Origin, frame: FrameId) -> Self {
        Self::from_bytes(Bytes::Owned(bytes.into()), origin, frame)
    }

    /// A text that came with the data.
    #[must_use]
    pub fn data(bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(bytes, Origin::Data, FrameId::MAIN)
    }

    /// The whole content of a file, without a copy.
    #[must_use]
    pub fn file(file: FileId, bytes: Arc<[u8]>, frame: FrameId) -> Self {
        Self::from_bytes(Bytes::Shared(bytes), Origin::File { file, offset: 0 }, frame)
    }

    fn from_bytes(bytes: Bytes, origin: Origin, frame: FrameId) -> Self {
        let Ok(end) = u32::try_from(bytes.get().len()) else { return Self::empty() };
        if end == 0 {
            return Self::empty();
        }
        let buffer = Buffer { bytes, segments: vec![Segment { end, origin, frame }] };
        Self { buffer: Some(Rc::new(buffer)), start: 0, end: End::new(end) }
    }

    /// Number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        (self.end.get() - self.start) as usize
    }

    /// Whether there is no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.start == self.end.get()
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match &self.buffer {
            Some(buffer) => &buffer.bytes.get()[self.start as usize..self.end.get() as usize],
            None => &[],
        }
    }

    /// The bytes as UTF-8, bytes that are not replaced by U+FFFD.
    #[must_use]
    pub fn to_lossy(&self) -> std::borrow::Cow<'_, str> {
        // Nearly always it is UTF-8, which is seen faster than looked for piece by piece.
        match std::str::from_utf8(self.as_bytes()) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(self.as_bytes()),
        }
    }

    /// A part of the text; bounds beyond the end are cut.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let length = self.len();
        let from = range.start.min(length);
        let to = range.end.clamp(from, length);
        if from == to {
            return Self::empty();
        }
        // Both fit: they are at most `length`, which is a difference of two u32.
        let start = self.start + from as u32;
        Self { buffer: self.buffer.clone(), start, end: End::new(start + (to - from) as u32) }
    }

    /// The segments, cut to this text; `end` counts from the start of this text.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + '_ {
        let segments: &[Segment] = self.buffer.as_ref().map_or(&[], |buffer| &buffer.segments);
        let first = segments.partition_point(|segment| segment.end <= self.start);
        let mut begin = if first == 0 { 0 } else { segments[first - 1].end };
        let mut done = self.is_empty();
        segments[first..].iter().map_while(move |segment| {
            if done {
                return None;
            }
            let cut = self.start.saturating_sub(begin);
            begin = segment.end;
            done = segment.end >= self.end.get();
            Some(Segment {
                end: segment.end.min(self.end.get()) - self.start,
                origin: segment.origin.advanced(cut),
                frame: segment.frame,
            })
        })
    }

    /// Whether a byte of it stands for something that is not known.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.segments().any(|segment| matches!(segment.origin, Origin::Unknown(_)))
    }

    /// Origin and frame of the byte at `offset`.
    #[must_use]
    pub fn origin_at(&self, offset: usize) -> Option<(Origin, FrameId)> {
        if offset >= self.len() {
            return None;
        }
        let segments = &self.buffer.as_ref()?.segments;
        let at = self.start + offset as u32;
        let index = segments.partition_point(|segment| segment.end <= at);
        let begin = if index == 0 { 0 } else { segments[index - 1].end };
        let segment = segments.get(index)?;
        Some((segment.origin.advanced(at - begin), segment.frame))
    }

    /// Origin of the first byte, and frame, of a text that is not empty and all of which has one origin.
    fn single_origin(&self) -> Option<(Origin, FrameId)> {
        let [segment] = self.buffer.as_ref()?.segments.as_slice() else { return None };
        (!self.is_empty()).then(|| (segment.origin.advanced(self.start), segment.frame))
    }

    /// The bytes of one file from which all of it was copied in one piece.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        if let Some((origin, _)) = self.single_origin() {
            let Origin::File { file, offset } = origin else { return None };
            return Some(Location { file, span: Span { start: offset, end: offset + self.len() as u32 } });
        }
        let (Origin::File { file, offset }, _) = self.origin_at(0)? else { return None };
        let mut expected = offset;
        let mut begin = 0;
        for segment in self.segments() {
            match segment.origin {
                Origin::File { file: same, offset } if same == file && offset == expected => {
                    expected += segment.end - begin;
                    begin = segment.end;
                }
                _ => return None,
            }
        }
        Some(Location { file, span: Span { start: offset, end: expected } })
    }

    /// As [`Self::location`], of a part.
    #[must_use]
    pub fn location_of(&self, range: Range<usize>) -> Option<Location> {
        match self.single_origin() {
            Some((Origin::File { file, offset }, _)) if range.start < range.end && range.end <= self.len() => {
                let start = offset + range.start as u32;
                Some(Location { file, span: Span { start, end: start + range.len() as u32 } })
            }
            _ => self.slice(range).location(),
        }
    }

    /// Whether two texts are the same part of the same buffer: then everything about them is equal.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let buffers = match (&self.buffer, &other.buffer) {
            (Some(left), Some(right)) => Rc::ptr_eq(left, right),
            (None, None) => true,
            _ => false,
        };
        buffers && self.start == other.start && self.end == other.end
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (self.as_bytes(), other.as_bytes());
        // Keys of maps mostly differ in their first byte.
        match (left.first(), right.first()) {
            (Some(first), Some(other)) if first != other => first.cmp(other),
            _ => left.cmp(right),
        }
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_lossy(), f)
    }
}

/// Puts a [`Text`] together piece by piece. Texts inside of it can be put together at its end and taken off again, so that their
/// bytes move once.
#[derive(Debug, Default)]
pub struct TextBuilder {
    bytes: Vec<u8>,
    segments: Vec<Segment>,
    begin: Begin,
}

/// Where the text that is put together begins in its builder.
#[derive(Clone, Copy, Debug, Default)]
pub struct Begin {
    byte: usize,
    segment: usize,
}

impl TextBuilder {
    /// An empty builder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len() - self.begin.byte
    }

    /// Whether there is no byte yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[self.begin.byte..]
    }

    /// Begins an inner text; what is returned has to be given to [`Self::take_inner`].
    #[must_use]
    pub fn begin_inner(&mut self) -> Begin {
        let inner = Begin { byte: self.bytes.len(), segment: self.segments.len() };
        std::mem::replace(&mut self.begin, inner)
    }

    /// Takes off the inner text and goes on with the outer one.
    #[must_use]
    pub fn take_inner(&mut self, outer: Begin) -> Text {
        let inner = std::mem::replace(&mut self.begin, outer);
        let bytes = self.bytes[inner.byte..].to_vec();
        let base = inner.byte as u32;
        let segments = self.segments[inner.segment..].iter();
        let segments = segments.map(|segment| Segment { end: segment.end - base, ..*segment }).collect();
        self.bytes.truncate(inner.byte);
        self.segments.truncate(inner.segment);
        Self { bytes, segments, begin: Begin::default() }.build()
    }

    /// Appends a text with its origins.
    pub fn push(&mut self, text: &Text) {
        let base = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text.as_bytes());
        for segment in text.segments() {
            self.append(Segment { end: base + segment.end, ..segment });
        }
    }

    /// As [`Self::push_through`], for a part of a text.
    pub fn push_part(&mut self, text: &Text, range: Range<usize>, frame: FrameId) {
        match (text.single_origin(), text.as_bytes().get(range.clone())) {
            (Some((origin, through)), Some(bytes)) => {
                self.push_bytes(bytes, origin.advanced(range.start as u32), through.max(frame));
            }
            _ => self.push_through(&text.slice(range), frame),
        }
    }

    /// Appends a text; its bytes that came through an activation older than `frame` are from now on said to come through `frame`.
    pub fn push_through(&mut self, text: &Text, frame: FrameId) {
        let base = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text.as_bytes());
        if let Some((origin, through)) = text.single_origin() {
            self.append(Segment { end: self.bytes.len() as u32, origin, frame: through.max(frame) });
            return;
        }
        for segment in text.segments() {
            self.append(Segment { end: base + segment.end, origin: segment.origin, frame: segment.frame.max(frame) });
        }
    }

    /// As [`Self::push_through`]; bytes that came with the data of the template come from `place` instead.
    pub fn push_data(&mut self, text: &Text, place: Origin, frame: FrameId) {
        let base = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text.as_bytes());
        for segment in text.segments() {
            let origin = if segment.origin == Origin::Data { place } else { segment.origin };
            self.append(Segment { end: base + segment.end, origin, frame: segment.frame.max(frame) });
        }
    }

    /// Appends bytes of one origin.
    pub fn push_bytes(&mut self, bytes: &[u8], origin: Origin, frame: FrameId) {
        if bytes.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        self.append(Segment { end: self.bytes.len() as u32, origin, frame });
    }

    fn append(&mut self, segment: Segment) {
        let count = self.segments.len();
        let begin = if count < 2 { 0 } else { self.segments[count - 2].end };
        if count > self.begin.segment
            && let Some(last) = self.segments.last_mut()
            && last.frame == segment.frame
            && last.origin.advanced(last.end - begin) == segment.origin
        {
            last.end = segment.end;
            return;
        }
        self.segments.push(segment);
    }

    /// The finished text.
    #[must_use]
    pub fn build(self) -> Text {
        let Ok(end) = u32::try_from(self.bytes.len()) else { return Text::empty() };
        if end == 0 {
            return Text::empty();
        }
        let buffer = Buffer { bytes: Bytes::Owned(self.bytes), segments: self.segments };
        Text { buffer: Some(Rc::new(buffer)), start: 0, end: End::new(end) }
    }

    /// The bytes and segments as plain data.
    #[must_use]
    pub fn into_parts(self) -> (Vec<u8>, Vec<Segment>) {
        (self.bytes, self.segments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &str) -> Text {
        Text::file(FileId(3), Arc::from(bytes.as_bytes()), FrameId::MAIN)
    }

    #[test]
    fn inner_texts_are_taken_off_with_their_places() {
        let source = file("hello world");
        let mut builder = TextBuilder::new();
        builder.push(&source.slice(0..5));
        let outer = builder.begin_inner();
        assert!(builder.is_empty());
        builder.push(&source.slice(5..8));
        let middle = builder.begin_inner();
        builder.push(&source.slice(8..11));
        let innermost = builder.take_inner(middle);
        assert_eq!((builder.as_bytes(), innermost.as_bytes()), (&b" wo"[..], &b"rld"[..]));
        builder.push(&innermost);
        let inner = builder.take_inner(outer);
        assert_eq!(inner.location().map(|place| place.span), Some(Span { start: 5, end: 11 }));
        builder.push(&inner);
        assert_eq!(builder.build().location().map(|place| place.span), Some(Span { start: 0, end: 11 }));
    }

    #[test]
    fn slices_and_concatenations_keep_the_place_of_every_byte() {
        let source = file("hello world");
        let mut builder = TextBuilder::new();
        builder.push(&source.slice(6..11));
        builder.push_bytes(b"--", Origin::Padding(CallId(1)), FrameId(2));
        builder.push(&source.slice(0..2));
        builder.push(&source.slice(2..5));
        let text = builder.build();
        assert_eq!(text.as_bytes(), b"world--hello");
        assert_eq!(text.origin_at(8), Some((Origin::File { file: FileId(3), offset: 1 }, FrameId::MAIN)));
        let part = text.slice(3..9);
        let segments: Vec<_> = part.segments().map(|segment| (segment.end, segment.origin)).collect();
        assert_eq!(
            segments,
            [
                (2, Origin::File { file: FileId(3), offset: 9 }),
                (4, Origin::Padding(CallId(1))),
                (6, Origin::File { file: FileId(3), offset: 0 }),
            ]
        );
        assert_eq!(text.slice(7..12).location().map(|place| place.span), Some(Span { start: 0, end: 5 }));
    }
}
