//! What a rendering yields: plain data that can leave the thread.

use super::provenance::Provenance;
use super::text::FrameId;
use super::trace::Trace;
use crate::diagnostic::RuleId;
use crate::source::Location;

/// The kind of a template error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A source cannot be parsed: werf renders nothing.
    Parse,
    /// The execution stopped.
    Exec,
    /// `include`/`tpl` call each other without end: the real program dies of its stack.
    Crash,
    /// A budget is used up: werfkit gives up, werf perhaps not.
    Budget,
}

/// An error of a rendering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Its kind.
    pub kind: ErrorKind,
    /// The rule of the innermost cause, when that has one of its own (`env-not-allowed`, `files-get-missing`, …).
    pub rule: Option<RuleId>,
    /// Name of the innermost template source, for example `werfConfig` or `common/ruby.tmpl`.
    pub template: String,
    /// Go's line in it, from 1.
    pub line: u32,
    /// Go's column, in bytes from 0; `None` for parse errors.
    pub column: Option<u32>,
    /// Go's text: of the first error with the whole chain of nested templates, of later ones from the innermost template on.
    pub text: Vec<u8>,
    /// The text of the innermost cause alone, without places.
    pub cause: Vec<u8>,
    /// The bytes to look at, in the innermost template; `None` in computed text without a place.
    pub location: Option<Location>,
    /// The activation in which it happened: gives the chain of calls.
    pub frame: FrameId,
}

/// The rendered text with the origin of every byte.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The bytes.
    pub text: Vec<u8>,
    /// Where they came from.
    pub provenance: Provenance,
}

/// Everything about one rendering.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text: werf's own when `errors` is empty, else what is left of it, with unknown parts.
    pub rendered: Rendered,
    /// All errors in the order in which they came up; werf stops at the first.
    pub errors: Vec<TemplateError>,
    /// What happened besides.
    pub trace: Trace,
}
