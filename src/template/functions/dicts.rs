//! Sprig's dictionary functions. Maps are shared: what `set`, `unset` and `merge` change is seen by everyone who holds the map.

use super::args::{any, dict, rest, text};
use super::{Class, Function, merge, row, show};
use crate::template::call::{Call, Failure};
use crate::template::text::Text;
use crate::template::value::{Key, List, Map, MapKind, Type, Value};

const STR: Type = Type::String;
const ANY: Type = Type::Any;
const DICT: Type = Type::DICT;

pub(super) static FUNCTIONS: &[Function] = &[
    row("dict", &[ANY], DICT, Class::Join, new_dict).variadic(),
    row("get", &[DICT, STR], ANY, Class::Select, get),
    row("set", &[DICT, STR, ANY], DICT, Class::Select, set),
    row("unset", &[DICT, STR], DICT, Class::Select, unset),
    row("hasKey", &[DICT, STR], Type::Bool, Class::Test, has_key),
    row("pluck", &[STR, DICT], Type::ANYS, Class::Select, pluck).variadic(),
    row("keys", &[DICT], Type::STRINGS, Class::Select, keys).variadic(),
    row("values", &[DICT], Type::ANYS, Class::Select, values),
    row("pick", &[DICT, STR], DICT, Class::Select, pick).variadic(),
    row("omit", &[DICT, STR], DICT, Class::Select, omit).variadic(),
    row("merge", &[DICT, DICT], ANY, Class::Join, merge_plain).variadic(),
    row("mustMerge", &[DICT, DICT], ANY, Class::Join, merge_plain).variadic(),
    row("mergeOverwrite", &[DICT, DICT], ANY, Class::Join, merge_over).variadic(),
    row("mustMergeOverwrite", &[DICT, DICT], ANY, Class::Join, merge_over).variadic(),
    row("deepCopy", &[ANY], ANY, Class::Select, deep_copy),
    row("mustDeepCopy", &[ANY], ANY, Class::Select, deep_copy),
    row("dig", &[ANY], ANY, Class::Select, dig).variadic(),
];

fn new_dict(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    call.charge(args.len())?;
    let map = Map::new(MapKind::StringAny);
    let id = call.id();
    for pair in args.chunks(2) {
        let key = show::display(call, &any(pair, 0))?;
        let value = match pair.get(1) {
            Some(value) => value.clone(),
            None => Value::Str(Text::empty()),
        };
        map.insert(Key::Str(key), value, Some(id));
    }
    Ok(Value::Map(map))
}

fn get(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(dict(args, 0).get_text(&text(args, 1)).unwrap_or(Value::Str(Text::empty())))
}

fn set(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let map = dict(args, 0);
    if map.is_nil() {
        return Err(Failure::new("assignment to entry in nil map"));
    }
    call.store(&map, Key::Str(text(args, 1)), any(args, 2));
    Ok(Value::Map(map))
}

fn unset(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let map = dict(args, 0);
    map.remove(&Key::Str(text(args, 1)));
    Ok(Value::Map(map))
}

fn has_key(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(dict(args, 0).get_text(&text(args, 1)).is_some()))
}

fn pluck(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let key = text(args, 0);
    let found = (1..args.len()).filter_map(|index| dict(args, index).get_text(&key));
    Ok(Value::list(found.collect()))
}

/// In Go the order is random; here it is sorted.
fn keys(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut names = Vec::new();
    for index in 0..args.len() {
        for key in dict(args, index).keys() {
            if let Key::Str(name) = key {
                names.push(name);
            }
        }
        call.charge(names.len())?;
    }
    Ok(Value::strings(names))
}

/// In Go the order is random; here it is that of the sorted keys.
fn values(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let map = dict(args, 0);
    call.charge(map.len())?;
    Ok(Value::list(map.items().into_iter().map(|(_, value)| value).collect()))
}

