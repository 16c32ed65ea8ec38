//! Go's `fmt.Sprintf`: the format language with flags, width, precision, `*` and explicit argument indices.

use super::{Flags, Printer};
use crate::template::text::Text;
use crate::template::unicode::decode;
use crate::template::value::Value;

/// Largest width, precision and index that Go accepts.
const LARGEST: i64 = 1_000_000;

/// The operands and which comes next.
struct Operands<'v> {
    values: &'v [Value],
    next: usize,
    /// An explicit index was used.
    reordered: bool,
    /// The index of the current verb can be used.
    good: bool,
}

/// A decimal number at `at`, before `end`.
fn number(format: &[u8], at: usize, end: usize) -> (Option<usize>, usize) {
    let mut position = at;
    let mut value = 0_i64;
    while position < end && format[position].is_ascii_digit() {
        value = value * 10 + i64::from(format[position] - b'0');
        if value > LARGEST {
            return (None, end);
        }
        position += 1;
    }
    if position == at { (None, at) } else { (usize::try_from(value).ok(), position) }
}

/// What is in brackets at the start: the index, from 0, and how many bytes it takes.
fn index(format: &[u8]) -> (Option<i64>, usize) {
    if format.len() < 3 {
        return (None, 1);
    }
    let Some(close) = format.iter().position(|byte| *byte == b']') else { return (None, 1) };
    match number(format, 1, close) {
        (Some(value), end) if end == close => (Some(value as i64 - 1), close + 1),
        _ => (None, close + 1),
    }
}

impl Operands<'_> {
    /// Reads an explicit index at `at`; whether there is one that can be used.
    fn explicit(&mut self, format: &[u8], at: &mut usize) -> bool {
        if format.get(*at) != Some(&b'[') {
            return false;
        }
        self.reordered = true;
        let (found, length) = index(&format[*at..]);
        *at += length;
        match found.map(usize::try_from) {
            Some(Ok(index)) if index < self.values.len() => {
                self.next = index;
                true
            }
            other => {
                self.good = false;
                other.is_some()
            }
        }
    }

    /// The operand of `*`.
    fn star(&mut self) -> Option<i64> {
        let value = self.values.get(self.next)?;
        self.next += 1;
        let number = match value {
            Value::Int(_, number) | Value::Duration(number) => *number,
            Value::Uint(_, number) => i64::try_from(*number).ok()?,
            _ => return None,
        };
        (-LARGEST..=LARGEST).contains(&number).then_some(number)
    }
}

impl Printer {
    /// Go's `fmt.Sprintf`.
    pub fn printf(&mut self, format: &Text, values: &[Value]) {
        let bytes = format.as_bytes();
        let end = bytes.len();
        let mut operands = Operands { values, next: 0, reordered: false, good: true };
        let mut at = 0;
        while at < end {
            operands.good = true;
            let literal = bytes[at..].iter().position(|byte| *byte == b'%').map_or(end, |length| at + length);
            if literal > at {
                self.text(&format.slice(at..literal));
            }
            at = literal + 1;
            if literal >= end {
                break;
            }
            self.flags = Flags::default();
            at = self.flag_run(bytes, at);
            let mut after_index = operands.explicit(bytes, &mut at);
            if bytes.get(at) == Some(&b'*') {
                at += 1;
                match operands.star() {
                    Some(width) => {
                        self.flags.width = usize::try_from(width.abs()).ok();
                        if width < 0 {
                            self.flags.minus = true;
                            self.flags.zero = false;
                        }
                    }
                    None => self.bytes(b"%!(BADWIDTH)"),
                }
                after_index = false;
            } else {
                (self.flags.width, at) = number(bytes, at, end);
                if after_index && self.flags.width.is_some() {
                    operands.good = false;
                }
            }
            if at + 1 < end && bytes[at] == b'.' {
                at += 1;
                if after_index {
                    operands.good = false;
                }
                after_index = operands.explicit(bytes, &mut at);
                if bytes.get(at) == Some(&b'*') {
                    at += 1;
                    self.flags.precision = operands.star().and_then(|precision| usize::try_from(precision).ok());
                    if self.flags.precision.is_none() {
                        self.bytes(b"%!(BADPREC)");
                    }
                    after_index = false;
                } else {
                    let (precision, next) = number(bytes, at, end);
                    self.flags.precision = Some(precision.unwrap_or(0));
                    at = next;
                }
            }
            if !after_index {
                operands.explicit(bytes, &mut at);
            }
            let Some((verb, length)) = bytes.get(at..).and_then(decode) else {
                self.bytes(b"%!(NOVERB)");
                break;
            };
            let shown = &bytes[at..at + length];
            at += length;
            self.verb(verb, shown, &mut operands);
        }
        if !operands.reordered && operands.next < values.len() {
            self.extra(&values[operands.next..]);
        }
    }

    fn flag_run(&mut self, bytes: &[u8], mut at: usize) -> usize {
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'#' => self.flags.sharp = true,
                b'0' => self.flags.zero = true,
                b'+' => self.flags.plus = true,
                b'-' => self.flags.minus = true,
                b' ' => self.flags.space = true,
                _ => break,
            }
            at += 1;
        }
        at
    }

    fn verb(&mut self, verb: char, shown: &[u8], operands: &mut Operands<'_>) {
        let complain = |printer: &mut Self, what: &[u8]| {
            printer.bytes(b"%!");
            printer.bytes(shown);
            printer.bytes(what);
        };
        if verb == '%' {
            return self.bytes(b"%");
        }
        if !operands.good {
            return complain(self, b"(BADINDEX)");
        }
        let Some(value) = operands.values.get(operands.next) else { return complain(self, b"(MISSING)") };
        operands.next += 1;
        if verb == 'v' {
            self.flags.sharp_v = std::mem::take(&mut self.flags.sharp);
            self.flags.plus_v = std::mem::take(&mut self.flags.plus);
        }
        self.argument(value, verb);
    }

    fn extra(&mut self, values: &[Value]) {
        self.flags = Flags::default();
        self.bytes(b"%!(EXTRA ");
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.bytes(b", ");
            }
            match value.type_of() {
                None => self.bytes(b"<nil>"),
                Some(kind) => {
                    self.bytes(format!("{kind}=").as_bytes());
                    self.argument(value, 'v');
                }
            }
        }
        self.bytes(b")");
    }
}
