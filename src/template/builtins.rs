//! Go's own template functions: comparison, `and`/`or`/`not`, `index`, `len`, `call`, `print…`, `html`, `js`, `urlquery`.
//!
//! They are found when a dialect's function table has no function of that name. `and` and `or` stop at the first argument that decides, from Go 1.18 on; the
//! evaluator does that. Results and error texts are Go's.

use super::call::{Call, Failure};
use super::format::Printer;
use super::functions::gotime::methods::named_int;
use super::functions::{Class, Function, Run};
use super::text::{Origin, Text};
use super::unicode::{decode, is_print};
use super::value::{IntKind, Key, MapKind, Type, UintKind, Value};
use crate::dialect::Dialect;

const fn row(
    name: &'static str,
    params: &'static [Type],
    variadic: bool,
    result: Type,
    class: Class,
    run: Run,
) -> Function {
    Function { name, dialects: &Dialect::ALL, params, variadic, result, class, run }
}

const VALUE: Type = Type::Reflect;
const TWO: &[Type] = &[VALUE, VALUE];
const ONE: &[Type] = &[VALUE];
const ANY: &[Type] = &[Type::Any];

static BUILTINS: &[Function] = &[
    row("and", TWO, true, VALUE, Class::Select, and),
    row("or", TWO, true, VALUE, Class::Select, or),
    row("not", ONE, false, Type::Bool, Class::Test, not),
    row("eq", TWO, true, Type::Bool, Class::Test, eq),
    row("ne", TWO, false, Type::Bool, Class::Test, ne),
    row("lt", TWO, false, Type::Bool, Class::Test, lt),
    row("le", TWO, false, Type::Bool, Class::Test, le),
    row("gt", TWO, false, Type::Bool, Class::Test, gt),
    row("ge", TWO, false, Type::Bool, Class::Test, ge),
    row("index", TWO, true, VALUE, Class::Select, index),
    row("slice", TWO, true, VALUE, Class::Cut, slice),
    row("len", ONE, false, Type::INT, Class::Select, len),
    row("call", TWO, true, VALUE, Class::Run, call),
    row("print", ANY, true, Type::String, Class::Join, print),
    row("println", ANY, true, Type::String, Class::Join, println),
    row("printf", &[Type::String, Type::Any], true, Type::String, Class::Join, printf),
    row("html", ANY, true, Type::String, Class::Join, html),
    row("js", ANY, true, Type::String, Class::Join, js),
    row("urlquery", ANY, true, Type::String, Class::Join, urlquery),
];

/// The built-in function of that name.
#[must_use]
pub fn lookup(name: &str) -> Option<&'static Function> {
    BUILTINS.iter().find(|function| function.name == name)
}

/// Whether it is Go's `and` or `or`: the truth that ends the evaluation.
pub(super) fn deciding_truth(function: &Function) -> Option<bool> {
    match function.name {
        "and" if std::ptr::eq(function, &raw const BUILTINS[0]) => Some(false),
        "or" if std::ptr::eq(function, &raw const BUILTINS[1]) => Some(true),
        _ => None,
    }
}

/// Whether it is Go's `call`.
pub(super) fn is_call(function: &Function) -> bool {
    function.name == "call"
}

fn and(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(args.iter().find(|value| !value.truth()).or(args.last()).cloned().unwrap_or_default())
}

fn or(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(args.iter().find(|value| value.truth()).or(args.last()).cloned().unwrap_or_default())
}

fn not(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!args.first().is_some_and(Value::truth)))
}

/// What comparison functions tell apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Complex,
    Int,
    Float,
    String,
    Uint,
}

fn basic(value: &Value) -> Option<Basic> {
    Some(match value {
        Value::Bool(_) => Basic::Bool,
        Value::Int(..) | Value::Duration(_) => Basic::Int,
        Value::Uint(..) => Basic::Uint,
        Value::Float32(_) | Value::Float64(_) => Basic::Float,
        Value::Str(_) => Basic::String,
        Value::Object(object) if object.type_name().0 == "complex128" => Basic::Complex,
        Value::Object(object) if named_int(object.as_ref()).is_some() => Basic::Int,
        _ => return None,
    })
}

fn type_name(value: &Value) -> String {
    value.type_of().map(|kind| kind.to_string()).unwrap_or_default()
}

/// The type behind a pointer, which Go's functions look at.
fn pointee(value: &Value) -> String {
    type_name(value).trim_start_matches('*').to_owned()
}

/// A value as Go's `%s` or `%v` prints it in an error text.
fn shown(value: &Value, format: &'static str) -> String {
    let mut printer = Printer::new(Origin::Data, super::text::FrameId::MAIN, 1 << 20);
    printer.printf(&Text::data(format), std::slice::from_ref(value));
    printer.finish().map(|text| text.to_lossy().into_owned()).unwrap_or_default()
}

