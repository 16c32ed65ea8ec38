//! Go slices and maps as templates see them: lists are immutable, maps are shared and mutable; both are cheap to clone.
//!
//! In: values. Out: lists and maps in Go's print order. Never: a stack that overflows because values nest deeply.

use std::cell::{OnceCell, RefCell};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use super::text::{CallId, Text};
use super::value::{IntKind, MapKind, Type, UintKind, Value};

/// A Go slice: immutable here, because no template function changes one in place.
#[derive(Clone, Debug)]
pub struct List(Rc<ListData>);

struct ListData {
    element: Type,
    nil: bool,
    items: Items,
}

/// Items of a list. Loops append one after the other: only a list that is read is put together.
enum Items {
    All(Vec<Value>),
    Appended { before: Option<List>, last: Value, length: usize, all: OnceCell<Vec<Value>> },
}

impl ListData {
    fn items(&self) -> &[Value] {
        match &self.items {
            Items::All(items) => items,
            Items::Appended { before, last, length, all } => all.get_or_init(|| {
                let mut items = Vec::with_capacity(*length);
                items.push(last.clone());
                let mut list = before.as_ref();
                while let Some(List(data)) = list {
                    match &data.items {
                        Items::Appended { before, last, all, .. } if all.get().is_none() => {
                            items.push(last.clone());
                            list = before.as_ref();
                        }
                        _ => {
                            items.extend(data.items().iter().rev().cloned());
                            break;
                        }
                    }
                }
                items.reverse();
                items
            }),
        }
    }
}

impl fmt::Debug for ListData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.items()).finish()
    }
}

impl List {
    /// A slice with that element type.
    #[must_use]
    pub fn new(element: Type, items: Vec<Value>) -> Self {
        Self(Rc::new(ListData { element, nil: false, items: Items::All(items) }))
    }

    /// The nil slice of that element type.
    #[must_use]
    pub fn nil(element: Type) -> Self {
        Self(Rc::new(ListData { element, nil: true, items: Items::All(Vec::new()) }))
    }

    /// The items of this slice and one more, as a `[]interface {}`.
    #[must_use]
    pub fn appended(&self, last: Value) -> Self {
        let (before, length) = (Some(self.clone()), self.len() + 1);
        let items = Items::Appended { before, last, length, all: OnceCell::new() };
        Self(Rc::new(ListData { element: Type::Any, nil: false, items }))
    }

    /// Number of items; asking for it does not put the list together.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.0.items {
            Items::All(items) => items.len(),
            Items::Appended { length, .. } => *length,
        }
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element type.
    #[must_use]
    pub fn element(&self) -> Type {
        self.0.element
    }

    /// The type of the slice.
    #[must_use]
    pub fn list_type(&self) -> Type {
        match self.0.element {
            Type::Any => Type::ANYS,
            Type::String => Type::STRINGS,
            Type::Int(IntKind::Int) => Type::INTS,
            Type::Int(IntKind::Int64) => Type::List(&Type::INT64),
            Type::Float64 => Type::List(&Type::Float64),
            Type::Map(MapKind::StringAny) => Type::List(&Type::DICT),
            Type::List(&Type::Any) => Type::List(&Type::ANYS),
            Type::List(&Type::String) => Type::List(&Type::STRINGS),
            _ => Type::List(&Type::Any),
        }
    }

    /// Whether it is the nil slice.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Whether two lists share their items.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Drop for ListData {
    /// Long chains of lists in lists are taken apart with as much stack as they need.
    fn drop(&mut self) {
        match &mut self.items {
            Items::All(items) => {
                if items.iter().any(|item| matches!(item, Value::List(_) | Value::Map(_))) {
                    stacker::maybe_grow(32 << 10, 1 << 20, || items.clear());
                }
            }
            // As many lists lie one behind the other as a loop had turns.
            Items::Appended { before, last, all, .. } => {
                stacker::maybe_grow(32 << 10, 1 << 20, || {
                    drop(std::mem::take(last));
                    drop(all.take());
                });
                let mut list = before.take();
                while let Some(List(data)) = &mut list
                    && let Some(data) = Rc::get_mut(data)
                    && let Items::Appended { before, .. } = &mut data.items
                {
                    list = before.take();
                }
            }
        }
    }
}

