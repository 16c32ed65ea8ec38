//! The part of the template parser that reads pipelines, commands and operands.
//!
//! In: tokens inside an action. Out: nodes, or the first error in Go's words. Never: statements.

use super::{DEPTH, Parsed, Parser};
use crate::source::Span;
use crate::template::lexer::TokenKind;
use crate::template::literal;
use crate::template::tree::{Ident, NodeId, NodeKind};
use crate::template::unicode::quote;

impl Parser<'_> {
    pub(super) fn pipeline(&mut self, context: &str, end: &TokenKind) -> Parsed<NodeId> {
        self.depth += 1;
        let pipe = if self.depth > DEPTH {
            let span = self.span(self.next);
            self.error_at(span, "max expression depth exceeded")
        } else {
            stacker::maybe_grow(64 << 10, 1 << 20, || self.pipeline_inner(context, end))
        };
        self.depth -= 1;
        pipe
    }

    fn pipeline_inner(&mut self, context: &str, end: &TokenKind) -> Parsed<NodeId> {
        self.skip_space();
        self.peek();
        let start = self.next.min(self.tokens.len() - 1);
        let position = self.span(start).start;
        let mut declared = Vec::new();
        let mut assigns = false;
        while self.peek_non_space() == TokenKind::Variable {
            let variable = self.take();
            self.peek();
            let after = self.next;
            let kind = self.peek_non_space();
            let declares = matches!(kind, TokenKind::Assign | TokenKind::Declare);
            let comma = kind == TokenKind::Char && self.tokens[self.next].bytes(self.text) == b",";
            if !declares && !comma {
                let _ = after;
                self.next = variable;
                break;
            }
            self.next += 1;
            let span = self.span(variable);
            let id = self.variable(span);
            declared.push(self.add(span.start, span, NodeKind::Variable(id, Box::default())));
            self.scope.push(id);
            if declares {
                assigns = kind == TokenKind::Assign;
                break;
            }
            if context == "range" && declared.len() < 2 {
                match self.peek_non_space() {
                    TokenKind::Variable | TokenKind::RightDelim | TokenKind::RightParen => continue,
                    _ => {
                        let span = self.span(self.next);
                        return self.error_at(span, "range can only initialize variables");
                    }
                }
            }
            return self.error_at(span, format!("too many declarations in {context}"));
        }
        let mut commands = Vec::new();
        loop {
            let token = self.take_non_space();
            match self.kind(token) {
                kind if kind == end => break,
                TokenKind::Bool
                | TokenKind::CharConstant
                | TokenKind::Complex
                | TokenKind::Dot
                | TokenKind::Field
                | TokenKind::Identifier
                | TokenKind::Number
                | TokenKind::Nil
                | TokenKind::RawString
                | TokenKind::String
                | TokenKind::Variable
                | TokenKind::LeftParen => {
                    self.next = token;
                    commands.push(self.command()?);
                }
                _ => return self.unexpected(token, context),
            }
        }
        let Some(last) = commands.last() else {
            // What is missing has no bytes: show the whole action.
            let closing = self.next.saturating_sub(1);
            let opening =
                (0..closing).rev().find(|token| *self.kind(*token) == TokenKind::LeftDelim).unwrap_or(closing);
            let span = Span { start: self.span(opening).start, end: self.span(closing).end };
            return self.error_at(span, format!("missing value for {context}"));
        };
        let span = Span { start: position, end: self.source.node(*last).span.end.max(position) };
        for (index, command) in commands.iter().enumerate().skip(1) {
            let NodeKind::Command(operands) = &self.source.node(*command).kind else { continue };
            let first = self.source.node(operands[0]);
            if matches!(
                first.kind,
                NodeKind::Bool(_) | NodeKind::Dot | NodeKind::Nil | NodeKind::Number(_) | NodeKind::String(_)
            ) {
                let span = first.span;
                return self.error_at(span, format!("non executable command in pipeline stage {}", index + 1));
            }
        }
        Ok(self.add(position, span, NodeKind::Pipe(declared.into(), assigns, commands.into())))
    }

    fn command(&mut self) -> Parsed<NodeId> {
        self.skip_space();
        let position = self.span(self.next).start;
        let mut operands = Vec::new();
        let mut end = position;
        loop {
            self.skip_space();
            if let Some(operand) = self.operand()? {
                operands.push(operand);
                end = self.span(self.next - 1).end;
            }
            let token = self.take();
            match self.kind(token) {
                TokenKind::Space => {}
                TokenKind::RightDelim | TokenKind::RightParen => {
                    self.next = token;
                    break;
                }
                TokenKind::Pipe => break,
                _ => return self.unexpected(token, "operand"),
            }
        }
        let span = Span { start: position, end };
        if operands.is_empty() {
            return self.error_at(span, "empty command");
        }
        Ok(self.add(position, span, NodeKind::Command(operands.into())))
    }

    fn operand(&mut self) -> Parsed<Option<NodeId>> {
        let Some(node) = self.term()? else { return Ok(None) };
        if self.peek() != TokenKind::Field {
            return Ok(Some(node));
        }
        let first = self.next;
        let position = self.span(first).start;
        let mut fields: Vec<Ident> = Vec::new();
        while self.peek() == TokenKind::Field {
            fields.push(self.ident(self.next));
            self.next += 1;
        }
        let start = self.source.node(node).span.start;
        let span = Span { start, end: self.span(self.next - 1).end };
        let kind = match &self.source.node(node).kind {
            NodeKind::Field(idents) => NodeKind::Field(idents.iter().copied().chain(fields).collect()),
            NodeKind::Variable(id, _) => NodeKind::Variable(*id, fields.into()),
            NodeKind::Bool(_) | NodeKind::String(_) | NodeKind::Number(_) | NodeKind::Nil | NodeKind::Dot => {
                let printed = self.source.print(node, self.text);
                return self.error_at(span, format!("unexpected . after term {}", quote(&printed)));
            }
            _ => NodeKind::Chain(node, fields.into()),
        };
        Ok(Some(self.add(position, span, kind)))
    }

    /// The name in a field token, without its dot.
    fn ident(&self, token: usize) -> Ident {
        let span = self.span(token);
        Span { start: span.start + 1, end: span.end }
    }

    fn term(&mut self) -> Parsed<Option<NodeId>> {
        let token = self.take_non_space();
        let span = self.span(token);
        let bytes = self.tokens[token].bytes(self.text);
        let kind = match self.kind(token) {
            TokenKind::Identifier => {
                let name = String::from_utf8_lossy(bytes).into_owned();
                match (self.functions)(self.dialect, &name) {
                    Some(function) => NodeKind::Identifier(function),
                    None => return self.error_at(span, format!("function {} not defined", quote(bytes))),
                }
            }
            TokenKind::Dot => NodeKind::Dot,
            TokenKind::Nil => NodeKind::Nil,
            TokenKind::Variable => {
                let id = self.variable(span);
                if !self.scope.contains(&id) {
                    return self.error_at(span, format!("undefined variable {}", quote(bytes)));
                }
                NodeKind::Variable(id, Box::default())
            }
            TokenKind::Field => NodeKind::Field(Box::new([self.ident(token)])),
            TokenKind::Bool => NodeKind::Bool(bytes == b"true"),
            kind @ (TokenKind::CharConstant | TokenKind::Complex | TokenKind::Number) => {
                let (is_char, is_complex) = (*kind == TokenKind::CharConstant, *kind == TokenKind::Complex);
                match literal::number(bytes, is_char, is_complex) {
                    Ok(number) => NodeKind::Number(number),
                    Err(text) => return self.error_at(span, text),
                }
            }
            TokenKind::LeftParen => return self.pipeline("parenthesized pipeline", &TokenKind::RightParen).map(Some),
            TokenKind::String | TokenKind::RawString => match literal::unquote(bytes) {
                Some(value) => NodeKind::String(value),
                None => return self.error_at(span, "invalid syntax"),
            },
            _ => {
                self.next = token;
                return Ok(None);
            }
        };
        Ok(Some(self.add(span.start, span, kind)))
    }
}
