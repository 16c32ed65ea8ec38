//! yaml.v2's output (`Marshal`), as werf's `toYaml` and its messages show it.
//!
//! In: a value. Out: block-style YAML with a final newline. The layout is libyaml's: lists in mappings are not indented, long lines
//! fold at blanks once they are wider than 80, strings are quoted when they would read back as something else.

mod order;
mod scalar;

use super::go_syntax::shortest;
use super::resolve::{Resolved, resolve};
use super::typed::format_duration;
use scalar::{Analysis, Quoting};

/// A value to write.
#[derive(Debug)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A signed number.
    Int(i64),
    /// An unsigned number.
    Uint(u64),
    /// A number of 64 bits, printed as the shortest text that reads back.
    Float(f64),
    /// A number of 32 bits, likewise.
    Float32(f32),
    /// A string; bytes that are not UTF-8 are written as `!!binary`.
    Str(Vec<u8>),
    /// A point in time, already in the text form yaml.v2 gives it (RFC 3339 with fraction).
    Time(String),
    /// A `time.Duration` in nanoseconds.
    Duration(i64),
    /// A list.
    Seq(Vec<Value>),
    /// A mapping whose keys yaml.v2 sorts.
    Map(Vec<(Value, Value)>),
    /// A mapping that keeps its order (`yaml.MapSlice`, structures).
    OrderedMap(Vec<(Value, Value)>),
}

impl Drop for Value {
    /// Takes nested values apart one by one, so that depth costs no stack.
    fn drop(&mut self) {
        let mut rest = Vec::new();
        self.take_children(&mut rest);
        while let Some(mut value) = rest.pop() {
            value.take_children(&mut rest);
        }
    }
}

impl Value {
    fn take_children(&mut self, into: &mut Vec<Value>) {
        match self {
            Value::Seq(items) => into.append(items),
            Value::Map(pairs) | Value::OrderedMap(pairs) => {
                into.extend(pairs.drain(..).flat_map(|(key, value)| [key, value]));
            }
            _ => {}
        }
    }
}

/// Which yaml.v2 writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Release {
    /// 2.4.0 (werf 1.2, 2, 3): long lines are folded.
    V2_4,
    /// 2.3.0 (werf 1.1): they are not.
    V2_3,
}

/// Column behind which a line is folded.
const WIDTH: usize = 80;

/// Blanks by which nested collections and continued lines are indented.
const INDENT: i64 = 2;

/// Longest text that may stand before a `:` without `?`, in bytes.
const KEY_LENGTH: usize = 128;

/// Writes a value with a final newline.
#[must_use]
pub fn marshal(value: &Value, release: Release) -> Vec<u8> {
    let width = match release {
        Release::V2_4 => WIDTH,
        Release::V2_3 => usize::MAX,
    };
    let mut emitter = Emitter {
        out: Vec::new(),
        column: 0,
        indent: -1,
        indents: Vec::new(),
        blank_before: true,
        at_indent: true,
        width,
    };
    emitter.document(value);
    emitter.out
}

/// A scalar in the form in which it is written.
struct Text {
    bytes: Vec<u8>,
    quoting: Quoting,
    binary: bool,
}

