//! yaml.v2's order of keys: numbers by value, then by kind, texts naturally (`a9` before `a10`).

use std::cmp::Ordering;

use super::Value;

/// The pairs of a map in the order in which they are written.
///
/// The library's comparison is not a total order for all texts, so the sort must not rely on one: a merge sort that keeps
/// equal keys in place.
pub(super) fn sorted(pairs: &[(Value, Value)]) -> Vec<(&Value, &Value)> {
    let mut keyed: Vec<(Key, (&Value, &Value))> =
        pairs.iter().map(|(key, value)| (Key::new(key), (key, value))).collect();
    let mut width = 1;
    while width < keyed.len() {
        let mut merged = Vec::with_capacity(keyed.len());
        let mut rest = keyed;
        while !rest.is_empty() {
            let tail = rest.split_off(rest.len().min(2 * width));
            let right = rest.split_off(rest.len().min(width));
            merge(rest, right, &mut merged);
            rest = tail;
        }
        keyed = merged;
        width *= 2;
    }
    keyed.into_iter().map(|(_, pair)| pair).collect()
}

fn merge<T>(left: Vec<(Key, T)>, right: Vec<(Key, T)>, into: &mut Vec<(Key, T)>) {
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let from_right = match (left.peek(), right.peek()) {
            (Some(first), Some(second)) => second.0.is_less(&first.0),
            (None, Some(_)) => true,
            (Some(_), None) => false,
            (None, None) => return,
        };
        into.extend(if from_right { right.next() } else { left.next() });
    }
}

struct Key {
    /// Go's number of the type's kind.
    kind: u8,
    number: Option<f64>,
    exact: i128,
    text: Vec<char>,
}

impl Key {
    fn new(value: &Value) -> Self {
        let number = |kind, number: f64, exact| Self { kind, number: Some(number), exact, text: Vec::new() };
        match value {
            Value::Bool(value) => number(1, f64::from(u8::from(*value)), i128::from(*value)),
            Value::Int(value) | Value::Duration(value) => number(2, *value as f64, i128::from(*value)),
            Value::Uint(value) => number(7, *value as f64, i128::from(*value)),
            Value::Float32(value) => number(13, f64::from(*value), 0),
            Value::Float(value) => number(14, *value, 0),
            Value::Null => Self { kind: 20, number: None, exact: 0, text: Vec::new() },
            Value::Map(_) => Self { kind: 21, number: None, exact: 0, text: Vec::new() },
            Value::Seq(_) | Value::OrderedMap(_) => Self { kind: 23, number: None, exact: 0, text: Vec::new() },
            Value::Str(bytes) => {
                Self { kind: 24, number: None, exact: 0, text: String::from_utf8_lossy(bytes).chars().collect() }
            }
            Value::Time(_) => Self { kind: 25, number: None, exact: 0, text: Vec::new() },
        }
    }

    fn is_less(&self, other: &Self) -> bool {
        if let (Some(a), Some(b)) = (self.number, other.number) {
            if a != b {
                return match (a.is_nan(), b.is_nan()) {
                    (false, false) => a < b,
                    _ if self.kind != other.kind => false,
                    (nan, other_nan) => nan && !other_nan,
                };
            }
            return match self.kind.cmp(&other.kind) {
                Ordering::Equal => self.exact < other.exact,
                different => different == Ordering::Less,
            };
        }
        const STRING: u8 = 24;
        if self.kind != STRING || other.kind != STRING {
            return self.kind < other.kind;
        }
        is_less_naturally(&self.text, &other.text)
    }
}

fn digit(character: char) -> Option<i64> {
    // The library takes every decimal digit of Unicode, and its distance from `0` as its value.
    let is_digit = character.is_ascii_digit() || (!character.is_ascii() && is_other_digit(character));
    is_digit.then(|| i64::from(u32::from(character)) - i64::from(u32::from('0')))
}

/// Decimal digits outside ASCII; `is_numeric` also holds for letters and fractions, which do not come in runs of ten.
fn is_other_digit(character: char) -> bool {
    if !character.is_numeric() {
        return false;
    }
    matches!(u32::from(character),
        0x660..=0x669 | 0x6F0..=0x6F9 | 0x7C0..=0x7C9 | 0x966..=0x96F | 0x9E6..=0x9EF | 0xA66..=0xA6F | 0xAE6..=0xAEF
        | 0xB66..=0xB6F | 0xBE6..=0xBEF | 0xC66..=0xC6F | 0xCE6..=0xCEF | 0xD66..=0xD6F | 0xE50..=0xE59 | 0xED0..=0xED9
        | 0xF20..=0xF29 | 0x1040..=0x1049 | 0x17E0..=0x17E9 | 0x1810..=0x1819 | 0xFF10..=0xFF19)
}

fn is_less_naturally(a: &[char], b: &[char]) -> bool {
    let Some(at) = a.iter().zip(b).position(|(first, second)| first != second) else { return a.len() < b.len() };
    let (first, second) = (a[at], b[at]);
    match (first.is_alphabetic(), second.is_alphabetic()) {
        (true, true) => return first < second,
        (false, false) => {}
        (_, second_is_letter) => return second_is_letter,
    }
    let (mut number_a, mut number_b) = (0_i64, 0_i64);
    if first == '0' || second == '0' {
        // Zeros inside a number count, leading ones do not.
        let inside = a[..at].iter().rev().take_while(|character| digit(**character).is_some()).any(|c| *c != '0');
        if inside {
            (number_a, number_b) = (1, 1);
        }
    }
    let run = |text: &[char], number: &mut i64| {
        let mut end = at;
        while let Some(value) = text.get(end).copied().and_then(digit) {
            *number = number.wrapping_mul(10).wrapping_add(value);
            end += 1;
        }
        end
    };
    let (end_a, end_b) = (run(a, &mut number_a), run(b, &mut number_b));
    if number_a != number_b {
        return number_a < number_b;
    }
    if end_a != end_b {
        return end_a < end_b;
    }
    first < second
}
