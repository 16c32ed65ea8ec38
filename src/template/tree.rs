//! The syntax tree of one template source: plain data in one arena, offsets into the source, and printing of nodes as Go's error texts show them.

use super::functions::Function;
use super::unicode::quote;
use crate::source::Span;

/// A node: an index into [`Source::nodes`].
pub type NodeId = u32;

/// A name of a field with its bytes.
pub type Ident = Span;

/// A number literal with all its readings.
#[derive(Clone, Copy, Debug, Default)]
pub struct Number {
    /// As a signed integer.
    pub int: Option<i64>,
    /// As an unsigned integer.
    pub uint: Option<u64>,
    /// As a floating point number.
    pub float: Option<f64>,
    /// The imaginary part, for `1i` and the like; the real part is `float`.
    pub imaginary: Option<f64>,
}

/// A node's content.
#[derive(Clone, Debug)]
pub enum NodeKind {
    /// Text outside of actions: the node's bytes.
    Text,
    /// A sequence.
    List(Box<[NodeId]>),
    /// `{{ pipeline }}`.
    Action(NodeId),
    /// `{{if}}`: pipeline, body, else.
    If(NodeId, NodeId, Option<NodeId>),
    /// `{{with}}`: pipeline, body, else.
    With(NodeId, NodeId, Option<NodeId>),
    /// `{{range}}`: pipeline, body, else.
    Range(NodeId, NodeId, Option<NodeId>),
    /// `{{template}}` or `{{block}}`: name and pipeline.
    Template(Box<[u8]>, Option<NodeId>),
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
    /// Something that could not be read; its finding is in [`Source::errors`].
    Bad,
    /// Declared variables (whether they are assigned instead), commands.
    Pipe(Box<[NodeId]>, bool, Box<[NodeId]>),
    /// Operands.
    Command(Box<[NodeId]>),
    /// `.a.b`.
    Field(Box<[Ident]>),
    /// `$x.a.b`: number of the variable's name, fields.
    Variable(u32, Box<[Ident]>),
    /// `(operand).a.b`.
    Chain(NodeId, Box<[Ident]>),
    /// A function.
    Identifier(&'static Function),
    /// `.`.
    Dot,
    /// `nil`.
    Nil,
    /// `true`, `false`.
    Bool(bool),
    /// A number or character.
    Number(Number),
    /// A string: `None` when the bytes between the quotes are the value, else the value.
    String(Option<Box<[u8]>>),
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// The offset that Go gives as the place of errors in this node.
    pub position: u32,
    /// The node's bytes.
    pub span: Span,
    /// The content.
    pub kind: NodeKind,
}

/// A named template defined in a source.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Its name.
    pub name: Box<[u8]>,
    /// The list that is its body.
    pub root: NodeId,
    /// Whether it consists of white space, comments and definitions only, so that it does not replace another.
    pub empty: bool,
    /// The clause that defines it: empty at the start for the source itself.
    pub clause: Span,
}

/// Something Go's parser refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Go's text behind `template: NAME:LINE: `.
    pub text: String,
    /// Go's line, from 1.
    pub line: u32,
    /// The bytes to look at.
    pub span: Span,
}

/// One parsed template source. Plain data: can be kept for as long as text, name and dialect stay the same.
#[derive(Clone, Debug)]
pub struct Source {
    /// Name of the source: `werfConfig`, a path, `tpl-…`.
    pub name: String,
    /// All nodes.
    pub nodes: Vec<Node>,
    /// What is defined, the source itself last.
    pub trees: Vec<Tree>,
    /// Names of variables, with `$`.
    pub variables: Vec<Box<str>>,
    /// What is wrong, in order of reading; the first is Go's.
    pub errors: Vec<SyntaxError>,
}

impl Source {
    /// A node.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    /// The nodes directly below a node, in order of the text.
    #[must_use]
    pub fn children(&self, id: NodeId) -> Vec<NodeId> {
        match &self.node(id).kind {
            NodeKind::List(items) | NodeKind::Command(items) => items.to_vec(),
            NodeKind::Action(pipe) => vec![*pipe],
            NodeKind::If(pipe, body, other)
            | NodeKind::With(pipe, body, other)
            | NodeKind::Range(pipe, body, other) => [*pipe, *body].into_iter().chain(*other).collect(),
            NodeKind::Template(_, pipe) => pipe.iter().copied().collect(),
            NodeKind::Pipe(declared, _, commands) => declared.iter().chain(commands).copied().collect(),
            NodeKind::Chain(operand, _) => vec![*operand],
            _ => Vec::new(),
        }
    }

    /// The tree of the source itself.
    #[must_use]
    pub fn main(&self) -> Option<&Tree> {
        self.trees.last()
    }

    /// A node as Go prints it.
    #[must_use]
    pub fn print(&self, id: NodeId, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        self.print_into(&mut out, id, text, 0);
        out
    }

    fn print_into(&self, out: &mut Vec<u8>, id: NodeId, text: &[u8], depth: usize) {
        // Deeper nesting than this is not readable in a message anyway.
        if depth > 1_000 {
            return;
        }
        let node = self.node(id);
        let idents = |out: &mut Vec<u8>, idents: &[Ident]| {
            for ident in idents {
                out.push(b'.');
                out.extend_from_slice(&text[ident.range()]);
            }
        };
        match &node.kind {
            NodeKind::Pipe(declared, assigns, commands) => {
                for (index, variable) in declared.iter().enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b", ");
                    }
                    self.print_into(out, *variable, text, depth + 1);
                }
                if !declared.is_empty() {
                    out.extend_from_slice(if *assigns { b" = " } else { b" := " });
                }
                for (index, command) in commands.iter().enumerate() {
                    if index > 0 {
                        out.extend_from_slice(b" | ");
                    }
                    self.print_into(out, *command, text, depth + 1);
                }
            }
            NodeKind::Command(operands) => {
                for (index, operand) in operands.iter().enumerate() {
                    if index > 0 {
                        out.push(b' ');
                    }
                    self.print_operand(out, *operand, text, depth);
                }
            }
            NodeKind::Field(fields) => idents(out, fields),
            NodeKind::Variable(variable, fields) => {
                out.extend_from_slice(self.variables[*variable as usize].as_bytes());
                idents(out, fields);
            }
            NodeKind::Chain(operand, fields) => {
                self.print_operand(out, *operand, text, depth);
                idents(out, fields);
            }
            NodeKind::Action(pipe) => {
                out.extend_from_slice(b"{{");
                self.print_into(out, *pipe, text, depth + 1);
                out.extend_from_slice(b"}}");
            }
            NodeKind::Template(name, pipe) => {
                out.extend_from_slice(b"{{template ");
                out.extend_from_slice(quote(name).as_bytes());
                if let Some(pipe) = pipe {
                    out.push(b' ');
                    self.print_into(out, *pipe, text, depth + 1);
                }
                out.extend_from_slice(b"}}");
            }
            NodeKind::Identifier(function) => out.extend_from_slice(function.name.as_bytes()),
            NodeKind::Dot => out.push(b'.'),
            NodeKind::Nil => out.extend_from_slice(b"nil"),
            NodeKind::Bool(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
            _ => out.extend_from_slice(&text[node.span.range()]),
        }
    }

    fn print_operand(&self, out: &mut Vec<u8>, id: NodeId, text: &[u8], depth: usize) {
        if matches!(self.node(id).kind, NodeKind::Pipe(..)) {
            out.push(b'(');
            self.print_into(out, id, text, depth + 1);
            out.push(b')');
        } else {
            self.print_into(out, id, text, depth + 1);
        }
    }
}
