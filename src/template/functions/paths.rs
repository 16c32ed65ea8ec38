//! Go's `path` and, on Linux, `path/filepath`: lexical, slashes only.

use super::args::text;
use super::{Class, Function, row};
use crate::template::call::{Call, Failure};
use crate::template::text::Text;
use crate::template::value::{Type, Value};

const STR: Type = Type::String;

pub(super) static FUNCTIONS: &[Function] = &[
    row("base", &[STR], STR, Class::Cut, base),
    row("osBase", &[STR], STR, Class::Cut, base),
    row("dir", &[STR], STR, Class::Cut, dir),
    row("osDir", &[STR], STR, Class::Cut, dir),
    row("clean", &[STR], STR, Class::Cut, clean),
    row("osClean", &[STR], STR, Class::Cut, clean),
    row("ext", &[STR], STR, Class::Cut, ext),
    row("osExt", &[STR], STR, Class::Cut, ext),
    row("isAbs", &[STR], Type::Bool, Class::Test, is_absolute),
    row("osIsAbs", &[STR], Type::Bool, Class::Test, is_absolute),
];

fn base(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = text(args, 0);
    if path.is_empty() {
        return Ok(call.derived_value("."));
    }
    let bytes = path.as_bytes();
    let Some(end) = bytes.iter().rposition(|b| *b != b'/').map(|last| last + 1) else {
        return Ok(Value::Str(path.slice(0..1)));
    };
    let start = bytes[..end].iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    Ok(Value::Str(path.slice(start..end)))
}

fn ext(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = text(args, 0);
    let start = path.as_bytes().iter().rposition(|b| matches!(b, b'.' | b'/'));
    Ok(Value::Str(match start {
        Some(dot) if path.as_bytes()[dot] == b'.' => path.slice(dot..path.len()),
        _ => Text::empty(),
    }))
}

fn is_absolute(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(text(args, 0).as_bytes().first() == Some(&b'/')))
}

fn clean(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(cleaned(call, &text(args, 0))))
}

fn dir(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = text(args, 0);
    let end = path.as_bytes().iter().rposition(|b| *b == b'/').map_or(0, |slash| slash + 1);
    Ok(Value::Str(cleaned(call, &path.slice(0..end))))
}

/// The shortest path that names the same, without looking at files.
fn cleaned(call: &mut Call<'_, '_>, path: &Text) -> Text {
    let bytes = path.as_bytes();
    let rooted = bytes.first() == Some(&b'/');
    let mut parts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    for part in bytes.split(|b| *b == b'/') {
        let range = (at, at + part.len());
        at += part.len() + 1;
        match part {
            b"" | b"." => {}
            b".." => {
                let up = parts.last().is_none_or(|&(start, end)| &bytes[start..end] == b"..");
                if !up {
                    parts.pop();
                } else if !rooted {
                    parts.push(range);
                }
            }
            _ => parts.push(range),
        }
    }
    let mut builder = call.builder();
    if rooted {
        builder.push(&path.slice(0..1));
    } else if parts.is_empty() {
        return call.derived(".");
    }
    for (index, &(start, end)) in parts.iter().enumerate() {
        if index > 0 {
            // The slash in front of the part, so that a path that is clean already keeps all its places.
            builder.push(&path.slice(start - 1..start));
        }
        builder.push(&path.slice(start..end));
    }
    builder.build()
}
