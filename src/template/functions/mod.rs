//! The functions a werf template can call, apart from Go's own built-in ones (`template::builtins`).
//!
//! **Declaring one.** A function is a [`Function`] in a static table: its name, the dialects that have it, Go's parameter
//! types, the result type, its transfer class and the Rust function. [`lookup`] finds the row of a dialect at parse time; a
//! name that differs between dialects has one row per behaviour.
//!
//! **What arrives.** The evaluator has applied Go's rules for calls before `run` is entered: the number of arguments is right, and
//! every argument has the declared type: `String` → [`Value::Str`], `Int(k)` → [`Value::Int`] of that kind, `Map(k)` → [`Value::Map`] of
//! that kind (perhaps the nil map), `Any` → any value with nil as [`Value::Nil`] (never `NoValue`), `Reflect` → anything. When `variadic`
//! is set, the last entry of `params` is the type of each further argument and there may be none. A method gets its receiver in
//! [`Call::receiver`], not in the arguments.
//!
//! **Unknown values.** An unknown string is a [`Value::Str`] whose segments say so ([`Text::has_unknown`]): select, cut, join, case and run
//! functions handle it like any text. For classes [`Class::Parse`], [`Class::Test`] and [`Class::Opaque`] the evaluator does not call the function
//! when an argument is unknown (also in part) but answers an unknown value of the result type. A [`Value::Unknown`] reaches a function only through
//! `Any` and `Reflect` parameters; for other parameter types the call's result is unknown without a call (strings: the placeholder text is passed).
//! Functions that nobody can predict return [`Call::unknown`] and note [`trace::Input::Unpredictable`](super::trace::Input).
//!
//! **Failing.** Return a [`Failure`] with the text that comes after `error calling NAME: `; a Go panic inside a function looks the same (`runtime error:
//! slice bounds out of range [:5] with capacity 3`). A refusal of the world is a [`HostError`](super::host::HostError) and converts with `?`.
//!
//! **Texts.** Copy bytes of arguments as parts of their [`Text`] (`slice`, [`TextBuilder::push`](super::text::TextBuilder::push)) so that they keep their places;
//! add own bytes with [`Call::pad`] (around copied ones) or [`Call::derive`] (computed). A text that is computed as a whole is [`Call::derived`].
//!
//! **Re-entrance.** [`Call::include`] and [`Call::tpl`] execute templates. Storing into maps: `map.insert(key, value, Some(call.id()))`.
//! Anything whose size the user's data decides calls [`Call::charge`] first.

use super::call::{Call, Failure};
use super::value::{Type, Value};
use crate::dialect::Dialect;

/// How a function's result relates to its arguments' bytes, and what unknown arguments mean for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Returns an argument or a part of one (`default`, `get`, `first`).
    Select,
    /// Returns a part of a text (`trunc`, `trimSuffix`).
    Cut,
    /// Copies texts and puts bytes between or around them (`indent`, `quote`, `join`, `replace`); also builds lists and maps.
    Join,
    /// Changes bytes one by one (`lower`).
    Case,
    /// Reads a value out of a text (`fromYaml`, `atoi`). Not called with unknown texts.
    Parse,
    /// Answers a question (`hasPrefix`, `semverCompare`) or calculates. Not called with unknown arguments.
    Test,
    /// Writes a value as text (`toJson`).
    Serialise,
    /// Executes a template (`include`, `tpl`).
    Run,
    /// No byte of the result is a byte of an argument (`sha256sum`). Not called with unknown arguments.
    Opaque,
    /// Not predictable (`now`, `randAlpha`).
    Unpredictable,
}

/// The Rust side of a function.
pub type Run = fn(&mut Call<'_, '_>, &[Value]) -> Result<Value, Failure>;

/// A function as templates see it.
pub struct Function {
    /// Name in templates.
    pub name: &'static str,
    /// Dialects that have this row.
    pub dialects: &'static [Dialect],
    /// Go's parameter types; with `variadic`, the last is the element type of the rest.
    pub params: &'static [Type],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// Static result type (`Any` for interfaces), used for unknown results.
    pub result: Type,
    /// Transfer class.
    pub class: Class,
    /// The code.
    pub run: Run,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Function({})", self.name)
    }
}

const EVERY: &[Dialect] = &Dialect::ALL;
const GITERMINISTIC: &[Dialect] = &[Dialect::V1_2, Dialect::V2, Dialect::V3];

static FUNCTIONS: &[Function] = &[
    Function {
        name: "include",
        dialects: EVERY,
        params: &[Type::String, Type::Any],
        variadic: false,
        result: Type::String,
        class: Class::Run,
        run: include,
    },
    Function {
        name: "tpl",
        dialects: EVERY,
        params: &[Type::String, Type::Any],
        variadic: false,
        result: Type::String,
        class: Class::Run,
        run: tpl,
    },
    Function {
        name: "required",
        dialects: GITERMINISTIC,
        params: &[Type::String, Type::Any],
        variadic: false,
        result: Type::Any,
        class: Class::Select,
        run: required,
    },
];

/// The function of that name in that dialect.
#[must_use]
pub fn lookup(dialect: Dialect, name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name && function.dialects.contains(&dialect))
}

fn include(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [Value::Str(name), data] = args else { return Err(Failure::new("include: bad arguments")) };
    Ok(Value::Str(call.include(name, data.clone())?))
}

fn tpl(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [Value::Str(source), data] = args else { return Err(Failure::new("tpl: bad arguments")) };
    Ok(Value::Str(call.tpl(source, data.clone())?))
}

/// Refuses nil and the empty string; everything else passes unchanged (spec 2 §5.3).
fn required(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let [Value::Str(message), value] = args else { return Err(Failure::new("required: bad arguments")) };
    let missing = match value {
        Value::Nil => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    };
    if missing { Err(Failure::new(message.as_bytes())) } else { Ok(value.clone()) }
}