/// An open collection.
enum Open<'a> {
    Seq(std::slice::Iter<'a, Value>),
    Map { pairs: std::vec::IntoIter<(&'a Value, &'a Value)>, value: Option<(&'a Value, bool)> },
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Root,
    Item,
    /// A key before which no `?` stands.
    SimpleKey,
    /// Another key, or a value.
    Mapping,
}

struct Emitter {
    out: Vec<u8>,
    /// In characters.
    column: usize,
    indent: i64,
    indents: Vec<i64>,
    /// Whether the last thing written separates.
    blank_before: bool,
    /// Whether only indentation and `-`, `?`, `:` stand before the current place in the line.
    at_indent: bool,
    width: usize,
}

impl Emitter {
    fn document(&mut self, root: &Value) {
        let mut open: Vec<Open<'_>> = Vec::new();
        self.node(root, Context::Root, &mut open);
        while let Some(collection) = open.last_mut() {
            match collection {
                Open::Seq(items) => {
                    let Some(item) = items.next() else {
                        self.close(&mut open);
                        continue;
                    };
                    self.write_indent();
                    self.indicator(b"-", true, true);
                    self.node(item, Context::Item, &mut open);
                }
                Open::Map { value: value @ Some(_), .. } => {
                    let Some((node, simple)) = value.take() else { continue };
                    if simple {
                        self.indicator(b":", false, false);
                    } else {
                        self.write_indent();
                        self.indicator(b":", true, true);
                    }
                    self.node(node, Context::Mapping, &mut open);
                }
                Open::Map { pairs, value } => {
                    let Some((key, next)) = pairs.next() else {
                        self.close(&mut open);
                        continue;
                    };
                    self.write_indent();
                    let simple = is_simple_key(key);
                    *value = Some((next, simple));
                    if simple {
                        self.node(key, Context::SimpleKey, &mut open);
                    } else {
                        self.indicator(b"?", true, true);
                        self.node(key, Context::Mapping, &mut open);
                    }
                }
            }
        }
        self.write_indent();
    }

    fn close(&mut self, open: &mut Vec<Open<'_>>) {
        open.pop();
        self.indent = self.indents.pop().unwrap_or(-1);
    }

    fn node<'a>(&mut self, value: &'a Value, context: Context, open: &mut Vec<Open<'a>>) {
        match value {
            Value::Seq(items) if items.is_empty() => self.indicator(b"[]", true, false),
            Value::Map(pairs) | Value::OrderedMap(pairs) if pairs.is_empty() => self.indicator(b"{}", true, false),
            Value::Seq(items) => {
                let in_mapping = matches!(context, Context::Mapping | Context::SimpleKey);
                self.increase_indent(in_mapping && !self.at_indent);
                open.push(Open::Seq(items.iter()));
            }
            Value::Map(pairs) => {
                self.increase_indent(false);
                let pairs = order::sorted(pairs).into_iter();
                open.push(Open::Map { pairs, value: None });
            }
            Value::OrderedMap(pairs) => {
                self.increase_indent(false);
                let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key, value)).collect();
                open.push(Open::Map { pairs: pairs.into_iter(), value: None });
            }
            scalar => self.scalar(&text_of(scalar), context),
        }
    }

    fn increase_indent(&mut self, indentless: bool) {
        self.indents.push(self.indent);
        if self.indent < 0 {
            self.indent = 0;
        } else if !indentless {
            self.indent += INDENT;
        }
    }

    fn scalar(&mut self, text: &Text, context: Context) {
        let analysis = Analysis::new(&text.bytes);
        let simple_key = context == Context::SimpleKey;
        let quoting = analysis.choose(text.quoting, simple_key, text.bytes.is_empty());
        if text.binary {
            if !self.blank_before {
                self.put(b' ');
            }
            self.write(b"!!binary");
            self.blank_before = false;
            self.at_indent = false;
        }
        self.indents.push(self.indent);
        self.indent = if self.indent < 0 { INDENT } else { self.indent + INDENT };
        match quoting {
            Quoting::Plain => self.plain(&text.bytes, !simple_key),
            Quoting::Single => self.single_quoted(&text.bytes, !simple_key),
            Quoting::Double => self.double_quoted(&text.bytes, !simple_key),
            Quoting::Literal => self.literal(&text.bytes),
        }
        self.indent = self.indents.pop().unwrap_or(-1);
    }

    // Characters.

    fn put(&mut self, byte: u8) {
        self.out.push(byte);
        self.column += 1;
    }

    fn put_break(&mut self) {
        self.out.push(b'\n');
        self.column = 0;
    }

    fn write(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.column += bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
    }

    /// Writes a line break of the value; LS and PS stay what they are.
    fn write_break(&mut self, bytes: &[u8]) {
        if bytes == b"\n" {
            self.put_break();
        } else {
            self.out.extend_from_slice(bytes);
            self.column = 0;
        }
    }

    fn write_indent(&mut self) {
        let indent = usize::try_from(self.indent).unwrap_or(0);
        if !self.at_indent || self.column > indent || (self.column == indent && !self.blank_before) {
            self.put_break();
        }
        while self.column < indent {
            self.put(b' ');
        }
        self.blank_before = true;
        self.at_indent = true;
    }

    fn indicator(&mut self, indicator: &[u8], needs_blank: bool, keeps_indent: bool) {
        if needs_blank && !self.blank_before {
            self.put(b' ');
        }
        self.write(indicator);
        self.blank_before = false;
        self.at_indent = self.at_indent && keeps_indent;
    }
}

