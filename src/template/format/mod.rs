//! Go's `fmt` package over template values: `%v` of everything, `print`, `println`, `printf`.
//!
//! In: values and a format. Out: a [`TextBuilder`] in which copied strings keep their places and all other bytes belong to the call.
//! Never: output beyond the printer's limit (it stops and says so), recursion deeper than the budget.

mod float;
mod printf;
mod time;

use super::methods::Complex;
use super::text::{FrameId, Origin, Text, TextBuilder};
use super::unicode::{decode, is_print, quote_char_into, quote_with};
use super::value::{Key, List, Map, MapKind, Object, Time, Type, Value};

pub use float::{append_float, shortest};
use time::time_expression;
pub use time::{duration, time_text};

/// Nested lists and maps that are followed.
const DEPTH: usize = 10_000;

#[derive(Clone, Copy, Debug, Default)]
struct Flags {
    width: Option<usize>,
    precision: Option<usize>,
    minus: bool,
    plus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    plus_v: bool,
    sharp_v: bool,
}

/// Prints values into a text.
#[derive(Debug)]
pub struct Printer {
    out: TextBuilder,
    origin: Origin,
    frame: FrameId,
    flags: Flags,
    erroring: bool,
    limit: usize,
    overflow: bool,
}

impl Printer {
    /// A printer whose own bytes have that origin, and which stops at `limit` bytes.
    #[must_use]
    pub fn new(origin: Origin, frame: FrameId, limit: usize) -> Self {
        Self {
            out: TextBuilder::new(),
            origin,
            frame,
            flags: Flags::default(),
            erroring: false,
            limit,
            overflow: false,
        }
    }

    /// The text; `None` when the limit or the depth was reached.
    #[must_use]
    pub fn finish(self) -> Option<Text> {
        if self.overflow { None } else { Some(self.out.build()) }
    }

    /// Go's `fmt.Sprint`: a space between two operands when neither is a string.
    pub fn print(&mut self, values: &[Value]) {
        let mut previous_string = false;
        for (index, value) in values.iter().enumerate() {
            let is_string = matches!(value, Value::Str(_) | Value::Unknown(Type::String, _));
            if index > 0 && !is_string && !previous_string {
                self.bytes(b" ");
            }
            self.argument(value, 'v');
            previous_string = is_string;
        }
    }

