//! What is typed inside an action: its words up to the cursor and the calls that are open there, also where the action does not parse.
//!
//! In: the text of a file, an action and an offset in it. Out: words and calls. Never: a syntax tree.

use super::templates::Action;
use super::tokens::{Token, TokenKind, tokens};
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

/// Reads an action up to a cursor.
#[must_use]
pub fn typing(text: &[u8], action: Action, offset: usize) -> Typing {
    let start = action.inner.start as usize;
    let end = offset.min(text.len()).max(start);
    let mut typing = Typing { calls: vec![Call::default()], ..Typing::default() };
    for part in parts(text, action, start, end) {
        typing.push(part, text);
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

/// The words of an action up to an offset; fields belong to what stands right before them.
fn parts(text: &[u8], action: Action, start: usize, end: usize) -> Vec<Part> {
    let span = Span::new(start, end);
    let typed = Action { span, inner: span, is_closed: false, ..action };
    let mut parts: Vec<Part> = Vec::new();
    for token in tokens(text, &typed) {
        let has_fields = |part: &Part| matches!(part.kind, PartKind::Field | PartKind::Variable | PartKind::Close);
        if let Some(last) = parts.last_mut()
            && token.kind == TokenKind::Field
            && last.span.end == token.span.start
            && has_fields(last)
        {
            last.span.end = token.span.end;
            continue;
        }
        parts.push(Part { kind: kind_of(token, text, span.end), span: token.span });
    }
    parts
}

fn kind_of(token: Token, text: &[u8], end: u32) -> PartKind {
    let bytes = text.get(token.span.range()).unwrap_or_default();
    match (token.kind, bytes) {
        (_, [b'"' | b'`' | b'\'', ..]) if token.is_complete(text) => PartKind::Text(true),
        (_, [b'"' | b'`' | b'\'', ..]) if token.span.end == end => PartKind::Text(false),
        // No string of the language goes over the end of its line.
        (TokenKind::Keyword | TokenKind::Function | TokenKind::Constant, _) => PartKind::Word,
        (TokenKind::Variable, _) => PartKind::Variable,
        (TokenKind::Field, _) => PartKind::Field,
        (_, b"(") => PartKind::Open,
        (_, b")") => PartKind::Close,
        (_, b"|") => PartKind::Pipe,
        (_, b":=" | b"=" | b",") => PartKind::Declare,
        _ => PartKind::Other,
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
