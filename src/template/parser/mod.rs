//! Tokens to the tree, as Go's template parser does it: the first error is Go's, in text and line.
//!
//! In: the bytes of one source, its name, the dialect. Out: a [`Source`] that is complete even for broken text: an action that cannot be read
//! becomes [`NodeKind::Bad`], a missing `end` is put at the end of the text. Never: a recursion deeper than the budget.

mod pipelines;

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::source::Span;
use crate::template::functions::Function;
use crate::template::lexer::{Token, TokenKind, tokens};
use crate::template::literal;
use crate::template::tree::{Node, NodeId, NodeKind, Source, SyntaxError, Tree};
use crate::template::unicode::quote;

/// Nested actions and parentheses that are followed; deeper ones are an error.
const DEPTH: usize = 10_000;

/// How functions are found: by the table of the dialect, built-in ones last.
pub type Lookup = fn(Dialect, &str) -> Option<&'static Function>;

/// Parses one source. `functions` decides which names are functions in that dialect.
#[must_use]
pub fn parse(name: &str, text: &[u8], dialect: Dialect, functions: Lookup) -> Source {
    let source = Source {
        name: name.to_owned(),
        nodes: Vec::new(),
        trees: Vec::new(),
        variables: vec!["$".into()],
        errors: Vec::new(),
    };
    let mut parser = Parser {
        text,
        tokens: tokens(text, dialect),
        next: 0,
        furthest: 0,
        action_line: 0,
        range_depth: 0,
        depth: 0,
        scope: vec![0],
        variable_ids: HashMap::from([("$".to_owned(), 0)]),
        source,
        dialect,
        functions,
    };
    parser.file(name);
    parser.source
}

/// An error is recorded; the caller resumes behind the action.
struct Recorded;

type Parsed<T> = Result<T, Recorded>;

/// What ended a list of nodes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Terminator {
    End,
    /// An `else`; the token of its action's start.
    Else(usize),
    /// The end of the text; an error is recorded.
    Eof,
}

enum Item {
    Node(NodeId),
    Terminator(Terminator),
}

struct Parser<'t> {
    text: &'t [u8],
    tokens: Vec<Token>,
    /// Next token.
    next: usize,
    /// The furthest token that this tree has read: its line is Go's line of an error.
    furthest: usize,
    action_line: u32,
    range_depth: usize,
    depth: usize,
    /// Variables in scope.
    scope: Vec<u32>,
    variable_ids: HashMap<String, u32>,
    source: Source,
    dialect: Dialect,
    functions: Lookup,
}

