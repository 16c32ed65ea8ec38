//! Go values as templates see them.
//!
//! In: data, literals, results of functions. Out: values with Go's exact types. Lists are immutable, maps are shared and
//! mutable (`set`); both are cheap to clone. Two absences differ, as in Go: [`Value::NoValue`] (a missing map key; prints
//! `<no value>`) and [`Value::Nil`] (a nil interface). Functions see `NoValue` only through parameters of type [`Type::Reflect`].

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use super::functions::Function;
use super::text::{CallId, Text};

/// Signed integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum IntKind {
    /// `int`, 64 bits wide.
    Int,
    /// `int8`.
    Int8,
    /// `int16`.
    Int16,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
}

/// Unsigned integer types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UintKind {
    /// `uint`, 64 bits wide.
    Uint,
    /// `uint8`.
    Uint8,
    /// `uint16`.
    Uint16,
    /// `uint32`.
    Uint32,
    /// `uint64`.
    Uint64,
}

/// The map types that occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MapKind {
    /// `map[string]interface {}`.
    StringAny,
    /// `map[interface {}]interface {}`.
    AnyAny,
    /// `map[string]string`.
    StringString,
}

/// A Go type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// `interface {}`.
    Any,
    /// `reflect.Value`: a parameter that takes every value unconverted, also [`Value::NoValue`]. Only Go's own built-in functions have such.
    Reflect,
    /// `bool`.
    Bool,
    /// Signed integers.
    Int(IntKind),
    /// Unsigned integers.
    Uint(UintKind),
    /// `float32`.
    Float32,
    /// `float64`.
    Float64,
    /// `string`.
    String,
    /// `[]uint8`.
    Bytes,
    /// A slice of that element type.
    List(&'static Type),
    /// A map.
    Map(MapKind),
    /// `time.Time`.
    Time,
    /// `time.Duration`.
    Duration,
    /// The interface `error`.
    Error,
    /// A named type, as `%T` prints it, for example `*semver.Version`.
    Named(&'static str),
}

impl Type {
    /// `int`.
    pub const INT: Self = Self::Int(IntKind::Int);
    /// `int64`.
    pub const INT64: Self = Self::Int(IntKind::Int64);
    /// `[]interface {}`.
    pub const ANYS: Self = Self::List(&Self::Any);
    /// `[]string`.
    pub const STRINGS: Self = Self::List(&Self::String);
    /// `[]int`.
    pub const INTS: Self = Self::List(&Self::INT);
    /// `map[string]interface {}`.
    pub const DICT: Self = Self::Map(MapKind::StringAny);

    /// Whether nil is a value of the type.
    #[must_use]
    pub fn can_be_nil(self) -> bool {
        match self {
            Self::Any | Self::Reflect | Self::Bytes | Self::List(_) | Self::Map(_) | Self::Error => true,
            Self::Named(name) => name.starts_with('*'),
            _ => false,
        }
    }

    /// The zero value.
    #[must_use]
    pub fn zero(self) -> Value {
        match self {
            Self::Any | Self::Error => Value::Nil,
            Self::Reflect | Self::Named(_) => Value::NoValue,
            Self::Bool => Value::Bool(false),
            Self::Int(kind) => Value::Int(kind, 0),
            Self::Uint(kind) => Value::Uint(kind, 0),
            Self::Float32 => Value::Float32(0.0),
            Self::Float64 => Value::Float64(0.0),
            Self::String => Value::Str(Text::empty()),
            Self::Bytes => Value::Bytes(None),
            Self::List(element) => Value::List(List::nil(*element)),
            Self::Map(kind) => Value::Map(Map::nil(kind)),
            Self::Time => Value::Time(Rc::new(Time::default())),
            Self::Duration => Value::Duration(0),
        }
    }
}

impl fmt::Display for Type {
    /// The type as Go's `%T` and error texts print it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Any => "interface {}",
            Self::Reflect => "reflect.Value",
            Self::Bool => "bool",
            Self::Int(IntKind::Int) => "int",
            Self::Int(IntKind::Int8) => "int8",
            Self::Int(IntKind::Int16) => "int16",
            Self::Int(IntKind::Int32) => "int32",
            Self::Int(IntKind::Int64) => "int64",
            Self::Uint(UintKind::Uint) => "uint",
            Self::Uint(UintKind::Uint8) => "uint8",
            Self::Uint(UintKind::Uint16) => "uint16",
            Self::Uint(UintKind::Uint32) => "uint32",
            Self::Uint(UintKind::Uint64) => "uint64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
            Self::String => "string",
            Self::Bytes => "[]uint8",
            Self::List(element) => return write!(f, "[]{element}"),
            Self::Map(MapKind::StringAny) => "map[string]interface {}",
            Self::Map(MapKind::AnyAny) => "map[interface {}]interface {}",
            Self::Map(MapKind::StringString) => "map[string]string",
            Self::Time => "time.Time",
            Self::Duration => "time.Duration",
            Self::Error => "error",
            Self::Named(name) => name,
        })
    }
}