impl Drop for MapData {
    /// As for lists.
    fn drop(&mut self) {
        let entries = self.entries.get_mut();
        if entries.values().any(|entry| matches!(entry.value, Value::List(_) | Value::Map(_))) {
            stacker::maybe_grow(32 << 10, 1 << 20, || entries.clear());
        }
    }
}

impl std::ops::Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        self.0.items()
    }
}

/// A map key.
#[derive(Clone, Debug)]
pub enum Key {
    /// A nil interface as key.
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer.
    Int(IntKind, i64),
    /// An unsigned integer.
    Uint(UintKind, u64),
    /// `float64`.
    Float64(f64),
    /// `string`, with its places.
    Str(Text),
}

impl Key {
    /// The key as a value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Nil => Value::Nil,
            Self::Bool(value) => Value::Bool(*value),
            Self::Int(kind, number) => Value::Int(*kind, *number),
            Self::Uint(kind, number) => Value::Uint(*kind, *number),
            Self::Float64(number) => Value::Float64(*number),
            Self::Str(text) => Value::Str(text.clone()),
        }
    }

    /// The value as a key; `None` when its type cannot be one here.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        Some(match value {
            Value::NoValue | Value::Nil => Self::Nil,
            Value::Bool(value) => Self::Bool(*value),
            Value::Int(kind, number) => Self::Int(*kind, *number),
            Value::Uint(kind, number) => Self::Uint(*kind, *number),
            Value::Float64(number) => Self::Float64(*number),
            Value::Str(text) => Self::Str(text.clone()),
            _ => return None,
        })
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Nil => 0,
            Self::Str(_) => 1,
            Self::Bool(_) => 2,
            Self::Float64(_) => 3,
            Self::Int(kind, _) => 4 + *kind as u8,
            Self::Uint(kind, _) => 10 + *kind as u8,
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Key {}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Key {
    /// Go's order of map keys in `range` and printing: nil first, then by type (whose order Go leaves open), then by value, NaN first.
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Str(left), Self::Str(right)) => left.cmp(right),
            (Self::Bool(left), Self::Bool(right)) => left.cmp(right),
            (Self::Int(kind, left), Self::Int(same, right)) if kind == same => left.cmp(right),
            (Self::Uint(kind, left), Self::Uint(same, right)) if kind == same => left.cmp(right),
            (Self::Float64(left), Self::Float64(right)) => {
                left.partial_cmp(right).unwrap_or_else(|| right.is_nan().cmp(&left.is_nan()))
            }
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

/// A value in a map and the call that stored it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The value; in a map of interfaces, nil is [`Value::Nil`].
    pub value: Value,
    /// The call that stored it; `None` for data.
    pub stored_by: Option<CallId>,
}

#[derive(Debug)]
struct MapData {
    kind: MapKind,
    nil: bool,
    entries: RefCell<BTreeMap<Key, Entry>>,
}

/// A Go map: shared and mutable, kept in Go's print order.
#[derive(Clone, Debug)]
pub struct Map(Rc<MapData>);

impl Map {
    /// An empty map.
    #[must_use]
    pub fn new(kind: MapKind) -> Self {
        Self(Rc::new(MapData { kind, nil: false, entries: RefCell::default() }))
    }

    /// The nil map.
    #[must_use]
    pub fn nil(kind: MapKind) -> Self {
        Self(Rc::new(MapData { kind, nil: true, entries: RefCell::default() }))
    }

    /// Its type.
    #[must_use]
    pub fn kind(&self) -> MapKind {
        self.0.kind
    }

