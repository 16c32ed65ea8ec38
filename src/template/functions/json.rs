//! Sprig's JSON functions; writing as Go's `encoding/json` does.
//!
//! In: values. Out: text in which the bytes of strings that need no escape keep their places.

use super::args::{any, text};
use super::defaults::type_name;
use super::{Class, Function, gotime, json_decode, row, unicode};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::text::{Text, TextBuilder};
use crate::template::value::{Key, MapKind, Type, Value};

const STR: Type = Type::String;
const ANY: Type = Type::Any;

pub(super) static FUNCTIONS: &[Function] = &[
    row("toJson", &[ANY], STR, Class::Serialise, to_json),
    row("mustToJson", &[ANY], STR, Class::Serialise, must_to_json),
    row("toPrettyJson", &[ANY], STR, Class::Serialise, to_pretty_json),
    row("mustToPrettyJson", &[ANY], STR, Class::Serialise, must_to_pretty_json),
    row("toRawJson", &[ANY], STR, Class::Serialise, to_raw_json),
    row("mustToRawJson", &[ANY], STR, Class::Serialise, to_raw_json),
    row("fromJson", &[STR], ANY, Class::Parse, from_json),
    row("mustFromJson", &[STR], ANY, Class::Parse, must_from_json),
];

/// The deepest nesting; Go has no limit for values without cycles.
const MAX_DEPTH: usize = 1000;

/// How to write.
#[derive(Clone, Copy)]
struct Style {
    pretty: bool,
    escape_html: bool,
    /// `\b` and `\f` instead of `\u0008` and `\u000c`, from Go 1.22.
    short_escapes: bool,
}

fn write(call: &mut Call<'_, '_>, args: &[Value], pretty: bool, escape_html: bool) -> Result<Text, Failure> {
    let short_escapes = matches!(call.dialect(), Dialect::V2 | Dialect::V3);
    let mut builder = call.builder();
    let style = Style { pretty, escape_html, short_escapes };
    write_value(call, &mut builder, &any(args, 0), style, 0)?;
    Ok(builder.build())
}

/// Errors make the functions without `must` answer the empty string, except when a budget is used up.
fn silent(result: Result<Text, Failure>) -> Result<Value, Failure> {
    match result {
        Ok(text) => Ok(Value::Str(text)),
        Err(failure) if failure.budget => Err(failure),
        Err(_) => Ok(Value::Str(Text::empty())),
    }
}

fn to_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    silent(write(call, args, false, true))
}

fn must_to_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(write(call, args, false, true)?))
}

fn to_pretty_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    silent(write(call, args, true, true))
}

fn must_to_pretty_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(write(call, args, true, true)?))
}

fn to_raw_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(write(call, args, false, false)?))
}

fn from_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    match must_from_json(call, args) {
        Err(failure) if !failure.budget => Ok(Value::Nil),
        other => other,
    }
}

fn must_from_json(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    json_decode::decode(call, &source)
}

fn write_value(
    call: &mut Call<'_, '_>,
    builder: &mut TextBuilder,
    value: &Value,
    style: Style,
    depth: usize,
) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::new(format!("json: unsupported value: encountered a cycle via {}", type_name(value))));
    }
    call.charge(1)?;
    match value {
        Value::Nil | Value::NoValue | Value::Bytes(None) => call.derive(builder, b"null"),
        Value::Bool(value) => call.derive(builder, value.to_string().as_bytes()),
        Value::Int(_, number) | Value::Duration(number) => call.derive(builder, number.to_string().as_bytes()),
        Value::Uint(_, number) => call.derive(builder, number.to_string().as_bytes()),
        Value::Float32(number) => {
            let absolute = number.abs();
            let exponent = absolute != 0.0 && !(1e-6..1e21).contains(&absolute);
            write_float(call, builder, f64::from(*number), &format!("{number:e}"), &number.to_string(), exponent)?;
        }
        Value::Float64(number) => {
            let absolute = number.abs();
            let exponent = absolute != 0.0 && !(1e-6..1e21).contains(&absolute);
            write_float(call, builder, *number, &format!("{number:e}"), &number.to_string(), exponent)?;
        }
        Value::Str(text) => write_string(call, builder, text, style)?,
        Value::Bytes(Some(bytes)) => {
            let encoded = format!("\"{}\"", super::crypto::base64(bytes.as_bytes()));
            call.derive(builder, encoded.as_bytes());
        }
        Value::List(list) if list.is_nil() => call.derive(builder, b"null"),
        Value::List(list) => {
            open(call, builder, b"[");
            for (index, item) in list.iter().enumerate() {
                separate(call, builder, index, style, depth + 1);
                write_value(call, builder, item, style, depth + 1)?;
            }
            close(call, builder, b"]", list.is_empty(), style, depth);
        }
        Value::Map(map) if map.kind() == MapKind::AnyAny => {
            return Err(Failure::new("json: unsupported type: map[interface {}]interface {}"));
        }
        Value::Map(map) if map.is_nil() => call.derive(builder, b"null"),
        Value::Map(map) => {
            open(call, builder, b"{");
            let items = map.items();
            for (index, (key, item)) in items.iter().enumerate() {
                separate(call, builder, index, style, depth + 1);
                if let Key::Str(name) = key {
                    write_string(call, builder, name, style)?;
                }
                call.pad(builder, if style.pretty { b": " } else { b":" });
                write_value(call, builder, item, style, depth + 1)?;
            }
            close(call, builder, b"}", items.is_empty(), style, depth);
        }
        Value::Time(time) => {
            if !(0..=9999).contains(&gotime::fields(time).year) {
                let reason = "Time.MarshalJSON: year outside of range [0,9999]";
                return Err(Failure::new(format!("json: error calling MarshalJSON for type time.Time: {reason}")));
            }
            call.pad(builder, b"\"");
            call.derive(builder, gotime::rfc3339(time).as_bytes());
            call.pad(builder, b"\"");
        }
        Value::Object(object) => {
            if object.type_name().0 == "complex128" {
                return Err(Failure::new("json: unsupported type: complex128"));
            }
            if let Some(number) = gotime::methods::named_int(object.as_ref()) {
                call.derive(builder, number.to_string().as_bytes());
            } else if let Some(shown) = object.string() {
                let shown = call.derived(shown);
                write_string(call, builder, &shown, style)?;
            } else {
                write_struct(call, builder, &object.fields(), style, depth)?;
            }
        }
        Value::Unknown(..) => {
            if let Value::Str(text) = call.unknown(STR) {
                write_string(call, builder, &text, style)?;
            }
        }
    }
    Ok(())
}

