//! Sprig's functions that change letters and words: case, white space, initials, wrapping and abbreviating.

use super::args::{int, text};
use super::{Class, EVERY, Function, NEWEST, OLDEST, row, unicode, wrap, xstrings};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::text::{Text, TextBuilder};
use crate::template::value::{IntKind, Type, Value};

const STR: Type = Type::String;
const INT: Type = Type::Int(IntKind::Int);
const MIDDLE: &[Dialect] = &[Dialect::V1_2, Dialect::V2];

pub(super) static FUNCTIONS: &[Function] = &[
    row("upper", &[STR], STR, Class::Case, upper),
    row("lower", &[STR], STR, Class::Case, lower),
    row("title", &[STR], STR, Class::Case, title),
    row("untitle", &[STR], STR, Class::Case, untitle),
    row("swapcase", &[STR], STR, Class::Case, swapcase),
    row("nospace", &[STR], STR, Class::Cut, nospace),
    row("initials", &[STR], STR, Class::Cut, initials),
    row("camelcase", &[STR], STR, Class::Case, camelcase_old).only(OLDEST),
    row("camelcase", &[STR], STR, Class::Case, camelcase).only(MIDDLE),
    row("camelcase", &[STR], STR, Class::Case, pascalcase).only(NEWEST),
    row("snakecase", &[STR], STR, Class::Case, snakecase).only(EVERY),
    row("kebabcase", &[STR], STR, Class::Case, kebabcase),
    row("wrap", &[INT, STR], STR, Class::Join, wrap_words),
    row("wrapWith", &[INT, STR, STR], STR, Class::Join, wrap_with),
    row("abbrev", &[INT, STR], STR, Class::Join, abbrev),
    row("abbrevboth", &[INT, INT, STR], STR, Class::Join, abbrevboth),
];

/// The text with each character mapped; runs that stay keep their places.
fn map_characters(call: &mut Call<'_, '_>, source: &Text, mut map: impl FnMut(char) -> char) -> Value {
    let mut builder = call.builder();
    let (mut at, mut kept) = (0, 0);
    for (c, length) in unicode::runes(source.as_bytes()) {
        let mapped = map(c);
        // An invalid byte becomes the replacement character even where the mapping leaves it alone.
        if mapped != c || (c == '\u{FFFD}' && length == 1) {
            builder.push(&source.slice(kept..at));
            derive_char(call, &mut builder, mapped);
            kept = at + length;
        }
        at += length;
    }
    if kept == 0 {
        return Value::Str(source.clone());
    }
    builder.push(&source.slice(kept..at));
    Value::Str(builder.build())
}

