//! Sprig's functions that cut, join and compare texts.

use super::args::{any, bounds, int, text};
use super::{Class, Function, GITERMINISTIC, OLDEST, row, show, unicode};
use crate::template::call::{Call, Failure};
use crate::template::text::{Text, TextBuilder};
use crate::template::value::{IntKind, Key, Map, MapKind, Type, Value};

const STR: Type = Type::String;
const INT: Type = Type::Int(IntKind::Int);
const ANY: Type = Type::Any;
const MAP: Type = Type::Map(MapKind::StringString);

pub(super) static FUNCTIONS: &[Function] = &[
    row("hello", &[], STR, Class::Join, hello),
    row("trim", &[STR], STR, Class::Cut, trim),
    row("trimAll", &[STR, STR], STR, Class::Cut, trim_all),
    row("trimall", &[STR, STR], STR, Class::Cut, trim_all),
    row("trimSuffix", &[STR, STR], STR, Class::Cut, trim_suffix),
    row("trimPrefix", &[STR, STR], STR, Class::Cut, trim_prefix),
    row("substr", &[INT, INT, STR], STR, Class::Cut, substr),
    row("trunc", &[INT, STR], STR, Class::Cut, trunc).only(GITERMINISTIC),
    row("trunc", &[INT, STR], STR, Class::Cut, trunc_old).only(OLDEST),
    row("repeat", &[INT, STR], STR, Class::Join, repeat),
    row("contains", &[STR, STR], Type::Bool, Class::Test, contains),
    row("hasPrefix", &[STR, STR], Type::Bool, Class::Test, has_prefix),
    row("hasSuffix", &[STR, STR], Type::Bool, Class::Test, has_suffix),
    row("quote", &[ANY], STR, Class::Join, quote).variadic(),
    row("squote", &[ANY], STR, Class::Join, squote).variadic(),
    row("cat", &[ANY], STR, Class::Join, cat).variadic(),
    row("indent", &[INT, STR], STR, Class::Join, indent),
    row("nindent", &[INT, STR], STR, Class::Join, nindent),
    row("replace", &[STR, STR, STR], STR, Class::Join, replace),
    row("plural", &[STR, STR, INT], STR, Class::Select, plural),
    row("toString", &[ANY], STR, Class::Serialise, to_string),
    row("toStrings", &[ANY], Type::STRINGS, Class::Serialise, to_strings),
    row("join", &[STR, ANY], STR, Class::Join, join),
    row("sortAlpha", &[ANY], Type::STRINGS, Class::Join, sort_alpha),
    row("split", &[STR, STR], MAP, Class::Join, split),
    row("splitn", &[STR, INT, STR], MAP, Class::Join, splitn),
    row("splitList", &[STR, STR], Type::STRINGS, Class::Join, split_list),
];

fn hello(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(call.derived_value("Hello!"))
}

/// The text without the characters at both ends for which `cut` holds.
pub(super) fn trim_where(source: &Text, cut: impl Fn(char) -> bool) -> Text {
    let bytes = source.as_bytes();
    let mut start = 0;
    let mut end = None;
    let mut at = 0;
    for (c, length) in unicode::runes(bytes) {
        if !cut(c) {
            if end.is_none() {
                start = at;
            }
            end = Some(at + length);
        }
        at += length;
    }
    source.slice(start..end.unwrap_or(start))
}

fn trim(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(trim_where(&text(args, 0), unicode::is_space)))
}

fn trim_all(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let cutset = text(args, 0);
    let set: Vec<char> = unicode::runes(cutset.as_bytes()).map(|(c, _)| c).collect();
    Ok(Value::Str(trim_where(&text(args, 1), |c| set.contains(&c))))
}

fn trim_suffix(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (suffix, source) = (text(args, 0), text(args, 1));
    let length = match source.as_bytes().strip_suffix(suffix.as_bytes()) {
        Some(kept) => kept.len(),
        None => source.len(),
    };
    Ok(Value::Str(source.slice(0..length)))
}

fn trim_prefix(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (prefix, source) = (text(args, 0), text(args, 1));
    let start = if source.as_bytes().starts_with(prefix.as_bytes()) { prefix.len() } else { 0 };
    Ok(Value::Str(source.slice(start..source.len())))
}

fn cut(source: &Text, low: i64, high: i64) -> Result<Value, Failure> {
    let (start, end) = bounds(low, high, source.len())?;
    Ok(Value::Str(source.slice(start..end)))
}

