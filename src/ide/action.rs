//! What is typed inside an action: its words up to the cursor and the calls that are open there, also where the action does not parse.
//!
//! In: the text of a file, an action and an offset in it. Out: words and calls. Never: a syntax tree.

use super::templates::Action;
use crate::source::Span;

/// Kind of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartKind {
    /// A function or keyword.
    Word,
    /// `.`, `.a.b`.
    Field,
    /// `$`, `$x`, `$x.a`.
    Variable,
    /// A string; whether it ends before the cursor.
    Text(bool),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `|`
    Pipe,
    /// `:=`, `=`, `,`
    Declare,
    /// A number or anything else.
    Other,
}

/// A word of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What it is.
    pub kind: PartKind,
    /// Its bytes, quotes included.
    pub span: Span,
}

/// A call that is open at the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Call {
    /// The operands so far, the function first.
    pub operands: Vec<Part>,
    /// Whether a value is piped into it.
    pub is_piped: bool,
    /// The keyword before it.
    pub keyword: Option<Span>,
}

/// An action up to a cursor.
#[derive(Clone, Debug, Default)]
pub struct Typing {
    /// The words, in order.
    pub parts: Vec<Part>,
    /// Open calls, the innermost last; there is at least one.
    pub calls: Vec<Call>,
    /// The word that touches the cursor.
    pub current: Option<Part>,
}

/// Words that begin an action and are no functions.
pub const KEYWORDS: &[&str] =
    &["if", "else", "range", "with", "end", "define", "template", "block", "break", "continue"];

/// Reads an action up to a cursor.
#[must_use]
pub fn typing(text: &[u8], action: Action, offset: usize) -> Typing {
    let start = action.inner.start as usize;
    let end = offset.min(text.len()).max(start);
    let mut typing = Typing { calls: vec![Call::default()], ..Typing::default() };
    let mut at = start;
    while at < end {
        let byte = text[at];
        if byte.is_ascii_whitespace() {
            at += 1;
            continue;
        }
        let (kind, to) = part(text, at, end);
        let part = Part { kind, span: Span::new(at, to) };
        typing.push(part, text);
        at = to.max(at + 1);
    }
    let touches = |part: &&Part| {
        part.span.end as usize == end
            && matches!(
                part.kind,
                PartKind::Word | PartKind::Field | PartKind::Variable | PartKind::Text(false) | PartKind::Other
            )
    };
    typing.current = typing.parts.last().filter(touches).copied();
    typing
}

/// The word that begins at an offset.
fn part(text: &[u8], at: usize, end: usize) -> (PartKind, usize) {
    let run = |from: usize, holds: &dyn Fn(u8) -> bool| {
        from + text.get(from..end).unwrap_or_default().iter().take_while(|byte| holds(**byte)).count()
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
    match text[at] {
        b'(' => (PartKind::Open, at + 1),
        b')' => {
            // Fields of what is in the parentheses belong to it.
            (PartKind::Close, run(at + 1, &|byte| is_name(byte) || byte == b'.'))
        }
        b'|' => (PartKind::Pipe, at + 1),
        b',' | b'=' => (PartKind::Declare, at + 1),
        b':' if text.get(at + 1) == Some(&b'=') => (PartKind::Declare, at + 2),
        b'.' => (PartKind::Field, run(at, &|byte| is_name(byte) || byte == b'.')),
        b'$' => (PartKind::Variable, run(at + 1, &|byte| is_name(byte) || byte == b'.')),
        quote @ (b'"' | b'`' | b'\'') => {
            let mut to = at + 1;
            while to < end && text[to] != quote {
                if text[to] == b'\n' && quote != b'`' {
                    // No string of the language goes over the end of its line.
                    return (PartKind::Other, to);
                }
                to += if text[to] == b'\\' && quote != b'`' { 2 } else { 1 };
            }
            if to < end { (PartKind::Text(true), to + 1) } else { (PartKind::Text(false), end) }
        }
        byte if byte.is_ascii_digit() => (PartKind::Other, run(at, &|byte| is_name(byte) || byte == b'.')),
        byte if is_name(byte) => (PartKind::Word, run(at, &is_name)),
        _ => (PartKind::Other, at + 1),
    }
}

impl Typing {
    fn push(&mut self, part: Part, text: &[u8]) {
        self.parts.push(part);
        let depth = self.calls.len();
        let Some(call) = self.calls.last_mut() else { return };
        match part.kind {
            PartKind::Open => self.calls.push(Call::default()),
            PartKind::Close => {
                if depth > 1 {
                    self.calls.pop();
                }
                if let Some(call) = self.calls.last_mut() {
                    call.operands.push(part);
                }
            }
            PartKind::Pipe => *call = Call { is_piped: true, ..Call::default() },
            PartKind::Declare => *call = Call { keyword: call.keyword, ..Call::default() },
            PartKind::Word if depth == 1 && call.operands.is_empty() && !call.is_piped => {
                match text.get(part.span.range()).unwrap_or_default() {
                    b"if" | b"else" | b"range" | b"with" | b"end" | b"break" | b"continue" => {
                        call.keyword = Some(part.span)
                    }
                    _ => call.operands.push(part),
                }
            }
            _ => call.operands.push(part),
        }
    }

    /// The innermost open call.
    #[must_use]
    pub fn call(&self) -> Option<&Call> {
        self.calls.last()
    }
}

impl Call {
    /// The name of what is called: a function, or the fields of a method.
    #[must_use]
    pub fn name<'a>(&self, text: &'a [u8]) -> Option<&'a str> {
        let first = self.operands.first()?;
        let is_name = matches!(first.kind, PartKind::Word | PartKind::Field | PartKind::Variable);
        std::str::from_utf8(text.get(first.span.range())?).ok().filter(|_| is_name)
    }

    /// Number of the argument that is typed, from 0, when the cursor has left the name.
    #[must_use]
    pub fn argument(&self, current: Option<Part>) -> Option<usize> {
        let is_open = current.is_some_and(|current| self.operands.last() == Some(&current));
        (self.operands.len()).checked_sub(if is_open { 2 } else { 1 })
    }
}
