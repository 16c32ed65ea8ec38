//! From events to the tree of the first document.

use std::collections::HashMap;

use crate::limits::Limits;
use crate::source::Span;

use super::events::{Event, Parser, Properties};
use super::reader::Input;
use super::scanner::{Mark, Stage, Stop, TokenKind};
use super::tree::{Comment, Kind, Node, NodeId, Style, Text, Tree};

/// A problem in the library's order.
pub(super) struct Trouble {
    pub(super) text: String,
    pub(super) line: Option<u32>,
    pub(super) span: Span,
    pub(super) opened: Option<Span>,
    /// What ended the parse; None for problems behind which it went on.
    pub(super) stop: Option<Stop>,
}

/// One attempt to read a text. Spans count from the beginning of that text.
pub(super) struct Built {
    pub(super) tree: Tree,
    pub(super) troubles: Vec<Trouble>,
    /// First and last character of the plain scalar scanned last.
    pub(super) last_plain: (Mark, Mark),
}

struct Frame {
    node: NodeId,
    children: usize,
}

struct Builder<'a> {
    parser: Parser<'a>,
    tree: Tree,
    names: HashMap<Vec<u8>, NodeId>,
    frames: Vec<Frame>,
    children: Vec<NodeId>,
    troubles: Vec<Trouble>,
    /// End of the last thing written, for the ends of block collections.
    last_end: u32,
}

/// Reads the first document of a text.
pub(super) fn build(input: &Input<'_>, limits: &Limits) -> Built {
    let mut builder = Builder {
        parser: Parser::new(input),
        tree: Tree::default(),
        names: HashMap::new(),
        frames: Vec::new(),
        children: Vec::new(),
        troubles: Vec::new(),
        last_end: 0,
    };
    builder.run(limits);
    let Builder { parser, mut tree, troubles, .. } = builder;
    let scanner = parser.scanner;
    let last_plain = scanner.last_plain;
    tree.text = String::from_utf8(scanner.arena).unwrap_or_default();
    let end = tree.hidden.map_or(u32::MAX, |hidden| hidden.start);
    tree.comments =
        scanner.comments.iter().filter(|span| span.start < end).map(|span| Comment { span: *span }).collect();
    Built { tree, troubles, last_plain }
}

