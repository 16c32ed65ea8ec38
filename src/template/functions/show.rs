//! Values as texts: sprig's `strval`, Go's `%v` and `%q`.
//!
//! In: values. Out: texts in which copied strings keep their places.

use crate::template::call::{Call, Failure};
use crate::template::format::Printer;
use crate::template::text::{Origin, Text, TextBuilder};
use crate::template::unicode::{quote, quote_char_into};
use crate::template::value::{Type, Value};

/// Sprig's `strval`: strings and bytes as they are, what knows its own text by that, everything else as `%v`.
pub(super) fn display(call: &mut Call<'_, '_>, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::Str(text) | Value::Bytes(Some(text)) => Ok(text.clone()),
        Value::Bytes(None) => Ok(Text::empty()),
        other => format_v(call, other),
    }
}

/// Go's `%v`.
pub(super) fn format_v(call: &mut Call<'_, '_>, value: &Value) -> Result<Text, Failure> {
    match value {
        Value::Str(text) => return Ok(text.clone()),
        Value::Unknown(..) => {
            if let Value::Str(text) = call.unknown(Type::String) {
                return Ok(text);
            }
        }
        _ => {}
    }
    let origin = Origin::Derived(call.id());
    let mut printer = Printer::new(origin, call.frame(), call.limits().allocation);
    printer.print(std::slice::from_ref(value));
    let text = printer.finish().ok_or_else(|| Failure::budget("allocation"))?;
    call.charge(text.len())?;
    Ok(text)
}

/// Go's `strconv.Quote`.
pub(super) fn quoted(bytes: &[u8]) -> String {
    quote(bytes)
}

/// Appends a text as `%q` shows it: the quotes are the call's, bytes without an escape keep their places.
pub(super) fn quote_into(call: &mut Call<'_, '_>, builder: &mut TextBuilder, text: &Text) {
    call.pad(builder, b"\"");
    let (mut at, mut kept) = (0, 0);
    let mut escaped = String::new();
    for (c, length) in super::unicode::runes(text.as_bytes()) {
        escaped.clear();
        if c == '\u{FFFD}' && length == 1 {
            escaped = format!("\\x{:02x}", text.as_bytes()[at]);
        } else {
            quote_char_into(&mut escaped, c, '"', false);
        }
        let plain = escaped.len() == length && escaped.starts_with(c);
        if !plain {
            builder.push(&text.slice(kept..at));
            call.derive(builder, escaped.as_bytes());
            kept = at + length;
        }
        at += length;
    }
    builder.push(&text.slice(kept..at));
    call.pad(builder, b"\"");
}
