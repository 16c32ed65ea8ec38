//! Numbers out of texts and values: Go's `strconv`, spf13/cast, and sprig 2's own conversions.
//!
//! In: bytes or values. Out: numbers; what cannot be read is 0, as in the functions that use it.

use crate::dialect::Dialect;
use crate::template::value::Value;

/// Why a text is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// Not written like one.
    Syntax,
    /// Too large; the nearest number that fits.
    Range(i64),
}

/// Whether underscores stand only between digits, or between a base prefix and a digit.
fn underscores_fit(text: &[u8]) -> bool {
    let text = match text.first() {
        Some(b'+' | b'-') => &text[1..],
        _ => text,
    };
    let mut previous = b'^';
    let mut rest = text;
    let mut hex = false;
    if text.len() >= 2 && text[0] == b'0' && matches!(text[1] | 0x20, b'b' | b'o' | b'x') {
        rest = &text[2..];
        previous = b'0';
        hex = text[1] | 0x20 == b'x';
    }
    for &byte in rest {
        if byte.is_ascii_digit() || (hex && byte.is_ascii_hexdigit()) {
            previous = b'0';
        } else if byte == b'_' {
            if previous != b'0' {
                return false;
            }
            previous = b'_';
        } else {
            if previous == b'_' {
                return false;
            }
            previous = b'!';
        }
    }
    previous != b'_'
}

/// Go's `strconv.ParseInt` with 64 bits; base 0 reads prefixes and underscores.
pub(super) fn parse_int(text: &[u8], base: u32) -> Result<i64, NumberError> {
    let (negative, digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() {
        return Err(NumberError::Syntax);
    }
    let (radix, digits) = match digits {
        _ if base != 0 => (base, digits),
        [b'0', letter, rest @ ..] if letter.eq_ignore_ascii_case(&b'x') && !rest.is_empty() => (16, rest),
        [b'0', letter, rest @ ..] if letter.eq_ignore_ascii_case(&b'b') && !rest.is_empty() => (2, rest),
        [b'0', letter, rest @ ..] if letter.eq_ignore_ascii_case(&b'o') && !rest.is_empty() => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        _ => (10, digits),
    };
    let mut value: u64 = 0;
    let mut overflow = false;
    let mut underscores = false;
    for &byte in digits {
        if byte == b'_' && base == 0 {
            underscores = true;
            continue;
        }
        let digit = (byte as char).to_digit(radix).ok_or(NumberError::Syntax)?;
        match value.checked_mul(u64::from(radix)).and_then(|v| v.checked_add(u64::from(digit))) {
            Some(next) => value = next,
            None => overflow = true,
        }
    }
    if underscores && !underscores_fit(text) {
        return Err(NumberError::Syntax);
    }
    const LIMIT: u64 = 1 << 63;
    if negative {
        if overflow || value > LIMIT {
            return Err(NumberError::Range(i64::MIN));
        }
        return Ok((value as i64).wrapping_neg());
    }
    if overflow || value >= LIMIT {
        return Err(NumberError::Range(i64::MAX));
    }
    Ok(value as i64)
}

/// Go's `strconv.ParseFloat` with 64 bits; a number out of range is an error.
pub(super) fn parse_float(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let sign = if text.starts_with('-') { -1.0 } else { 1.0 };
    match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => return Some(sign * f64::INFINITY),
        "nan" => return Some(f64::NAN),
        _ => {}
    }
    if !unsigned
        .bytes()
        .all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b'_' | b'x' | b'X' | b'p' | b'P' | b'+' | b'-'))
    {
        return None;
    }
    if unsigned.contains('_') && !underscores_fit(text.as_bytes()) {
        return None;
    }
    let plain = unsigned.replace('_', "");
    let number = match plain.strip_prefix("0x").or_else(|| plain.strip_prefix("0X")) {
        Some(hex) => hex_float(hex)?,
        None => {
            let first = plain.as_bytes().first()?;
            if !first.is_ascii_digit() && *first != b'.' {
                return None;
            }
            plain.parse::<f64>().ok()?
        }
    };
    number.is_finite().then_some(sign * number)
}

/// A hexadecimal mantissa with a binary exponent.
fn hex_float(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (mut value, mut shift) = (0u64, 0i32);
    for (index, c) in whole.chars().chain(fraction.chars()).enumerate() {
        let digit = u64::from(c.to_digit(16)?);
        let in_fraction = index >= whole.len();
        if value >> 58 == 0 {
            value = value << 4 | digit;
            shift -= if in_fraction { 4 } else { 0 };
        } else {
            // Beyond what a float holds; a lost bit only decides rounding.
            value |= u64::from(digit != 0);
            shift += if in_fraction { 0 } else { 4 };
        }
    }
    Some(value as f64 * 2f64.powi(exponent.saturating_add(shift)))
}

/// A float as `int64` on the processors werf runs on: what does not fit is the smallest number.
pub(super) fn float_to_int(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) { number as i64 } else { i64::MIN }
}

/// Drops `.000` at the end, as cast before 1.10 does.
fn without_zero_decimals(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|b| **b == b'0').count();
    let dot = text.len() - zeros;
    if zeros > 0 && dot > 0 && text[dot - 1] == b'.' { &text[..dot - 1] } else { text }
}

/// Drops all decimals of a decimal number, as cast 1.10 does.
fn without_decimals(text: &[u8]) -> &[u8] {
    let unsigned = match text.first() {
        Some(b'+' | b'-') => &text[1..],
        _ => text,
    };
    let digits = unsigned.iter().take_while(|b| b.is_ascii_digit()).count();
    match unsigned.get(digits) {
        Some(b'.') if unsigned[digits + 1..].iter().all(u8::is_ascii_digit) => {
            &text[..text.len() - (unsigned.len() - digits)]
        }
        _ => text,
    }
}

/// `toInt64` of the dialect.
pub(super) fn to_int64(value: &Value, dialect: Dialect) -> i64 {
    let oldest = dialect == Dialect::V1_1;
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::Int(_, number) => *number,
        Value::Uint(_, number) if oldest => i64::try_from(*number).unwrap_or(i64::MAX),
        Value::Uint(_, number) => *number as i64,
        Value::Float32(number) => float_to_int(f64::from(*number)),
        Value::Float64(number) => float_to_int(*number),
        // cast before 1.10 knows no named types.
        Value::Duration(number) if matches!(dialect, Dialect::V1_1 | Dialect::V3) => *number,
        Value::Str(text) => {
            let text = text.as_bytes();
            let parsed = match dialect {
                Dialect::V1_1 => parse_int(text, 10),
                Dialect::V1_2 | Dialect::V2 => parse_int(without_zero_decimals(text), 0),
                Dialect::V3 => parse_int(without_decimals(text), 0),
            };
            parsed.unwrap_or(0)
        }
        Value::Object(object) => super::gotime::methods::named_int(object.as_ref()).unwrap_or(0),
        _ => 0,
    }
}

/// `toFloat64` of the dialect.
pub(super) fn to_float64(value: &Value, dialect: Dialect) -> f64 {
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Int(_, number) => *number as f64,
        Value::Uint(_, number) => *number as f64,
        Value::Float32(number) => f64::from(*number),
        Value::Float64(number) => *number,
        Value::Duration(number) if matches!(dialect, Dialect::V1_1 | Dialect::V3) => *number as f64,
        Value::Str(text) => parse_float(text.as_bytes()).unwrap_or(0.0),
        Value::Object(object) => super::gotime::methods::named_int(object.as_ref()).unwrap_or(0) as f64,
        _ => 0.0,
    }
}
