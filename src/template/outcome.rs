//! What a rendering yields: plain data that can leave the thread.

use super::text::{CallId, FrameId, Origin, Segment};
use super::trace::{CallSite, Frame, FrameKind, Trace};
use crate::diagnostic::RuleId;
use crate::source::{Location, Span};

/// The kind of a template error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A source cannot be parsed: werf renders nothing.
    Parse,
    /// The execution stopped.
    Exec,
    /// `include`/`tpl` call each other without end: the real program dies of its stack.
    Crash,
    /// A budget is used up: werfkit gives up, werf perhaps not.
    Budget,
}

/// An error of a rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Its kind.
    pub kind: ErrorKind,
    /// The rule of the innermost cause, when that has one of its own (`env-not-allowed`, `files-get-missing`, …).
    pub rule: Option<RuleId>,
    /// Name of the innermost template source, for example `werfConfig` or `common/ruby.tmpl`.
    pub template: String,
    /// Go's line in it, from 1.
    pub line: u32,
    /// Go's column, in bytes from 0; `None` for parse errors.
    pub column: Option<u32>,
    /// Go's text: of the first error with the whole chain of nested templates, of later ones from the innermost template on.
    pub text: Vec<u8>,
    /// The text of the innermost cause alone, without places.
    pub cause: Vec<u8>,
    /// The bytes to look at, in the innermost template; `None` in computed text without a place.
    pub location: Option<Location>,
    /// The activation in which it happened: gives the chain of calls.
    pub frame: FrameId,
}

/// The rendered text with the origin of every byte.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The bytes.
    pub text: Vec<u8>,
    /// Their origins, in order, without gaps.
    pub segments: Vec<Segment>,
    /// All activations; the first is the main template's.
    pub frames: Vec<Frame>,
    /// All calls that made bytes.
    pub calls: Vec<CallSite>,
}

/// A link of the chain of calls that led to a byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLink {
    /// The activation or turn.
    pub kind: FrameKind,
    /// The action that made it.
    pub place: Option<Location>,
}

impl Rendered {
    /// The segment of a byte, and where it begins.
    #[must_use]
    pub fn segment_at(&self, offset: usize) -> Option<(usize, Segment)> {
        let index = self.segments.partition_point(|segment| segment.end as usize <= offset);
        let segment = *self.segments.get(index)?;
        let start = if index == 0 { 0 } else { self.segments[index - 1].end as usize };
        Some((start, segment))
    }

    /// The place in a file for a range of the rendered text: the copied bytes where they are one piece; else the range's first copied
    /// bytes; else the call that made them.
    #[must_use]
    pub fn locate(&self, span: Span) -> Option<Location> {
        let (start, end) = (span.start as usize, span.end as usize);
        let mut offset = start;
        let mut found: Option<Location> = None;
        let mut made: Option<CallId> = None;
        while let Some((begin, segment)) = self.segment_at(offset) {
            let stop = (segment.end as usize).min(end.max(offset));
            match segment.origin {
                Origin::File { file, offset: at } => {
                    let from = at as usize + (offset - begin);
                    let piece = Span::new(from, from + (stop - offset));
                    match &mut found {
                        None => found = Some(Location { file, span: piece }),
                        Some(location) if location.file == file && location.span.end == piece.start => {
                            location.span.end = piece.end;
                        }
                        Some(_) => {}
                    }
                }
                Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call) => {
                    made = made.or(Some(call));
                }
                Origin::Data => {}
            }
            offset = segment.end as usize;
            if offset >= end {
                break;
            }
        }
        found.or_else(|| self.calls.get(made?.0 as usize)?.place)
    }

    /// Whether a byte of the range stands for something unknown.
    #[must_use]
    pub fn is_unknown(&self, span: Span) -> bool {
        let first = self.segments.partition_point(|segment| segment.end <= span.start);
        let mut begin = if first == 0 { 0 } else { self.segments[first - 1].end };
        for segment in &self.segments[first..] {
            if begin >= span.end.max(span.start + 1) {
                break;
            }
            if matches!(segment.origin, Origin::Unknown(_)) {
                return true;
            }
            begin = segment.end;
        }
        false
    }

    /// The chain of calls to an activation, innermost first, without the main template.
    #[must_use]
    pub fn chain(&self, frame: FrameId) -> Vec<ChainLink> {
        let mut chain = Vec::new();
        let mut id = frame;
        while id != FrameId::MAIN
            && let Some(frame) = self.frames.get(id.0 as usize)
        {
            chain.push(ChainLink { kind: frame.kind.clone(), place: frame.place });
            id = frame.parent;
        }
        chain
    }
}

/// Everything about one rendering.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text: werf's own when `errors` is empty, else what is left of it, with unknown parts.
    pub rendered: Rendered,
    /// All errors in the order in which they came up; werf stops at the first.
    pub errors: Vec<TemplateError>,
    /// What happened besides.
    pub trace: Trace,
}