/// A Go value.
#[derive(Clone, Debug, Default)]
pub enum Value {
    /// No value at all (a missing map key): reflection's invalid value.
    #[default]
    NoValue,
    /// A nil `interface {}`.
    Nil,
    /// `bool`.
    Bool(bool),
    /// A signed integer; the number fits its type.
    Int(IntKind, i64),
    /// An unsigned integer; the number fits its type.
    Uint(UintKind, u64),
    /// `float32`.
    Float32(f32),
    /// `float64`.
    Float64(f64),
    /// `string`.
    Str(Text),
    /// `[]byte`; `None` is the nil slice.
    Bytes(Option<Text>),
    /// A slice.
    List(List),
    /// A map.
    Map(Map),
    /// `time.Time`.
    Time(Rc<Time>),
    /// `time.Duration` in nanoseconds.
    Duration(i64),
    /// A value of a named type with fields and methods (`.Files`, `*semver.Version`).
    Object(Rc<dyn Object>),
    /// A value of that type which is not known, and the call that should have made it.
    Unknown(Type, CallId),
}

impl Value {
    /// An `int`.
    #[must_use]
    pub fn int(number: i64) -> Self {
        Self::Int(IntKind::Int, number)
    }

    /// An `int64`.
    #[must_use]
    pub fn int64(number: i64) -> Self {
        Self::Int(IntKind::Int64, number)
    }

    /// A string that came with the data.
    #[must_use]
    pub fn data(text: impl Into<Vec<u8>>) -> Self {
        Self::Str(Text::data(text))
    }

    /// A `[]interface {}`.
    #[must_use]
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(Type::Any, items))
    }

    /// A `[]string`.
    #[must_use]
    pub fn strings(items: impl IntoIterator<Item = Text>) -> Self {
        Self::List(List::new(Type::String, items.into_iter().map(Self::Str).collect()))
    }

    /// The dynamic type; `None` for the two absences.
    #[must_use]
    pub fn type_of(&self) -> Option<Type> {
        Some(match self {
            Self::NoValue | Self::Nil => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(kind, _) => Type::Int(*kind),
            Self::Uint(kind, _) => Type::Uint(*kind),
            Self::Float32(_) => Type::Float32,
            Self::Float64(_) => Type::Float64,
            Self::Str(_) => Type::String,
            Self::Bytes(_) => Type::Bytes,
            Self::List(list) => list.list_type(),
            Self::Map(map) => Type::Map(map.kind()),
            Self::Time(_) => Type::Time,
            Self::Duration(_) => Type::Duration,
            Self::Object(object) => Type::Named(object.type_name()),
            Self::Unknown(kind, _) => *kind,
        })
    }

    /// Whether it is one of the two absences.
    #[must_use]
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::NoValue | Self::Nil)
    }

    /// The text of a string.
    #[must_use]
    pub fn as_text(&self) -> Option<&Text> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value itself (not what it holds) is not known, or is a text with an unknown part.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(..) => true,
            Self::Str(text) | Self::Bytes(Some(text)) => text.has_unknown(),
            _ => false,
        }
    }

    /// Truth as `if`, `and`, `or` and `not` see it: false are absences, zero, and what is empty. Unknown counts as true.
    #[must_use]
    pub fn truth(&self) -> bool {
        match self {
            Self::NoValue | Self::Nil => false,
            Self::Bool(value) => *value,
            Self::Int(_, number) | Self::Duration(number) => *number != 0,
            Self::Uint(_, number) => *number != 0,
            Self::Float32(number) => *number != 0.0,
            Self::Float64(number) => *number != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::Bytes(text) => text.as_ref().is_some_and(|text| !text.is_empty()),
            Self::List(list) => !list.is_empty(),
            Self::Map(map) => !map.is_empty(),
            Self::Time(_) | Self::Object(_) | Self::Unknown(..) => true,
        }
    }
}

