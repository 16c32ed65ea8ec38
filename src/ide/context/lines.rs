//! The lines around a cursor, up to the ends of its document: rendered ones where the cursor's line was rendered, else the file's own.
//!
//! In: a place in a file. Out: lines as rows, the nearest first. Never: lines that are nothing but actions.

use super::rows::{MASK, Row};
use crate::ide::templates::{Action, actions};
use crate::ide::{Analysis, At, Role};
use crate::source::{FileId, Location, Span, line_begin, line_end};

/// Lines of a file above the cursor that are tried for a place in the rendered text.
const TRIES: usize = 400;

/// The cursor in its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// Bytes of the line before it.
    pub column: usize,
    /// What columns of the file's line are to be moved by, so that they fit the lines around.
    pub shift: isize,
}

/// The lines around a cursor.
pub(super) struct Lines<'a> {
    /// The cursor's line with its actions masked.
    pub own: Vec<u8>,
    /// The line as it is.
    pub own_raw: &'a [u8],
    /// Its offset in the file.
    pub start: usize,
    /// Offset of the line in the rendered text.
    pub rendered_line: Option<usize>,
    cursor: Cursor,
    above: Vec<Line<'a>>,
    below: Vec<Line<'a>>,
    is_anchored: bool,
    in_definition: bool,
}

/// A line and what its columns are to be moved by.
struct Line<'a> {
    text: std::borrow::Cow<'a, [u8]>,
    shift: isize,
}

impl<'a> Lines<'a> {
    /// Collects them; `None` when the cursor is in an action.
    pub fn around(at: &At<'a>) -> Option<Self> {
        let own = Own::new(at);
        let offset = at.offset.min(own.text.len());
        if own.actions.iter().any(|action| holds(action, offset)) {
            return None;
        }
        let line = own.line(offset);
        let masked = own.masked(line);
        let column = offset - line.start as usize;
        let mut lines = Self {
            own: masked.into_owned(),
            own_raw: own.text.get(line.range())?,
            start: line.start as usize,
            rendered_line: None,
            cursor: Cursor { column, shift: 0 },
            above: Vec::new(),
            below: Vec::new(),
            is_anchored: false,
            in_definition: false,
        };
        let is_template = matches!(at.role(), Role::Template | Role::Data);
        if own.actions.is_empty() && !is_template {
            lines.take_own(&own, line);
            return Some(lines);
        }
        lines.take_rendered(at.analysis, &own, line, offset);
        Some(lines)
    }

    pub fn cursor(&self) -> Cursor {
        self.cursor
    }

    /// Whether the lines above lead to the beginning of the document.
    pub fn is_anchored(&self) -> bool {
        self.is_anchored
    }

    /// Whether they begin with the definition of a template that was not run.
    pub fn in_definition(&self) -> bool {
        self.in_definition
    }

    /// Rows above the cursor, the nearest first, blank ones left out.
    pub fn above(&self) -> impl Iterator<Item = Row> {
        self.above.iter().map(|line| Row::new(&line.text, line.shift)).filter(|row| !row.is_blank)
    }

    /// Rows below the cursor.
    pub fn below(&self) -> impl Iterator<Item = Row> {
        self.below.iter().map(|line| Row::new(&line.text, line.shift)).filter(|row| !row.is_blank)
    }

    fn take_own(&mut self, own: &Own<'a>, line: Span) {
        let mut above = line;
        while let Some(next) = own.before(above) {
            above = next;
            if own.ends_document(next) {
                self.in_definition = !is_separator(own.text.get(next.range()).unwrap_or_default());
                break;
            }
            if !own.is_code(next) {
                self.above.push(Line { text: own.masked(next), shift: 0 });
            }
        }
        self.take_own_below(own, line, 0);
    }

    fn take_own_below(&mut self, own: &Own<'a>, line: Span, shift: isize) {
        let mut below = line;
        while let Some(next) = own.after(below).filter(|next| !own.ends_document(*next)) {
            below = next;
            if !own.is_code(next) {
                self.below.push(Line { text: own.masked(next), shift });
            }
        }
    }

    fn take_rendered(&mut self, analysis: &'a Analysis, own: &Own<'a>, line: Span, offset: usize) {
        let text: &'a [u8] = &analysis.snapshot().text;
        let mut tried = line;
        let mut between: Vec<Span> = Vec::new();
        for _ in 0..TRIES {
            let is_cursor = tried == line;
            if let Some((point, shift)) = own.anchor(analysis, tried, is_cursor.then_some(offset)) {
                let begin = line_begin(text, point);
                self.cursor.shift = shift;
                self.rendered_line = Some(begin);
                self.is_anchored = true;
                self.above.extend(between.iter().map(|line| Line { text: own.masked(*line), shift }));
                let end = if is_cursor { point } else { line_end(text, point) };
                self.above.push(Line { text: text.get(begin..end).unwrap_or_default().into(), shift: 0 });
                self.take_rendered_above(text, begin);
                if is_cursor {
                    self.take_rendered_below(text, line_end(text, point));
                } else {
                    self.take_own_below(own, line, shift);
                }
                return;
            }
            let Some(next) = own.before(tried).filter(|next| !own.ends_document(*next)) else { break };
            tried = next;
            if !own.is_code(next) {
                between.push(next);
            }
        }
        self.take_own(own, line);
    }

