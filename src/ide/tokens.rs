//! The words of an action as it is typed: a light lexer that reads broken text too.
//!
//! In: the text of a file and one of its actions. Out: tokens with their bytes, in order, without white space. Never: a refusal, tokens across actions.

use super::templates::Action;
use crate::source::Span;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// `{{`, `}}` with their trim markers.
    Delimiter,
    /// `if`, `range`, `define`, ….
    Keyword,
    /// A bare word: a function.
    Function,
    /// `$`, `$name`.
    Variable,
    /// `.name`; the lone dot is one without name.
    Field,
    /// A string with its quotes, as far as it is typed.
    String,
    /// A number or a character.
    Number,
    /// `true`, `false`, `nil`.
    Constant,
    /// `|`, `:=`, `=`, `,`, parentheses, anything else.
    Operator,
    /// `/* … */`.
    Comment,
}

/// A word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub span: Span,
}

impl Token {
    /// Its text; empty where that is not UTF-8.
    #[must_use]
    pub fn text<'t>(&self, text: &'t [u8]) -> &'t str {
        text.get(self.span.range()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// Of a string or a character: whether its closing quote is typed.
    #[must_use]
    pub fn is_complete(&self, text: &[u8]) -> bool {
        let end = (self.span.end as usize).min(text.len());
        string_end(text, self.span.start as usize, end).1
    }

    /// Of a string: what is between its quotes, and these bytes.
    #[must_use]
    pub fn literal<'t>(&self, text: &'t [u8]) -> Option<(&'t str, Span)> {
        if self.kind != TokenKind::String {
            return None;
        }
        let whole = self.text(text);
        let quote = whole.chars().next()?;
        let inner = &whole[1..];
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        let start = self.span.start as usize + 1;
        Some((inner, Span::new(start, start + inner.len())))
    }
}

/// Words that belong to the language.
pub const KEYWORDS: &[&str] =
    &["if", "else", "end", "range", "with", "define", "block", "template", "break", "continue"];

/// The words of an action.
#[must_use]
pub fn tokens(text: &[u8], action: &Action) -> Vec<Token> {
    let mut found = Vec::new();
    let mut push = |kind, start: usize, end: usize| {
        if start < end {
            found.push(Token { kind, span: Span::new(start, end) });
        }
    };
    let (begin, end) = (action.inner.start as usize, (action.inner.end as usize).min(text.len()));
    push(TokenKind::Delimiter, action.span.start as usize, begin);
    let mut at = begin;
    while at < end {
        let start = at;
        let byte = text[at];
        let kind = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'/' if text[at..end].starts_with(b"/*") => {
                let close = text[at..end].windows(2).position(|pair| pair == b"*/");
                at = close.map_or(end, |close| at + close + 2);
                TokenKind::Comment
            }
            b'"' | b'`' => {
                at = string_end(text, at, end).0;
                TokenKind::String
            }
            b'\'' => {
                at = string_end(text, at, end).0;
                TokenKind::Number
            }
            b'$' => {
                at = word_end(text, at + 1, end);
                TokenKind::Variable
            }
            b'.' if !text.get(at + 1).is_some_and(u8::is_ascii_digit) => {
                at = word_end(text, at + 1, end);
                TokenKind::Field
            }
            _ if byte.is_ascii_digit() || starts_number(&text[at..end]) => {
                at += 1;
                while at < end && (is_word(text[at]) || text[at] == b'.') {
                    at += 1;
                }
                TokenKind::Number
            }
            _ if is_word(byte) => {
                at = word_end(text, at, end);
                match text.get(start..at).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default() {
                    "true" | "false" | "nil" => TokenKind::Constant,
                    word if KEYWORDS.contains(&word) => TokenKind::Keyword,
                    _ => TokenKind::Function,
                }
            }
            b':' if text.get(at + 1) == Some(&b'=') && at + 1 < end => {
                at += 2;
                TokenKind::Operator
            }
            _ => {
                at += 1;
                TokenKind::Operator
            }
        };
        push(kind, start, at);
    }
    if action.is_closed {
        push(TokenKind::Delimiter, end.max(begin), action.span.end as usize);
    }
    found
}

/// The first word of an action, if it is one of the language's own: `if`, `end`, ….
#[must_use]
pub fn keyword<'t>(text: &'t [u8], action: &Action) -> Option<&'t str> {
    let inner = text.get(action.inner.range())?.trim_ascii_start();
    let length = inner.iter().position(|byte| !is_word(*byte)).unwrap_or(inner.len());
    let word = std::str::from_utf8(&inner[..length]).ok()?;
    KEYWORDS.contains(&word).then_some(word)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn starts_number(rest: &[u8]) -> bool {
    matches!(rest, [b'+' | b'-' | b'.', digit, ..] if digit.is_ascii_digit())
}

fn word_end(text: &[u8], from: usize, end: usize) -> usize {
    text[from.min(end)..end].iter().position(|byte| !is_word(*byte)).map_or(end, |length| from + length)
}

/// Behind the quote that closes a string, or at the end of its line; whether it is closed.
fn string_end(text: &[u8], from: usize, end: usize) -> (usize, bool) {
    let quote = text[from];
    let mut at = from + 1;
    while at < end {
        match text[at] {
            byte if byte == quote => return (at + 1, true),
            b'\\' if quote != b'`' => at += 2,
            b'\n' if quote != b'`' => return (at, false),
            _ => at += 1,
        }
    }
    (end, false)
}

#[cfg(test)]
mod tests {
    use super::super::templates::actions;
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let bytes = text.as_bytes();
        actions(bytes)
            .iter()
            .flat_map(|action| tokens(bytes, action))
            .map(|t| (t.kind, &text[t.span.range()]))
            .collect()
    }

    #[test]
    fn words_of_a_whole_action() {
        use TokenKind::{Constant, Delimiter, Field, Function, Keyword, Number, Operator, String, Variable};
        assert_eq!(
            kinds("a {{- if eq $x.y (env \"A\" `b`) | not -1.5 true . -}}"),
            [
                (Delimiter, "{{-"),
                (Keyword, "if"),
                (Function, "eq"),
                (Variable, "$x"),
                (Field, ".y"),
                (Operator, "("),
                (Function, "env"),
                (String, "\"A\""),
                (String, "`b`"),
                (Operator, ")"),
                (Operator, "|"),
                (Function, "not"),
                (Number, "-1.5"),
                (Constant, "true"),
                (Field, "."),
                (Delimiter, "-}}"),
            ]
        );
    }

    #[test]
    fn words_of_half_an_action() {
        use TokenKind::{Comment, Delimiter, Function, String};
        assert_eq!(
            kinds("{{ include \"ab\\\nx: {{/* c"),
            [(Delimiter, "{{"), (Function, "include"), (String, "\"ab\\"), (Delimiter, "{{"), (Comment, "/* c")]
        );
        assert_eq!(kinds("{{"), [(Delimiter, "{{")]);
        assert_eq!(kinds("{{}}"), [(Delimiter, "{{"), (Delimiter, "}}")]);
    }
}
