//! Go values as templates see them.
//!
//! In: data, literals, results of functions. Out: values with Go's exact types. Lists are immutable, maps are shared and
//! mutable (`set`); both are cheap to clone. Two absences differ, as in Go: [`Value::NoValue`] (a missing map key; prints
//! `<no value>`) and [`Value::Nil`] (a nil interface). Functions see `NoValue` only through parameters of type [`Type::Reflect`].

use std::fmt;
use std::rc::Rc;

pub use super::collections::{Entry, Key, List, Map};
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
    Named(&'static TypeName),
}

/// The name of a type.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct TypeName(pub &'static str);

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
            Self::Named(name) => name.0.starts_with('*'),
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
            Self::Named(name) => name.0,
        })
    }
}

/// A Go value. Small, because execution moves values about all the time.
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
    fn type_name(&self) -> &'static TypeName;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert_eq!((size_of::<Type>(), size_of::<Text>(), size_of::<Value>()), (16, 16, 24));
    }
}
