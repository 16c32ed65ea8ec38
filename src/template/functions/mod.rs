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
//! **Unknown values.** An unknown string is a [`Value::Str`] whose segments say so ([`Text::has_unknown`](super::text::Text::has_unknown)): select, cut, join, case and run
//! functions handle it like any text. For classes [`Class::Parse`], [`Class::Test`] and [`Class::Opaque`] the evaluator does not call the function
//! when an argument is unknown (also in part) but answers an unknown value of the result type. A [`Value::Unknown`] reaches a function only through
//! `Any` and `Reflect` parameters; for other parameter types the call's result is unknown without a call (strings: the placeholder text is passed).
//! Functions that nobody can predict return [`Call::unknown`] and note [`trace::Input::Unpredictable`](super::trace::Input).
//!
//! **Failing.** Return a [`Failure`] with the text that comes after `error calling NAME: `; a Go panic inside a function looks the same (`runtime error:
//! slice bounds out of range [:5] with capacity 3`). A refusal of the world is a [`HostError`](super::host::HostError) and converts with `?`.
//!
//! **Texts.** Copy bytes of arguments as parts of their [`Text`](super::text::Text) (`slice`, [`TextBuilder::push`](super::text::TextBuilder::push)) so that they keep their places;
//! add own bytes with [`Call::pad`] (around copied ones) or [`Call::derive`] (computed). A text that is computed as a whole is [`Call::derived`].
//!
//! **Re-entrance.** [`Call::include`] and [`Call::tpl`] execute templates. Storing into maps: `map.insert(key, value, Some(call.id()))`.
//! Anything whose size the user's data decides calls [`Call::charge`] first.

mod args;
mod crypto;
mod dates;
mod decimal;
mod defaults;
mod dicts;
pub mod gotime;
mod json;
mod json_decode;
mod lists;
mod merge;
mod numbers;
mod numeric;
mod paths;
mod random;
pub mod re2;
mod regex;
mod semver;
mod semvers;
mod show;
mod strings;
pub mod unicode;
mod urls;
mod werf;
mod words;
mod wrap;
mod xstrings;

use std::collections::HashMap;
use std::sync::LazyLock;

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
const OLDEST: &[Dialect] = &[Dialect::V1_1];
const GITERMINISTIC: &[Dialect] = &[Dialect::V1_2, Dialect::V2, Dialect::V3];
const SECOND: &[Dialect] = &[Dialect::V2, Dialect::V3];
const NEWEST: &[Dialect] = &[Dialect::V3];

/// A function of every dialect with a fixed number of parameters.
const fn row(name: &'static str, params: &'static [Type], result: Type, class: Class, run: Run) -> Function {
    Function { name, dialects: EVERY, params, variadic: false, result, class, run }
}

impl Function {
    /// The last parameter takes any number of arguments.
    const fn variadic(mut self) -> Self {
        self.variadic = true;
        self
    }

    /// Only these dialects have the row.
    const fn only(mut self, dialects: &'static [Dialect]) -> Self {
        self.dialects = dialects;
        self
    }
}

static TABLES: &[&[Function]] = &[
    werf::FUNCTIONS,
    strings::FUNCTIONS,
    words::FUNCTIONS,
    numbers::FUNCTIONS,
    lists::FUNCTIONS,
    dicts::FUNCTIONS,
    defaults::FUNCTIONS,
    dates::FUNCTIONS,
    json::FUNCTIONS,
    paths::FUNCTIONS,
    regex::FUNCTIONS,
    semvers::FUNCTIONS,
    urls::FUNCTIONS,
    crypto::FUNCTIONS,
    random::FUNCTIONS,
];

type ByName = HashMap<&'static str, &'static Function>;

/// The names of each dialect, in the order of [`Dialect::ALL`].
static NAMES: LazyLock<[ByName; 4]> = LazyLock::new(|| {
    Dialect::ALL.map(|dialect| {
        let rows = TABLES.iter().flat_map(|table| table.iter());
        rows.filter(|row| row.dialects.contains(&dialect)).map(|row| (row.name, row)).collect()
    })
});

fn names_of(dialect: Dialect) -> &'static ByName {
    let [v1_1, v1_2, v2, v3] = &*NAMES;
    match dialect {
        Dialect::V1_1 => v1_1,
        Dialect::V1_2 => v1_2,
        Dialect::V2 => v2,
        Dialect::V3 => v3,
    }
}

/// The function of that name in that dialect.
#[must_use]
pub fn lookup(dialect: Dialect, name: &str) -> Option<&'static Function> {
    names_of(dialect).get(name).copied()
}

/// All names of a dialect, always in the same order: of two names that are equally near to a misspelt one, the first is meant.
pub fn names(dialect: Dialect) -> impl Iterator<Item = &'static str> {
    let rows = TABLES.iter().flat_map(|table| table.iter());
    rows.filter(move |row| row.dialects.contains(&dialect)).map(|row| row.name)
}

/// Whether that function's unknown texts have the right number of bytes.
pub(super) fn yields_known_length(name: &str) -> bool {
    matches!(
        name,
        "uuidv4"
            | "randAlpha"
            | "randAlphaNum"
            | "randAscii"
            | "randNumeric"
            | "randBytes"
            | "shuffle"
            | "bcrypt"
            | "htpasswd"
            | "encryptAES"
            | "b64dec"
    )
}
