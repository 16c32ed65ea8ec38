//! Globs as the doublestar library of each dialect reads them: version 1.1.5 in werf 1.1, 1.3.4 in 1.2, 4.9.1 in 2 and 3.
//!
//! In: a pattern and a path, both with forward slashes. Out: match, no match, or "malformed". Never: exponential work; a pattern with too many
//! alternatives counts as malformed.
//!
//! The language (spec 2 §14.4, spec 1.1 §3.5): `**` as a whole component stands for any number of components, `*` and `?` stay inside one, `[a-z]` with
//! `^` (2 and 3: also `!`) for negation, `{a,b}`, backslash escapes.

mod components;

use crate::dialect::Dialect;
use crate::vfs::go_clean;

/// A malformed pattern was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPattern;

/// Alternatives that one pattern may expand to.
const MAX_ALTERNATIVES: usize = 4096;

/// Whether the library of that dialect says that `path` matches `pattern`.
///
/// # Errors
/// [`BadPattern`] where the library reports a syntax error.
pub fn matches(dialect: Dialect, pattern: &str, path: &str) -> Result<bool, BadPattern> {
    match dialect {
        Dialect::V1_1 => components::matches(pattern, path, &mut MAX_ALTERNATIVES.clone()),
        Dialect::V1_2 => {
            // 1.3.4 looks at all alternatives, so a malformed one is an error even where another matches.
            let mut matched = false;
            whole::expand(pattern, &mut MAX_ALTERNATIVES.clone(), &mut |plain, budget| {
                matched |= components::matches(plain, path, budget)?;
                Ok(false)
            })?;
            Ok(matched)
        }
        Dialect::V2 | Dialect::V3 => whole::matches(pattern, path),
    }
}

/// A glob of `werf-giterminism.yaml`, of `.Files.Glob` or of includes: matched as written, without trailing star components, and with everything beneath that.
#[derive(Clone, Debug)]
pub struct Matcher {
    forms: Forms,
    beginning: Vec<Component>,
}

/// What is known of a component of a pattern without asking the library.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Component {
    /// This name.
    Name(String),
    /// One name.
    Any,
}

#[derive(Clone, Debug)]
enum Forms {
    /// The pattern stands for the root: everything matches.
    Everything,
    /// doublestar 1 reads a pattern while it compares.
    Texts(Dialect, Vec<String>),
    /// doublestar 4.
    Compiled(Vec<whole::Compiled>),
}

impl Matcher {
    /// The three forms of `pattern` (spec 2 §14.4).
    #[must_use]
    pub fn new(dialect: Dialect, pattern: &str) -> Self {
        let cleaned = go_clean(pattern);
        let mut parts: Vec<&str> = cleaned.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        while parts.last().is_some_and(|part| part.chars().all(|c| c == '*')) {
            parts.pop();
        }
        if parts.is_empty() {
            return Self { forms: Forms::Everything, beginning: Vec::new() };
        }
        let beginning = beginning(&parts);
        let trimmed = parts.join("/");
        let mut texts = vec![format!("{trimmed}/**/*")];
        if cleaned != trimmed {
            texts.insert(0, trimmed.clone());
        }
        texts.insert(0, cleaned);
        let forms = match dialect {
            Dialect::V1_1 | Dialect::V1_2 => Forms::Texts(dialect, texts),
            Dialect::V2 | Dialect::V3 => Forms::Compiled(texts.iter().map(|text| whole::Compiled::new(text)).collect()),
        };
        Self { forms, beginning }
    }

    /// Whether a path that matches may lie in the directory `path`, cleaned; always of a pattern that may turn out to be malformed on the way.
    #[must_use]
    pub fn may_hold(&self, path: &str) -> bool {
        let names = path.split('/').filter(|name| !name.is_empty());
        names.zip(&self.beginning).all(|(name, component)| match component {
            Component::Name(wanted) => wanted == name,
            Component::Any => true,
        })
    }

