//! Floating point numbers as Go's `strconv.FormatFloat` and `fmt` print them.

use super::Printer;
use crate::template::value::Value;

/// Digits of a positive finite number and the place of the decimal point: `0.d1d2d3… × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// All digits needed to read the number back, or `count` significant ones, or all up to `places` behind the point.
enum Wanted {
    Shortest,
    Significant(usize),
    Places(usize),
}

fn decimal(number: f64, single: bool, wanted: &Wanted) -> Decimal {
    let scientific = match wanted {
        Wanted::Shortest if single => format!("{:e}", number as f32),
        Wanted::Shortest => format!("{number:e}"),
        Wanted::Significant(count) => format!("{number:.*e}", count.saturating_sub(1)),
        Wanted::Places(places) => {
            let fixed = format!("{number:.*}", *places);
            let (whole, part) = fixed.split_once('.').unwrap_or((&fixed, ""));
            let whole = whole.trim_start_matches('0');
            let mut digits: Vec<u8> = whole.bytes().chain(part.bytes()).collect();
            let mut point = whole.len() as i32;
            if whole.is_empty() {
                let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
                digits.drain(..zeros);
                point = -(zeros as i32);
            }
            return trimmed(digits, point);
        }
    };
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    trimmed(digits, exponent.parse::<i32>().unwrap_or(0) + 1)
}

fn trimmed(mut digits: Vec<u8>, point: i32) -> Decimal {
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    if digits.is_empty() { Decimal { digits, point: 0 } } else { Decimal { digits, point } }
}

fn scientific(decimal: &Decimal, precision: usize, letter: char) -> String {
    let mut text = String::new();
    text.push(char::from(decimal.digits.first().copied().unwrap_or(b'0')));
    if precision > 0 {
        text.push('.');
        for index in 1..=precision {
            text.push(char::from(decimal.digits.get(index).copied().unwrap_or(b'0')));
        }
    }
    let exponent = if decimal.digits.is_empty() { 0 } else { decimal.point - 1 };
    text.push(letter);
    text.push(if exponent < 0 { '-' } else { '+' });
    text.push_str(&format!("{:02}", exponent.unsigned_abs()));
    text
}

fn fixed(decimal: &Decimal, precision: usize) -> String {
    let digit = |index: i32| {
        let index = usize::try_from(index).ok();
        char::from(index.and_then(|index| decimal.digits.get(index).copied()).unwrap_or(b'0'))
    };
    let mut text = String::new();
    if decimal.point > 0 {
        (0..decimal.point).for_each(|index| text.push(digit(index)));
    } else {
        text.push('0');
    }
    if precision > 0 {
        text.push('.');
        for index in 0..precision as i32 {
            text.push(digit(decimal.point.saturating_add(index)));
        }
    }
    text
}

/// Go's `strconv.FormatFloat(number, verb, precision, 32 or 64)`; `None` is the shortest precision.
#[must_use]
pub fn append_float(number: f64, verb: char, precision: Option<usize>, single: bool) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let magnitude = number.abs();
    if magnitude.is_infinite() {
        return if sign.is_empty() { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    let body = match verb {
        'e' | 'E' => {
            let wanted = precision.map_or(Wanted::Shortest, |precision| Wanted::Significant(precision + 1));
            let decimal = decimal(magnitude, single, &wanted);
            let precision = precision.unwrap_or(decimal.digits.len().saturating_sub(1));
            scientific(&decimal, precision, verb)
        }
        'f' | 'F' => {
            let wanted = precision.map_or(Wanted::Shortest, Wanted::Places);
            let decimal = decimal(magnitude, single, &wanted);
            let behind = (decimal.digits.len() as i32 - decimal.point).max(0) as usize;
            fixed(&decimal, precision.unwrap_or(behind))
        }
        'b' => binary(magnitude, single),
        'x' | 'X' => hexadecimal(magnitude, precision, verb, single),
        _ => {
            let wanted = precision.map_or(Wanted::Shortest, |precision| Wanted::Significant(precision.max(1)));
            let decimal = decimal(magnitude, single, &wanted);
            let count = decimal.digits.len() as i32;
            let precision = precision.map_or(count, |precision| precision.max(1) as i32);
            let mut threshold = precision;
            if threshold > count && count >= decimal.point {
                threshold = count;
            }
            if matches!(wanted, Wanted::Shortest) {
                threshold = 6;
            }
            let exponent = decimal.point - 1;
            if exponent < -4 || exponent >= threshold {
                let precision = precision.min(count);
                let letter = if verb == 'G' { 'E' } else { 'e' };
                scientific(&decimal, (precision - 1).max(0) as usize, letter)
            } else {
                let precision = if precision > decimal.point { count } else { precision };
                fixed(&decimal, (precision - decimal.point).max(0) as usize)
            }
        }
    };
    format!("{sign}{body}")
}

/// A number as Go prints it with `%v`.
#[must_use]
pub fn shortest(number: f64, single: bool) -> String {
    append_float(number, 'g', None, single)
}

/// Mantissa and binary exponent: the number is `mantissa × 2^exponent`.
fn parts(magnitude: f64, single: bool) -> (u64, i32) {
    if single {
        let bits = (magnitude as f32).to_bits();
        let exponent = (bits >> 23 & 0xff) as i32;
        let mantissa = u64::from(bits & 0x7f_ffff);
        if exponent == 0 { (mantissa, -149) } else { (mantissa | 1 << 23, exponent - 150) }
    } else {
        let bits = magnitude.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as i32;
        let mantissa = bits & ((1 << 52) - 1);
        if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) }
    }
}

