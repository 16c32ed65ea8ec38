//! Go's `regexp` package: its syntax, leftmost-first matching, expansion and splitting.
//!
//! In: pattern and text as bytes. Out: byte spans of the text. Invalid UTF-8 in the text is matched as U+FFFD, one per byte, as in Go.
//! Never: backtracking; matching is linear in the text.

mod parse;
mod tables;

use crate::dialect::Dialect;
use regex_automata::Input;
use regex_automata::meta;

/// What differs between Go levels.
#[derive(Clone, Copy, Debug)]
pub struct Syntax {
    /// `(?<name>…)`, from Go 1.22.
    pub short_names: bool,
    /// Long and loosely written property names (`\p{Letter}`), from Go 1.25.
    pub loose_properties: bool,
}

impl Syntax {
    /// The syntax of the Go that a dialect's werf is built with.
    #[must_use]
    pub fn of(dialect: Dialect) -> Self {
        Self { short_names: dialect >= Dialect::V2, loose_properties: dialect >= Dialect::V3 }
    }
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    engine: meta::Regex,
    names: Vec<Option<String>>,
    empty_pattern: bool,
}

/// Start and end of each capture group of one match, in bytes of the searched text; group 0 is the whole match.
pub type Captures = Vec<Option<(usize, usize)>>;

/// A text made searchable.
struct Haystack {
    /// The text with each invalid byte replaced by U+FFFD; `None` when the text was valid.
    lossy: Option<Vec<u8>>,
    /// Offsets in `lossy` after which three bytes stand for one.
    breaks: Vec<usize>,
}

impl Haystack {
    fn new(text: &[u8]) -> Self {
        if std::str::from_utf8(text).is_ok() {
            return Self { lossy: None, breaks: Vec::new() };
        }
        let mut lossy = Vec::with_capacity(text.len() + 16);
        let mut breaks = Vec::new();
        for chunk in text.utf8_chunks() {
            lossy.extend_from_slice(chunk.valid().as_bytes());
            for _ in chunk.invalid() {
                breaks.push(lossy.len());
                lossy.extend_from_slice("\u{FFFD}".as_bytes());
            }
        }
        Self { lossy: Some(lossy), breaks }
    }

    /// The offset in the real text.
    fn original(&self, offset: usize) -> usize {
        offset - 2 * self.breaks.partition_point(|&at| at < offset)
    }
}

impl Regex {
    /// Compiles a pattern; the error is Go's text, `error parsing regexp: …`.
    pub fn compile(pattern: &[u8], syntax: Syntax) -> Result<Self, String> {
        let pattern = match std::str::from_utf8(pattern) {
            Ok(pattern) => pattern,
            // Go shows what is left of the pattern where it stopped.
            Err(error) => {
                let rest = String::from_utf8_lossy(&pattern[error.valid_up_to()..]);
                return Err(format!("error parsing regexp: invalid UTF-8: `{rest}`"));
            }
        };
        let parsed = parse::parse(pattern, syntax)?;
        let engine = meta::Builder::new()
            .configure(meta::Config::new().utf8_empty(true).nfa_size_limit(Some(64 << 20)))
            .build_from_hir(&parsed.hir)
            .map_err(|_| format!("error parsing regexp: expression too large: `{pattern}`"))?;
        Ok(Self { engine, names: parsed.names, empty_pattern: pattern.is_empty() })
    }

