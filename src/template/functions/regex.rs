//! Sprig's regular expression functions on [`re2`](super::re2).
//!
//! The functions without `must` panic where Go's `MustCompile` does; the text is Go's. `regexMatch` is false for a bad pattern.

use std::rc::Rc;

use super::args::{int, text};
use super::re2::{Piece, Regex, Syntax, is_meta};
use super::{Class, Function, row};
use crate::template::call::{Call, Failure};
use crate::template::text::Text;
use crate::template::value::{IntKind, List, Type, Value};

const STR: Type = Type::String;
const INT: Type = Type::Int(IntKind::Int);
const STRS: Type = Type::STRINGS;

pub(super) static FUNCTIONS: &[Function] = &[
    row("regexMatch", &[STR, STR], Type::Bool, Class::Test, matches),
    row("mustRegexMatch", &[STR, STR], Type::Bool, Class::Test, must_match),
    row("regexFind", &[STR, STR], STR, Class::Cut, find),
    row("mustRegexFind", &[STR, STR], STR, Class::Cut, must_find),
    row("regexFindAll", &[STR, STR, INT], STRS, Class::Cut, find_all),
    row("mustRegexFindAll", &[STR, STR, INT], STRS, Class::Cut, must_find_all),
    row("regexReplaceAll", &[STR, STR, STR], STR, Class::Join, replace),
    row("mustRegexReplaceAll", &[STR, STR, STR], STR, Class::Join, must_replace),
    row("regexReplaceAllLiteral", &[STR, STR, STR], STR, Class::Join, replace_literal),
    row("mustRegexReplaceAllLiteral", &[STR, STR, STR], STR, Class::Join, must_replace_literal),
    row("regexSplit", &[STR, STR, INT], STRS, Class::Cut, split),
    row("mustRegexSplit", &[STR, STR, INT], STRS, Class::Cut, must_split),
    row("regexQuoteMeta", &[STR], STR, Class::Join, quote_meta),
];

/// Compiles the first argument; `must` as the sprig function has it in its name: an error instead of Go's panic.
fn compile(call: &mut Call<'_, '_>, args: &[Value], must: bool) -> Result<Rc<Regex>, Failure> {
    let pattern = text(args, 0);
    call.charge(pattern.len())?;
    let syntax = Syntax::of(call.dialect());
    call.expression(pattern.as_bytes(), syntax).map_err(|error| {
        if must {
            return Failure::new(error);
        }
        let pattern = go_quote(pattern.as_bytes());
        Failure::new(format!("regexp: Compile({pattern}): {error}"))
    })
}

/// Backquotes where they can be used, as the panic's text has them.
fn go_quote(pattern: &[u8]) -> String {
    let raw = |c: char| c != '`' && c != '\u{FEFF}' && c != '\u{7f}' && (c == '\t' || !c.is_ascii_control());
    match std::str::from_utf8(pattern) {
        Ok(text) if text.chars().all(raw) => format!("`{text}`"),
        _ => super::show::quoted(pattern),
    }
}

fn matches(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    match must_match(call, args) {
        Err(failure) if !failure.budget => Ok(Value::Bool(false)),
        other => other,
    }
}

fn must_match(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let regex = compile(call, args, true)?;
    let subject = text(args, 1);
    call.charge(subject.len())?;
    Ok(Value::Bool(regex.is_match(subject.as_bytes())))
}

fn found(call: &mut Call<'_, '_>, args: &[Value], must: bool) -> Result<Value, Failure> {
    let regex = compile(call, args, must)?;
    let subject = text(args, 1);
    call.charge(subject.len())?;
    let hit =
        regex.find_all(subject.as_bytes(), 1).into_iter().next().and_then(|spans| spans.first().copied().flatten());
    Ok(Value::Str(hit.map_or_else(Text::empty, |(start, end)| subject.slice(start..end))))
}

fn find(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    found(call, args, false)
}

fn must_find(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    found(call, args, true)
}

/// A `[]string` of parts; no part at all is the nil slice.
fn parts(call: &mut Call<'_, '_>, subject: &Text, spans: Option<Vec<(usize, usize)>>) -> Result<Value, Failure> {
    let Some(spans) = spans else { return Ok(Value::List(List::nil(STR))) };
    call.charge(spans.len())?;
    Ok(Value::strings(spans.into_iter().map(|(start, end)| subject.slice(start..end))))
}

fn all(call: &mut Call<'_, '_>, args: &[Value], must: bool) -> Result<Value, Failure> {
    let regex = compile(call, args, must)?;
    let subject = text(args, 1);
    call.charge(subject.len())?;
    let limit = usize::try_from(int(args, 2)).unwrap_or(usize::MAX);
    let spans = regex.find_all(subject.as_bytes(), limit);
    let spans: Vec<_> = spans.into_iter().filter_map(|spans| spans.first().copied().flatten()).collect();
    parts(call, &subject, (!spans.is_empty()).then_some(spans))
}

fn find_all(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    all(call, args, false)
}

fn must_find_all(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    all(call, args, true)
}

fn replaced(call: &mut Call<'_, '_>, args: &[Value], must: bool, expand: bool) -> Result<Value, Failure> {
    let regex = compile(call, args, must)?;
    let (subject, replacement) = (text(args, 1), text(args, 2));
    call.charge(subject.len())?;
    let matches =
        if expand { regex.captures_all(subject.as_bytes()) } else { regex.find_all(subject.as_bytes(), usize::MAX) };
    if matches.is_empty() {
        return Ok(Value::Str(subject));
    }
    call.charge(matches.len().saturating_mul(replacement.len()))?;
    let mut builder = call.builder();
    let mut at = 0;
    for captures in &matches {
        let Some((start, end)) = captures.first().copied().flatten() else { continue };
        builder.push(&subject.slice(at..start));
        if expand {
            for piece in regex.expand(replacement.as_bytes(), captures) {
                match piece {
                    Piece::Replacement(start, end) => builder.push(&replacement.slice(start..end)),
                    Piece::Text(start, end) => builder.push(&subject.slice(start..end)),
                }
            }
            call.charge(builder.len())?;
        } else {
            builder.push(&replacement);
        }
        at = end;
    }
    builder.push(&subject.slice(at..subject.len()));
    Ok(Value::Str(builder.build()))
}

fn replace(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    replaced(call, args, false, true)
}

fn must_replace(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    replaced(call, args, true, true)
}

fn replace_literal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    replaced(call, args, false, false)
}

fn must_replace_literal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    replaced(call, args, true, false)
}

fn pieces(call: &mut Call<'_, '_>, args: &[Value], must: bool) -> Result<Value, Failure> {
    let regex = compile(call, args, must)?;
    let subject = text(args, 1);
    call.charge(subject.len())?;
    let spans = regex.split(subject.as_bytes(), int(args, 2));
    parts(call, &subject, spans)
}

fn split(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    pieces(call, args, false)
}

fn must_split(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    pieces(call, args, true)
}

fn quote_meta(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    let mut builder = call.builder();
    let mut kept = 0;
    for (at, byte) in source.as_bytes().iter().enumerate() {
        if is_meta(*byte) {
            builder.push(&source.slice(kept..at));
            call.pad(&mut builder, b"\\");
            kept = at;
        }
    }
    builder.push(&source.slice(kept..source.len()));
    Ok(Value::Str(builder.build()))
}