fn binary(magnitude: f64, single: bool) -> String {
    let (mantissa, exponent) = parts(magnitude, single);
    format!("{mantissa}p{}{}", if exponent >= 0 { "+" } else { "-" }, exponent.unsigned_abs())
}

fn hexadecimal(magnitude: f64, precision: Option<usize>, verb: char, single: bool) -> String {
    let (mut mantissa, mut exponent) = parts(magnitude, single);
    if mantissa == 0 {
        exponent = 0;
    } else {
        // One bit before the point: move the leading bit to bit 60.
        let shift = mantissa.leading_zeros() as i32 - 3;
        mantissa <<= shift;
        exponent += 60 - shift;
    }
    if let Some(precision) = precision
        && precision < 15
    {
        let shift = precision * 4;
        let extra = (mantissa << shift) & ((1 << 60) - 1);
        mantissa >>= 60 - shift;
        if extra | (mantissa & 1) > 1 << 59 {
            mantissa += 1;
        }
        mantissa <<= 60 - shift;
        if mantissa & 1 << 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut text = format!("0x{}", mantissa >> 60 & 1);
    let mut rest = format!("{:015x}", mantissa & ((1 << 60) - 1));
    match precision {
        Some(precision) => {
            while rest.len() < precision {
                rest.push('0');
            }
            rest.truncate(precision);
        }
        None => rest.truncate(rest.trim_end_matches('0').len()),
    }
    if !rest.is_empty() {
        text.push('.');
        text.push_str(&rest);
    }
    text.push_str(&format!("p{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.unsigned_abs()));
    if verb == 'X' { text.to_uppercase() } else { text }
}

impl Printer {
    pub(super) fn float(&mut self, number: f64, single: bool, verb: char, value: &Value) {
        let (format, default) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'F' | 'e' | 'E' => (if verb == 'F' { 'f' } else { verb }, Some(6)),
            _ => return self.bad_verb(verb, value),
        };
        let precision = self.flags.precision.or(default);
        let mut text = append_float(number, format, precision, single);
        if !text.starts_with(['-', '+']) {
            text.insert(0, '+');
        }
        if self.flags.space && text.starts_with('+') && !self.flags.plus {
            text.replace_range(0..1, " ");
        }
        if text[1..].starts_with(['I', 'N']) {
            let shown =
                if text[1..].starts_with('N') && !self.flags.space && !self.flags.plus { &text[1..] } else { &text };
            let shown = shown.to_owned();
            return self.without_zero(|printer| printer.pad(shown.as_bytes()));
        }
        if self.flags.sharp && format != 'b' {
            text = with_point(&text, format, precision);
        }
        if self.flags.plus || !text.starts_with('+') {
            if self.flags.zero && !self.flags.minus && self.flags.width.is_some_and(|width| width > text.len()) {
                let count = self.flags.width.unwrap_or(0) - text.len();
                self.bytes(&text.as_bytes()[..1]);
                self.padding(count);
                self.bytes(&text.as_bytes()[1..]);
                return;
            }
            return self.pad(text.as_bytes());
        }
        self.pad(&text.as_bytes()[1..]);
    }
}

/// What the `#` flag does: always a decimal point, and for `%g` the zeros that fill the precision.
fn with_point(text: &str, verb: char, precision: Option<usize>) -> String {
    let mut missing = match verb {
        'g' | 'G' | 'x' => precision.map_or(6, |precision| precision as i64),
        _ => 0,
    };
    let exponent_at = text.find(|character| match verb {
        'x' | 'X' => matches!(character, 'p' | 'P'),
        _ => matches!(character, 'e' | 'E' | 'p' | 'P'),
    });
    let (number, tail) = text.split_at(exponent_at.unwrap_or(text.len()));
    let mut seen = false;
    for byte in number.bytes().skip(1).filter(|byte| *byte != b'.') {
        seen |= byte != b'0';
        missing -= i64::from(seen);
    }
    let mut out = number.to_owned();
    if !number.contains('.') {
        if number.len() == 2 && number.ends_with('0') {
            missing -= 1;
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', usize::try_from(missing).unwrap_or(0)));
    out.push_str(tail);
    out
}
