//! Literals of the template language: Go's numbers, character constants and quoted strings.

use super::tree::Number;
use super::unicode::{decode, quote};

/// Reads one character of a Go literal (`strconv.UnquoteChar`): its bytes are appended; returns its value and what is left.
fn unquote_char<'t>(text: &'t [u8], delimiter: u8, out: &mut Vec<u8>) -> Option<(u32, &'t [u8])> {
    let (character, length) = decode(text)?;
    if character == char::from(delimiter) && (delimiter == b'\'' || delimiter == b'"') {
        return None;
    }
    if character != '\\' {
        let mut buffer = [0; 4];
        out.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        return Some((character as u32, &text[length..]));
    }
    let kind = *text.get(1)?;
    let rest = &text[2..];
    let simple = match kind {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        b'\\' => b'\\',
        b'\'' | b'"' if kind == delimiter => kind,
        b'x' | b'u' | b'U' => {
            let count = match kind {
                b'x' => 2,
                b'u' => 4,
                _ => 8,
            };
            let digits = std::str::from_utf8(rest.get(..count)?).ok()?;
            if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return None;
            }
            let value = u32::from_str_radix(digits, 16).ok()?;
            if kind == b'x' {
                out.push(value as u8);
            } else {
                let mut buffer = [0; 4];
                out.extend_from_slice(char::from_u32(value)?.encode_utf8(&mut buffer).as_bytes());
            }
            return Some((value, &rest[count..]));
        }
        b'0'..=b'7' => {
            let digits = text.get(1..4)?;
            if !digits.iter().all(|byte| matches!(byte, b'0'..=b'7')) {
                return None;
            }
            let value = digits.iter().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            if value > 255 {
                return None;
            }
            out.push(value as u8);
            return Some((value, &text[4..]));
        }
        _ => return None,
    };
    out.push(simple);
    Some((u32::from(simple), rest))
}

/// The value of a quoted string (`strconv.Unquote`): `Some(None)` when it is the bytes between the quotes, `None` when the syntax is wrong.
pub(super) fn unquote(literal: &[u8]) -> Option<Option<Box<[u8]>>> {
    let inner = literal.get(1..literal.len().checked_sub(1)?)?;
    if literal[0] == b'`' {
        if !inner.contains(&b'\r') {
            return Some(None);
        }
        return Some(Some(inner.iter().copied().filter(|byte| *byte != b'\r').collect()));
    }
    if !inner.contains(&b'\\') && std::str::from_utf8(inner).is_ok() {
        return Some(None);
    }
    let mut value = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while !rest.is_empty() {
        rest = unquote_char(rest, b'"', &mut value)?.1;
    }
    Some(Some(value.into()))
}

/// The number that a literal means, or Go's error text.
pub(super) fn number(literal: &[u8], is_char: bool, is_complex: bool) -> Result<Number, String> {
    if is_char {
        let mut ignored = Vec::new();
        let Some((value, tail)) = unquote_char(&literal[1..], b'\'', &mut ignored) else {
            return Err("invalid syntax".to_owned());
        };
        if tail != b"'" {
            return Err(format!("malformed character constant: {}", String::from_utf8_lossy(literal)));
        }
        return Ok(Number {
            int: Some(i64::from(value)),
            uint: Some(u64::from(value)),
            float: Some(f64::from(value)),
            imaginary: None,
        });
    }
    let text = String::from_utf8_lossy(literal);
    if is_complex || text.ends_with('i') {
        return complex(&text).ok_or_else(|| format!("illegal number syntax: {}", quote(literal)));
    }
    let mut number = Number { uint: parse_uint(&text), int: parse_int(&text), ..Number::default() };
    if number.int == Some(0) && number.uint.is_none() {
        number.uint = Some(0);
    }
    if let Some(int) = number.int {
        number.float = Some(int as f64);
    } else if let Some(uint) = number.uint {
        number.float = Some(uint as f64);
    } else if let Some(float) = parse_float(&text) {
        if !text.contains(['.', 'e', 'E', 'p', 'P']) {
            return Err(format!("integer overflow: {}", quote(literal)));
        }
        number.float = Some(float);
        if float.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&float) {
            number.int = Some(float as i64);
        }
        if float.fract() == 0.0 && (0.0..18_446_744_073_709_551_616.0).contains(&float) {
            number.uint = Some(float as u64);
        }
    } else {
        return Err(format!("illegal number syntax: {}", quote(literal)));
    }
    Ok(number)
}