fn incompatible(call: &Call<'_, '_>, left: &Value, right: &Value) -> Failure {
    // Go 1.24 began to name the types.
    if call.dialect() == Dialect::V3 {
        let text = format!("incompatible types for comparison: {} and {}", type_name(left), type_name(right));
        return Failure::new(text);
    }
    Failure::new("incompatible types for comparison")
}

fn int(value: &Value) -> i64 {
    match value {
        Value::Int(_, number) | Value::Duration(number) => *number,
        Value::Object(object) => named_int(object.as_ref()).unwrap_or(0),
        _ => 0,
    }
}

fn uint(value: &Value) -> u64 {
    match value {
        Value::Uint(_, number) => *number,
        _ => 0,
    }
}

fn float(value: &Value) -> f64 {
    match value {
        Value::Float32(number) => f64::from(*number),
        Value::Float64(number) => *number,
        _ => 0.0,
    }
}

/// Whether a value of a reference type, or an absence, is nil.
fn is_nil(value: &Value) -> bool {
    match value {
        Value::NoValue | Value::Nil | Value::Bytes(None) => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        _ => false,
    }
}

/// What Go's reflection calls the kind of a value that is not basic.
fn kind(value: &Value) -> u8 {
    match value {
        Value::NoValue | Value::Nil => 0,
        Value::Bytes(_) | Value::List(_) => 1,
        Value::Map(_) => 2,
        Value::Object(object) if object.type_name().0.starts_with('*') => 3,
        _ => 4,
    }
}

fn same_basic(kind: Basic, left: &Value, right: &Value) -> bool {
    match kind {
        Basic::Bool => left.truth() == right.truth(),
        Basic::Int => int(left) == int(right),
        Basic::Uint => uint(left) == uint(right),
        Basic::Float => float(left) == float(right),
        Basic::String => left.as_text() == right.as_text(),
        Basic::Complex => shown(left, "%v") == shown(right, "%v"),
    }
}

/// Compares two values that are not basic, as interfaces.
fn same_other(call: &Call<'_, '_>, left: &Value, right: &Value) -> Result<bool, Failure> {
    let kinds = (kind(left), kind(right));
    if kinds.0 != kinds.1 && kinds.0 != 0 && kinds.1 != 0 {
        return Err(Failure::new(format!(
            "non-comparable types {}: {}, {}: {}",
            shown(left, "%s"),
            type_name(left),
            type_name(right),
            shown(right, "%v")
        )));
    }
    if is_nil(left) || is_nil(right) {
        return Ok(is_nil(left) == is_nil(right));
    }
    let _ = call;
    match (left, right) {
        (_, Value::Bytes(_) | Value::List(_) | Value::Map(_)) => {
            Err(Failure::new(format!("non-comparable type {}: {}", shown(right, "%s"), type_name(right))))
        }
        (Value::Time(left), Value::Time(right)) => Ok(left == right),
        (Value::Object(left), Value::Object(right)) => Ok(std::rc::Rc::ptr_eq(left, right)),
        _ => Ok(false),
    }
}

fn equal(call: &Call<'_, '_>, left: &Value, right: &Value) -> Result<bool, Failure> {
    match (basic(left), basic(right)) {
        (Some(Basic::Int), Some(Basic::Uint)) => Ok(u64::try_from(int(left)) == Ok(uint(right))),
        (Some(Basic::Uint), Some(Basic::Int)) => Ok(u64::try_from(int(right)) == Ok(uint(left))),
        (Some(one), Some(other)) if one == other => Ok(same_basic(one, left, right)),
        (None, None) => same_other(call, left, right),
        _ if left.is_nil() || right.is_nil() => Ok(false),
        _ => Err(incompatible(call, left, right)),
    }
}

fn eq(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [left, others @ ..] = args else { return Err(Failure::new("missing argument for comparison")) };
    if others.is_empty() {
        return Err(Failure::new("missing argument for comparison"));
    }
    for right in others {
        if equal(call, left, right)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}

fn ne(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!eq(call, args)?.truth()))
}

fn less(call: &Call<'_, '_>, args: &[Value]) -> Result<bool, Failure> {
    let [left, right] = args else { return Err(Failure::new("missing argument for comparison")) };
    let (Some(one), Some(other)) = (basic(left), basic(right)) else {
        return Err(Failure::new("invalid type for comparison"));
    };
    match (one, other) {
        (Basic::Int, Basic::Uint) => Ok(int(left) < 0 || (int(left) as u64) < uint(right)),
        (Basic::Uint, Basic::Int) => Ok(int(right) >= 0 && uint(left) < int(right) as u64),
        _ if one != other => Err(incompatible(call, left, right)),
        (Basic::Int, _) => Ok(int(left) < int(right)),
        (Basic::Uint, _) => Ok(uint(left) < uint(right)),
        (Basic::Float, _) => Ok(float(left) < float(right)),
        (Basic::String, _) => Ok(left.as_text() < right.as_text()),
        _ => Err(Failure::new("invalid type for comparison")),
    }
}

