//! Sprig's questions about values and choices between them, and Go's reflection as far as they need it.

use super::args::{any, rest, text};
use super::{Class, Function, row};
use crate::template::call::{Call, Failure};
use crate::template::value::{Key, Type, Value};

const STR: Type = Type::String;
const ANY: Type = Type::Any;

pub(super) static FUNCTIONS: &[Function] = &[
    row("default", &[ANY, ANY], ANY, Class::Select, default).variadic(),
    row("empty", &[ANY], Type::Bool, Class::Test, is_empty),
    row("coalesce", &[ANY], ANY, Class::Select, coalesce).variadic(),
    row("all", &[ANY], Type::Bool, Class::Test, all).variadic(),
    row("any", &[ANY], Type::Bool, Class::Test, any_of).variadic(),
    row("ternary", &[ANY, ANY, Type::Bool], ANY, Class::Select, ternary),
    row("fail", &[STR], STR, Class::Opaque, fail),
    // Called with unknown values too: their types are known.
    row("typeOf", &[ANY], STR, Class::Select, type_of),
    row("typeIs", &[STR, ANY], Type::Bool, Class::Select, type_is),
    row("typeIsLike", &[STR, ANY], Type::Bool, Class::Select, type_is_like),
    row("kindOf", &[ANY], STR, Class::Select, kind_of),
    row("kindIs", &[STR, ANY], Type::Bool, Class::Select, kind_is),
    row("deepEqual", &[ANY, ANY], Type::Bool, Class::Test, deep_equal_values),
];

/// Sprig's emptiness: absences, zero, false, and what has no items. Unknown values count as given.
pub(super) fn empty(value: &Value) -> bool {
    match value {
        Value::Object(_) | Value::Time(_) | Value::Unknown(..) => false,
        other => !other.truth(),
    }
}

/// `reflect.Kind` of a value as text.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::NoValue | Value::Nil => "invalid",
        Value::Object(object) => match object.type_name().0 {
            name if name.starts_with('*') => "ptr",
            "time.Month" | "time.Weekday" => "int",
            "complex128" => "complex128",
            name if name.starts_with('[') => "slice",
            _ => "struct",
        },
        Value::Unknown(kind, _) => kind_of_type(*kind),
        other => other.type_of().map_or("invalid", kind_of_type),
    }
}

fn kind_of_type(kind: Type) -> &'static str {
    use crate::template::value::{IntKind, UintKind};
    match kind {
        Type::Any | Type::Reflect | Type::Error => "interface",
        Type::Bool => "bool",
        Type::Int(IntKind::Int) => "int",
        Type::Int(IntKind::Int8) => "int8",
        Type::Int(IntKind::Int16) => "int16",
        Type::Int(IntKind::Int32) => "int32",
        Type::Int(IntKind::Int64) | Type::Duration => "int64",
        Type::Uint(UintKind::Uint) => "uint",
        Type::Uint(UintKind::Uint8) => "uint8",
        Type::Uint(UintKind::Uint16) => "uint16",
        Type::Uint(UintKind::Uint32) => "uint32",
        Type::Uint(UintKind::Uint64) => "uint64",
        Type::Float32 => "float32",
        Type::Float64 => "float64",
        Type::String => "string",
        Type::Bytes | Type::List(_) => "slice",
        Type::Map(_) => "map",
        Type::Time => "struct",
        Type::Named(name) if name.0.starts_with('*') => "ptr",
        Type::Named(_) => "struct",
    }
}

fn default(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    match args.get(1) {
        Some(given) if !empty(given) => Ok(given.clone()),
        _ => Ok(any(args, 0)),
    }
}

fn is_empty(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(empty(&any(args, 0))))
}

fn coalesce(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(args.iter().find(|value| !empty(value)).cloned().unwrap_or(Value::Nil))
}

fn all(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(!args.iter().any(empty)))
}

fn any_of(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(args.iter().any(|value| !empty(value))))
}

fn ternary(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let yes = matches!(args.get(2), Some(Value::Bool(true)));
    Ok(any(args, usize::from(!yes)))
}

fn fail(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Err(Failure::new(text(args, 0).as_bytes()))
}

/// `%T` of a value.
pub(super) fn type_name(value: &Value) -> String {
    value.type_of().map_or_else(|| "<nil>".to_owned(), |kind| kind.to_string())
}

/// Whether not even the type is known.
fn untyped(value: &Value) -> bool {
    matches!(value, Value::Unknown(Type::Any | Type::Reflect, _))
}

fn type_of(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if args.iter().any(untyped) {
        return Ok(call.unknown(STR));
    }
    Ok(call.derived_value(type_name(&any(args, 0))))
}

fn type_is(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if args.iter().any(untyped) {
        return Ok(call.unknown(Type::Bool));
    }
    Ok(Value::Bool(text(args, 0).as_bytes() == type_name(&any(args, 1)).as_bytes()))
}

fn type_is_like(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if args.iter().any(untyped) {
        return Ok(call.unknown(Type::Bool));
    }
    let wanted = text(args, 0);
    let name = type_name(&any(args, 1));
    let same = wanted.as_bytes() == name.as_bytes();
    let pointer = name.strip_prefix('*').is_some_and(|inner| inner.as_bytes() == wanted.as_bytes());
    Ok(Value::Bool(same || pointer))
}

fn kind_of(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if args.iter().any(untyped) {
        return Ok(call.unknown(STR));
    }
    Ok(call.derived_value(kind(&any(args, 0))))
}

fn kind_is(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if args.iter().any(untyped) {
        return Ok(call.unknown(Type::Bool));
    }
    Ok(Value::Bool(text(args, 0).as_bytes() == kind(&any(args, 1)).as_bytes()))
}

fn deep_equal_values(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [left, right, ..] = args else { return Ok(Value::Bool(rest(args, 1).is_empty())) };
    Ok(Value::Bool(deep_equal(left, right)))
}

/// The deepest comparison; beyond it values count as different.
const MAX_DEPTH: usize = 1000;

/// Go's `reflect.DeepEqual`.
pub(super) fn deep_equal(left: &Value, right: &Value) -> bool {
    equal_at(left, right, 0)
}

fn equal_at(left: &Value, right: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match (left, right) {
        (a, b) if a.is_nil() || b.is_nil() => a.is_nil() && b.is_nil(),
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(kind, a), Value::Int(same, b)) => kind == same && a == b,
        (Value::Uint(kind, a), Value::Uint(same, b)) => kind == same && a == b,
        (Value::Float32(a), Value::Float32(b)) => a == b,
        (Value::Float64(a), Value::Float64(b)) => a == b,
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Duration(a), Value::Duration(b)) => a == b,
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            if a.element() != b.element() || a.is_nil() != b.is_nil() || a.len() != b.len() {
                return false;
            }
            // The same memory is equal without a look, even with NaN in it.
            a.same(b) || a.iter().zip(b.iter()).all(|(a, b)| equal_at(a, b, depth + 1))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.kind() != b.kind() || a.is_nil() != b.is_nil() || a.len() != b.len() {
                return false;
            }
            if a.same(b) {
                return true;
            }
            let same_entry =
                |key: &Key, value: &Value| b.get(key).is_some_and(|other| equal_at(value, &other, depth + 1));
            a.items().iter().all(|(key, value)| same_entry(key, value))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.type_name() == b.type_name()
                && (std::rc::Rc::ptr_eq(a, b) || a.string().is_some_and(|s| Some(s) == b.string()))
        }
        _ => false,
    }
}