    /// Go's `fmt.Sprintln`.
    pub fn println(&mut self, values: &[Value]) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.bytes(b" ");
            }
            self.argument(value, 'v');
        }
        self.bytes(b"\n");
    }

    fn room(&mut self, length: usize) -> bool {
        if self.out.len().saturating_add(length) > self.limit {
            self.overflow = true;
        }
        !self.overflow
    }

    fn bytes(&mut self, bytes: &[u8]) {
        if self.room(bytes.len()) {
            self.out.push_bytes(bytes, self.origin, self.frame);
        }
    }

    fn text(&mut self, text: &Text) {
        if self.room(text.len()) {
            self.out.push(text);
        }
    }

    fn padding(&mut self, count: usize) {
        let byte = if self.flags.zero && !self.flags.minus { b'0' } else { b' ' };
        if self.room(count) {
            self.bytes(&vec![byte; count]);
        }
    }

    /// Writes bytes, padded to the width counted in characters.
    fn pad(&mut self, bytes: &[u8]) {
        self.pad_with(rune_count(bytes), |printer| printer.bytes(bytes));
    }

    fn pad_with(&mut self, runes: usize, write: impl FnOnce(&mut Self)) {
        let padding = self.flags.width.unwrap_or(0).saturating_sub(runes);
        if padding > 0 && !self.flags.minus {
            self.padding(padding);
        }
        write(self);
        if padding > 0 && self.flags.minus {
            self.padding(padding);
        }
    }

    fn without_zero(&mut self, write: impl FnOnce(&mut Self)) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        write(self);
        self.flags.zero = zero;
    }

    fn bad_verb(&mut self, verb: char, value: &Value) {
        self.erroring = true;
        self.bytes(format!("%!{verb}(").as_bytes());
        match value.type_of() {
            Some(kind) => {
                self.bytes(format!("{kind}=").as_bytes());
                self.argument(value, 'v');
            }
            None => self.bytes(b"<nil>"),
        }
        self.bytes(b")");
        self.erroring = false;
    }

    /// Prints one operand.
    fn argument(&mut self, value: &Value, verb: char) {
        match (value, verb) {
            (Value::NoValue | Value::Nil, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::NoValue | Value::Nil, _) => self.bad_verb(verb, value),
            (_, 'T') => {
                let name = value.type_of().map(|kind| kind.to_string()).unwrap_or_default();
                self.string(&Text::new(name, self.origin, self.frame), 's', value);
            }
            (Value::Bytes(_) | Value::List(_) | Value::Map(_), 'p') => self.pad(b"0xc000012345"),
            (_, 'p') => self.bad_verb(verb, value),
            // Values whose methods are asked; only `Errorf` knows this verb.
            (Value::List(_) | Value::Map(_) | Value::Time(_) | Value::Object(_), 'w') => {
                self.bad_verb(verb, value);
            }
            _ => self.value(value, verb, 0),
        }
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) {
        if depth > DEPTH {
            self.overflow = true;
        }
        if self.overflow {
            return;
        }
        match value {
            Value::NoValue | Value::Nil if self.flags.sharp_v => self.bytes(b"interface {}(nil)"),
            Value::NoValue | Value::Nil => self.bytes(b"<nil>"),
            Value::Bool(truth) => match verb {
                't' | 'v' => self.pad(if *truth { b"true" } else { b"false" }),
                _ => self.bad_verb(verb, value),
            },
            Value::Int(_, number) => self.integer(*number as u64, true, verb, value),
            Value::Uint(_, number) => self.integer(*number, false, verb, value),
            Value::Float32(number) => self.float(f64::from(*number), true, verb, value),
            Value::Float64(number) => self.float(*number, false, verb, value),
            Value::Str(text) => self.string(text, verb, value),
            Value::Bytes(bytes) => self.byte_slice(bytes.as_ref(), verb, depth, value),
            Value::Duration(nanos) => {
                if self.takes_string(verb) {
                    let text = Text::new(duration(*nanos), self.origin, self.frame);
                    self.string(&text, verb, value);
                } else {
                    self.integer(*nanos as u64, true, verb, value);
                }
            }
            Value::Time(time) => self.time(time, verb, depth, value),
            Value::List(list) => self.list(list, verb, depth),
            Value::Map(map) => self.map(map, verb, depth),
            Value::Object(object) => self.object(object.as_ref(), verb, depth, value),
            Value::Unknown(_, call) => {
                let text = placeholder(value, *call, self.frame);
                self.pad_with(rune_count(text.as_bytes()), |printer| printer.text(&text));
            }
        }
    }

    /// Whether the methods `String` and `Error` are used.
    fn takes_string(&self, verb: char) -> bool {
        !self.erroring && !self.flags.sharp_v && matches!(verb, 'v' | 's' | 'x' | 'X' | 'q')
    }

    fn nested(&mut self, value: &Value, verb: char, depth: usize) {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.value(value, verb, depth + 1));
    }

    fn list(&mut self, list: &List, verb: char, depth: usize) {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.bytes(list.list_type().to_string().as_bytes());
            if list.is_nil() {
                return self.bytes(b"(nil)");
            }
        }
        self.bytes(if sharp { b"{" } else { b"[" });
        for (index, item) in list.iter().enumerate() {
            if index > 0 {
                self.bytes(if sharp { b", " } else { b" " });
            }
            self.nested(item, verb, depth);
        }
        self.bytes(if sharp { b"}" } else { b"]" });
    }

    fn map(&mut self, map: &Map, verb: char, depth: usize) {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.bytes(Type::Map(map.kind()).to_string().as_bytes());
            if map.is_nil() {
                return self.bytes(b"(nil)");
            }
            self.bytes(b"{");
        } else {
            self.bytes(b"map[");
        }
        for (index, (key, item)) in map.items().iter().enumerate() {
            if index > 0 {
                self.bytes(if sharp { b", " } else { b" " });
            }
            match (map.kind(), key) {
                (MapKind::AnyAny, Key::Nil) if sharp => self.bytes(b"interface {}(nil)"),
                _ => self.nested(&key.to_value(), verb, depth),
            }
            self.bytes(b":");
            self.nested(item, verb, depth);
        }
        self.bytes(if sharp { b"}" } else { b"]" });
    }

    fn complex(&mut self, complex: &Complex, verb: char, value: &Value) {
        if !matches!(verb, 'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E') {
            return self.bad_verb(verb, value);
        }
        self.bytes(b"(");
        self.float(complex.real, false, verb, value);
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.float(complex.imaginary, false, verb, value);
        self.flags.plus = plus;
        self.bytes(b"i)");
    }

    fn object(&mut self, object: &dyn Object, verb: char, depth: usize, value: &Value) {
        if let Some(complex) = object.as_any().downcast_ref::<Complex>() {
            return self.complex(complex, verb, value);
        }
        if self.takes_string(verb)
            && let Some(text) = object.string()
        {
            let text = Text::new(text, self.origin, self.frame);
            return self.string(&text, verb, value);
        }
        let name = object.type_name().0;
        if name.starts_with('*') {
            if depth > 0 {
                return self.pad(b"0xc000012345");
            }
            self.bytes(b"&");
        }
        let fields = object.fields();
        self.fields(name.trim_start_matches('*'), &fields, verb, depth);
    }

    fn fields(&mut self, name: &str, fields: &[(&'static str, Value)], verb: char, depth: usize) {
        let sharp = self.flags.sharp_v;
        if sharp {
            self.bytes(name.as_bytes());
        }
        self.bytes(b"{");
        for (index, (name, field)) in fields.iter().enumerate() {
            if index > 0 {
                self.bytes(if sharp { b", " } else { b" " });
            }
            if sharp || self.flags.plus_v {
                self.bytes(format!("{name}:").as_bytes());
            }
            self.nested(field, verb, depth);
        }
        self.bytes(b"}");
    }

    fn time(&mut self, time: &Time, verb: char, depth: usize, value: &Value) {
        if self.takes_string(verb) {
            let text = Text::new(time_text(time), self.origin, self.frame);
            return self.string(&text, verb, value);
        }
        if self.flags.sharp_v && !self.erroring {
            return self.bytes(time_expression(time).as_bytes());
        }
        // The struct behind `time.Time`; its zone is a pointer, nil for UTC.
        let wall = Value::Uint(super::value::UintKind::Uint64, u64::from(time.nanos));
        let ext = Value::int64(time.seconds.wrapping_add(62_135_596_800));
        let names = self.flags.plus_v;
        self.bytes(b"{");
        self.bytes(if names { b"wall:" } else { b"" });
        self.nested(&wall, verb, depth);
        self.bytes(if names { b" ext:" } else { b" " });
        self.nested(&ext, verb, depth);
        self.bytes(if names { b" loc:" } else { b" " });
        match verb {
            'v' => self.pad(b"<nil>"),
            'b' | 'o' | 'd' | 'x' | 'X' => self.integer(0, false, verb, value),
            _ => {
                self.bytes(format!("%!{verb}(*time.Location=").as_bytes());
                self.pad(b"<nil>");
                self.bytes(b")");
            }
        }
        self.bytes(b"}");
    }

    fn string(&mut self, text: &Text, verb: char, value: &Value) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => {
                let text = self.truncated(text);
                self.pad_with(rune_count(text.as_bytes()), |printer| printer.text(&text));
            }
            'x' => self.hexadecimal(text.as_bytes(), b"0123456789abcdefx"),
            'X' => self.hexadecimal(text.as_bytes(), b"0123456789ABCDEFX"),
            'q' => self.quoted(text),
            _ => self.bad_verb(verb, value),
        }
    }

    fn truncated(&self, text: &Text) -> Text {
        let Some(precision) = self.flags.precision else { return text.clone() };
        let bytes = text.as_bytes();
        let mut length = 0;
        for _ in 0..precision {
            let Some((_, step)) = decode(&bytes[length..]) else { break };
            length += step;
        }
        text.slice(0..length)
    }

    fn quoted(&mut self, text: &Text) {
        let text = self.truncated(text);
        let bytes = text.as_bytes();
        if self.flags.sharp && can_backquote(bytes) {
            return self.pad_with(rune_count(bytes) + 2, |printer| {
                printer.bytes(b"`");
                printer.text(&text);
                printer.bytes(b"`");
            });
        }
        let quoted = quote_with(bytes, '"', self.flags.plus);
        if quoted.len() == bytes.len() + 2 {
            return self.pad_with(rune_count(bytes) + 2, |printer| {
                printer.bytes(b"\"");
                printer.text(&text);
                printer.bytes(b"\"");
            });
        }
        self.pad(quoted.as_bytes());
    }

    fn hexadecimal(&mut self, bytes: &[u8], digits: &[u8; 17]) {
        let length = self.flags.precision.map_or(bytes.len(), |precision| precision.min(bytes.len()));
        if length == 0 {
            let width = self.flags.width.unwrap_or(0);
            return self.padding(width);
        }
        let mut out = Vec::with_capacity(length * 2 + 2);
        let prefix = [b'0', digits[16]];
        if self.flags.sharp {
            out.extend(prefix);
        }
        for (index, byte) in bytes[..length].iter().enumerate() {
            if self.flags.space && index > 0 {
                out.push(b' ');
                if self.flags.sharp {
                    out.extend(prefix);
                }
            }
            out.push(digits[usize::from(byte >> 4)]);
            out.push(digits[usize::from(byte & 15)]);
        }
        self.pad(&out);
    }

    fn byte_slice(&mut self, bytes: Option<&Text>, verb: char, depth: usize, value: &Value) {
        let empty = Text::empty();
        let text = bytes.unwrap_or(&empty);
        match verb {
            'v' | 'd' if self.flags.sharp_v => {
                self.bytes(if depth == 0 { b"[]byte" } else { b"[]uint8" });
                if bytes.is_none() {
                    return self.bytes(b"(nil)");
                }
                let items: Vec<String> = text.as_bytes().iter().map(|byte| format!("0x{byte:x}")).collect();
                self.bytes(format!("{{{}}}", items.join(", ")).as_bytes());
            }
            's' | 'x' | 'X' | 'q' => self.string(text, verb, value),
            _ => {
                self.bytes(b"[");
                for (index, byte) in text.as_bytes().to_vec().into_iter().enumerate() {
                    if index > 0 {
                        self.bytes(b" ");
                    }
                    let item = Value::Uint(super::value::UintKind::Uint8, u64::from(byte));
                    self.integer(u64::from(byte), false, verb, &item);
                }
                self.bytes(b"]");
            }
        }
    }

    fn integer(&mut self, number: u64, signed: bool, verb: char, value: &Value) {
        match verb {
            'v' if self.flags.sharp_v && !signed => self.bytes(format!("0x{number:x}").as_bytes()),
            'v' | 'd' => self.digits(number, 10, signed, verb, false),
            'b' => self.digits(number, 2, signed, verb, false),
            'o' | 'O' => self.digits(number, 8, signed, verb, false),
            'x' => self.digits(number, 16, signed, verb, false),
            'X' => self.digits(number, 16, signed, verb, true),
            'c' => {
                let mut buffer = [0; 4];
                let bytes = rune(number).encode_utf8(&mut buffer).as_bytes().to_vec();
                self.pad(&bytes);
            }
            'q' => {
                let mut quoted = String::from("'");
                quote_char_into(&mut quoted, rune(number), '\'', self.flags.plus);
                quoted.push('\'');
                self.pad(quoted.as_bytes());
            }
            'U' => {
                let precision = self.flags.precision.unwrap_or(4).max(4);
                let mut text = format!("U+{number:0precision$X}");
                if self.flags.sharp
                    && let Some(character) = u32::try_from(number).ok().and_then(char::from_u32)
                    && is_print(character)
                {
                    text.push_str(&format!(" '{character}'"));
                }
                self.without_zero(|printer| printer.pad(text.as_bytes()));
            }
            _ => self.bad_verb(verb, value),
        }
    }

    fn digits(&mut self, number: u64, base: u32, signed: bool, verb: char, upper: bool) {
        let negative = signed && (number as i64) < 0;
        let magnitude = if negative { (number as i64).unsigned_abs() } else { number };
        let signs = negative || self.flags.plus || self.flags.space;
        let mut least = 0;
        if let Some(precision) = self.flags.precision {
            least = precision;
            if precision == 0 && magnitude == 0 {
                let width = self.flags.width.unwrap_or(0);
                return self.without_zero(|printer| printer.padding(width));
            }
        } else if self.flags.zero
            && !self.flags.minus
            && let Some(width) = self.flags.width
        {
            least = width.saturating_sub(usize::from(signs));
        }
        let digits = match (base, upper) {
            (2, _) => format!("{magnitude:b}"),
            (8, _) => format!("{magnitude:o}"),
            (16, false) => format!("{magnitude:x}"),
            (16, true) => format!("{magnitude:X}"),
            _ => magnitude.to_string(),
        };
        let mut text = String::new();
        if negative {
            text.push('-');
        } else if self.flags.plus {
            text.push('+');
        } else if self.flags.space {
            text.push(' ');
        }
        if verb == 'O' {
            text.push_str("0o");
        }
        let zeros = least.saturating_sub(digits.len());
        if self.flags.sharp {
            match base {
                2 => text.push_str("0b"),
                8 if zeros == 0 && !digits.starts_with('0') => text.push('0'),
                16 => text.push_str(if upper { "0X" } else { "0x" }),
                _ => {}
            }
        }
        if !self.room(zeros) {
            return;
        }
        text.extend(std::iter::repeat_n('0', zeros));
        text.push_str(&digits);
        self.without_zero(|printer| printer.pad(text.as_bytes()));
    }
}

/// The text that stands for an unknown value of a type: of the right form for YAML.
pub(super) fn placeholder(value: &Value, call: super::text::CallId, frame: FrameId) -> Text {
    let text = match value.type_of() {
        Some(Type::Bool) => "true",
        Some(Type::Int(_) | Type::Uint(_) | Type::Float32 | Type::Float64 | Type::Duration) => "1",
        Some(Type::List(_) | Type::Bytes) => "[]",
        Some(Type::Map(_)) => "map[]",
        _ => "unknown",
    };
    Text::new(text, Origin::Unknown(call), frame)
}

fn rune(number: u64) -> char {
    u32::try_from(number).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Number of characters as Go counts them: a byte that begins none counts one.
pub(super) fn rune_count(bytes: &[u8]) -> usize {
    if bytes.is_ascii() {
        return bytes.len();
    }
    let mut count = 0;
    let mut rest = bytes;
    while let Some((_, length)) = decode(rest) {
        rest = &rest[length..];
        count += 1;
    }
    count
}

/// Whether a text can stand between backquotes unchanged (`strconv.CanBackquote`).
fn can_backquote(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    text.chars()
        .all(|character| character == '\t' || character >= ' ' && !matches!(character, '`' | '\u{7f}' | '\u{feff}'))
}