    fn take_rendered_above(&mut self, text: &'a [u8], mut begin: usize) {
        while begin > 0 {
            let start = line_begin(text, begin - 1);
            let line = &text[start..begin - 1];
            if is_separator(line) {
                return;
            }
            self.above.push(Line { text: line.into(), shift: 0 });
            begin = start;
        }
    }

    fn take_rendered_below(&mut self, text: &'a [u8], mut end: usize) {
        while end < text.len() {
            let next = line_end(text, end + 1);
            let line = text.get(end + 1..next).unwrap_or_default();
            if is_separator(line) {
                return;
            }
            self.below.push(Line { text: line.into(), shift: 0 });
            end = next;
        }
    }
}

fn is_separator(line: &[u8]) -> bool {
    line.strip_prefix(b"---").is_some_and(|rest| rest.first().is_none_or(u8::is_ascii_whitespace))
}

fn holds(action: &Action, offset: usize) -> bool {
    let end = if action.is_closed { action.span.end as usize - 1 } else { action.span.end as usize };
    (action.span.start as usize) < offset && offset <= end
}

/// The file with the cursor.
struct Own<'a> {
    file: FileId,
    text: &'a [u8],
    actions: Vec<Action>,
}

impl<'a> Own<'a> {
    fn new(at: &At<'a>) -> Self {
        let text = at.text();
        let is_template = matches!(at.role(), Role::Config | Role::Template | Role::Data);
        Self { file: at.file, text, actions: if is_template { actions(text) } else { Vec::new() } }
    }

    /// The line around an offset without its line break.
    fn line(&self, offset: usize) -> Span {
        Span::new(line_begin(self.text, offset), line_end(self.text, offset))
    }

    fn before(&self, line: Span) -> Option<Span> {
        (line.start > 0).then(|| self.line(line.start as usize - 1))
    }

    fn after(&self, line: Span) -> Option<Span> {
        ((line.end as usize) < self.text.len()).then(|| self.line(line.end as usize + 1))
    }

    fn actions_in(&self, line: Span) -> &[Action] {
        let first = self.actions.partition_point(|action| action.span.end <= line.start);
        let rest = &self.actions[first..];
        &rest[..rest.partition_point(|action| action.span.start < line.end)]
    }

    fn masked(&self, line: Span) -> std::borrow::Cow<'a, [u8]> {
        let text = self.text.get(line.range()).unwrap_or_default();
        let inside = self.actions_in(line);
        if inside.is_empty() {
            return text.into();
        }
        let mut masked = text.to_vec();
        for action in inside {
            let from = action.span.start.max(line.start) - line.start;
            let to = action.span.end.min(line.end) - line.start;
            masked[from as usize..to as usize].fill(MASK);
        }
        masked.into()
    }

    /// Whether a line is nothing but actions.
    fn is_code(&self, line: Span) -> bool {
        !self.actions_in(line).is_empty()
            && self.masked(line).iter().all(|byte| *byte == MASK || byte.is_ascii_whitespace())
    }

    /// Whether a document ends at a line: a separator, or the beginning of another definition.
    fn ends_document(&self, line: Span) -> bool {
        let text = self.text.get(line.range()).unwrap_or_default();
        is_separator(text)
            || self.actions_in(line).iter().any(|action| {
                let inner = self.text.get(action.inner.range()).unwrap_or_default().trim_ascii_start();
                inner.starts_with(b"define ")
            })
    }

    /// The point of the rendered text that is the beginning of a line, and what columns move by on the way; of a blank line with the cursor, the
    /// cursor's own point.
    fn anchor(&self, analysis: &Analysis, line: Span, cursor: Option<usize>) -> Option<(usize, isize)> {
        let masked = self.masked(line);
        let first = masked.iter().position(|byte| *byte != b' ' && *byte != b'\r' && *byte != MASK);
        let column = match (first, cursor) {
            (Some(column), _) if masked[..column].contains(&MASK) && cursor.is_none() => return None,
            (Some(column), _) => column,
            (None, Some(cursor)) if !masked.contains(&MASK) => cursor - line.start as usize,
            _ => return None,
        };
        let byte = Location {
            file: self.file,
            span: Span::new(line.start as usize + column, line.start as usize + column + 1),
        };
        let point = analysis.reverse().rendered(byte).first()?.start as usize;
        let text: &[u8] = &analysis.snapshot().text;
        let begin = line_begin(text, point);
        if first.is_none() && !text.get(begin..point)?.iter().all(|byte| *byte == b' ') {
            return None;
        }
        let shift = isize::try_from(point - begin).ok()? - isize::try_from(column).ok()?;
        Some((point, shift))
    }
}