fn length(source: &Text) -> i64 {
    i64::try_from(source.len()).unwrap_or(i64::MAX)
}

fn substr(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (start, end, source) = (int(args, 0), int(args, 1), text(args, 2));
    if start < 0 {
        return cut(&source, 0, end);
    }
    let end = if end < 0 || end > length(&source) { length(&source) } else { end };
    cut(&source, start, end)
}

fn trunc(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (count, source) = (int(args, 0), text(args, 1));
    let size = length(&source);
    if count < 0 && size.saturating_add(count) > 0 {
        return cut(&source, size + count, size);
    }
    if count >= 0 && size > count {
        return cut(&source, 0, count);
    }
    Ok(Value::Str(source))
}

/// Dialect 1.1: a negative length is a panic.
fn trunc_old(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (count, source) = (int(args, 0), text(args, 1));
    if length(&source) <= count {
        return Ok(Value::Str(source));
    }
    cut(&source, 0, count)
}

/// A run of padding spaces or an error as Go's `strings.Repeat` raises it.
fn repeat_count(call: &mut Call<'_, '_>, count: i64, size: usize) -> Result<usize, Failure> {
    if count < 0 {
        return Err(Failure::new("strings: negative Repeat count"));
    }
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    call.charge(count.saturating_mul(size))?;
    Ok(if size == 0 { 0 } else { count })
}

fn repeat(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 1);
    let count = repeat_count(call, int(args, 0), source.len())?;
    let mut builder = call.builder();
    for _ in 0..count {
        builder.push(&source);
    }
    Ok(Value::Str(builder.build()))
}

fn contains(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(find(text(args, 1).as_bytes(), text(args, 0).as_bytes()).is_some()))
}

fn has_prefix(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(text(args, 1).as_bytes().starts_with(text(args, 0).as_bytes())))
}

fn has_suffix(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(text(args, 1).as_bytes().ends_with(text(args, 0).as_bytes())))
}

/// Offset of the first occurrence.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [byte] => haystack.iter().position(|b| b == byte),
        _ => haystack.windows(needle.len()).position(|window| window == needle),
    }
}

/// Appends with a separator in front of all but the first.
fn separated(call: &mut Call<'_, '_>, builder: &mut TextBuilder, first: &mut bool, separator: &[u8]) {
    if !std::mem::take(first) {
        call.pad(builder, separator);
    }
}

fn quote(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut builder = call.builder();
    let mut first = true;
    for value in args.iter().filter(|value| !value.is_nil()) {
        let shown = show::display(call, value)?;
        separated(call, &mut builder, &mut first, b" ");
        show::quote_into(call, &mut builder, &shown);
    }
    Ok(Value::Str(builder.build()))
}

fn squote(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut builder = call.builder();
    let mut first = true;
    for value in args.iter().filter(|value| !value.is_nil()) {
        let shown = show::format_v(call, value)?;
        separated(call, &mut builder, &mut first, b" ");
        call.pad(&mut builder, b"'");
        builder.push(&shown);
        call.pad(&mut builder, b"'");
    }
    Ok(Value::Str(builder.build()))
}

fn cat(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut builder = call.builder();
    let mut first = true;
    for value in args.iter().filter(|value| !value.is_nil()) {
        let shown = show::format_v(call, value)?;
        separated(call, &mut builder, &mut first, b" ");
        builder.push(&shown);
    }
    Ok(Value::Str(builder.build()))
}

fn indented(call: &mut Call<'_, '_>, args: &[Value], lead: &[u8]) -> Result<Value, Failure> {
    let source = text(args, 1);
    let count = repeat_count(call, int(args, 0), 1)?;
    let padding = vec![b' '; count];
    let lines = source.as_bytes().iter().filter(|b| **b == b'\n').count();
    call.charge(lines.saturating_mul(count).saturating_add(source.len()))?;
    let mut builder = call.builder();
    call.pad(&mut builder, lead);
    let mut at = 0;
    loop {
        call.pad(&mut builder, &padding);
        let rest = &source.as_bytes()[at..];
        let Some(end) = rest.iter().position(|b| *b == b'\n') else { break };
        builder.push(&source.slice(at..at + end + 1));
        at += end + 1;
    }
    builder.push(&source.slice(at..source.len()));
    Ok(Value::Str(builder.build()))
}

fn indent(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    indented(call, args, b"")
}

fn nindent(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    indented(call, args, b"\n")
}