fn lt(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    less(call, args).map(Value::Bool)
}

fn less_or_equal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<bool, Failure> {
    Ok(less(call, args)? || eq(call, args)?.truth())
}

fn le(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    less_or_equal(call, args).map(Value::Bool)
}

fn gt(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    less_or_equal(call, args).map(|answer| Value::Bool(!answer))
}

fn ge(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    less(call, args).map(|answer| Value::Bool(!answer))
}

/// Position in a list or text. Go checks against the capacity, so one past the end is reported differently.
fn position(index: &Value, length: usize, string: bool) -> Result<usize, Failure> {
    let number = match index {
        Value::Int(_, number) | Value::Duration(number) => *number,
        Value::Uint(_, number) => *number as i64,
        Value::NoValue | Value::Nil => return Err(Failure::new("cannot index slice/array with nil")),
        other => return Err(Failure::new(format!("cannot index slice/array with type {}", type_name(other)))),
    };
    match usize::try_from(number) {
        Ok(number) if number < length => Ok(number),
        Ok(number) if number == length => {
            let what = if string { "string" } else { "slice" };
            Err(Failure::new(format!("reflect: {what} index out of range")))
        }
        _ => Err(Failure::new(format!("index out of range: {number}"))),
    }
}

fn map_key(index: &Value, kind: MapKind) -> Result<Key, Failure> {
    if kind == MapKind::AnyAny {
        return Key::from_value(index)
            .ok_or_else(|| Failure::new(format!("runtime error: hash of unhashable type {}", type_name(index))));
    }
    match index {
        Value::Str(text) => Ok(Key::Str(text.clone())),
        Value::NoValue | Value::Nil => Err(Failure::new("value is nil; should be of type string")),
        other => Err(Failure::new(format!("value has type {}; should be string", type_name(other)))),
    }
}

fn index(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [item, indexes @ ..] = args else { return Err(Failure::new("index of untyped nil")) };
    if item.is_nil() {
        return Err(Failure::new("index of untyped nil"));
    }
    let mut item = item.clone();
    for index in indexes {
        item = match &item {
            Value::NoValue | Value::Nil => return Err(Failure::new("index of nil pointer")),
            Value::Unknown(_, call) => Value::Unknown(Type::Any, *call),
            Value::Str(text) => {
                let at = position(index, text.len(), true)?;
                Value::Uint(UintKind::Uint8, u64::from(text.as_bytes()[at]))
            }
            Value::Bytes(text) => {
                let text = text.clone().unwrap_or_default();
                let at = position(index, text.len(), false)?;
                Value::Uint(UintKind::Uint8, u64::from(text.as_bytes()[at]))
            }
            Value::List(list) => list[position(index, list.len(), false)?].clone(),
            Value::Map(map) => {
                let key = map_key(index, map.kind())?;
                map.get(&key).unwrap_or_else(|| match map.kind() {
                    MapKind::StringString => Value::Str(Text::empty()),
                    _ => Value::Nil,
                })
            }
            other => return Err(Failure::new(format!("can't index item of type {}", pointee(other)))),
        };
    }
    Ok(item)
}

/// Go's `slice`; every dialect of werf puts sprig's function of that name before it.
fn slice(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [item, indexes @ ..] = args else { return Err(Failure::new("slice of untyped nil")) };
    let length = match item {
        Value::NoValue | Value::Nil => return Err(Failure::new("slice of untyped nil")),
        Value::Str(text) => text.len(),
        Value::List(list) => list.len(),
        other => return Err(Failure::new(format!("can't slice item of type {}", type_name(other)))),
    };
    let mut bounds = [0, length];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        *bound = match index {
            Value::Int(IntKind::Int, number) => usize::try_from(*number)
                .ok()
                .filter(|number| *number <= length)
                .ok_or_else(|| Failure::new(format!("index out of range: {number}")))?,
            other => return Err(Failure::new(format!("cannot index slice/array with type {}", type_name(other)))),
        };
    }
    if bounds[0] > bounds[1] {
        return Err(Failure::new(format!("invalid slice index: {} > {}", bounds[0], bounds[1])));
    }
    Ok(match item {
        Value::Str(text) => Value::Str(text.slice(bounds[0]..bounds[1])),
        Value::List(list) => Value::List(super::value::List::new(list.element(), list[bounds[0]..bounds[1]].to_vec())),
        other => other.clone(),
    })
}

