//! Merging of maps as mergo does it for sprig's `merge` and `mergeOverwrite`.
//!
//! In: two maps. Out: the first one changed; maps inside it are changed in place too. Values of the second are shared, not copied.

use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::value::{Key, Map, MapKind, Value};

/// mergo's emptiness: nil, zero, false, nothing inside.
fn is_empty(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Time(_)) && !value.truth()
}

/// Takes into `target` what it lacks or has empty; with `overwrite` everything that is given.
pub(super) fn merge(call: &mut Call<'_, '_>, target: &Map, source: &Map, overwrite: bool) -> Result<(), Failure> {
    merge_at(call, target, source, overwrite, 0)
}

fn merge_at(call: &mut Call<'_, '_>, target: &Map, source: &Map, overwrite: bool, depth: usize) -> Result<(), Failure> {
    if depth > call.limits().template_depth {
        return Err(Failure::budget("nesting"));
    }
    if target.same(source) || target.is_nil() {
        return Ok(());
    }
    call.charge(source.len())?;
    call.note_nesting(target);
    let old = call.dialect() == Dialect::V1_1;
    for (key, entry) in source.entries() {
        if target.kind() == MapKind::StringAny && source.kind() == MapKind::AnyAny {
            // Keys of an interface type cannot be looked up in a map of strings.
            return Err(Failure::new(
                "reflect.Value.MapIndex: value of type interface {} is not assignable to type string",
            ));
        }
        let known = target.get(&key);
        if entry.value.is_nil() {
            if overwrite {
                target.insert(key, Value::Nil, entry.stored_by);
            }
            continue;
        }
        if let (Some(Value::Map(inner)), Value::Map(given)) = (&known, &entry.value) {
            merge_at(call, inner, given, overwrite, depth + 1)?;
        }
        // The release of werf 1.1 lets a map never take the place of something else.
        let overwrite = overwrite && !(old && matches!(entry.value, Value::Map(_)));
        store(target, key, known.as_ref(), entry.value, entry.stored_by, overwrite);
    }
    Ok(())
}

fn store(
    target: &Map,
    key: Key,
    known: Option<&Value>,
    given: Value,
    stored_by: Option<crate::template::text::CallId>,
    overwrite: bool,
) {
    let keep = match known {
        Some(known) if !is_empty(known) => {
            // Two maps have been merged already.
            (matches!(known, Value::Map(_)) && matches!(given, Value::Map(_))) || !overwrite
        }
        _ => false,
    };
    if !keep {
        target.insert(key, given, stored_by);
    }
}