    /// Whether `path`, cleaned, matches any form.
    ///
    /// # Errors
    /// [`BadPattern`] when the pattern is malformed (and, up to 1.2, the malformed part is reached).
    pub fn matches(&self, path: &str) -> Result<bool, BadPattern> {
        let cleaned = go_clean(path);
        let path = if cleaned == "." || cleaned == "/" { "" } else { cleaned.as_str() };
        match &self.forms {
            Forms::Everything => Ok(true),
            Forms::Texts(dialect, texts) => {
                for text in texts {
                    if matches(*dialect, text, path)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Forms::Compiled(forms) => {
                let components: Vec<&str> = path.split('/').collect();
                for form in forms {
                    if form.matches(&components)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }
}

/// The first components of a pattern as far as each stands for one name, whatever the library.
fn beginning(parts: &[&str]) -> Vec<Component> {
    // Escapes and classes may be malformed, which is only noticed where a path is compared with them.
    if parts.iter().any(|part| part.contains(['\\', '[', ']'])) {
        return Vec::new();
    }
    let is_one_name = |part: &&&str| !part.contains("**") && part.matches('{').count() == part.matches('}').count();
    let component = |part: &&str| match part.contains(['*', '?', '{', '}', '!', '^']) {
        true => Component::Any,
        false => Component::Name((*part).to_owned()),
    };
    parts.iter().take_while(is_one_name).map(component).collect()
}

/// The directory to start a walk from: the leading components of a cleaned pattern that hold no special character. The second value tells whether
/// that is the whole pattern.
#[must_use]
pub fn literal_prefix(pattern: &str) -> (String, bool) {
    let mut prefix = Vec::new();
    for part in pattern.split('/') {
        if part.contains(['*', '?', '[', '{', '\\']) {
            return (prefix.join("/"), false);
        }
        prefix.push(part);
    }
    (prefix.join("/"), true)
}

/// One part of a component without alternatives.
#[derive(Debug, Clone)]
enum Item {
    Char(char),
    Any,
    Star,
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// Where the pattern stops making sense.
    Malformed,
}

impl Item {
    fn accepts(&self, c: char) -> bool {
        match self {
            Self::Char(own) => *own == c,
            Self::Any => true,
            Self::Star | Self::Malformed => false,
            Self::Class { negated, ranges } => ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated,
        }
    }
}

/// Whether the items match the whole name: the last star takes what the rest leaves. A malformed item is an error when it is reached before any star.
fn match_items(items: &[Item], name: &str) -> Result<bool, BadPattern> {
    let length = name.len();
    let (mut item, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let next = name[at..].chars().next();
        match (items.get(item), next) {
            (Some(Item::Star), _) => {
                star = Some((item, at));
                item += 1;
                continue;
            }
            (Some(Item::Malformed), Some(_)) if star.is_none() => return Err(BadPattern),
            (Some(one), Some(c)) if one.accepts(c) => {
                item += 1;
                at += c.len_utf8();
                continue;
            }
            (None, None) => return Ok(true),
            _ => {}
        }
        match star {
            Some((starred, from)) if from < length => {
                let from = from + name[from..].chars().next().map_or(1, char::len_utf8);
                star = Some((starred, from));
                item = starred + 1;
                at = from;
            }
            _ => return Ok(false),
        }
    }
}

/// The items of a component that holds no alternatives.
fn read_items(component: &str, negations: &[char]) -> Vec<Item> {
    let mut items = Vec::new();
    let mut at = 0;
    while let Some(c) = component[at..].chars().next() {
        at += c.len_utf8();
        let rest = &component[at..];
        let item = match c {
            '*' => Item::Star,
            '?' => Item::Any,
            '\\' => match rest.chars().next() {
                Some(escaped) => {
                    at += escaped.len_utf8();
                    Item::Char(escaped)
                }
                None => Item::Malformed,
            },
            '[' => match read_class(rest, negations) {
                Some((class, length)) => {
                    at += length;
                    class
                }
                None => Item::Malformed,
            },
            '{' => Item::Malformed,
            _ => Item::Char(c),
        };
        let end = matches!(item, Item::Malformed);
        items.push(item);
        if end {
            break;
        }
    }
    items
}

/// Splits at `separator` where it is not escaped by a backslash.
fn split_unescaped(text: &str, separator: char) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == separator {
            parts.push(&text[start..at]);
            start = at + separator.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Reads a character class after its `[`; returns the class and the offset behind its `]`.
fn read_class(text: &str, negations: &[char]) -> Option<(Item, usize)> {
    let mut chars = text.char_indices().peekable();
    let negated = chars.peek().is_some_and(|(_, c)| negations.contains(c));
    if negated {
        chars.next();
    }
    let mut ranges = Vec::new();
    let literal = |chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>| -> Option<char> {
        let (_, c) = chars.next()?;
        match c {
            '\\' => chars.next().map(|(_, escaped)| escaped),
            '-' | ']' => None,
            _ => Some(c),
        }
    };
    loop {
        if let Some((at, ']')) = chars.peek().copied()
            && !ranges.is_empty()
        {
            return Some((Item::Class { negated, ranges }, at + 1));
        }
        let low = literal(&mut chars)?;
        let high = if matches!(chars.peek(), Some((_, '-'))) {
            chars.next();
            literal(&mut chars)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

/// doublestar 4: alternatives may span components, the whole pattern is checked first.
mod whole {
    use super::{BadPattern, Item, MAX_ALTERNATIVES, match_items, read_class, read_items};

    pub(super) fn matches(pattern: &str, path: &str) -> Result<bool, BadPattern> {
        Compiled::new(pattern).matches(&path.split('/').collect::<Vec<_>>())
    }

    /// A pattern ready to be compared with many paths.
    #[derive(Debug, Clone)]
    pub(super) struct Compiled {
        /// The pattern under each choice of its alternatives.
        choices: Vec<Vec<Component>>,
        valid: bool,
    }

    impl Compiled {
        pub(super) fn new(pattern: &str) -> Self {
            let mut choices = Vec::new();
            let mut budget = MAX_ALTERNATIVES;
            let expanded = expand(pattern, &mut budget, &mut |plain, _| {
                choices.push(compile(plain));
                Ok(false)
            });
            Self { choices, valid: expanded.is_ok() && is_valid(pattern) }
        }

        /// A match counts even in a malformed pattern, if it is found first.
        pub(super) fn matches(&self, path: &[&str]) -> Result<bool, BadPattern> {
            if self.choices.iter().any(|choice| match_components(choice, path)) {
                return Ok(true);
            }
            if self.valid { Ok(false) } else { Err(BadPattern) }
        }
    }

    fn is_valid(pattern: &str) -> bool {
        let mut depth = 0usize;
        let mut at = 0;
        while let Some(c) = pattern[at..].chars().next() {
            let rest = &pattern[at + c.len_utf8()..];
            at += c.len_utf8();
            match c {
                '\\' => match rest.chars().next() {
                    Some(escaped) => at += escaped.len_utf8(),
                    None => return false,
                },
                '[' => match read_class(rest, &['^', '!']) {
                    Some((_, length)) => at += length,
                    None => return false,
                },
                '{' => depth += 1,
                '}' if depth == 0 => return false,
                '}' => depth -= 1,
                _ => {}
            }
        }
        depth == 0
    }

    /// Offsets of the commas and of the closing brace that belong to the brace at `open`.
    fn brace(pattern: &str, open: usize) -> Option<(Vec<usize>, usize)> {
        let mut commas = Vec::new();
        let mut depth = 0usize;
        let mut chars = pattern[open..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                }
                '{' => depth += 1,
                '}' => {
                    depth -= 1;
                    if depth == 0 {
                        return Some((commas, open + at));
                    }
                }
                ',' if depth == 1 => commas.push(open + at),
                _ => {}
            }
        }
        None
    }

    /// Calls `matches` with the pattern under each choice of its alternatives, until one matches.
    pub(super) fn expand(
        pattern: &str,
        budget: &mut usize,
        matches: &mut dyn FnMut(&str, &mut usize) -> Result<bool, BadPattern>,
    ) -> Result<bool, BadPattern> {
        *budget = budget.checked_sub(1).ok_or(BadPattern)?;
        let mut at = 0;
        while let Some(c) = pattern[at..].chars().next() {
            let rest = &pattern[at + c.len_utf8()..];
            match c {
                '\\' => at += rest.chars().next().map_or(0, char::len_utf8),
                '[' => at += read_class(rest, &['^', '!']).map_or(0, |(_, length)| length),
                '{' => {
                    let Some((commas, close)) = brace(pattern, at) else { break };
                    let mut start = at + 1;
                    for end in commas.into_iter().chain([close]) {
                        let choice = format!("{}{}{}", &pattern[..at], &pattern[start..end], &pattern[close + 1..]);
                        if expand(&choice, budget, matches)? {
                            return Ok(true);
                        }
                        start = end + 1;
                    }
                    return Ok(false);
                }
                _ => {}
            }
            at += c.len_utf8();
        }
        matches(pattern, budget)
    }

    /// A component without alternatives.
    #[derive(Debug, Clone)]
    enum Component {
        DoubleStar,
        Items(Vec<Item>),
    }

    fn compile(pattern: &str) -> Vec<Component> {
        let mut components = Vec::new();
        let mut start = 0;
        let mut at = 0;
        let component = |text: &str| {
            if text == "**" { Component::DoubleStar } else { Component::Items(read_items(text, &['^', '!'])) }
        };
        while let Some(c) = pattern[at..].chars().next() {
            let rest = &pattern[at + c.len_utf8()..];
            match c {
                '/' => {
                    components.push(component(&pattern[start..at]));
                    start = at + 1;
                }
                '\\' => at += rest.chars().next().map_or(0, char::len_utf8),
                '[' => at += read_class(rest, &['^', '!']).map_or(0, |(_, length)| length),
                _ => {}
            }
            at += c.len_utf8();
        }
        components.push(component(&pattern[start..]));
        components
    }

    fn match_components(components: &[Component], path: &[&str]) -> bool {
        let (mut component, mut at) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        loop {
            match (components.get(component), path.get(at)) {
                (Some(Component::DoubleStar), _) => {
                    star = Some((component, at));
                    component += 1;
                    continue;
                }
                (Some(Component::Items(items)), Some(name)) if match_items(items, name) == Ok(true) => {
                    component += 1;
                    at += 1;
                    continue;
                }
                (None, None) => return true,
                _ => {}
            }
            match star {
                Some((starred, from)) if from < path.len() => {
                    star = Some((starred, from + 1));
                    component = starred + 1;
                    at = from + 1;
                }
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_that_can_hold_no_match_are_known() {
        let holds = |pattern: &str, path: &str| Matcher::new(Dialect::V1_2, pattern).may_hold(path);
        let pattern = "modules/*/images/*/{Dockerfile,werf.inc.yaml}";
        assert!(
            ["", "modules", "modules/a", "modules/a/images", "modules/a/images/b"]
                .iter()
                .all(|path| holds(pattern, path))
        );
        assert!(!holds(pattern, "docs"));
        assert!(!holds(pattern, "modules/a/charts"));
        assert!(!holds(pattern, "modules/a/charts/images"));
        // Everything beneath a match matches, `**` is any number of names, a brace may hold slashes, and a class may be malformed.
        assert!(holds("dir/*", "dir/a/b/c"));
        assert!(holds("a/**/b/c", "a/x/y"));
        assert!(holds("a/{b/c,d}/e", "a/b/c"));
        assert!(holds("a/[b/c", "x"));
    }

    #[test]
    fn three_forms_of_a_pattern() {
        let all = |pattern: &str, path: &str| Matcher::new(Dialect::V2, pattern).matches(path) == Ok(true);
        assert!(all("dir", "dir/a/b"));
        assert!(all("dir/*", "dir/a/b"));
        assert!(all("a/*/b/**/*", "a/x/b"));
        assert!(all("/dir", "dir/x"));
        assert!(all("/", "anything/at/all"));
        assert!(all("/home/ci", "/home/ci"));
        assert!(!all("/home/ci", "/home/ci/x"));
        assert!(all("/home/ci/*", "/home/ci/x"));
        assert!(!all("/home/ci/*", "/home/ci/x/y"));
        assert!(!all("Dir", "dir"));
        assert_eq!(Matcher::new(Dialect::V2, "[a").matches(""), Err(BadPattern));
    }

    /// What the three releases of the library answered: 1 match, 0 none, E malformed; in the order 1.1.5, 1.3.4, 4.9.1.
    const ANSWERS: &[(&str, &str, &str)] = &[
        ("**/*.yaml", "a.yaml", "111"),
        ("**/*.yaml", "a/b/c.yaml", "111"),
        ("a/**", "a", "001"),
        ("a/**", "a/b", "111"),
        ("a/**/b", "a/b", "111"),
        ("a/**/b", "a/x/y/b", "111"),
        ("*", ".hidden", "111"),
        ("*", "a/b", "000"),
        ("a?", "a/", "000"),
        ("[^a]", "b", "111"),
        ("[!a]", "b", "001"),
        ("[!a]", "!", "111"),
        ("{a,b}.y", "b.y", "111"),
        ("{a/b,c}", "a/b", "E11"),
        ("{a,{b,c}}", "c", "011"),
        ("\\*a", "*a", "111"),
        ("\\*a", "ba", "000"),
        ("a**", "ab", "111"),
        ("a**/c", "ab/c", "111"),
        ("**", "a/b", "111"),
        ("[a", "a", "EEE"),
        ("[a", "b/c", "EEE"),
        ("x/[a", "b/c", "00E"),
        ("{a", "a", "EEE"),
        ("a\\", "a", "00E"),
        ("{a,[}", "a", "1E1"),
        ("{a,[}", "b", "EEE"),
        ("*é", "cé", "111"),
        ("[а-я]", "ж", "111"),
        ("a//b", "a/b", "000"),
    ];

    #[test]
    fn patterns_mean_what_the_library_of_the_dialect_says() {
        for (pattern, path, answers) in ANSWERS {
            let told: String = [Dialect::V1_1, Dialect::V1_2, Dialect::V2]
                .into_iter()
                .map(|dialect| match matches(dialect, pattern, path) {
                    Ok(true) => '1',
                    Ok(false) => '0',
                    Err(BadPattern) => 'E',
                })
                .collect();
            assert_eq!(&told, answers, "{pattern} {path}");
        }
    }

    #[test]
    fn the_walk_starts_behind_the_literal_part() {
        assert_eq!(literal_prefix("a/b/*.x"), ("a/b".to_owned(), false));
        assert_eq!(literal_prefix("a/b"), ("a/b".to_owned(), true));
        assert_eq!(literal_prefix("**/x"), (String::new(), false));
    }
}
