//! What a rendering did, as plain data for later layers: inputs it read, definitions it made, calls between templates.

use super::text::{CallId, FrameId};
use crate::source::Location;

/// The kind of an activation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// The main template.
    Main,
    /// The `template` action or a `block`; the name of the template.
    Template(String),
    /// `include`; the name of the template.
    Include(String),
    /// `tpl`; the name given to the text.
    Tpl(String),
    /// One turn of a `range`: the key where it is a string, or the element, else the number of the turn from 0.
    Iteration(String),
    /// A branch whose condition failed: werf stops there, nobody knows which branch it would have taken.
    Guess,
}

/// One activation of a template or turn of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The activation it is in; the main one is its own parent.
    pub parent: FrameId,
    /// What it is.
    pub kind: FrameKind,
    /// The action that made it; `None` for the main template and for actions in computed text.
    pub place: Option<Location>,
}

/// One call that made bytes or stored a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSite {
    /// The function, or `""` for an action without one.
    pub name: &'static str,
    /// The activation it stands in.
    pub frame: FrameId,
    /// The bytes of the command; `None` in computed text without a place.
    pub place: Option<Location>,
}

/// An input that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// `env`.
    Env {
        /// Name of the variable.
        name: String,
        /// The default, if one was given.
        default: Option<String>,
        /// Whether the variable was set.
        set: bool,
    },
    /// A call of a method of `.Files`.
    Files {
        /// `Get`, `Glob`, `Exists`, `IsDir`.
        method: &'static str,
        /// Path or pattern.
        path: String,
    },
    /// Randomness, clock, network: the function's name.
    Unpredictable(&'static str),
}

/// An input with the place where it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputUse {
    /// What.
    pub input: Input,
    /// The call.
    pub call: CallId,
}

/// A `define`, a `block` or a template file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Name of the template.
    pub name: String,
    /// The clause; `None` in computed text.
    pub place: Option<Location>,
}

/// An undefined value that was printed as `<no value>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoValuePrinted {
    /// The pipeline as Go prints it, for example `.Nope`.
    pub expression: String,
    /// Its bytes.
    pub place: Option<Location>,
    /// The activation.
    pub frame: FrameId,
}

/// A variable of the shared data, stored by `set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The key.
    pub key: String,
    /// The call.
    pub call: CallId,
}

/// A value in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// As Go prints it, cut when it is long; of large collections the number of their items.
    pub text: String,
    /// Its type in Go's words.
    pub kind: String,
    /// Whether a part of it is not known.
    pub is_unknown: bool,
}

/// The last value that a variable was given at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableValue {
    /// With its `$`.
    pub name: String,
    /// The variable in its declaration or assignment.
    pub place: Location,
    /// The value.
    pub value: Known,
    /// Grows with time: of several places, the one with the greatest has the last value.
    pub order: u32,
}

/// An `if` or `with`, and how often its condition held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The condition.
    pub place: Location,
    /// Times that it held.
    pub taken: u32,
    /// Times that it did not.
    pub otherwise: u32,
    /// Times that nobody can know.
    pub unknown: u32,
}

/// An entry of the data that templates get as `.`, at the end of the rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownData {
    /// `.Commit.Hash`.
    pub path: String,
    /// Its value.
    pub value: Known,
}

/// Everything a rendering did besides its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// Inputs read.
    pub inputs: Vec<InputUse>,
    /// Definitions, in parse order.
    pub definitions: Vec<Definition>,
    /// Undefined values printed.
    pub no_values: Vec<NoValuePrinted>,
    /// Keys stored with `set`.
    pub stored: Vec<Stored>,
    /// Values of variables, by place.
    pub variables: Vec<VariableValue>,
    /// Conditions, by place.
    pub branches: Vec<Branch>,
    /// The data, an entry before those below it.
    pub data: Vec<KnownData>,
}
