//! Executes templates.
//!
//! In: sources, data, the world. Out: an [`Outcome`]. After an error, which werf would stop at, the action's value is unknown and
//! the execution goes on, so that later findings survive. Never: endless work (every node, turn and byte is charged to a budget).

mod expression;
mod observe;
mod walk;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::builtins;
use super::call::Failure;
use super::functions::re2::{Regex, Syntax};
use super::functions::{self, Function};
use super::host::{Host, YamlCodec};
use super::outcome::{ErrorKind, Outcome, Rendered, TemplateError};
use super::parser;
use super::provenance::Provenance;
use super::text::{CallId, FrameId, Origin, Text, TextBuilder};
use super::trace::{CallSite, Definition, Frame, FrameKind, Input, InputUse, Trace};
use super::tree::{NodeId, Source};
use super::unicode::quote;
use super::value::{Map, Value};
use crate::diagnostic::RuleId;
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::source::{FileId, Location, Span, line_begin};

/// Go's limit for nested `template` actions in one execution.
const GO_TEMPLATE_DEPTH: usize = 100_000;

/// Nested `template` actions after which a recursion is taken to be without end: it would reach Go's limit.
const TEMPLATE_ACTION_DEPTH: usize = 10_000;

/// Activations and calls that are remembered; beyond that their places are those of their parents.
const REMEMBERED: usize = 2_000_000;

/// Variables for which there is room from the start: few templates have more.
const VARIABLES: usize = 8;

/// Compiled expressions that are kept.
const EXPRESSIONS: usize = 256;

/// One template file.
#[derive(Clone, Debug)]
pub struct TemplateSource {
    /// Name of the template: `werfConfig` for the main one, else the path below the template directory.
    pub name: String,
    /// Its id in the analysis' source map.
    pub file: FileId,
    /// Its bytes.
    pub text: Arc<[u8]>,
}

/// What reads texts for an execution.
#[derive(Clone, Copy)]
pub struct Readers<'a> {
    /// YAML.
    pub yaml: &'a dyn YamlCodec,
    /// The tree of a template source by its name and text, also of texts that are given to `tpl`: that of [`parse_source`], perhaps kept from an execution before.
    pub sources: &'a dyn Fn(&str, &[u8]) -> Arc<Source>,
}

/// The functions of a dialect, Go's own last.
#[must_use]
pub fn find_function(dialect: Dialect, name: &str) -> Option<&'static Function> {
    functions::lookup(dialect, name).or_else(|| builtins::lookup(name))
}

/// Parses one source for a dialect: plain data, to be kept by callers that render again.
#[must_use]
pub fn parse_source(name: &str, text: &[u8], dialect: Dialect) -> Source {
    parser::parse(name, text, dialect, find_function)
}

/// Renders `main` with `sources` parsed before it, in order. `data` becomes `.` and `$`.
#[must_use]
pub fn render(
    sources: &[TemplateSource],
    main: &TemplateSource,
    data: Value,
    host: &mut dyn Host,
    yaml: &dyn YamlCodec,
    dialect: Dialect,
    limits: &Limits,
) -> Outcome {
    let parse = |name: &str, text: &[u8]| Arc::new(parse_source(name, text, dialect));
    render_with(sources, main, data, host, Readers { yaml, sources: &parse }, dialect, limits)
}

/// As [`render`], with readers that may know the texts already.
#[must_use]
pub fn render_with(
    sources: &[TemplateSource],
    main: &TemplateSource,
    data: Value,
    host: &mut dyn Host,
    readers: Readers<'_>,
    dialect: Dialect,
    limits: &Limits,
) -> Outcome {
    let mut evaluator = Evaluator::new(host, readers, dialect, *limits, &main.name);
    for source in sources.iter().chain([main]) {
        let parsed = (readers.sources)(&source.name, &source.text);
        let text = Text::file(source.file, Arc::clone(&source.text), FrameId::MAIN);
        let loaded = Rc::new(Loaded { name: source.name.as_str().into(), source: parsed, text });
        evaluator.install(&loaded, true);
        evaluator.main = Some(loaded);
    }
    if let Some(main) = evaluator.main.clone() {
        let root = own_tree(&main.source);
        // The error is recorded where it happened.
        let _ = evaluator.execute(&main, root, main.name.as_bytes(), data.clone());
    }
    evaluator.tell_observed(&data);
    evaluator.finish()
}