impl Builder<'_> {
    fn run(&mut self, limits: &Limits) {
        loop {
            let event = match self.parser.next() {
                Ok(event) => event,
                Err(stop) => {
                    self.stopped(*stop);
                    break;
                }
            };
            if self.tree.nodes.len() >= limits.yaml_nodes {
                self.troubles.push(Trouble {
                    text: format!("yaml: more than {} nodes", limits.yaml_nodes),
                    line: None,
                    span: Span::empty(self.last_end as usize),
                    opened: None,
                    stop: None,
                });
                break;
            }
            if !self.take(event) {
                break;
            }
        }
        while !self.frames.is_empty() {
            self.close(None, true);
        }
    }

    /// Takes one event; false when the document is complete.
    fn take(&mut self, event: Event) -> bool {
        match event {
            Event::DocumentStart => {}
            Event::StreamEnd => return false,
            Event::DocumentEnd { at_stream_end, at, explicit, end } => {
                self.set_hidden(at_stream_end, at, explicit, end);
                return false;
            }
            Event::Alias { name, start, end } => self.alias(name, start, end),
            Event::Scalar { token, start, properties, implicit } => {
                let style = match token.kind {
                    TokenKind::Scalar(style) => style,
                    _ => Style::Plain,
                };
                if token.end.offset > start.offset {
                    self.last_end = token.end.offset;
                }
                let mut node = self.node(Kind::Scalar(style), start, token.start, properties, true);
                node.span.end = token.end.offset.max(start.offset);
                node.content = token.content;
                node.implicit = implicit;
                node.data = token.value;
                self.add(node);
            }
            Event::SequenceStart { start, content, flow, properties } => {
                self.open(Kind::Sequence, start, content, flow, properties);
            }
            Event::MappingStart { start, content, flow, properties } => {
                self.open(Kind::Mapping, start, content, flow, properties);
            }
            Event::SequenceEnd { end } | Event::MappingEnd { end } => self.close(end, false),
        }
        true
    }

    fn node(&mut self, kind: Kind, start: Mark, content: Mark, properties: Properties, scalar: bool) -> Node {
        let anchor = properties.anchor.as_ref().map(|(_, start, end)| Span { start: start.offset, end: end.offset });
        let tag_span = properties.tag.as_ref().map(|(_, start, end)| Span { start: start.offset, end: end.offset });
        let tag = match properties.tag {
            // The library forgets the tags of collections.
            Some((tag, ..)) if scalar && !tag.is_empty() => {
                let arena = &mut self.parser.scanner.arena;
                let from = u32::try_from(arena.len()).unwrap_or(u32::MAX);
                arena.extend_from_slice(tag.as_bytes());
                Some(from..u32::try_from(arena.len()).unwrap_or(u32::MAX))
            }
            _ => None,
        };
        if let Some((name, ..)) = properties.anchor {
            let id = self.next_id();
            self.define(name, id);
        }
        Node {
            kind,
            flow: false,
            span: Span { start: start.offset, end: start.offset },
            content: Span { start: content.offset, end: content.offset },
            line: start.line,
            anchor,
            tag_span,
            broken: false,
            implicit: false,
            tag,
            data: 0..0,
            target: None,
        }
    }

    fn next_id(&self) -> NodeId {
        NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX))
    }

    fn define(&mut self, name: Text, id: NodeId) {
        let bytes = self.parser.scanner.arena.get(name.start as usize..name.end as usize).unwrap_or_default().to_vec();
        self.names.insert(bytes, id);
    }

    fn add(&mut self, node: Node) -> NodeId {
        let id = self.next_id();
        self.tree.nodes.push(node);
        match self.frames.is_empty() {
            true => self.tree.root = Some(id),
            false => self.children.push(id),
        }
        id
    }

    fn alias(&mut self, name: Text, start: Mark, end: Mark) {
        let bytes = self.parser.scanner.arena.get(name.start as usize..name.end as usize).unwrap_or_default();
        let target = self.names.get(bytes).copied();
        let span = Span { start: start.offset, end: end.offset };
        self.last_end = end.offset;
        if target.is_none() {
            self.troubles.push(Trouble {
                text: format!("yaml: unknown anchor '{}' referenced", String::from_utf8_lossy(bytes)),
                line: None,
                span,
                opened: None,
                stop: None,
            });
        }
        let mut node = self.node(Kind::Alias, start, start, Properties::default(), false);
        node.span = span;
        node.content = span;
        node.data = name;
        node.target = target;
        self.add(node);
    }

    fn open(&mut self, kind: Kind, start: Mark, content: Mark, flow: bool, properties: Properties) {
        let mut node = self.node(kind, start, content, properties, false);
        node.flow = flow;
        self.last_end = self.last_end.max(content.offset);
        let id = self.add(node);
        self.frames.push(Frame { node: id, children: self.children.len() });
    }

    fn close(&mut self, end: Option<Mark>, broken: bool) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(end) = end {
            self.last_end = end.offset;
        }
        let from = self.tree.links.len();
        self.tree.links.extend(self.children.drain(frame.children..));
        let (kind, line) = {
            let node = &self.tree.nodes[frame.node.0 as usize];
            (node.kind, node.line)
        };
        if kind == Kind::Mapping && (self.tree.links.len() - from) % 2 == 1 {
            // A key whose value was not reached.
            let at = self.last_end;
            let value = self.next_id();
            self.tree.nodes.push(Node {
                kind: Kind::Scalar(Style::Plain),
                flow: false,
                span: Span { start: at, end: at },
                content: Span { start: at, end: at },
                line,
                anchor: None,
                tag_span: None,
                broken: true,
                implicit: true,
                tag: None,
                data: 0..0,
                target: None,
            });
            self.tree.links.push(value);
        }
        let node = &mut self.tree.nodes[frame.node.0 as usize];
        let to_u32 = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        node.data = to_u32(from)..to_u32(self.tree.links.len());
        node.broken = broken;
        node.span.end = self.last_end.max(node.span.start);
        node.content.end = self.last_end.max(node.content.start);
    }

    fn set_hidden(&mut self, at_stream_end: bool, at: Mark, explicit: bool, end: Mark) {
        if at_stream_end {
            return;
        }
        let text = self.parser.scanner.text;
        let after = if explicit || text[at.offset as usize..].starts_with(b"---") { end } else { at };
        let rest = &text[(after.offset as usize).min(text.len())..];
        let length = rest.trim_ascii_end().len();
        let meaningful = rest.split(|byte| *byte == b'\n').any(|line| {
            let line = line.trim_ascii();
            !line.is_empty() && line[0] != b'#'
        });
        if meaningful {
            self.tree.hidden = Some(Span::new(at.offset as usize, after.offset as usize + length));
        }
    }

    fn stopped(&mut self, stop: Stop) {
        // A problem on the first line has no number; the scanner's lines count from 1, the parser's from 0.
        let line = match stop.stage {
            Stage::Reader => None,
            _ if stop.at.line != 0 => Some(stop.at.line + u32::from(stop.stage == Stage::Scanner)),
            _ => stop.context.map(|mark| mark.line).filter(|line| *line != 0),
        };
        let text = match line {
            Some(line) => format!("yaml: line {line}: {}", stop.problem),
            None => format!("yaml: {}", stop.problem),
        };
        let text_bytes = self.parser.scanner.text;
        let start = (stop.at.offset as usize).min(text_bytes.len());
        let rest = &text_bytes[start..];
        let word = |text: &[u8]| text.iter().take_while(|byte| !byte.is_ascii_whitespace()).count();
        let width = word(rest).max(rest.iter().take_while(|byte| **byte == b'\t').count());
        let opened = stop.context.filter(|mark| mark.offset < stop.at.offset).map(|mark| {
            let from = mark.offset as usize;
            // A bracket or quote stands for itself, everything else for its word.
            let opening = text_bytes.get(from..).unwrap_or_default();
            let width =
                if matches!(opening.first(), Some(b'[' | b'{' | b'"' | b'\'')) { 1 } else { word(opening).max(1) };
            Span::new(from, from + width)
        });
        self.troubles.push(Trouble { text, line, span: Span::new(start, start + width), opened, stop: Some(stop) });
    }
}
