//! Sprig's list functions. Lists are immutable, so each makes a new one; items keep their places.

use super::args::{NIL_DEREFERENCE, any, int, rest};
use super::defaults::{deep_equal, empty, kind};
use super::numeric::to_int64;
use super::{Class, Function, row};
use crate::template::call::{Call, Failure};
use crate::template::text::Text;
use crate::template::value::{IntKind, List, Type, UintKind, Value};

const INT: Type = Type::Int(IntKind::Int);
const ANY: Type = Type::Any;
const LIST: Type = Type::ANYS;
const CHUNKS: Type = Type::List(&Type::ANYS);

pub(super) static FUNCTIONS: &[Function] = &[
    row("list", &[ANY], LIST, Class::Join, list).variadic(),
    row("tuple", &[ANY], LIST, Class::Join, list).variadic(),
    row("append", &[ANY, ANY], LIST, Class::Join, append),
    row("push", &[ANY, ANY], LIST, Class::Join, append),
    row("mustAppend", &[ANY, ANY], LIST, Class::Join, append),
    row("mustPush", &[ANY, ANY], LIST, Class::Join, append),
    row("prepend", &[ANY, ANY], LIST, Class::Join, prepend),
    row("mustPrepend", &[ANY, ANY], LIST, Class::Join, prepend),
    row("first", &[ANY], ANY, Class::Select, first),
    row("mustFirst", &[ANY], ANY, Class::Select, first),
    row("last", &[ANY], ANY, Class::Select, last),
    row("mustLast", &[ANY], ANY, Class::Select, last),
    row("rest", &[ANY], LIST, Class::Select, tail),
    row("mustRest", &[ANY], LIST, Class::Select, tail),
    row("initial", &[ANY], LIST, Class::Select, initial),
    row("mustInitial", &[ANY], LIST, Class::Select, initial),
    row("reverse", &[ANY], LIST, Class::Select, reverse),
    row("mustReverse", &[ANY], LIST, Class::Select, reverse),
    row("compact", &[ANY], LIST, Class::Select, compact),
    row("mustCompact", &[ANY], LIST, Class::Select, compact),
    row("uniq", &[ANY], LIST, Class::Select, uniq),
    row("mustUniq", &[ANY], LIST, Class::Select, uniq),
    row("without", &[ANY, ANY], LIST, Class::Select, without).variadic(),
    row("mustWithout", &[ANY, ANY], LIST, Class::Select, without).variadic(),
    row("has", &[ANY, ANY], Type::Bool, Class::Test, has),
    row("mustHas", &[ANY, ANY], Type::Bool, Class::Test, has),
    row("slice", &[ANY, ANY], ANY, Class::Select, slice).variadic(),
    row("mustSlice", &[ANY, ANY], ANY, Class::Select, slice).variadic(),
    row("concat", &[ANY], ANY, Class::Join, concat).variadic(),
    row("chunk", &[INT, ANY], CHUNKS, Class::Join, chunk),
    row("mustChunk", &[INT, ANY], CHUNKS, Class::Join, chunk),
];

/// The items of a `[]byte`.
pub(super) fn byte_values(bytes: Option<&Text>) -> Vec<Value> {
    let bytes = bytes.map_or(&[][..], Text::as_bytes);
    bytes.iter().map(|byte| Value::Uint(UintKind::Uint8, u64::from(*byte))).collect()
}

/// What a list function works on.
enum Items {
    Known(Vec<Value>),
    /// Nobody knows: neither does anyone know the result.
    Unknown,
}

/// The items of a list, or the function's complaint: `verb` stands in "Cannot VERB on type KIND".
fn items(call: &mut Call<'_, '_>, value: &Value, verb: &str) -> Result<Items, Failure> {
    let items = match value {
        Value::List(list) => list.to_vec(),
        Value::Bytes(bytes) => byte_values(bytes.as_ref()),
        Value::Nil | Value::NoValue => return Err(Failure::new(NIL_DEREFERENCE)),
        Value::Unknown(..) => return Ok(Items::Unknown),
        other => return Err(Failure::new(format!("Cannot {verb} on type {}", kind(other)))),
    };
    call.charge(items.len())?;
    Ok(Items::Known(items))
}

macro_rules! known {
    ($call:expr, $items:expr, $result:expr) => {
        match $items {
            Items::Known(items) => items,
            Items::Unknown => return Ok($call.unknown($result)),
        }
    };
}

fn list(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    call.charge(args.len())?;
    Ok(Value::list(args.to_vec()))
}

fn append(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if let [Value::List(list), last] = args {
        call.charge(list.len())?;
        return Ok(Value::List(list.appended(last.clone())));
    }
    let found = items(call, &any(args, 0), "push")?;
    let mut items = known!(call, found, LIST);
    items.push(any(args, 1));
    Ok(Value::list(items))
}

fn prepend(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "prepend")?;
    let mut items = known!(call, found, LIST);
    items.insert(0, any(args, 1));
    Ok(Value::list(items))
}

fn first(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if let [Value::List(list)] = args {
        call.charge(list.len())?;
        return Ok(list.first().cloned().unwrap_or(Value::Nil));
    }
    let found = items(call, &any(args, 0), "find first")?;
    let items = known!(call, found, ANY);
    Ok(items.into_iter().next().unwrap_or(Value::Nil))
}