/// The tree that executing a source itself runs: a non-empty definition of the source's own name inside it goes before.
fn own_tree(source: &Source) -> NodeId {
    let own = source.trees.iter().rev().find(|tree| *tree.name == *source.name.as_bytes() && !tree.empty);
    own.or(source.main()).map_or(0, |tree| tree.root)
}

/// A parsed source and its text with provenance.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) name: Rc<str>,
    pub(super) source: Arc<Source>,
    pub(super) text: Text,
}

impl Loaded {
    pub(super) fn span(&self, node: NodeId) -> Span {
        self.source.node(node).span
    }
}

/// Why execution leaves a node.
pub(super) enum Stop {
    /// An error is recorded; the statement's value is unknown.
    Failed,
    /// Everything ends.
    Halt,
    Break,
    Continue,
}

pub(super) type Run<T> = Result<T, Stop>;

/// A value and whether it is held in an `interface {}`, which only error texts show.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) value: Value,
    pub(super) boxed: bool,
}

impl Item {
    pub(super) fn plain(value: Value) -> Self {
        Self { value, boxed: false }
    }

    /// Digs down to what the interface holds; a nil one holds nothing.
    pub(super) fn unboxed(self) -> Self {
        match self.value {
            Value::Nil => Self::plain(Value::NoValue),
            value => Self::plain(value),
        }
    }
}

/// Go's state of one execution.
pub(super) struct State {
    pub(super) variables: Vec<(u32, Item)>,
    pub(super) node: NodeId,
    pub(super) template: Rc<[u8]>,
    pub(super) depth: usize,
}

/// Executes templates.
pub struct Evaluator<'h> {
    host: &'h mut dyn Host,
    readers: Readers<'h>,
    dialect: Dialect,
    limits: Limits,
    main: Option<Rc<Loaded>>,
    root_name: String,
    set: HashMap<Box<[u8]>, (Rc<Loaded>, NodeId), foldhash::fast::RandomState>,
    parsed_texts: HashMap<Text, Arc<Source>, foldhash::fast::RandomState>,
    expressions: HashMap<Box<[u8]>, Result<Rc<Regex>, String>>,
    tpl_count: u32,
    steps: u64,
    includes: usize,
    frame: FrameId,
    frames: Vec<Frame>,
    calls: Vec<CallSite>,
    out: TextBuilder,
    errors: Vec<TemplateError>,
    trace: Trace,
    observed: observe::Observed,
    exhausted: bool,
    /// Room for arguments of calls, empty: there are as many as calls were ever inside one another.
    spare: Vec<Vec<Value>>,
    /// Maps into which a collection was stored: they may hold themselves.
    nesting: Vec<Map>,
}

impl<'h> Evaluator<'h> {
    fn new(host: &'h mut dyn Host, readers: Readers<'h>, dialect: Dialect, limits: Limits, root_name: &str) -> Self {
        Self {
            host,
            readers,
            dialect,
            limits,
            main: None,
            root_name: root_name.to_owned(),
            set: HashMap::default(),
            parsed_texts: HashMap::default(),
            expressions: HashMap::new(),
            tpl_count: 0,
            steps: limits.template_steps,
            includes: 0,
            frame: FrameId::MAIN,
            frames: vec![Frame { parent: FrameId::MAIN, kind: FrameKind::Main, place: None }],
            calls: Vec::new(),
            out: TextBuilder::new(),
            errors: Vec::new(),
            trace: Trace::default(),
            observed: observe::Observed::default(),
            exhausted: false,
            spare: Vec::new(),
            nesting: Vec::new(),
        }
    }