    /// Whether the text holds a match.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        let haystack = Haystack::new(text);
        self.engine.is_match(haystack.lossy.as_deref().unwrap_or(text))
    }

    /// The matches from left to right as Go's `FindAll` yields them, at most `limit`.
    #[must_use]
    pub fn find_all(&self, text: &[u8], limit: usize) -> Vec<Captures> {
        self.search(text, limit, false)
    }

    /// As [`Regex::find_all`], with all groups.
    #[must_use]
    pub fn captures_all(&self, text: &[u8]) -> Vec<Captures> {
        self.search(text, usize::MAX, true)
    }

    fn search(&self, text: &[u8], limit: usize, groups: bool) -> Vec<Captures> {
        let haystack = Haystack::new(text);
        let bytes = haystack.lossy.as_deref().unwrap_or(text);
        let mut found = Vec::new();
        let mut at = 0;
        let mut previous_end = None;
        let mut captures = self.engine.create_captures();
        while at <= bytes.len() && found.len() < limit {
            let input = Input::new(bytes).range(at..);
            if groups {
                self.engine.search_captures(&input, &mut captures);
            } else {
                captures.set_pattern(None);
                if let Some(hit) = self.engine.search(&input) {
                    captures.set_pattern(Some(hit.pattern()));
                    let slots = captures.slots_mut();
                    slots.fill(None);
                    if let [first, second, ..] = slots {
                        *first = regex_automata::util::primitives::NonMaxUsize::new(hit.start());
                        *second = regex_automata::util::primitives::NonMaxUsize::new(hit.end());
                    }
                }
            }
            let Some(hit) = captures.get_match() else { break };
            let (start, end) = (hit.start(), hit.end());
            // An empty match right behind the previous one does not count.
            if start != end || previous_end != Some(start) {
                let count = if groups { captures.group_len() } else { 1 };
                let spans = (0..count).map(|group| {
                    captures.get_group(group).map(|span| (haystack.original(span.start), haystack.original(span.end)))
                });
                found.push(spans.collect());
            }
            previous_end = Some(end);
            at = if end > at {
                end
            } else {
                end + std::str::from_utf8(&bytes[end..])
                    .ok()
                    .and_then(|rest| rest.chars().next())
                    .map_or(1, char::len_utf8)
            };
            if start == end && end > at {
                at = end;
            }
        }
        found
    }

    /// Go's `Split`: `None` is the nil list of `limit` 0.
    #[must_use]
    pub fn split(&self, text: &[u8], limit: i64) -> Option<Vec<(usize, usize)>> {
        if limit == 0 {
            return None;
        }
        if !self.empty_pattern && text.is_empty() {
            return Some(vec![(0, 0)]);
        }
        let bound = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut pieces = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for captures in self.find_all(text, bound) {
            if limit > 0 && pieces.len() == bound - 1 {
                break;
            }
            let Some((match_start, match_end)) = captures[0] else { break };
            end = match_start;
            if match_end != 0 {
                pieces.push((begin, end));
            }
            begin = match_end;
        }
        if end != text.len() {
            pieces.push((begin, text.len()));
        }
        Some(pieces)
    }

    /// The pieces that Go's `Expand` makes of a replacement for one match.
    #[must_use]
    pub fn expand(&self, replacement: &[u8], captures: &Captures) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut at = 0;
        while let Some(dollar) = replacement[at..].iter().position(|&b| b == b'$').map(|i| at + i) {
            if dollar > at {
                pieces.push(Piece::Replacement(at, dollar));
            }
            at = dollar + 1;
            if replacement.get(at) == Some(&b'$') {
                pieces.push(Piece::Replacement(at, at + 1));
                at += 1;
                continue;
            }
            let Some((name, after)) = reference(replacement, at) else {
                pieces.push(Piece::Replacement(dollar, at));
                continue;
            };
            at = after;
            let span = match index(name) {
                Some(index) => captures.get(index).copied().flatten(),
                None => self
                    .names
                    .iter()
                    .enumerate()
                    .filter(|(_, known)| known.as_deref().is_some_and(|known| known.as_bytes() == name))
                    .find_map(|(index, _)| captures.get(index).copied().flatten()),
            };
            if let Some((start, end)) = span {
                pieces.push(Piece::Text(start, end));
            }
        }
        if at < replacement.len() {
            pieces.push(Piece::Replacement(at, replacement.len()));
        }
        pieces
    }
}

/// A part of an expanded replacement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Bytes of the replacement.
    Replacement(usize, usize),
    /// Bytes of the searched text.
    Text(usize, usize),
}

/// The group name after a `$` and the offset behind it.
fn reference(replacement: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let brace = replacement.get(at) == Some(&b'{');
    let start = at + usize::from(brace);
    let chunk = replacement.get(start..)?.utf8_chunks().next()?;
    let length: usize = chunk
        .valid()
        .chars()
        .take_while(|&c| c == '_' || crate::template::functions::unicode::is_letter_or_digit(c))
        .map(char::len_utf8)
        .sum();
    if length == 0 {
        return None;
    }
    let end = start + length;
    if !brace {
        return Some((&replacement[start..end], end));
    }
    (replacement.get(end) == Some(&b'}')).then(|| (&replacement[start..end], end + 1))
}

/// A group number; leading zeros and huge numbers are names.
fn index(name: &[u8]) -> Option<usize> {
    let numeric = name.iter().all(u8::is_ascii_digit) && name.len() <= 8;
    if !numeric || (name.len() > 1 && name[0] == b'0') {
        return None;
    }
    std::str::from_utf8(name).ok()?.parse().ok()
}

/// Go's `QuoteMeta`: which bytes get a backslash in front.
#[must_use]
pub fn is_meta(byte: u8) -> bool {
    br"\.+*?()|[]{}^$".contains(&byte)
}