/// A Go slice: immutable here, because no template function changes one in place.
#[derive(Clone, Debug)]
pub struct List {
    element: Type,
    nil: bool,
    items: Rc<Vec<Value>>,
}

impl List {
    /// A slice with that element type.
    #[must_use]
    pub fn new(element: Type, items: Vec<Value>) -> Self {
        Self { element, nil: false, items: Rc::new(items) }
    }

    /// The nil slice of that element type.
    #[must_use]
    pub fn nil(element: Type) -> Self {
        Self { element, nil: true, items: Rc::new(Vec::new()) }
    }

    /// Element type.
    #[must_use]
    pub fn element(&self) -> Type {
        self.element
    }

    /// The type of the slice.
    #[must_use]
    pub fn list_type(&self) -> Type {
        match self.element {
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
        self.nil
    }

    /// Whether two lists share their items.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.items, &other.items)
    }
}

impl Drop for List {
    /// Long chains of lists in lists are taken apart with as much stack as they need.
    fn drop(&mut self) {
        if let Some(items) = Rc::get_mut(&mut self.items)
            && items.iter().any(|item| matches!(item, Value::List(_) | Value::Map(_)))
        {
            stacker::maybe_grow(32 << 10, 1 << 20, || items.clear());
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
        &self.items
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
        entries.remove(&key);
        entries.insert(key, Entry { value, stored_by });
    }

    /// Stores data under a plain key.
    pub fn insert_data(&self, key: &str, value: Value) {
        self.insert(Key::Str(Text::data(key)), value, None);
    }

    /// Removes an entry.
    pub fn remove(&self, key: &Key) -> Option<Entry> {
        self.0.entries.borrow_mut().remove(key)
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

/// The time zone of a [`Time`].
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Zone {
    /// `time.UTC`.
    #[default]
    Utc,
    /// `time.Local`; the local time zone is taken to be UTC.
    Local,
    /// A fixed offset in seconds east of UTC with a name, which may be empty.
    Fixed(i32, Rc<str>),
    /// A zone of the tz database by name, with the offset and abbreviation that hold at this time.
    Named(Rc<str>, i32, Rc<str>),
}

/// `time.Time`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Time {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Nanoseconds within the second.
    pub nanos: u32,
    /// The zone it is shown in.
    pub zone: Zone,
}

impl Default for Time {
    /// Go's zero time: the first of January of year 1, UTC.
    fn default() -> Self {
        Self { seconds: -62_135_596_800, nanos: 0, zone: Zone::Utc }
    }
}

/// A value of a named type with fields and methods.
pub trait Object: fmt::Debug {
    /// The type as `%T` prints it; a leading `*` makes it a pointer.
    fn type_name(&self) -> &'static str;

    /// A field; `None` when the type has none of that name.
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// A method; called with the receiver in [`super::call::Call::receiver`].
    fn method(&self, name: &str) -> Option<&'static Function> {
        let _ = name;
        None
    }

    /// The result of its `String` or `Error` method, which printing uses, when it has one.
    fn string(&self) -> Option<Vec<u8>> {
        None
    }

    /// Exported and other fields in order, for printing as a struct.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// For functions that know the concrete type.
    fn as_any(&self) -> &dyn std::any::Any;
}