    /// Remembers a map into which a collection was stored, see [`Evaluator::finish`].
    pub(super) fn note_nesting(&mut self, map: &Map) {
        if !self.nesting.iter().rev().take(8).any(|known| known.same(map)) {
            self.nesting.push(map.clone());
        }
    }

    fn finish(self) -> Outcome {
        // A map that holds itself (`set . "Self" .`) would keep itself alive for ever.
        for map in &self.nesting {
            map.clear();
        }
        let (text, segments) = self.out.into_parts();
        Outcome {
            rendered: Rendered { text, provenance: Provenance { segments, frames: self.frames, calls: self.calls } },
            errors: self.errors,
            trace: self.trace,
        }
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// A regular expression, compiled once: loops ask for the same one hundreds of times, and compiling costs more than matching.
    pub(super) fn expression(&mut self, pattern: &[u8], syntax: Syntax) -> Result<Rc<Regex>, String> {
        if let Some(known) = self.expressions.get(pattern) {
            return known.clone();
        }
        let compiled = Regex::compile(pattern, syntax).map(Rc::new);
        if self.expressions.len() < EXPRESSIONS {
            self.expressions.insert(pattern.into(), compiled.clone());
        }
        compiled
    }

    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }

    pub(super) fn host(&mut self) -> &mut dyn Host {
        self.host
    }

