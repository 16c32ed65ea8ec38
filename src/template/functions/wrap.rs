//! Line wrapping and abbreviation as Masterminds/goutils does them: by bytes, breaking at single spaces.
//!
//! In: bytes and widths. Out: ranges to copy. Never: Unicode widths.

/// The ranges of `text` that become lines of at most `width` bytes. Words longer than that are broken if `break_words`, else they stick out.
pub(super) fn lines(text: &[u8], width: i64, break_words: bool) -> Vec<(usize, usize)> {
    if text.is_empty() {
        return Vec::new();
    }
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut ranges = Vec::new();
    let mut at = 0;
    while text.len() - at > width {
        if text[at] == b' ' {
            at += 1;
            continue;
        }
        let window = &text[at..=at + width];
        if let Some(space) = window.iter().rposition(|b| *b == b' ') {
            ranges.push((at, at + space));
            at += space + 1;
        } else if break_words {
            ranges.push((at, at + width));
            at += width;
        } else if let Some(space) = text[at + width..].iter().position(|b| *b == b' ') {
            ranges.push((at, at + width + space));
            at += width + space + 1;
        } else {
            ranges.push((at, text.len()));
            // Nothing is left, and no line break follows.
            return ranges;
        }
    }
    ranges.push((at, text.len()));
    ranges
}

/// What an abbreviated text keeps.
pub(super) struct Abbreviation {
    /// Whether `...` stands in front.
    pub before: bool,
    /// First byte kept.
    pub start: usize,
    /// End of the bytes kept.
    pub end: usize,
    /// Whether `...` stands behind.
    pub after: bool,
}

/// Abbreviates a text of `length` bytes to `width`, beginning near `offset`; `None` is an error, which sprig turns into nothing.
pub(super) fn abbreviate(length: usize, offset: i64, width: i64) -> Option<Abbreviation> {
    let whole = Abbreviation { before: false, start: 0, end: length, after: false };
    if length == 0 {
        return Some(whole);
    }
    let width = usize::try_from(width).ok().filter(|width| *width >= 4)?;
    if length <= width {
        return Some(whole);
    }
    let offset = usize::try_from(offset).unwrap_or(0).min(length).min(length - (width - 3));
    if offset <= 4 {
        return Some(Abbreviation { before: false, start: 0, end: width - 3, after: true });
    }
    if width < 7 {
        return None;
    }
    if offset + width - 3 < length {
        // The rest is abbreviated again with what the first mark has left.
        let inner = abbreviate(length - offset, 0, i64::try_from(width - 3).ok()?);
        let inner = inner.unwrap_or(Abbreviation { before: false, start: 0, end: 0, after: false });
        return Some(Abbreviation {
            before: true,
            start: offset + inner.start,
            end: offset + inner.end,
            after: inner.after,
        });
    }
    Some(Abbreviation { before: true, start: length - (width - 3), end: length, after: false })
}
