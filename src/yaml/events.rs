//! From tokens to events: the grammar of YAML 1.1 as a machine with an explicit stack, so that depth costs no call stack.

use super::reader::Input;
use super::scanner::{Mark, Scan, Scanner, Stage, Stop, Token, TokenKind};
use super::tree::{Style, Text};

/// Anchor and tag of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Properties {
    /// Name and place of the anchor.
    pub(super) anchor: Option<(Text, Mark, Mark)>,
    /// The tag in its long form, and its place.
    pub(super) tag: Option<(String, Mark, Mark)>,
}

/// What the grammar finds.
#[derive(Clone, Debug)]
pub(super) enum Event {
    StreamEnd,
    DocumentStart,
    /// The token that ends the document begins here.
    DocumentEnd {
        at_stream_end: bool,
        at: Mark,
        explicit: bool,
        end: Mark,
    },
    Alias {
        name: Text,
        start: Mark,
        end: Mark,
    },
    Scalar {
        token: Token,
        start: Mark,
        properties: Properties,
        implicit: bool,
    },
    SequenceStart {
        start: Mark,
        content: Mark,
        flow: bool,
        properties: Properties,
    },
    MappingStart {
        start: Mark,
        content: Mark,
        flow: bool,
        properties: Properties,
    },
    SequenceEnd {
        end: Option<Mark>,
    },
    MappingEnd {
        end: Option<Mark>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequenceEntry,
    IndentlessEntry,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// The parser.
pub(super) struct Parser<'a> {
    pub(super) scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    /// Beginnings of the open collections.
    marks: Vec<Mark>,
    /// Handle and prefix of the `%TAG` directives in force.
    tags: Vec<(Vec<u8>, Vec<u8>)>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(input: &'a Input<'a>) -> Self {
        Self {
            scanner: Scanner::new(input),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The beginning of the innermost open collection.
    pub(super) fn innermost(&self) -> Option<Mark> {
        self.marks.last().copied()
    }

    fn kind(&mut self) -> Scan<TokenKind> {
        Ok(self.scanner.peek()?.kind)
    }

    fn start(&mut self) -> Scan<Mark> {
        Ok(self.scanner.peek()?.start)
    }

    fn skip(&mut self) -> Scan<Token> {
        self.scanner.take()
    }

    fn fail<T>(&mut self, problem: &'static str, context: Option<Mark>) -> Scan<T> {
        let at = self.start()?;
        Err(Box::new(Stop { stage: Stage::Parser, problem, at, context }))
    }

    fn pop(&mut self) -> State {
        self.states.pop().unwrap_or(State::End)
    }

    fn empty(&self, at: Mark) -> Event {
        let token = Token::new(TokenKind::Scalar(Style::Plain), at, at);
        Event::Scalar { token, start: at, properties: Properties::default(), implicit: true }
    }

    /// The next event.
    pub(super) fn next(&mut self) -> Scan<Event> {
        match self.state {
            State::StreamStart => {
                self.skip()?;
                self.state = State::ImplicitDocumentStart;
                self.next_document(true)
            }
            State::ImplicitDocumentStart => self.next_document(true),
            State::DocumentStart => self.next_document(false),
            State::DocumentContent => match self.kind()? {
                TokenKind::VersionDirective { .. }
                | TokenKind::TagDirective
                | TokenKind::DocumentStart
                | TokenKind::DocumentEnd
                | TokenKind::StreamEnd => {
                    self.state = self.pop();
                    let at = self.start()?;
                    Ok(self.empty(at))
                }
                _ => self.node(true, false),
            },
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceFirst => {
                self.open()?;
                self.block_sequence_entry()
            }
            State::BlockSequenceEntry => self.block_sequence_entry(),
            State::IndentlessEntry => self.indentless_entry(),
            State::BlockMappingFirst => {
                self.open()?;
                self.block_mapping_key()
            }
            State::BlockMappingKey => self.block_mapping_key(),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => {
                self.open()?;
                self.flow_sequence_entry(true)
            }
            State::FlowSequenceEntry => self.flow_sequence_entry(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => {
                self.state = State::FlowSequenceEntry;
                Ok(Event::MappingEnd { end: None })
            }
            State::FlowMappingFirst => {
                self.open()?;
                self.flow_mapping_key(true)
            }
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => Ok(Event::StreamEnd),
        }
    }

    fn open(&mut self) -> Scan<()> {
        let token = self.skip()?;
        self.marks.push(token.start);
        Ok(())
    }

    fn next_document(&mut self, implicit: bool) -> Scan<Event> {
        while !implicit && self.kind()? == TokenKind::DocumentEnd {
            self.skip()?;
        }
        match self.kind()? {
            TokenKind::StreamEnd => {
                self.state = State::End;
                Ok(Event::StreamEnd)
            }
            TokenKind::VersionDirective { .. } | TokenKind::TagDirective | TokenKind::DocumentStart => {
                self.directives()?;
                if self.kind()? != TokenKind::DocumentStart {
                    return self.fail("did not find expected <document start>", None);
                }
                self.skip()?;
                self.states.push(State::DocumentEnd);
                self.state = State::DocumentContent;
                Ok(Event::DocumentStart)
            }
            _ if implicit => {
                self.directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(Event::DocumentStart)
            }
            _ => self.fail("did not find expected <document start>", None),
        }
    }

    fn directives(&mut self) -> Scan<()> {
        let mut version = false;
        loop {
            match self.kind()? {
                TokenKind::VersionDirective { .. } if version => {
                    return self.fail("found duplicate %YAML directive", None);
                }
                TokenKind::VersionDirective { major, minor } => {
                    if (major, minor) != (1, 1) {
                        return self.fail("found incompatible YAML document", None);
                    }
                    version = true;
                    self.skip()?;
                }
                TokenKind::TagDirective => {
                    let token = self.scanner.peek()?.clone();
                    let handle = self.bytes(&token.value);
                    if self.tags.iter().any(|(known, _)| *known == handle) {
                        return self.fail("found duplicate %TAG directive", None);
                    }
                    let prefix = self.bytes(&token.suffix);
                    self.tags.push((handle, prefix));
                    self.skip()?;
                }
                _ => break,
            }
        }
        for (handle, prefix) in [(&b"!"[..], &b"!"[..]), (b"!!", b"tag:yaml.org,2002:")] {
            if !self.tags.iter().any(|(known, _)| known == handle) {
                self.tags.push((handle.to_vec(), prefix.to_vec()));
            }
        }
        Ok(())
    }

    fn bytes(&self, range: &Text) -> Vec<u8> {
        self.scanner.arena.get(range.start as usize..range.end as usize).unwrap_or_default().to_vec()
    }

    fn document_end(&mut self) -> Scan<Event> {
        let token = self.scanner.peek()?.clone();
        let explicit = token.kind == TokenKind::DocumentEnd;
        if explicit {
            self.skip()?;
        }
        self.tags.clear();
        self.state = State::DocumentStart;
        let at_stream_end = token.kind == TokenKind::StreamEnd;
        Ok(Event::DocumentEnd { at_stream_end, at: token.start, explicit, end: token.end })
    }

    fn node(&mut self, block: bool, indentless: bool) -> Scan<Event> {
        let first = self.scanner.peek()?;
        let start = first.start;
        if first.kind == TokenKind::Alias {
            let token = self.skip()?;
            self.state = self.pop();
            return Ok(Event::Alias { name: token.value, start: token.start, end: token.end });
        }
        let properties = self.properties(start)?;
        let implicit = properties.tag.as_ref().is_none_or(|(tag, ..)| tag.is_empty());
        let (kind, content) = {
            let token = self.scanner.peek()?;
            (token.kind, token.start)
        };
        let state = match kind {
            TokenKind::BlockEntry if indentless => {
                self.marks.push(content);
                State::IndentlessEntry
            }
            TokenKind::Scalar(style) => {
                let token = self.skip()?;
                let plain = match &properties.tag {
                    Some((tag, ..)) if tag == "!" => true,
                    Some((tag, ..)) if !tag.is_empty() => false,
                    _ => style == Style::Plain,
                };
                self.state = self.pop();
                return Ok(Event::Scalar { token, start, properties, implicit: plain });
            }
            TokenKind::FlowSequenceStart => State::FlowSequenceFirst,
            TokenKind::FlowMappingStart => State::FlowMappingFirst,
            TokenKind::BlockSequenceStart if block => State::BlockSequenceFirst,
            TokenKind::BlockMappingStart if block => State::BlockMappingFirst,
            _ if properties.anchor.is_some() || !implicit => {
                let end = match (&properties.anchor, &properties.tag) {
                    (Some((.., anchor)), Some((.., tag))) if anchor.offset > tag.offset => *anchor,
                    (_, Some((.., tag))) => *tag,
                    (Some((.., anchor)), None) => *anchor,
                    (None, None) => start,
                };
                self.state = self.pop();
                let token = Token::new(TokenKind::Scalar(Style::Plain), end, end);
                return Ok(Event::Scalar { token, start, properties, implicit });
            }
            _ => return self.fail("did not find expected node content", Some(start)),
        };
        self.state = state;
        let flow = matches!(state, State::FlowSequenceFirst | State::FlowMappingFirst);
        Ok(match state {
            State::FlowMappingFirst | State::BlockMappingFirst => {
                Event::MappingStart { start, content, flow, properties }
            }
            _ => Event::SequenceStart { start, content, flow, properties },
        })
    }

    /// Anchor and tag in either order.
    fn properties(&mut self, start: Mark) -> Scan<Properties> {
        let mut properties = Properties::default();
        let mut raw_tag = None;
        loop {
            match self.kind()? {
                TokenKind::Anchor if properties.anchor.is_none() => {
                    let token = self.skip()?;
                    properties.anchor = Some((token.value, token.start, token.end));
                }
                TokenKind::Tag if raw_tag.is_none() => raw_tag = Some(self.skip()?),
                _ => break,
            }
        }
        let Some(token) = raw_tag else { return Ok(properties) };
        let handle = self.bytes(&token.value);
        let mut tag = Vec::new();
        if !handle.is_empty() {
            if let Some((_, prefix)) = self.tags.iter().find(|(known, _)| *known == handle) {
                tag.extend_from_slice(prefix);
            }
            tag.extend(self.bytes(&token.suffix));
            if !self.tags.iter().any(|(known, _)| *known == handle) {
                let stop = Stop {
                    stage: Stage::Parser,
                    problem: "found undefined tag handle",
                    at: token.start,
                    context: Some(start),
                };
                return Err(Box::new(stop));
            }
        } else {
            tag = self.bytes(&token.suffix);
        }
        properties.tag = Some((String::from_utf8_lossy(&tag).into_owned(), token.start, token.end));
        Ok(properties)
    }

    fn block_sequence_entry(&mut self) -> Scan<Event> {
        match self.kind()? {
            TokenKind::BlockEntry => {
                let entry = self.skip()?;
                if matches!(self.kind()?, TokenKind::BlockEntry | TokenKind::BlockEnd) {
                    self.state = State::BlockSequenceEntry;
                    return Ok(self.empty(entry.end));
                }
                self.states.push(State::BlockSequenceEntry);
                self.node(true, false)
            }
            TokenKind::BlockEnd => {
                self.skip()?;
                self.state = self.pop();
                self.marks.pop();
                Ok(Event::SequenceEnd { end: None })
            }
            _ => {
                let context = self.innermost();
                self.fail("did not find expected '-' indicator", context)
            }
        }
    }

    fn indentless_entry(&mut self) -> Scan<Event> {
        if self.kind()? != TokenKind::BlockEntry {
            self.state = self.pop();
            self.marks.pop();
            return Ok(Event::SequenceEnd { end: None });
        }
        let entry = self.skip()?;
        let empty =
            matches!(self.kind()?, TokenKind::BlockEntry | TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd);
        if empty {
            self.state = State::IndentlessEntry;
            return Ok(self.empty(entry.end));
        }
        self.states.push(State::IndentlessEntry);
        self.node(true, false)
    }

    fn block_mapping_key(&mut self) -> Scan<Event> {
        match self.kind()? {
            TokenKind::Key => {
                let key = self.skip()?;
                if matches!(self.kind()?, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
                    self.state = State::BlockMappingValue;
                    return Ok(self.empty(key.end));
                }
                self.states.push(State::BlockMappingValue);
                self.node(true, true)
            }
            TokenKind::BlockEnd => {
                self.skip()?;
                self.state = self.pop();
                self.marks.pop();
                Ok(Event::MappingEnd { end: None })
            }
            _ => {
                let context = self.innermost();
                self.fail("did not find expected key", context)
            }
        }
    }

    fn block_mapping_value(&mut self) -> Scan<Event> {
        if self.kind()? != TokenKind::Value {
            self.state = State::BlockMappingKey;
            let at = self.start()?;
            return Ok(self.empty(at));
        }
        let value = self.skip()?;
        if matches!(self.kind()?, TokenKind::Key | TokenKind::Value | TokenKind::BlockEnd) {
            self.state = State::BlockMappingKey;
            return Ok(self.empty(value.end));
        }
        self.states.push(State::BlockMappingKey);
        self.node(true, true)
    }

    fn close_flow(&mut self) -> Scan<Option<Mark>> {
        let token = self.skip()?;
        self.state = self.pop();
        self.marks.pop();
        Ok(Some(token.end))
    }

    fn flow_sequence_entry(&mut self, first: bool) -> Scan<Event> {
        if self.kind()? != TokenKind::FlowSequenceEnd {
            if !first {
                if self.kind()? != TokenKind::FlowEntry {
                    let context = self.innermost();
                    return self.fail("did not find expected ',' or ']'", context);
                }
                self.skip()?;
            }
            match self.kind()? {
                TokenKind::Key => {
                    let key = self.skip()?;
                    self.state = State::FlowPairKey;
                    return Ok(Event::MappingStart {
                        start: key.start,
                        content: key.start,
                        flow: true,
                        properties: Properties::default(),
                    });
                }
                TokenKind::FlowSequenceEnd => {}
                _ => {
                    self.states.push(State::FlowSequenceEntry);
                    return self.node(false, false);
                }
            }
        }
        let end = self.close_flow()?;
        Ok(Event::SequenceEnd { end })
    }

    fn flow_pair_key(&mut self) -> Scan<Event> {
        match self.kind()? {
            TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowSequenceEnd => {
                // The token is lost here, as in libyaml.
                let token = self.skip()?;
                self.state = State::FlowPairValue;
                Ok(self.empty(token.end))
            }
            _ => {
                self.states.push(State::FlowPairValue);
                self.node(false, false)
            }
        }
    }

    fn flow_pair_value(&mut self) -> Scan<Event> {
        if self.kind()? == TokenKind::Value {
            self.skip()?;
            if !matches!(self.kind()?, TokenKind::FlowEntry | TokenKind::FlowSequenceEnd) {
                self.states.push(State::FlowPairEnd);
                return self.node(false, false);
            }
        }
        self.state = State::FlowPairEnd;
        let at = self.start()?;
        Ok(self.empty(at))
    }

    fn flow_mapping_key(&mut self, first: bool) -> Scan<Event> {
        if self.kind()? != TokenKind::FlowMappingEnd {
            if !first {
                if self.kind()? != TokenKind::FlowEntry {
                    let context = self.innermost();
                    return self.fail("did not find expected ',' or '}'", context);
                }
                self.skip()?;
            }
            match self.kind()? {
                TokenKind::Key => {
                    self.skip()?;
                    let empty =
                        matches!(self.kind()?, TokenKind::Value | TokenKind::FlowEntry | TokenKind::FlowMappingEnd);
                    if empty {
                        self.state = State::FlowMappingValue;
                        let at = self.start()?;
                        return Ok(self.empty(at));
                    }
                    self.states.push(State::FlowMappingValue);
                    return self.node(false, false);
                }
                TokenKind::FlowMappingEnd => {}
                _ => {
                    self.states.push(State::FlowMappingEmptyValue);
                    return self.node(false, false);
                }
            }
        }
        let end = self.close_flow()?;
        Ok(Event::MappingEnd { end })
    }

    fn flow_mapping_value(&mut self, empty: bool) -> Scan<Event> {
        if !empty && self.kind()? == TokenKind::Value {
            self.skip()?;
            if !matches!(self.kind()?, TokenKind::FlowEntry | TokenKind::FlowMappingEnd) {
                self.states.push(State::FlowMappingKey);
                return self.node(false, false);
            }
        }
        self.state = State::FlowMappingKey;
        let at = self.start()?;
        Ok(self.empty(at))
    }
}