fn complex(text: &str) -> Option<Number> {
    let text = text.strip_suffix('i')?;
    let split = text
        .char_indices()
        .skip(1)
        .filter(|(index, character)| {
            matches!(character, '+' | '-') && !matches!(text.as_bytes()[index - 1], b'e' | b'E' | b'p' | b'P')
        })
        .map(|(index, _)| index)
        .last();
    let (real, imaginary) = match split {
        Some(index) => (parse_float(&text[..index])?, parse_float(&text[index..])?),
        None => (0.0, parse_float(text)?),
    };
    let mut number = Number { float: Some(real), imaginary: Some(imaginary), ..Number::default() };
    if imaginary == 0.0 {
        number.imaginary = None;
        if real.fract() == 0.0 && real.abs() < 9e18 {
            number.int = Some(real as i64);
            number.uint = (real >= 0.0).then_some(real as u64);
        }
    }
    Some(number)
}

/// Whether underscores stand only where Go allows them: between digits, or behind a base prefix.
fn underscores_fit(text: &str) -> bool {
    let text = text.trim_start_matches(['+', '-']);
    let mut previous = b'^';
    let bytes = text.as_bytes();
    let mut rest = bytes;
    let mut hexadecimal = false;
    if bytes.len() >= 2 && bytes[0] == b'0' && matches!(bytes[1] | 0x20, b'b' | b'o' | b'x') {
        previous = b'0';
        hexadecimal = bytes[1] | 0x20 == b'x';
        rest = &bytes[2..];
    }
    for byte in rest {
        let digit = byte.is_ascii_digit() || hexadecimal && byte.is_ascii_hexdigit();
        if digit {
            previous = b'0';
        } else if *byte == b'_' {
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

/// Go's `strconv.ParseUint(text, 0, 64)`.
pub(super) fn parse_uint(text: &str) -> Option<u64> {
    if text.contains('_') && !underscores_fit(text) {
        return None;
    }
    let (radix, digits) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (16, &text[2..]),
        [b'0', b'b' | b'B', ..] => (2, &text[2..]),
        [b'0', b'o' | b'O', ..] => (8, &text[2..]),
        [b'0', _, ..] => (8, &text[1..]),
        _ => (10, text),
    };
    let digits = digits.replace('_', "");
    if digits.is_empty() || digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&digits, radix).ok()
}

/// Go's `strconv.ParseInt(text, 0, 64)`.
pub(super) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let value = parse_uint(digits)?;
    if negative { 0_i64.checked_sub_unsigned(value) } else { i64::try_from(value).ok() }
}

/// Go's `strconv.ParseFloat(text, 64)` for what a number token can be; hexadecimal floats included. An overflow is no number.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    if text.contains('_') && !underscores_fit(text) {
        return None;
    }
    let clean = text.replace('_', "");
    let (sign, body) = match clean.as_bytes().first()? {
        b'-' => (-1.0, &clean[1..]),
        b'+' => (1.0, &clean[1..]),
        _ => (1.0, clean.as_str()),
    };
    let value = if let Some(hexadecimal) = body.strip_prefix("0x").or_else(|| body.strip_prefix("0X")) {
        let (mantissa, exponent) = hexadecimal.split_once(['p', 'P'])?;
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if whole.is_empty() && part.is_empty() {
            return None;
        }
        let mut value = 0.0_f64;
        for digit in whole.chars().chain(part.chars()) {
            value = value * 16.0 + f64::from(digit.to_digit(16)?);
        }
        let exponent: i32 = exponent.parse().ok()?;
        value * 2.0_f64.powi(exponent.saturating_sub(4 * i32::try_from(part.len()).ok()?))
    } else {
        if !body.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
            return None;
        }
        body.parse::<f64>().ok()?
    };
    value.is_finite().then_some(sign * value)
}
