//! Decoded values in Go's own syntax (`%#v`), as some of yaml.v2's messages show them.

use std::borrow::Cow;

use super::decode::{Data, ValueId, Values};
use super::tree::Tree;

/// Longest text that is built; messages need no more.
const ENOUGH: usize = 1 << 16;

/// Exponent from which Go's shortest notation shows it.
const LARGE: i32 = 6;

/// Deepest nesting that is shown.
const DEEPEST: usize = 200;

/// A value as `%#v` prints it inside an `interface{}`.
pub(super) fn go_syntax(tree: &Tree, values: &Values, id: ValueId) -> String {
    let mut text = String::new();
    write(tree, values, id, false, 0, &mut text);
    text
}

fn write(tree: &Tree, values: &Values, id: ValueId, inside: bool, depth: usize, out: &mut String) {
    if out.len() > ENOUGH || depth > DEEPEST {
        return;
    }
    match values.data(id) {
        Data::Null if inside => out.push_str("interface {}(nil)"),
        Data::Null => out.push_str("<nil>"),
        Data::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Data::Int(value) => out.push_str(&value.to_string()),
        Data::Uint(value) => out.push_str(&format!("{value:#x}")),
        Data::Float(value) => out.push_str(&go_float(*value)),
        Data::Str => quote(tree.value(values.node(id)), out),
        Data::Bytes(bytes) => quote(&String::from_utf8_lossy(bytes), out),
        Data::Seq => {
            out.push_str("[]interface {}{");
            for (at, item) in values.items(id).iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write(tree, values, *item, true, depth + 1, out);
            }
            out.push('}');
        }
        Data::Map => {
            let mut pairs: Vec<_> = values.pairs(id).collect();
            pairs.sort_by_key(|(key, _)| order(tree, values, *key));
            out.push_str("map[interface {}]interface {}{");
            for (at, (key, value)) in pairs.into_iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write(tree, values, key, true, depth + 1, out);
                out.push(':');
                write(tree, values, value, true, depth + 1, out);
            }
            out.push('}');
        }
    }
}

/// Go prints maps sorted: null first, then by type, then by value.
fn order<'a>(tree: &'a Tree, values: &'a Values, key: ValueId) -> (u8, i128, Cow<'a, [u8]>) {
    match values.data(key) {
        Data::Null | Data::Seq | Data::Map => (0, 0, Cow::Borrowed(b"")),
        Data::Bool(value) => (1, i128::from(*value), Cow::Borrowed(b"")),
        Data::Int(value) => (2, i128::from(*value), Cow::Borrowed(b"")),
        Data::Uint(value) => (3, i128::from(*value), Cow::Borrowed(b"")),
        Data::Float(value) => {
            // Total order of finite numbers by their bits.
            let bits = value.to_bits() as i64;
            (4, i128::from(if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }), Cow::Borrowed(b""))
        }
        Data::Str => (5, 0, Cow::Borrowed(tree.value(values.node(key)).as_bytes())),
        Data::Bytes(bytes) => (5, 0, Cow::Borrowed(bytes)),
    }
}

/// A number as Go's `%v` prints it.
pub(super) fn go_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    shortest(&format!("{value:e}"))
}

/// Go's shortest notation (`%g`) from Rust's scientific one: an exponent only from 6 on, or below -4.
pub(super) fn shortest(scientific: &str) -> String {
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific.to_owned() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..LARGE).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let point = exponent + 1;
    if point <= 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-point).unwrap_or(0)));
    }
    let point = usize::try_from(point).unwrap_or(0);
    if digits.len() <= point {
        return format!("{sign}{digits}{}", "0".repeat(point - digits.len()));
    }
    format!("{sign}{}.{}", &digits[..point], &digits[point..])
}

/// Go's double-quoted notation.
fn quote(text: &str, out: &mut String) {
    if out.len() > ENOUGH {
        return;
    }
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x07' => out.push_str("\\a"),
            '\x08' => out.push_str("\\b"),
            '\x0C' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x0B' => out.push_str("\\v"),
            control if control < ' ' || control == '\x7F' => out.push_str(&format!("\\x{:02x}", u32::from(control))),
            other if is_printable(other) => out.push(other),
            other if u32::from(other) < 0x1_0000 => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => out.push_str(&format!("\\U{:08x}", u32::from(other))),
        }
    }
    out.push('"');
}

/// Close to Go's notion: letters, marks, numbers, punctuation, symbols and the plain space.
fn is_printable(character: char) -> bool {
    character == ' '
        || !(character.is_control()
            || character.is_whitespace()
            || matches!(u32::from(character), 0xAD | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xE000..=0xF8FF | 0xFEFF | 0xFFF9..=0xFFFB | 0xF_0000..))
}