    /// Whether it is the nil map: storing into it is Go's panic `assignment to entry in nil map`, for the caller to report.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// Number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.entries.borrow().len()
    }

    /// Whether it has no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.entries.borrow().is_empty()
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<Value> {
        self.0.entries.borrow().get(key).map(|entry| entry.value.clone())
    }

    /// The value under a string key (a string in an interface for `map[interface {}]interface {}`).
    #[must_use]
    pub fn get_text(&self, key: &Text) -> Option<Value> {
        self.get(&Key::Str(key.clone()))
    }

    /// The value under a string key given as plain text.
    #[must_use]
    pub fn get_str(&self, key: &str) -> Option<Value> {
        self.get_text(&Text::data(key))
    }

    /// The whole entry under a key.
    #[must_use]
    pub fn entry(&self, key: &Key) -> Option<Entry> {
        self.0.entries.borrow().get(key).cloned()
    }

    /// Stores a value. The stored key is the new one, so its place is that of the latest definition. A nil map stays empty.
    pub fn insert(&self, key: Key, value: Value, stored_by: Option<CallId>) {
        if self.0.nil {
            return;
        }
        let value = if matches!(value, Value::NoValue) { Value::Nil } else { value };
        let mut entries = self.0.entries.borrow_mut();
        if let Some(entry) = entries.insert(key.clone(), Entry { value, stored_by }) {
            // The map keeps the key that it had.
            drop(entry);
            if let Some(entry) = entries.remove(&key) {
                entries.insert(key, entry);
            }
        }
    }

    /// Stores data under a plain key.
    pub fn insert_data(&self, key: &str, value: Value) {
        self.insert(Key::Str(Text::data(key)), value, None);
    }

    /// Removes an entry.
    pub fn remove(&self, key: &Key) -> Option<Entry> {
        self.0.entries.borrow_mut().remove(key)
    }

    /// Removes all entries.
    pub fn clear(&self) {
        let entries = std::mem::take(&mut *self.0.entries.borrow_mut());
        stacker::maybe_grow(32 << 10, 1 << 20, || drop(entries));
    }

    /// A copy of the keys, in Go's print order.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        self.0.entries.borrow().keys().cloned().collect()
    }

    /// A copy of keys and values, in Go's print order.
    #[must_use]
    pub fn items(&self) -> Vec<(Key, Value)> {
        self.0.entries.borrow().iter().map(|(key, entry)| (key.clone(), entry.value.clone())).collect()
    }

    /// A copy of keys and entries, in Go's print order.
    #[must_use]
    pub fn entries(&self) -> Vec<(Key, Entry)> {
        self.0.entries.borrow().iter().map(|(key, entry)| (key.clone(), entry.clone())).collect()
    }

    /// Whether two values are the same map.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// A number that tells maps apart while they live: their address.
    #[must_use]
    pub fn address(&self) -> usize {
        Rc::as_ptr(&self.0).cast::<u8>() as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn appended_lists_hold_what_was_appended_and_nothing_overflows() {
        let numbers = |list: &List| -> Vec<i64> {
            list.iter().map(|item| if let Value::Int(_, number) = item { *number } else { -1 }).collect()
        };
        let start = List::new(Type::Int(IntKind::Int), vec![Value::int(0), Value::int(1)]);
        let three = start.appended(Value::int(2));
        let four = three.appended(Value::int(3));
        let other = three.appended(Value::int(7));
        assert_eq!((four.len(), numbers(&four)), (4, vec![0, 1, 2, 3]));
        assert_eq!((numbers(&other), numbers(&start)), (vec![0, 1, 2, 7], vec![0, 1]));
        assert_eq!(numbers(&four.appended(Value::int(4))), [0, 1, 2, 3, 4]);
        let mut long = start;
        for number in 2..200_000 {
            long = long.appended(Value::int(number));
        }
        assert_eq!(long.last().map(|last| matches!(last, Value::Int(_, 199_999))), Some(true));
        drop(long);
    }
}