fn pick(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = dict(args, 0);
    let picked = Map::new(MapKind::StringAny);
    for index in 1..args.len() {
        let key = Key::Str(text(args, index));
        if let Some(entry) = source.entry(&key) {
            picked.insert(key, entry.value, entry.stored_by);
        }
    }
    Ok(Value::Map(picked))
}

fn omit(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = dict(args, 0);
    call.charge(source.len())?;
    let kept = Map::new(MapKind::StringAny);
    let omitted: Vec<Key> = (1..args.len()).map(|index| Key::Str(text(args, index))).collect();
    for (key, entry) in source.entries() {
        if !omitted.contains(&key) {
            kept.insert(key, entry.value, entry.stored_by);
        }
    }
    Ok(Value::Map(kept))
}

fn merged(call: &mut Call<'_, '_>, args: &[Value], overwrite: bool) -> Result<Value, Failure> {
    let mut target = dict(args, 0);
    for index in 1..args.len() {
        let source = dict(args, index);
        if target.is_nil() && !source.is_nil() {
            target = Map::new(MapKind::StringAny);
        }
        merge::merge(call, &target, &source, overwrite)?;
    }
    Ok(Value::Map(target))
}

fn merge_plain(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    merged(call, args, false)
}

fn merge_over(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    merged(call, args, true)
}

fn deep_copy(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let value = any(args, 0);
    if value.is_nil() {
        return Err(Failure::new("reflect: call of reflect.Value.Type on zero Value"));
    }
    copy(call, &value, 0)
}

fn copy(call: &mut Call<'_, '_>, value: &Value, depth: usize) -> Result<Value, Failure> {
    if depth > call.limits().template_depth {
        return Err(Failure::budget("nesting"));
    }
    match value {
        Value::List(list) if !list.is_nil() => {
            call.charge(list.len())?;
            let items: Result<Vec<Value>, Failure> = list.iter().map(|item| copy(call, item, depth + 1)).collect();
            Ok(Value::List(List::new(list.element(), items?)))
        }
        Value::Map(map) if !map.is_nil() => {
            call.charge(map.len())?;
            let fresh = Map::new(map.kind());
            for (key, entry) in map.entries() {
                let value = copy(call, &entry.value, depth + 1)?;
                fresh.insert(key, value, entry.stored_by);
            }
            Ok(Value::Map(fresh))
        }
        other => Ok(other.clone()),
    }
}

/// Go's panic for a type assertion that does not hold.
fn assertion(value: &Value, wanted: &str) -> Failure {
    let found = value.type_of().map_or_else(|| "nil".to_owned(), |kind| kind.to_string());
    Failure::new(format!("interface conversion: interface {{}} is {found}, not {wanted}"))
}

fn as_dict(value: &Value) -> Result<Map, Failure> {
    match value {
        Value::Map(map) if map.kind() == MapKind::StringAny => Ok(map.clone()),
        other => Err(assertion(other, "map[string]interface {}")),
    }
}

fn dig(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [path @ .., fallback, source] = args else {
        return Err(Failure::new("dig needs at least three arguments"));
    };
    if path.is_empty() {
        return Err(Failure::new("dig needs at least three arguments"));
    }
    if matches!(source, Value::Unknown(..)) {
        return Ok(call.unknown(ANY));
    }
    let mut map = as_dict(source)?;
    let mut names = Vec::new();
    for step in rest(path, 0) {
        match step {
            Value::Str(name) => names.push(name),
            other => return Err(assertion(other, "string")),
        }
    }
    let count = names.len();
    for (index, name) in names.into_iter().enumerate() {
        let Some(value) = map.get_text(name) else { return Ok(fallback.clone()) };
        if index + 1 == count {
            return Ok(value);
        }
        if matches!(value, Value::Unknown(..)) {
            return Ok(call.unknown(ANY));
        }
        map = as_dict(&value)?;
    }
    Ok(fallback.clone())
}
