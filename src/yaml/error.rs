//! One problem that stops yaml.v2.

use crate::source::Span;

/// A problem of the YAML text itself: syntax, encoding, or a reference to an anchor that does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// yaml.v2's whole message, beginning with `yaml: `; for problems after the first one, what it would say if that were the first.
    pub text: String,
    /// The line number inside `text` (counted from 1, relative to the document); it may be off by one, as in yaml.v2. None where the message has none.
    pub line: Option<u32>,
    /// The bytes that are wrong, in the rendered text.
    pub span: Span,
    /// Where the construct that could not be finished began (an opening bracket or quote), in the rendered text.
    pub opened: Option<Span>,
}

impl YamlError {
    /// Where a person would mend it. The end of the text shows nothing: what was not finished there has to be mended where it began.
    #[must_use]
    pub fn place(&self) -> Span {
        if self.span.is_empty() { self.opened.unwrap_or(self.span) } else { self.span }
    }
}