fn replace(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let (old, new, source) = (text(args, 0), text(args, 1), text(args, 2));
    let bytes = source.as_bytes();
    if old.as_bytes() == new.as_bytes() {
        return Ok(Value::Str(source));
    }
    let mut places = Vec::new();
    if old.is_empty() {
        let mut at = 0;
        places.push(0);
        for (_, length) in unicode::runes(bytes) {
            at += length;
            places.push(at);
        }
    } else {
        let mut at = 0;
        while let Some(found) = find(&bytes[at..], old.as_bytes()) {
            places.push(at + found);
            at += found + old.len();
        }
    }
    if places.is_empty() {
        return Ok(Value::Str(source));
    }
    call.charge(places.len().saturating_mul(new.len()).saturating_add(bytes.len()))?;
    let mut builder = call.builder();
    let mut at = 0;
    for place in places {
        builder.push(&source.slice(at..place));
        builder.push(&new);
        at = place + old.len();
    }
    builder.push(&source.slice(at..source.len()));
    Ok(Value::Str(builder.build()))
}

fn plural(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(text(args, usize::from(int(args, 2) != 1))))
}

fn to_string(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(show::display(call, &any(args, 0))?))
}

/// The items of a value as texts: of a list each item that is not nil, of anything else itself.
fn string_slice(call: &mut Call<'_, '_>, value: &Value) -> Result<Vec<Text>, Failure> {
    let items: Vec<Value> = match value {
        Value::Nil | Value::NoValue => return Ok(Vec::new()),
        Value::List(list) => list.to_vec(),
        Value::Bytes(bytes) => super::lists::byte_values(bytes.as_ref()),
        other => return Ok(vec![show::display(call, other)?]),
    };
    call.charge(items.len())?;
    items.iter().filter(|item| !item.is_nil()).map(|item| show::display(call, item)).collect()
}

fn to_strings(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::strings(string_slice(call, &any(args, 0))?))
}

fn join(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let separator = text(args, 0);
    let items = string_slice(call, &any(args, 1))?;
    let size: usize = items.iter().map(|item| item.len().saturating_add(separator.len())).sum();
    call.charge(size)?;
    let mut builder = call.builder();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            builder.push(&separator);
        }
        builder.push(item);
    }
    Ok(Value::Str(builder.build()))
}

fn sort_alpha(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let value = any(args, 0);
    let mut items = match &value {
        Value::List(_) | Value::Bytes(_) => string_slice(call, &value)?,
        other => vec![show::display(call, other)?],
    };
    items.sort();
    Ok(Value::strings(items))
}

/// Go's `strings.SplitN`; a negative limit is none.
pub(super) fn split_text(source: &Text, separator: &[u8], limit: i64) -> Option<Vec<Text>> {
    if limit == 0 {
        return None;
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let bytes = source.as_bytes();
    let mut pieces = Vec::new();
    let mut at = 0;
    if separator.is_empty() {
        // Characters, the last piece taking the rest.
        for (_, length) in unicode::runes(bytes) {
            if pieces.len() + 1 >= limit {
                break;
            }
            pieces.push(source.slice(at..at + length));
            at += length;
        }
        if at < bytes.len() {
            pieces.push(source.slice(at..bytes.len()));
        }
        return Some(pieces);
    }
    while pieces.len() + 1 < limit {
        let Some(found) = find(&bytes[at..], separator) else { break };
        pieces.push(source.slice(at..at + found));
        at += found + separator.len();
    }
    pieces.push(source.slice(at..bytes.len()));
    Some(pieces)
}

fn numbered(call: &mut Call<'_, '_>, pieces: Vec<Text>) -> Result<Value, Failure> {
    call.charge(pieces.len())?;
    let map = Map::new(MapKind::StringString);
    let id = call.id();
    for (index, piece) in pieces.into_iter().enumerate() {
        let key = call.derived(format!("_{index}"));
        map.insert(Key::Str(key), Value::Str(piece), Some(id));
    }
    Ok(Value::Map(map))
}

fn split(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let pieces = split_text(&text(args, 1), text(args, 0).as_bytes(), -1).unwrap_or_default();
    numbered(call, pieces)
}

fn splitn(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let pieces = split_text(&text(args, 2), text(args, 0).as_bytes(), int(args, 1)).unwrap_or_default();
    numbered(call, pieces)
}

fn split_list(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let pieces = split_text(&text(args, 1), text(args, 0).as_bytes(), -1).unwrap_or_default();
    call.charge(pieces.len())?;
    Ok(Value::strings(pieces))
}