    pub(super) fn yaml(&self) -> &'h dyn YamlCodec {
        self.readers.yaml
    }

    pub(super) fn frame(&self) -> FrameId {
        self.frame
    }

    pub(super) fn note_input(&mut self, input: Input, call: CallId) {
        if self.trace.inputs.len() < REMEMBERED {
            self.trace.inputs.push(InputUse { input, call });
        }
    }

    // Places.

    /// The bytes of a span of a source, as a place in a file; in computed text, the call that computed it.
    pub(super) fn locate(&self, loaded: &Loaded, span: Span) -> Option<Location> {
        if let Some(location) = loaded.text.location_of(span.range()) {
            return Some(location);
        }
        let offset = (span.start as usize).min(loaded.text.len().saturating_sub(1));
        match loaded.text.origin_at(offset)?.0 {
            Origin::File { file, offset } => {
                Some(Location { file, span: Span { start: offset, end: offset.saturating_add(1) } })
            }
            Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call) => {
                self.calls.get(call.0 as usize)?.place
            }
            Origin::Data => None,
        }
    }

    pub(super) fn register_call(&mut self, name: &'static str, loaded: &Loaded, span: Span) -> CallId {
        if self.calls.len() < REMEMBERED {
            let place = self.locate(loaded, span);
            self.calls.push(CallSite { name, frame: self.frame, place });
        }
        CallId(self.calls.len() as u32 - 1)
    }

    /// The function that made a call.
    pub(super) fn call_name(&self, id: CallId) -> Option<&'static str> {
        self.calls.get(id.0 as usize).map(|site| site.name)
    }

    fn enter_frame(&mut self, kind: impl FnOnce() -> FrameKind, place: Option<Location>) -> FrameId {
        let outer = self.frame;
        if self.frames.len() < REMEMBERED {
            self.frames.push(Frame { parent: outer, kind: kind(), place });
            self.frame = FrameId(self.frames.len() as u32 - 1);
        }
        outer
    }

    // Budgets.

    pub(super) fn exhaust(&mut self, what: &str) -> Failure {
        self.exhausted = true;
        Failure::budget(what)
    }

    pub(super) fn charge(&mut self, amount: u64) -> Result<(), Failure> {
        match self.steps.checked_sub(amount) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(self.exhaust("step")),
        }
    }

    fn step(&mut self, loaded: &Loaded, state: &mut State) -> Run<()> {
        if self.steps == 0 || self.out.len() > self.limits.output_bytes {
            let failure = self.exhaust(if self.steps == 0 { "step" } else { "output" });
            return Err(self.fail_with(loaded, state, failure));
        }
        self.steps -= 1;
        Ok(())
    }

    // Errors.

    /// Records an error at the state's node.
    pub(super) fn fail(&mut self, loaded: &Loaded, state: &State, cause: impl Into<Vec<u8>>) -> Stop {
        self.fail_with(loaded, state, Failure::new(cause))
    }

    pub(super) fn fail_with(&mut self, loaded: &Loaded, state: &State, failure: Failure) -> Stop {
        let halt = failure.budget || failure.crash;
        let node = loaded.source.node(state.node);
        let (line, column) = line_and_column(loaded.text.as_bytes(), node.position as usize);
        let kind = match (failure.crash, failure.budget) {
            (true, _) => ErrorKind::Crash,
            (_, true) => ErrorKind::Budget,
            _ => ErrorKind::Exec,
        };
        let text = if failure.crash {
            failure.text.clone()
        } else {
            let mut text = self.error_prefix(loaded, state);
            text.extend_from_slice(&failure.text);
            text
        };
        self.errors.push(TemplateError {
            kind,
            rule: failure.rule,
            template: loaded.name.to_string(),
            line,
            column: Some(column),
            text,
            cause: failure.text,
            location: failure.within.map(|(location, _)| location).or_else(|| self.locate(loaded, node.span)),
            frame: failure.within.map_or(self.frame, |(_, frame)| frame),
        });
        if halt || self.errors.len() >= self.limits.findings {
            return Stop::Halt;
        }
        Stop::Failed
    }

    /// Go's `template: NAME:LINE:COLUMN: executing "TEMPLATE" at <EXPRESSION>: ` for the state's node.
    fn error_prefix(&self, loaded: &Loaded, state: &State) -> Vec<u8> {
        let text = loaded.text.as_bytes();
        let node = loaded.source.node(state.node);
        let (line, column) = line_and_column(text, node.position as usize);
        let mut prefix = format!("template: {}:{line}:{column}: executing ", loaded.name).into_bytes();
        prefix.extend_from_slice(quote(&state.template).as_bytes());
        prefix.extend_from_slice(b" at <");
        prefix.extend_from_slice(&loaded.source.print(state.node, text));
        prefix.extend_from_slice(b">: ");
        prefix
    }

    /// Puts a call's place before the text of the first error, when it came up inside the call: werf ends there and shows the whole chain. The
    /// texts of later errors are nobody's; wrapping them as well costs depth times errors.
    fn wrap_errors(&mut self, from: usize, loaded: &Loaded, state: &State, name: &str) {
        if from > 0
            || !self.errors.first().is_some_and(|error| matches!(error.kind, ErrorKind::Exec | ErrorKind::Budget))
        {
            return;
        }
        let mut prefix = self.error_prefix(loaded, state);
        prefix.extend_from_slice(format!("error calling {name}: ").as_bytes());
        if let Some(error) = self.errors.first_mut() {
            error.text.splice(0..0, prefix);
        }
    }

    // The set.

    /// Adds the definitions of a source to the set; an empty one does not replace another.
    fn install(&mut self, loaded: &Rc<Loaded>, record: bool) {
        for error in &loaded.source.errors {
            if !record || self.errors.len() >= self.limits.findings {
                break;
            }
            self.errors.push(TemplateError {
                kind: ErrorKind::Parse,
                rule: None,
                template: loaded.name.to_string(),
                line: error.line,
                column: None,
                text: parse_error_text(&loaded.name, error).into_bytes(),
                cause: error.text.clone().into_bytes(),
                location: self.locate(loaded, error.span),
                frame: self.frame,
            });
        }
        for tree in &loaded.source.trees {
            let place = self.locate(loaded, tree.clause);
            self.trace.definitions.push(Definition { name: String::from_utf8_lossy(&tree.name).into_owned(), place });
            if tree.empty && self.set.contains_key(&tree.name) {
                continue;
            }
            self.set.insert(tree.name.clone(), (Rc::clone(loaded), tree.root));
        }
    }

    /// Runs a tree with `dot`, writing to the current output.
    fn execute(&mut self, loaded: &Rc<Loaded>, root: NodeId, name: &[u8], dot: Value) -> Run<()> {
        let dot = Item::plain(dot).unboxed();
        let mut variables = Vec::with_capacity(VARIABLES);
        variables.push((0, dot.clone()));
        let mut state = State { variables, node: root, template: name.into(), depth: 0 };
        self.list(loaded, &mut state, &dot, root)
    }

    /// Runs a tree into a text of its own.
    fn execute_into_text(
        &mut self,
        loaded: &Rc<Loaded>,
        root: NodeId,
        name: &[u8],
        dot: Value,
    ) -> Result<Text, Failure> {
        if self.includes >= self.limits.template_depth {
            return Err(Failure {
                crash: true,
                rule: Some(RuleId("crash-template-recursion")),
                ..Failure::new("include/tpl recursion without end")
            });
        }
        let outer = self.out.begin_inner();
        self.includes += 1;
        let result = stacker::maybe_grow(128 << 10, 1 << 20, || self.execute(loaded, root, name, dot));
        self.includes -= 1;
        let text = self.out.take_inner(outer);
        match result {
            Err(Stop::Halt) => Err(Failure { budget: true, nested: Some(self.errors.len()), ..Failure::new("") }),
            _ => Ok(text),
        }
    }

    pub(super) fn include(&mut self, name: &Text, dot: Value, place: Option<Location>) -> Result<Text, Failure> {
        let Some((loaded, root)) = self.set.get(name.as_bytes()).cloned() else {
            if name.has_unknown() {
                // The name is not known, so nobody knows whether there is such a template.
                return Ok(name.clone());
            }
            return Err(Failure::new(format!(
                "template: no template {} associated with template {}",
                quote(name.as_bytes()),
                quote(self.root_name.as_bytes())
            )));
        };
        let outer = self.enter_frame(|| FrameKind::Include(name.to_lossy().into_owned()), place);
        let text = self.execute_into_text(&loaded, root, name.as_bytes(), dot);
        self.frame = outer;
        text
    }

    pub(super) fn tpl(&mut self, text: &Text, dot: Value, place: Option<Location>) -> Result<Text, Failure> {
        self.charge(text.len() as u64 / 4 + 1)?;
        self.tpl_count += 1;
        let name = match self.dialect {
            Dialect::V1_1 | Dialect::V1_2 => format!("tpl{:07}", self.tpl_count),
            Dialect::V2 | Dialect::V3 => format!("tpl-{}", adler32(text.as_bytes())),
        };
        let source = match self.parsed_texts.get(text) {
            Some(source) => Arc::clone(source),
            None => {
                let source = (self.readers.sources)(&name, text.as_bytes());
                self.parsed_texts.insert(text.clone(), Arc::clone(&source));
                source
            }
        };
        let loaded = Rc::new(Loaded { name: name.as_str().into(), source, text: text.clone() });
        let outer = self.enter_frame(|| FrameKind::Tpl(name.clone()), place);
        if let Some(error) = loaded.source.errors.first() {
            let within = self.locate(&loaded, error.span).map(|location| (location, self.frame));
            self.frame = outer;
            return Err(Failure { within, ..Failure::new(parse_error_text(&name, error)) });
        }
        self.install(&loaded, false);
        let root = own_tree(&loaded.source);
        let result = self.execute_into_text(&loaded, root, name.as_bytes(), dot);
        self.frame = outer;
        result
    }
}

fn parse_error_text(name: &str, error: &super::tree::SyntaxError) -> String {
    format!("template: {name}:{}: {}", error.line, error.text)
}

/// Go's line from 1 and column in bytes from 0.
fn line_and_column(text: &[u8], position: usize) -> (u32, u32) {
    let before = &text[..position.min(text.len())];
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    let start = line_begin(before, before.len());
    (line as u32, (before.len() - start) as u32)
}

/// The Adler-32 checksum.
fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    // So many bytes cannot overflow the sums.
    for part in bytes.chunks(5_552) {
        for byte in part {
            low += u32::from(*byte);
            high += low;
        }
        low %= 65_521;
        high %= 65_521;
    }
    high << 16 | low
}
