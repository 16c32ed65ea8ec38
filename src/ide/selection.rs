//! Ranges to select from the cursor outwards: word, operand, pipeline, action, line, entry, mapping, block, document, file.
//!
//! In: a place. Out: ranges that hold each other. Never: a parse that broken text could stop.

use super::folding::{blocks, documents, template_blocks};
use super::templates::action_at;
use super::tokens::tokens;
use super::{At, Role};
use crate::source::{Span, line_begin, line_end};

/// The ranges around an offset, innermost first; each holds the one before it. The last one is the whole file.
#[must_use]
pub fn selection(at: &At<'_>) -> Vec<Span> {
    let text = at.text();
    let offset = at.offset.min(text.len());
    let mut found = vec![Span::new(0, text.len())];
    let mut add = |span: Span| {
        if span.touches(offset) && !span.is_empty() {
            found.push(span);
        }
    };
    if matches!(at.role(), Role::Config | Role::Template | Role::Data) {
        if let Some(action) = action_at(text, offset) {
            for token in tokens(text, &action) {
                add(token.span);
                token.literal(text).into_iter().for_each(|(_, span)| add(span));
            }
            add(trimmed(text, action.inner));
            add(action.span);
        }
        if let Some(template) = at.analysis.template(at.file) {
            let nodes = template.nodes_at(offset).into_iter();
            nodes.for_each(|id| add(trimmed(text, template.source.node(id).span)));
        }
        for block in template_blocks(text) {
            add(block.body());
            add(block.whole());
        }
    }
    line_parts(text, offset).into_iter().for_each(&mut add);
    blocks(text).into_iter().for_each(|fold| add(fold.span));
    documents(text).into_iter().for_each(|fold| add(fold.span));
    nested(found)
}

/// Of ranges, those that hold each other, from the smallest.
fn nested(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.len(), span.start));
    spans.dedup();
    let mut chain: Vec<Span> = Vec::new();
    for span in spans {
        let holds = |inner: &Span| span.start <= inner.start && inner.end <= span.end;
        if chain.last().is_none_or(holds) {
            chain.push(span);
        }
    }
    chain
}

/// The value of the entry that an offset's line holds, where the offset touches it; else the word there.
pub(super) fn scalar_at(text: &[u8], offset: usize) -> Span {
    let offset = offset.min(text.len());
    let mut parts = line_parts(text, offset);
    // The line, the word, then entries with their key and value.
    let word = parts.swap_remove(1);
    let values =
        parts.into_iter().filter(|span| span.touches(offset) && span.start <= word.start && word.end <= span.end);
    values.min_by_key(|span| span.len()).unwrap_or(word)
}

/// The word, the key or the value, the entry and the line around an offset.
fn line_parts(text: &[u8], offset: usize) -> Vec<Span> {
    let start = line_begin(text, offset);
    let end = line_end(text, offset);
    let line = trimmed(text, Span::new(start, end));
    let mut found = vec![line];
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || *byte >= 0x80;
    let left = text[start..offset].iter().rev().take_while(|byte| is_word(byte)).count();
    let right = text[offset..end].iter().take_while(|byte| is_word(byte)).count();
    found.push(Span::new(offset - left, offset + right));
    let mut entry = line;
    while text[entry.range()].starts_with(b"- ") {
        entry = trimmed(text, Span { start: entry.start + 2, end: entry.end });
        found.push(entry);
    }
    let content = &text[entry.range()];
    let colon = content.windows(2).position(|pair| pair == b": ").or(content.strip_suffix(b":").map(<[u8]>::len));
    if let Some(colon) = colon {
        let middle = entry.start as usize + colon;
        found.push(trimmed(text, Span::new(entry.start as usize, middle)));
        let value = trimmed(text, Span::new(middle + 1, entry.end as usize));
        found.push(value);
        if let [quote @ (b'"' | b'\''), .., last] = &text[value.range()]
            && quote == last
        {
            found.push(Span { start: value.start + 1, end: value.end - 1 });
        }
    }
    found
}

fn trimmed(text: &[u8], span: Span) -> Span {
    let bytes = &text[span.range()];
    let start = span.start as usize + (bytes.len() - bytes.trim_ascii_start().len());
    let length = bytes.trim_ascii().len();
    Span::new(start, start + length)
}