fn derive_char(call: &mut Call<'_, '_>, builder: &mut TextBuilder, c: char) {
    call.derive(builder, c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn upper(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(map_characters(call, &text(args, 0), unicode::to_upper))
}

fn lower(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(map_characters(call, &text(args, 0), unicode::to_lower))
}

fn is_separator(c: char) -> bool {
    if c.is_ascii() {
        return !(c.is_ascii_alphanumeric() || c == '_');
    }
    !unicode::is_letter_or_digit(c) && unicode::is_space(c)
}

fn title(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut previous = ' ';
    Ok(map_characters(call, &text(args, 0), |c| {
        let first = is_separator(previous);
        previous = c;
        if first { unicode::to_title(c) } else { c }
    }))
}

fn untitle(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut first = true;
    Ok(map_characters(call, &text(args, 0), |c| {
        if unicode::is_space(c) {
            first = true;
            return c;
        }
        if std::mem::take(&mut first) { unicode::to_lower(c) } else { c }
    }))
}

fn swapcase(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut after_space = true;
    Ok(map_characters(call, &text(args, 0), |c| {
        if unicode::is_upper(c) || unicode::is_title(c) {
            after_space = false;
            unicode::to_lower(c)
        } else if unicode::is_lower(c) {
            if std::mem::take(&mut after_space) { unicode::to_title(c) } else { unicode::to_upper(c) }
        } else {
            after_space = unicode::is_space(c);
            c
        }
    }))
}

/// Copies the bytes that `keep` wants. The library takes each byte for a character, so that a byte beyond ASCII comes out as two.
fn keep_bytes(call: &mut Call<'_, '_>, source: &Text, mut keep: impl FnMut(char) -> bool) -> Value {
    let mut builder = call.builder();
    for (at, byte) in source.as_bytes().iter().enumerate() {
        if keep(char::from(*byte)) {
            if byte.is_ascii() {
                builder.push(&source.slice(at..at + 1));
            } else {
                derive_char(call, &mut builder, char::from(*byte));
            }
        }
    }
    Value::Str(builder.build())
}

fn nospace(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    if !source.as_bytes().iter().any(|byte| unicode::is_space(char::from(*byte))) {
        return Ok(Value::Str(source));
    }
    Ok(keep_bytes(call, &source, |c| !unicode::is_space(c)))
}

fn initials(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut gap = true;
    Ok(keep_bytes(call, &text(args, 0), |c| {
        if unicode::is_space(c) {
            gap = true;
            return false;
        }
        std::mem::take(&mut gap)
    }))
}

/// The derived text, or the argument itself where nothing changed.
fn changed(call: &mut Call<'_, '_>, source: Text, result: Vec<u8>) -> Value {
    if source.as_bytes() == result { Value::Str(source) } else { rewritten(call, &source, result) }
}

/// A text whose characters are not followed one by one: of the arguments' origins only "unknown" is kept.
fn rewritten(call: &mut Call<'_, '_>, source: &Text, result: Vec<u8>) -> Value {
    if source.has_unknown() {
        return super::random::unknown_text(call, &result);
    }
    call.derived_value(result)
}

fn camelcase_old(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let result = xstrings::camel(source.as_bytes(), xstrings::Camel::LowerRest);
    Ok(changed(call, source, result))
}

fn camelcase(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let result = xstrings::camel(source.as_bytes(), xstrings::Camel::KeepRest);
    Ok(changed(call, source, result))
}

fn pascalcase(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let result = xstrings::camel(source.as_bytes(), xstrings::Camel::LowerCapitals);
    Ok(changed(call, source, result))
}

fn snakecase(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let result = xstrings::separate(source.as_bytes(), '_', call.dialect() == Dialect::V1_1);
    Ok(changed(call, source, result))
}

fn kebabcase(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let result = xstrings::separate(source.as_bytes(), '-', call.dialect() == Dialect::V1_1);
    Ok(changed(call, source, result))
}

/// Builds a text from copied ranges with a separator after all but the last.
fn lines(
    call: &mut Call<'_, '_>,
    source: &Text,
    ranges: &[(usize, usize)],
    separator: &Text,
) -> Result<Value, Failure> {
    call.charge(source.len().saturating_add(ranges.len().saturating_mul(separator.len())))?;
    let mut builder = call.builder();
    for (index, &(start, end)) in ranges.iter().enumerate() {
        if index > 0 {
            builder.push(separator);
        }
        builder.push(&source.slice(start..end));
    }
    Ok(Value::Str(builder.build()))
}

fn wrap_words(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 1);
    let ranges = wrap::lines(source.as_bytes(), int(args, 0), false);
    let newline = line_break(call);
    lines(call, &source, &ranges, &newline)
}

fn line_break(call: &mut Call<'_, '_>) -> Text {
    let mut builder = call.builder();
    call.pad(&mut builder, b"\n");
    builder.build()
}

fn wrap_with(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (separator, source) = (text(args, 1), text(args, 2));
    let ranges = wrap::lines(source.as_bytes(), int(args, 0), true);
    let separator = if separator.is_empty() { line_break(call) } else { separator };
    lines(call, &source, &ranges, &separator)
}

fn abbreviated(call: &mut Call<'_, '_>, source: &Text, parts: Option<wrap::Abbreviation>) -> Value {
    let Some(parts) = parts else { return Value::Str(Text::empty()) };
    let mut builder = call.builder();
    if parts.before {
        call.pad(&mut builder, b"...");
    }
    builder.push(&source.slice(parts.start..parts.end));
    if parts.after {
        call.pad(&mut builder, b"...");
    }
    Value::Str(builder.build())
}

fn abbrev(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (width, source) = (int(args, 0), text(args, 1));
    if width < 4 {
        return Ok(Value::Str(source));
    }
    Ok(abbreviated(call, &source, wrap::abbreviate(source.len(), 0, width)))
}

fn abbrevboth(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (left, right, source) = (int(args, 0), int(args, 1), text(args, 2));
    if right < 4 || (left > 0 && right < 7) {
        return Ok(Value::Str(source));
    }
    Ok(abbreviated(call, &source, wrap::abbreviate(source.len(), left, right)))
}
