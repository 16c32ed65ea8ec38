//! The rows of the table, one per directive: how they are written, and the rows themselves by kind of document.
//!
//! In: nothing. Out: constant data. Never: a key that stands in two rows of a section; a meaning or example that is not our own.

pub(super) mod files;
pub(super) mod images;
pub(super) mod meta;
pub(super) mod stapel;

use super::Dialects as D;
use super::Directive;
use super::ValueType as V;

/// A directive with what every row must have; the rest is added by the functions below.
const fn row(key: &'static str, value: V, dialects: D, meaning: &'static str, example: &'static str) -> Directive {
    Directive {
        key,
        value,
        dialects,
        deprecated: D::NONE,
        since: "",
        until: "",
        replacement: "",
        default: "",
        allowed: &[],
        allowed_before_3: &[],
        meaning,
        example,
    }
}

/// A directive that only some releases in the middle of a line had: no dialect knows it, and its row is there to say so.
const fn past(
    key: &'static str,
    value: V,
    since: &'static str,
    until: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Directive {
    let mut row = row(key, value, D::NONE, meaning, example);
    row.since = since;
    row.until = until;
    row
}

impl Directive {
    const fn since(mut self, since: &'static str) -> Self {
        self.since = since;
        self
    }
    const fn until(mut self, until: &'static str) -> Self {
        self.until = until;
        self
    }
    const fn default(mut self, default: &'static str) -> Self {
        self.default = default;
        self
    }
    const fn allowed(mut self, allowed: &'static [&'static str]) -> Self {
        self.allowed = allowed;
        self
    }
    const fn allowed_before_3(mut self, allowed: &'static [&'static str]) -> Self {
        self.allowed_before_3 = allowed;
        self
    }
    const fn deprecated(mut self, deprecated: D, replacement: &'static str) -> Self {
        self.deprecated = deprecated;
        self.replacement = replacement;
        self
    }
    const fn instead(mut self, replacement: &'static str) -> Self {
        self.replacement = replacement;
        self
    }
}
