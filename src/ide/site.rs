//! The value of a directive as it is written: the text or the actions between its key and the end of its line.
//!
//! In: a scalar of the rendered text. Out: the bytes of the file that make it, actions and quotes included. Never: the places that its letters come from; those
//! are provenance.

use crate::analysis::Snapshot;
use crate::source::{Location, Span};

/// The text of a scalar without anchor, tag and quotes.
#[must_use]
pub fn content(text: &[u8], span: Span) -> Span {
    let Some(bytes) = text.get(span.range()) else { return span };
    let mut from = 0;
    while matches!(bytes.get(from), Some(b'&' | b'!')) {
        from += bytes[from..].iter().position(u8::is_ascii_whitespace).unwrap_or(bytes.len() - from);
        from += bytes[from..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }
    let mut to = bytes.len();
    if let Some(quote @ (b'"' | b'\'')) = bytes.get(from)
        && to >= from + 2
        && bytes[to - 1] == *quote
    {
        from += 1;
        to -= 1;
    }
    let start = span.start as usize;
    Span::new(start + from, start + to)
}

/// The bytes of a file between what stands before a scalar and what stands behind it. `None` where what stands before it is computed.
#[must_use]
pub fn site(snapshot: &Snapshot, span: Span) -> Option<Location> {
    let copied = |start: u32| {
        let found = snapshot.provenance.locate(Span { start, end: start.saturating_add(1) })?;
        found.exact.then_some(found.location)
    };
    let begin = match span.start.checked_sub(1) {
        Some(before) => {
            let before = copied(before)?;
            Location { span: Span::empty(before.span.end as usize), ..before }
        }
        None => {
            let first = copied(0)?;
            Location { span: Span::empty(first.span.start as usize), ..first }
        }
    };
    let text = &snapshot.sources.get(begin.file).text;
    let start = begin.span.start as usize;
    let rest = text.get(start..)?;
    let line = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
    let has_lines = snapshot.text.get(span.range()).is_some_and(|value| value.contains(&b'\n'));
    let behind = ((span.end as usize) < snapshot.text.len()).then(|| copied(span.end)).flatten();
    let end = behind
        .filter(|behind| behind.file == begin.file)
        .map(|behind| behind.span.start as usize)
        .filter(|end| *end >= start && (has_lines || *end <= start + line))
        .unwrap_or(start + line);
    let bytes = text.get(start..end)?;
    let left = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let right = bytes[left..].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    Some(Location { span: Span::new(start + left, end - right), ..begin })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_tags_and_anchors_are_no_content() {
        let shown = |text: &'static str| &text[content(text.as_bytes(), Span::new(0, text.len())).range()];
        assert_eq!(shown("abc"), "abc");
        assert_eq!(shown("\"abc\""), "abc");
        assert_eq!(shown("&x !!str 'abc'"), "abc");
        assert_eq!(shown("\""), "\"");
        assert_eq!(shown("&x"), "");
        assert_eq!(shown(""), "");
    }
}