/// Whether a key may stand before `:` without `?`.
fn is_simple_key(key: &Value) -> bool {
    match key {
        Value::Seq(items) => items.is_empty(),
        Value::Map(pairs) | Value::OrderedMap(pairs) => pairs.is_empty(),
        scalar => {
            let text = text_of(scalar);
            let tag = if text.binary { "!!binary".len() } else { 0 };
            !Analysis::new(&text.bytes).multiline && text.bytes.len() + tag <= KEY_LENGTH
        }
    }
}

fn text_of(value: &Value) -> Text {
    let plain = |text: String| Text { bytes: text.into_bytes(), quoting: Quoting::Plain, binary: false };
    match value {
        Value::Bool(value) => plain(value.to_string()),
        Value::Int(value) => plain(value.to_string()),
        Value::Uint(value) => plain(value.to_string()),
        Value::Float(value) => plain(float(f64::is_nan(*value), *value, &format!("{value:e}"))),
        Value::Float32(value) => plain(float(f32::is_nan(*value), f64::from(*value), &format!("{value:e}"))),
        Value::Time(text) => plain(text.clone()),
        Value::Duration(nanoseconds) => string(format_duration(*nanoseconds).as_bytes()),
        Value::Str(bytes) => string(bytes),
        Value::Null | Value::Seq(_) | Value::Map(_) | Value::OrderedMap(_) => plain("null".to_owned()),
    }
}

fn float(nan: bool, value: f64, scientific: &str) -> String {
    match () {
        () if nan => ".nan".to_owned(),
        () if value == f64::INFINITY => ".inf".to_owned(),
        () if value == f64::NEG_INFINITY => "-.inf".to_owned(),
        () => shortest(scientific),
    }
}

fn string(bytes: &[u8]) -> Text {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let bytes = base64_lines(bytes);
        let quoting = if bytes.contains(&b'\n') { Quoting::Literal } else { Quoting::Plain };
        return Text { bytes, quoting, binary: true };
    };
    let reads_back = matches!(resolve(None, text), Ok(Resolved::Str)) && !is_base60(text);
    let quoting = match reads_back {
        _ if text.contains('\n') => Quoting::Literal,
        true => Quoting::Plain,
        false => Quoting::Double,
    };
    Text { bytes: bytes.to_vec(), quoting, binary: false }
}

/// Base64 in lines of 70; a text that fits one line has no line break.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 70;
    let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes).into_bytes();
    if encoded.len() < LINE {
        return encoded;
    }
    let mut lines = Vec::with_capacity(encoded.len() + encoded.len() / LINE + 1);
    for line in encoded.chunks(LINE) {
        lines.extend_from_slice(line);
        lines.push(b'\n');
    }
    lines
}

/// Numbers to base 60 (`1:30`): yaml.v2 does not read them as numbers, but quotes them for readers that do.
/// `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base60(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, fraction),
        None => (digits, ""),
    };
    let mut parts = whole.split(':');
    let first = parts.next().unwrap_or_default();
    let is_first = first.starts_with(|first: char| first.is_ascii_digit())
        && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut count = 0;
    let are_rest = parts.all(|part| {
        count += 1;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    is_first && are_rest && count > 0 && fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}
