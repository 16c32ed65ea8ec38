//! The registry: every area's list of rules. A rule is one line in its area's list and one page beside it; a test walks the
//! folder and holds both to each other.
//!
//! A line says who judges, the id, and per dialect (1.1, 1.2, 2, 3) the severity as one letter: `E`rror, `W`arning, `I`nfo,
//! `H`int, `-` where the rule does not exist.

mod dependency;
mod dockerfile;
mod from;
mod git;
mod giterminism;
mod import;
mod includes;
mod meta;
mod mount;
mod names;
mod project;
mod secret;
mod splitter;
mod stapel;
mod templates;
mod worktree;
mod yaml;

use super::rule::{Origin, Rule};
use crate::diagnostic::Severity;

/// All rules, area by area.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|area| area.iter())
}

/// The lists of the areas.
const AREAS: &[&[Rule]] = &[
    project::RULES,
    worktree::RULES,
    templates::RULES,
    splitter::RULES,
    yaml::RULES,
    meta::RULES,
    names::RULES,
    from::RULES,
    git::RULES,
    import::RULES,
    mount::RULES,
    dependency::RULES,
    dockerfile::RULES,
    secret::RULES,
    stapel::RULES,
    giterminism::RULES,
    includes::RULES,
];

/// The severity that a letter of a registry line stands for.
const fn severity(letter: u8) -> Option<Severity> {
    match letter {
        b'E' => Some(Severity::Error),
        b'W' => Some(Severity::Warning),
        b'I' => Some(Severity::Info),
        b'H' => Some(Severity::Hint),
        _ => None,
    }
}

/// One registry line: its origin, the severity letters of the four dialects, the area and the id.
const fn rule(origin: Origin, letters: &[u8; 4], area: &'static str, id: &'static str, page: &'static str) -> Rule {
    Rule {
        id: crate::diagnostic::RuleId(id),
        area,
        severities: [severity(letters[0]), severity(letters[1]), severity(letters[2]), severity(letters[3])],
        fixable: is_fixable(id),
        origin,
        page,
    }
}

/// Whether some findings of a rule carry a fix: those with a remedy, and those whose layer knows it.
const fn is_fixable(id: &str) -> bool {
    const BY_LAYERS: &[&str] = &[
        "crash-null-section",
        "giterminism-unknown-key",
        "template-exec",
        "template-parse",
        "type-mismatch",
        "unrecognized-document",
        "yaml-syntax",
    ];
    let mut index = 0;
    while index < BY_LAYERS.len() {
        if is_same(BY_LAYERS[index], id) {
            return true;
        }
        index += 1;
    }
    super::remedies::has_remedy(id)
}

/// Equality of texts in a constant.
pub(super) const fn is_same(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

/// The lines of one area.
macro_rules! rules {
    ($area:literal: $( $letters:literal $id:literal $origin:expr, )*) => {
        pub(super) const RULES: &[$crate::check::Rule] = &[
            $( $crate::check::rules::rule($origin, $letters, $area, $id, include_str!(concat!($id, ".md"))), )*
        ];
    };
}
use rules;
