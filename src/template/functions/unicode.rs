//! Go's `unicode` package where Rust's `char` answers differently: categories instead of properties, one-to-one case mapping.
//!
//! In and out: characters. Never: context or language.

use std::sync::LazyLock;

use regex_syntax::Parser;
use regex_syntax::hir::{Class, HirKind};

/// Sorted ranges of a character class.
struct Table(Vec<(char, char)>);

impl Table {
    fn of(pattern: &str) -> Self {
        let ranges = match Parser::new().parse(pattern).map(regex_syntax::hir::Hir::into_kind) {
            Ok(HirKind::Class(Class::Unicode(class))) => class.iter().map(|r| (r.start(), r.end())).collect(),
            _ => Vec::new(),
        };
        Self(ranges)
    }

    fn has(&self, c: char) -> bool {
        let index = self.0.partition_point(|&(start, _)| start <= c);
        index > 0 && c <= self.0[index - 1].1
    }
}

static LETTER: LazyLock<Table> = LazyLock::new(|| Table::of("\\pL"));
static DIGIT: LazyLock<Table> = LazyLock::new(|| Table::of("\\p{Nd}"));
static UPPER: LazyLock<Table> = LazyLock::new(|| Table::of("\\p{Lu}"));
static LOWER: LazyLock<Table> = LazyLock::new(|| Table::of("\\p{Ll}"));
static NUMBER: LazyLock<Table> = LazyLock::new(|| Table::of("\\pN"));
static PUNCTUATION: LazyLock<Table> = LazyLock::new(|| Table::of("\\pP"));
static TITLE: LazyLock<Table> = LazyLock::new(|| Table::of("\\p{Lt}"));

/// `unicode.IsLetter`.
#[must_use]
pub fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { LETTER.has(c) }
}

/// `unicode.IsDigit`.
#[must_use]
pub fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { DIGIT.has(c) }
}

/// `unicode.IsNumber`.
#[must_use]
pub fn is_number(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { NUMBER.has(c) }
}

/// A letter or a digit.
#[must_use]
pub fn is_letter_or_digit(c: char) -> bool {
    is_letter(c) || is_digit(c)
}

/// `unicode.IsUpper`.
#[must_use]
pub fn is_upper(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_uppercase() } else { UPPER.has(c) }
}

/// `unicode.IsLower`.
#[must_use]
pub fn is_lower(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_lowercase() } else { LOWER.has(c) }
}

/// `unicode.IsTitle`.
#[must_use]
pub fn is_title(c: char) -> bool {
    !c.is_ascii() && TITLE.has(c)
}

/// `unicode.IsPunct`.
#[must_use]
pub fn is_punctuation(c: char) -> bool {
    PUNCTUATION.has(c)
}

/// `unicode.IsSpace`.
#[must_use]
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// `unicode.ToUpper`.
#[must_use]
pub fn to_upper(c: char) -> char {
    match c {
        '\u{1F80}'..='\u{1F87}' | '\u{1F90}'..='\u{1F97}' | '\u{1FA0}'..='\u{1FA7}' => offset(c, 8),
        '\u{1FB3}' | '\u{1FC3}' | '\u{1FF3}' => offset(c, 9),
        _ => single(c.to_uppercase(), c),
    }
}

/// `unicode.ToLower`.
#[must_use]
pub fn to_lower(c: char) -> char {
    if c == '\u{130}' { 'i' } else { single(c.to_lowercase(), c) }
}

/// `unicode.ToTitle`.
#[must_use]
pub fn to_title(c: char) -> char {
    match c {
        '\u{1C4}'..='\u{1C6}' => '\u{1C5}',
        '\u{1C7}'..='\u{1C9}' => '\u{1C8}',
        '\u{1CA}'..='\u{1CC}' => '\u{1CB}',
        '\u{1F1}'..='\u{1F3}' => '\u{1F2}',
        '\u{10D0}'..='\u{10FA}' | '\u{10FD}'..='\u{10FF}' => c,
        _ => to_upper(c),
    }
}

fn offset(c: char, by: u32) -> char {
    char::from_u32(c as u32 + by).unwrap_or(c)
}

/// The only character of a mapping; a mapping to several does not exist in Go.
fn single(mut mapped: impl Iterator<Item = char>, c: char) -> char {
    match (mapped.next(), mapped.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// Characters of a Go string with their byte lengths; each invalid byte is U+FFFD of length 1.
pub fn runes(text: &[u8]) -> impl Iterator<Item = (char, usize)> + '_ {
    text.utf8_chunks().flat_map(|chunk| {
        let invalid = chunk.invalid().iter().map(|_| ('\u{FFFD}', 1));
        chunk.valid().chars().map(|c| (c, c.len_utf8())).chain(invalid)
    })
}