impl Parser<'_> {
    // Reading tokens.

    fn token(&mut self, index: usize) -> &Token {
        let index = index.min(self.tokens.len() - 1);
        self.furthest = self.furthest.max(index);
        &self.tokens[index]
    }

    fn peek(&mut self) -> TokenKind {
        self.token(self.next).kind.clone()
    }

    fn skip_space(&mut self) {
        while self.token(self.next).kind == TokenKind::Space {
            self.next += 1;
        }
    }

    fn peek_non_space(&mut self) -> TokenKind {
        self.skip_space();
        self.peek()
    }

    /// Index of the token that is taken.
    fn take(&mut self) -> usize {
        let index = self.next.min(self.tokens.len() - 1);
        self.token(index);
        self.next = index + 1;
        index
    }

    fn take_non_space(&mut self) -> usize {
        self.skip_space();
        self.take()
    }

    fn kind(&self, index: usize) -> &TokenKind {
        &self.tokens[index].kind
    }

    fn span(&self, index: usize) -> Span {
        let token = &self.tokens[index.min(self.tokens.len() - 1)];
        Span { start: token.start, end: token.end }
    }

    // Errors.

    fn error_at<T>(&mut self, span: Span, text: impl Into<String>) -> Parsed<T> {
        let line = self.tokens[self.furthest].line;
        self.source.errors.push(SyntaxError { text: text.into(), line, span });
        Err(Recorded)
    }

    fn unexpected<T>(&mut self, index: usize, context: &str) -> Parsed<T> {
        let token = &self.tokens[index];
        let described = token.describe(self.text);
        let span = Span { start: token.start, end: token.end };
        if matches!(token.kind, TokenKind::Error(_)) {
            let mut extra = String::new();
            if self.action_line != 0 && self.action_line != token.line {
                let start = format!("started at {}:{}", self.source.name, self.action_line);
                extra =
                    if described.ends_with(" action") { format!(" {start}") } else { format!(" in action {start}") };
            }
            return self.error_at(span, format!("{described}{extra}"));
        }
        self.error_at(span, format!("unexpected {described} in {context}"))
    }

    /// Goes behind the right delimiter of the action whose tokens begin at `from`.
    fn resume(&mut self, from: usize) {
        let mut index = from;
        while index < self.tokens.len() - 1 && self.tokens[index].kind != TokenKind::RightDelim {
            index += 1;
        }
        self.next = (index + 1).min(self.tokens.len() - 1);
    }

    // Building.

    fn add(&mut self, position: u32, span: Span, kind: NodeKind) -> NodeId {
        self.source.nodes.push(Node { position, span, kind });
        (self.source.nodes.len() - 1) as NodeId
    }

    fn add_at(&mut self, index: usize, kind: NodeKind) -> NodeId {
        let span = self.span(index);
        self.add(span.start, span, kind)
    }

    fn variable(&mut self, span: Span) -> u32 {
        let name = String::from_utf8_lossy(&self.text[span.range()]).into_owned();
        if let Some(id) = self.variable_ids.get(&name) {
            return *id;
        }
        let id = self.source.variables.len() as u32;
        self.source.variables.push(name.as_str().into());
        self.variable_ids.insert(name, id);
        id
    }

    // Lists.

    fn file(&mut self, name: &str) {
        let mut children = Vec::new();
        loop {
            if self.peek() == TokenKind::Eof {
                break;
            }
            if self.peek() == TokenKind::LeftDelim {
                let delimiter = self.next;
                self.next += 1;
                if self.peek_non_space() == TokenKind::Define {
                    self.next += 1;
                    if self.definition(delimiter).is_err() {
                        self.resume(delimiter);
                    }
                    continue;
                }
                self.next = delimiter;
            }
            let start = self.next;
            match self.text_or_action() {
                Item::Node(node) => children.push(node),
                Item::Terminator(Terminator::Eof) => break,
                Item::Terminator(terminator) => {
                    let span = self.span(start).cover(self.span(self.next.saturating_sub(1)));
                    let _ = self.error_at::<()>(span, format!("unexpected {}", name_of(terminator)));
                }
            }
        }
        let root = self.list(0, children);
        self.define(name.as_bytes().into(), root, Span::empty(0));
    }

    fn list(&mut self, start: usize, children: Vec<NodeId>) -> NodeId {
        let end = self.span(self.next.saturating_sub(1)).end as usize;
        self.add(start as u32, Span::new(start, end), NodeKind::List(children.into()))
    }

    /// Adds a tree; two that are not empty may not have one name in one source.
    fn define(&mut self, name: Box<[u8]>, root: NodeId, clause: Span) {
        let empty = self.is_empty(root);
        let known = self.source.trees.iter().position(|tree| tree.name == name);
        if let Some(known) = known {
            if self.source.trees[known].empty {
                self.source.trees.remove(known);
            } else if !empty {
                let text = format!("template: multiple definition of template {}", quote(&name));
                let _ = self.error_at::<()>(clause, text);
            } else if clause != Span::empty(0) {
                return;
            }
        }
        self.source.trees.push(Tree { name, root, empty, clause });
    }

    fn is_empty(&self, root: NodeId) -> bool {
        let NodeKind::List(children) = &self.source.node(root).kind else { return false };
        children.iter().all(|child| {
            let node = self.source.node(*child);
            let text = &self.text[node.span.range()];
            matches!(node.kind, NodeKind::Text) && String::from_utf8_lossy(text).trim().is_empty()
        })
    }

    /// The rest of a `define`, behind the word.
    fn definition(&mut self, delimiter: usize) -> Parsed<()> {
        const CONTEXT: &str = "define clause";
        let action_line = std::mem::replace(&mut self.action_line, 0);
        let token = self.take_non_space();
        let name = self.template_name(token, CONTEXT).and_then(|name| {
            let close = self.take_non_space();
            match self.kind(close) {
                TokenKind::RightDelim => Ok(name),
                _ => self.unexpected(close, CONTEXT),
            }
        });
        let name = match name {
            Ok(name) => Some(name),
            Err(Recorded) => {
                self.resume(delimiter);
                None
            }
        };
        let clause = self.span(delimiter).cover(self.span(self.next.saturating_sub(1)));
        let (root, _) = self.body(CONTEXT, clause);
        self.action_line = action_line;
        if let Some(name) = name {
            self.define(name, root, clause);
        }
        Ok(())
    }

    /// The body of a `define` or `block`: an own scope, up to `end`. Errors about its terminator are the defining tree's.
    fn body(&mut self, context: &str, clause: Span) -> (NodeId, Terminator) {
        let scope = std::mem::replace(&mut self.scope, vec![0]);
        let range_depth = std::mem::replace(&mut self.range_depth, 0);
        let mut children = Vec::new();
        let start = self.span(self.next).start as usize;
        let line_of_outer = self.furthest;
        let terminator = loop {
            let (list, terminator) = self.items(clause);
            children.extend(list);
            let Terminator::Else(token) = terminator else { break terminator };
            let span = self.span(token);
            let furthest = self.furthest;
            if context == "block clause" {
                self.furthest = line_of_outer;
            }
            let _ = self.error_at::<()>(span, format!("unexpected {} in {context}", name_of(terminator)));
            self.furthest = furthest;
        };
        let root = self.list(start, children);
        self.scope = scope;
        self.range_depth = range_depth;
        (root, terminator)
    }

    /// Nodes up to `end`, `else` or the end of the text; `opener` is what is not closed then.
    fn items(&mut self, opener: Span) -> (Vec<NodeId>, Terminator) {
        let mut children = Vec::new();
        loop {
            if self.peek_non_space() == TokenKind::Eof {
                let _ = self.error_at::<()>(opener, "unexpected EOF");
                return (children, Terminator::Eof);
            }
            match self.text_or_action() {
                Item::Node(node) => children.push(node),
                Item::Terminator(terminator) => return (children, terminator),
            }
        }
    }

    fn text_or_action(&mut self) -> Item {
        let start = self.take_non_space();
        match self.kind(start) {
            TokenKind::Text => Item::Node(self.add_at(start, NodeKind::Text)),
            TokenKind::LeftDelim => {
                self.action_line = self.tokens[start].line;
                let item = match self.action(start) {
                    Ok(item) => item,
                    Err(Recorded) => {
                        self.resume(start);
                        let span = self.span(start).cover(self.span(self.next.saturating_sub(1)));
                        Item::Node(self.add(span.start, span, NodeKind::Bad))
                    }
                };
                self.action_line = 0;
                item
            }
            _ => {
                let _ = self.unexpected::<()>(start, "input");
                if matches!(self.kind(start), TokenKind::Error(_)) && self.peek() == TokenKind::RightDelim {
                    self.next += 1;
                } else if matches!(self.kind(start), TokenKind::If | TokenKind::With) {
                    // `{{else if}}` where only `{{else}}` fits: read what follows as the action it looks like.
                    self.next = start;
                    if let Ok(item) = self.action(start) {
                        return item;
                    }
                    self.resume(start);
                }
                Item::Node(self.add_at(start, NodeKind::Bad))
            }
        }
    }

    fn action(&mut self, start: usize) -> Parsed<Item> {
        self.depth += 1;
        let item = if self.depth > DEPTH {
            let span = self.span(start);
            self.error_at(span, "max expression depth exceeded")
        } else {
            stacker::maybe_grow(64 << 10, 1 << 20, || self.action_inner(start))
        };
        self.depth -= 1;
        item
    }

    fn action_inner(&mut self, start: usize) -> Parsed<Item> {
        let word = self.take_non_space();
        Ok(match self.kind(word) {
            TokenKind::Block => Item::Node(self.block(start)?),
            TokenKind::Break => Item::Node(self.loop_control("{{break}}", start, NodeKind::Break)?),
            TokenKind::Continue => Item::Node(self.loop_control("{{continue}}", start, NodeKind::Continue)?),
            TokenKind::Else => Item::Terminator(self.else_control(start)),
            TokenKind::End => {
                let close = self.take_non_space();
                if *self.kind(close) != TokenKind::RightDelim {
                    let _ = self.unexpected::<()>(close, "end");
                    self.resume(close);
                }
                Item::Terminator(Terminator::End)
            }
            TokenKind::If => Item::Node(self.control("if", start)),
            TokenKind::Range => Item::Node(self.control("range", start)),
            TokenKind::With => Item::Node(self.control("with", start)),
            TokenKind::Template => Item::Node(self.template(start)?),
            _ => {
                self.next = word;
                let position = self.span(word).start;
                let pipe = self.pipeline("command", &TokenKind::RightDelim)?;
                let span = self.span(start).cover(self.span(self.next - 1));
                Item::Node(self.add(position, span, NodeKind::Action(pipe)))
            }
        })
    }

    fn else_control(&mut self, start: usize) -> Terminator {
        let kind = self.peek_non_space();
        let with = kind == TokenKind::With && self.dialect >= Dialect::V2;
        if kind != TokenKind::If && !with {
            let close = self.take_non_space();
            if *self.kind(close) != TokenKind::RightDelim {
                let _ = self.unexpected::<()>(close, "else");
                self.resume(close);
            }
        }
        Terminator::Else(start)
    }

    fn loop_control(&mut self, context: &str, start: usize, kind: NodeKind) -> Parsed<NodeId> {
        let close = self.take_non_space();
        if *self.kind(close) != TokenKind::RightDelim {
            return self.unexpected(close, context);
        }
        let span = self.span(start).cover(self.span(close));
        if self.range_depth == 0 {
            return self.error_at(span, format!("{context} outside {{{{range}}}}"));
        }
        Ok(self.add(span.start, span, kind))
    }

    fn control(&mut self, context: &str, start: usize) -> NodeId {
        let scope = self.scope.len();
        let pipe = match self.pipeline(context, &TokenKind::RightDelim) {
            Ok(pipe) => pipe,
            Err(Recorded) => {
                self.resume(start);
                self.add_at(start, NodeKind::Bad)
            }
        };
        let opener = self.span(start).cover(self.span(self.next.saturating_sub(1)));
        let body_start = opener.end as usize;
        self.range_depth += usize::from(context == "range");
        let (children, mut terminator) = self.items(opener);
        self.range_depth -= usize::from(context == "range");
        let list = self.list(body_start, children);
        let mut otherwise = None;
        if let Terminator::Else(token) = terminator {
            let chained = match self.peek() {
                TokenKind::If => context == "if",
                TokenKind::With => context == "with" && self.dialect >= Dialect::V2,
                _ => false,
            };
            if chained {
                self.next += 1;
                let nested = stacker::maybe_grow(64 << 10, 1 << 20, || self.control(context, token));
                otherwise = Some(self.list(self.tokens[token].start as usize, vec![nested]));
            } else {
                let else_start = self.span(self.next).start as usize;
                let (mut children, mut after) = self.items(opener);
                while let Terminator::Else(again) = after {
                    let span = self.span(again);
                    let _ = self.error_at::<()>(span, format!("expected end; found {}", name_of(after)));
                    let (more, next) = self.items(opener);
                    children.extend(more);
                    after = next;
                }
                terminator = after;
                otherwise = Some(self.list(else_start, children));
            }
        }
        let _ = terminator;
        self.scope.truncate(scope);
        let span = self.span(start).cover(self.span(self.next.saturating_sub(1)));
        let position = self.source.node(pipe).position;
        self.add(
            position,
            span,
            match context {
                "if" => NodeKind::If(pipe, list, otherwise),
                "with" => NodeKind::With(pipe, list, otherwise),
                _ => NodeKind::Range(pipe, list, otherwise),
            },
        )
    }

    fn template_name(&mut self, token: usize, context: &str) -> Parsed<Box<[u8]>> {
        let bytes = self.tokens[token].bytes(self.text);
        match self.kind(token) {
            TokenKind::String | TokenKind::RawString => match literal::unquote(bytes) {
                Some(Some(value)) => Ok(value),
                Some(None) => Ok(bytes[1..bytes.len() - 1].into()),
                None => self.error_at(self.span(token), "invalid syntax"),
            },
            _ => self.unexpected(token, context),
        }
    }

    fn template(&mut self, start: usize) -> Parsed<NodeId> {
        const CONTEXT: &str = "template clause";
        let token = self.take_non_space();
        let name = self.template_name(token, CONTEXT)?;
        let close = self.take_non_space();
        let mut pipe = None;
        if *self.kind(close) != TokenKind::RightDelim {
            self.next = close;
            pipe = Some(self.pipeline(CONTEXT, &TokenKind::RightDelim)?);
        }
        let span = self.span(start).cover(self.span(self.next - 1));
        Ok(self.add(self.tokens[token].start, span, NodeKind::Template(name, pipe)))
    }

    fn block(&mut self, start: usize) -> Parsed<NodeId> {
        const CONTEXT: &str = "block clause";
        let token = self.take_non_space();
        let head = self.template_name(token, CONTEXT).and_then(|name| {
            let pipe = self.pipeline(CONTEXT, &TokenKind::RightDelim)?;
            Ok((name, pipe))
        });
        if head.is_err() {
            self.resume(start);
        }
        let clause = self.span(start).cover(self.span(self.next.saturating_sub(1)));
        let action_line = std::mem::replace(&mut self.action_line, 0);
        let (root, _) = self.body(CONTEXT, clause);
        self.action_line = action_line;
        let span = clause.cover(self.span(self.next.saturating_sub(1)));
        let Ok((name, pipe)) = head else { return Ok(self.add(clause.start, clause, NodeKind::Bad)) };
        self.define(name.clone(), root, clause);
        Ok(self.add(self.tokens[token].start, span, NodeKind::Template(name, Some(pipe))))
    }
}

fn name_of(terminator: Terminator) -> &'static str {
    match terminator {
        Terminator::End => "{{end}}",
        Terminator::Else(_) => "{{else}}",
        Terminator::Eof => "EOF",
    }
}