fn last(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    if let [Value::List(list)] = args {
        call.charge(list.len())?;
        return Ok(list.last().cloned().unwrap_or(Value::Nil));
    }
    let found = items(call, &any(args, 0), "find last")?;
    let items = known!(call, found, ANY);
    Ok(items.into_iter().next_back().unwrap_or(Value::Nil))
}

/// The nil `[]interface {}` that the functions below make of an empty list.
fn nil_list() -> Value {
    Value::List(List::nil(Type::Any))
}

fn tail(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "find rest")?;
    let mut items = known!(call, found, LIST);
    if items.is_empty() {
        return Ok(nil_list());
    }
    items.remove(0);
    Ok(Value::list(items))
}

fn initial(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "find initial")?;
    let mut items = known!(call, found, LIST);
    if items.pop().is_none() {
        return Ok(nil_list());
    }
    Ok(Value::list(items))
}

fn reverse(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "find reverse")?;
    let mut items = known!(call, found, LIST);
    items.reverse();
    Ok(Value::list(items))
}

fn compact(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "compact")?;
    let mut items = known!(call, found, LIST);
    items.retain(|item| !empty(item));
    Ok(Value::list(items))
}

fn contained(call: &mut Call<'_, '_>, items: &[Value], value: &Value) -> Result<bool, Failure> {
    call.charge(items.len())?;
    Ok(items.iter().any(|item| deep_equal(value, item)))
}

fn uniq(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "find uniq")?;
    let items = known!(call, found, LIST);
    let mut kept = Vec::new();
    for item in items {
        if !contained(call, &kept, &item)? {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn without(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let found = items(call, &any(args, 0), "find without")?;
    let items = known!(call, found, LIST);
    let mut kept = Vec::new();
    for item in items {
        if !contained(call, rest(args, 1), &item)? {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn has(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let haystack = any(args, 1);
    if haystack.is_nil() {
        return Ok(Value::Bool(false));
    }
    let found = items(call, &haystack, "find has")?;
    let items = known!(call, found, Type::Bool);
    Ok(Value::Bool(contained(call, &items, &any(args, 0))?))
}

fn slice(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = any(args, 0);
    let length = match &source {
        Value::List(list) => list.len(),
        Value::Bytes(bytes) => bytes.as_ref().map_or(0, Text::len),
        Value::Nil | Value::NoValue => return Err(Failure::new(NIL_DEREFERENCE)),
        Value::Unknown(..) => return Ok(call.unknown(ANY)),
        other => {
            return Err(Failure::new(format!("list should be type of slice or array but {}", kind(other))));
        }
    };
    if length == 0 {
        return Ok(Value::Nil);
    }
    let dialect = call.dialect();
    let index = |position: usize| args.get(position).map(|value| to_int64(value, dialect));
    let start = index(1).unwrap_or(0);
    let end = index(2).unwrap_or(i64::try_from(length).unwrap_or(i64::MAX));
    let bounds = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let Some((start, end)) = bounds.filter(|(start, end)| start <= end && *end <= length) else {
        return Err(Failure::new("reflect.Value.Slice: slice index out of bounds"));
    };
    Ok(match source {
        Value::List(list) => Value::List(List::new(list.element(), list[start..end].to_vec())),
        Value::Bytes(bytes) => Value::Bytes(bytes.map(|text| text.slice(start..end))),
        other => other,
    })
}

fn concat(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut joined = Vec::new();
    for value in args {
        match value {
            Value::List(list) => joined.extend(list.iter().cloned()),
            Value::Bytes(bytes) => joined.extend(byte_values(bytes.as_ref())),
            Value::Nil | Value::NoValue => return Err(Failure::new(NIL_DEREFERENCE)),
            Value::Unknown(..) => return Ok(call.unknown(LIST)),
            other => return Err(Failure::new(format!("Cannot concat type {} as list", kind(other)))),
        }
        call.charge(joined.len())?;
    }
    if joined.is_empty() { Ok(nil_list()) } else { Ok(Value::list(joined)) }
}

fn chunk(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let size = int(args, 0);
    let value = any(args, 1);
    if !matches!(value, Value::List(_) | Value::Bytes(_) | Value::Nil | Value::NoValue | Value::Unknown(..)) {
        return Err(Failure::new(format!("Cannot chunk type {}", kind(&value))));
    }
    let found = items(call, &value, "chunk")?;
    let items = known!(call, found, CHUNKS);
    // The library counts in floats, which makes sizes below one a panic or nothing.
    if items.len() == 1 && size < -1 {
        return Ok(Value::List(List::new(Type::ANYS, vec![Value::list(items.to_vec())])));
    }
    let count = ((items.len() as f64 - 1.0) / size as f64).floor() + 1.0;
    if !(0.0..1e15).contains(&count) || (count > 0.0 && size < 1) {
        return Err(Failure::new("runtime error: makeslice: len out of range"));
    }
    if count == 0.0 {
        return Ok(Value::List(List::new(Type::ANYS, Vec::new())));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let chunks = items.chunks(size).map(|chunk| Value::list(chunk.to_vec())).collect();
    Ok(Value::List(List::new(Type::ANYS, chunks)))
}
