//! Arguments of functions by position. The evaluator has already seen to it that they are there and of the declared type, so each
//! accessor has a harmless answer for the impossible case instead of an error.

use crate::template::call::Failure;
use crate::template::text::Text;
use crate::template::value::{Map, MapKind, Value};

/// Go's panic text for a use of nil.
pub(super) const NIL_DEREFERENCE: &str = "runtime error: invalid memory address or nil pointer dereference";

/// The string at that position.
pub(super) fn text(args: &[Value], index: usize) -> Text {
    match args.get(index) {
        Some(Value::Str(text)) => text.clone(),
        _ => Text::empty(),
    }
}

/// The `int` at that position.
pub(super) fn int(args: &[Value], index: usize) -> i64 {
    match args.get(index) {
        Some(Value::Int(_, number)) => *number,
        _ => 0,
    }
}

/// The value at that position.
pub(super) fn any(args: &[Value], index: usize) -> Value {
    args.get(index).cloned().unwrap_or(Value::Nil)
}

/// The `map[string]interface {}` at that position.
pub(super) fn dict(args: &[Value], index: usize) -> Map {
    match args.get(index) {
        Some(Value::Map(map)) => map.clone(),
        _ => Map::nil(MapKind::StringAny),
    }
}

/// The arguments from that position on.
pub(super) fn rest(args: &[Value], index: usize) -> &[Value] {
    args.get(index..).unwrap_or_default()
}

/// Go's slice expression `[low:high]` over something of `length` bytes or items.
pub(super) fn bounds(low: i64, high: i64, length: usize) -> Result<(usize, usize), Failure> {
    let panic = |text: String| Failure::new(format!("runtime error: slice bounds out of range {text}"));
    let end = usize::try_from(high).ok().filter(|end| *end <= length);
    let Some(end) = end else {
        let suffix = if high < 0 { String::new() } else { format!(" with length {length}") };
        return Err(panic(format!("[:{high}]{suffix}")));
    };
    let start = usize::try_from(low).ok().filter(|start| *start <= end);
    let Some(start) = start else {
        let text = if low < 0 { format!("[{low}:]") } else { format!("[{low}:{end}]") };
        return Err(panic(text));
    };
    Ok((start, end))
}