fn write_struct(
    call: &mut Call<'_, '_>,
    builder: &mut TextBuilder,
    fields: &[(&'static str, Value)],
    style: Style,
    depth: usize,
) -> Result<(), Failure> {
    let exported: Vec<_> =
        fields.iter().filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_uppercase())).collect();
    open(call, builder, b"{");
    for (index, (name, value)) in exported.iter().enumerate() {
        separate(call, builder, index, style, depth + 1);
        call.derive(builder, format!("\"{name}\"").as_bytes());
        call.pad(builder, if style.pretty { b": " } else { b":" });
        write_value(call, builder, value, style, depth + 1)?;
    }
    close(call, builder, b"}", exported.is_empty(), style, depth);
    Ok(())
}

fn open(call: &mut Call<'_, '_>, builder: &mut TextBuilder, bracket: &[u8]) {
    call.pad(builder, bracket);
}

fn line(call: &mut Call<'_, '_>, builder: &mut TextBuilder, depth: usize) {
    let mut bytes = vec![b'\n'];
    bytes.resize(1 + 2 * depth, b' ');
    call.pad(builder, &bytes);
}

fn separate(call: &mut Call<'_, '_>, builder: &mut TextBuilder, index: usize, style: Style, depth: usize) {
    if index > 0 {
        call.pad(builder, b",");
    }
    if style.pretty {
        line(call, builder, depth);
    }
}

fn close(call: &mut Call<'_, '_>, builder: &mut TextBuilder, bracket: &[u8], empty: bool, style: Style, depth: usize) {
    if style.pretty && !empty {
        line(call, builder, depth);
    }
    call.pad(builder, bracket);
}

/// `scientific` and `plain` are the shortest forms of the number.
fn write_float(
    call: &mut Call<'_, '_>,
    builder: &mut TextBuilder,
    number: f64,
    scientific: &str,
    plain: &str,
    exponent: bool,
) -> Result<(), Failure> {
    if !number.is_finite() {
        let name = if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "+Inf"
        } else {
            "-Inf"
        };
        return Err(Failure::new(format!("json: unsupported value: {name}")));
    }
    if !exponent {
        call.derive(builder, plain.as_bytes());
        return Ok(());
    }
    let (digits, power) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    // Go writes two digits at least, and then drops a zero behind a minus.
    let shown = if power < 0 { format!("{digits}e{power}") } else { format!("{digits}e+{power:02}") };
    call.derive(builder, shown.as_bytes());
    Ok(())
}

fn write_string(call: &mut Call<'_, '_>, builder: &mut TextBuilder, text: &Text, style: Style) -> Result<(), Failure> {
    call.charge(text.len())?;
    call.pad(builder, b"\"");
    let (mut at, mut kept) = (0, 0);
    for (c, length) in unicode::runes(text.as_bytes()) {
        let escape: Option<String> = match c {
            '"' => Some("\\\"".to_owned()),
            '\\' => Some("\\\\".to_owned()),
            '\n' => Some("\\n".to_owned()),
            '\r' => Some("\\r".to_owned()),
            '\t' => Some("\\t".to_owned()),
            '\x08' if style.short_escapes => Some("\\b".to_owned()),
            '\x0c' if style.short_escapes => Some("\\f".to_owned()),
            '\0'..='\x1f' | '\u{2028}' | '\u{2029}' => Some(format!("\\u{:04x}", c as u32)),
            '<' | '>' | '&' if style.escape_html => Some(format!("\\u{:04x}", c as u32)),
            '\u{FFFD}' if length == 1 => Some("\\ufffd".to_owned()),
            _ => None,
        };
        if let Some(escape) = escape {
            builder.push(&text.slice(kept..at));
            call.derive(builder, escape.as_bytes());
            kept = at + length;
        }
        at += length;
    }
    builder.push(&text.slice(kept..at));
    call.pad(builder, b"\"");
    Ok(())
}