fn len(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let length = match args.first() {
        None | Some(Value::NoValue) => {
            return Err(Failure::new("reflect: call of reflect.Value.Type on zero Value"));
        }
        Some(Value::Nil) => return Err(Failure::new("len of nil pointer")),
        Some(Value::Unknown(..)) => return Ok(call.unknown(Type::INT)),
        Some(Value::Str(text) | Value::Bytes(Some(text))) if !call.knows_length(text) => {
            return Ok(call.unknown(Type::INT));
        }
        Some(Value::Str(text)) => text.len(),
        Some(Value::Bytes(text)) => text.as_ref().map_or(0, Text::len),
        Some(Value::List(list)) => list.len(),
        Some(Value::Map(map)) => map.len(),
        Some(other) => return Err(Failure::new(format!("len of type {}", pointee(other)))),
    };
    Ok(Value::int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// No value that templates can have is a function, so every call fails. The evaluator puts the callee's name last.
fn call(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [callee, .., name] = args else { return Err(Failure::new("call of nil")) };
    if callee.is_nil() {
        return Err(Failure::new("call of nil"));
    }
    let kind = type_name(callee);
    match name {
        Value::Str(name) if call.dialect() >= Dialect::V2 => {
            Err(Failure::new(format!("non-function {} of type {kind}", name.to_lossy())))
        }
        _ => Err(Failure::new(format!("non-function of type {kind}"))),
    }
}

fn printer(call: &mut Call<'_, '_>) -> Printer {
    let origin = Origin::Derived(call.id());
    Printer::new(origin, call.frame(), call.limits().allocation)
}

fn finish(call: &mut Call<'_, '_>, printer: Printer) -> Result<Value, Failure> {
    match printer.finish() {
        Some(text) => {
            call.charge(text.len())?;
            Ok(Value::Str(text))
        }
        None => Err(Failure::budget("allocation")),
    }
}

fn print(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if let [Value::Str(text)] = args {
        return Ok(Value::Str(text.clone()));
    }
    let mut out = printer(call);
    out.print(args);
    finish(call, out)
}

fn println(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut out = printer(call);
    out.println(args);
    finish(call, out)
}

fn printf(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [Value::Str(format), values @ ..] = args else { return Err(Failure::new("printf: bad arguments")) };
    let mut out = printer(call);
    out.printf(format, values);
    finish(call, out)
}

/// The arguments as one text; an absent one is `<no value>`.
fn joined(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Text, Failure> {
    if let [Value::Str(text)] = args {
        return Ok(text.clone());
    }
    let mut out = printer(call);
    let no_value = call.derived("<no value>");
    // The stand-in is a string for Go as well, which decides about spaces.
    let args: Vec<Value> =
        args.iter().map(|value| if value.is_nil() { Value::Str(no_value.clone()) } else { value.clone() }).collect();
    out.print(&args);
    match finish(call, out)? {
        Value::Str(text) => Ok(text),
        _ => Ok(Text::empty()),
    }
}

/// Copies a text, replacing characters for which `escape` gives something.
fn escaped(
    call: &mut Call<'_, '_>,
    text: &Text,
    escape: impl Fn(char, &[u8]) -> Option<String>,
) -> Result<Value, Failure> {
    let bytes = text.as_bytes();
    call.charge(bytes.len().saturating_mul(6))?;
    let mut out = call.builder();
    let (mut copied, mut at) = (0, 0);
    while let Some((character, length)) = decode(&bytes[at..]) {
        if let Some(replacement) = escape(character, &bytes[at..at + length]) {
            out.push(&text.slice(copied..at));
            call.derive(&mut out, replacement.as_bytes());
            copied = at + length;
        }
        at += length;
    }
    if copied == 0 {
        return Ok(Value::Str(text.clone()));
    }
    out.push(&text.slice(copied..at));
    Ok(Value::Str(out.build()))
}

fn html(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let text = joined(call, args)?;
    escaped(call, &text, |character, _| {
        let replacement = match character {
            '\0' => "\u{fffd}",
            '"' => "&#34;",
            '\'' => "&#39;",
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            _ => return None,
        };
        Some(replacement.to_owned())
    })
}

fn js(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let text = joined(call, args)?;
    escaped(call, &text, |character, _| {
        let replacement = match character {
            '\\' => "\\\\".to_owned(),
            '\'' => "\\'".to_owned(),
            '"' => "\\\"".to_owned(),
            '<' | '>' | '&' | '=' => format!("\\u{:04X}", character as u32),
            _ if character < ' ' => format!("\\u{:04X}", character as u32),
            _ if !character.is_ascii() && !is_print(character) => format!("\\u{:04X}", character as u32),
            _ => return None,
        };
        Some(replacement)
    })
}

fn urlquery(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let text = joined(call, args)?;
    escaped(call, &text, |character, bytes| {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.' | '~') {
            return None;
        }
        if character == ' ' {
            return Some("+".to_owned());
        }
        Some(bytes.iter().map(|byte| format!("%{byte:02X}")).collect())
    })
}
