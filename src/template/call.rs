//! What a function gets besides its arguments, and how it fails.
//!
//! In: the evaluator and the place of the call. Out: texts with the call's provenance, the world behind [`Host`], re-entrance
//! for `include` and `tpl`. Never: values that outlive the rendering.

use std::rc::Rc;

use super::eval::{Evaluator, Loaded};
use super::functions::re2::{Regex, Syntax};
use super::host::{Host, HostError, YamlCodec};
use super::text::{CallId, FrameId, Origin, Text, TextBuilder};
use super::value::{Key, Map, Type, Value};
use crate::diagnostic::RuleId;
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::source::{Location, Span};

/// How a function failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The error's text, without `error calling X: `. Go does not require UTF-8.
    pub text: Vec<u8>,
    /// The rule of the innermost cause, when that is more than "the template failed".
    pub rule: Option<RuleId>,
    /// Endless recursion of `include`/`tpl`: the real program dies, nothing is wrapped around it.
    pub crash: bool,
    /// A budget of [`Limits`] is used up: everything ends.
    pub budget: bool,
    /// The error comes from a nested template: index of that error in the errors of the result.
    pub nested: Option<usize>,
    /// Bytes that are to blame in a text given to the call (`tpl`), and the activation in which they would have run.
    pub within: Option<(Location, FrameId)>,
}

impl Failure {
    /// A failure with that text. Go's panics inside functions look the same from outside.
    #[must_use]
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self { text: text.into(), rule: None, crash: false, budget: false, nested: None, within: None }
    }

    /// A failure that breaks a rule of its own, whatever the text says.
    #[must_use]
    pub fn of_rule(rule: RuleId, text: impl Into<Vec<u8>>) -> Self {
        Self { rule: Some(rule), ..Self::new(text) }
    }

    /// A budget is used up.
    #[must_use]
    pub fn budget(what: &str) -> Self {
        Self { budget: true, rule: Some(RuleId("template-budget")), ..Self::new(format!("{what} budget exceeded")) }
    }
}

impl From<String> for Failure {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<HostError> for Failure {
    fn from(error: HostError) -> Self {
        Self { rule: Some(error.rule), ..Self::new(error.text) }
    }
}

/// The context of one call.
pub struct Call<'a, 'h> {
    pub(super) evaluator: &'a mut Evaluator<'h>,
    pub(super) name: &'static str,
    pub(super) receiver: Option<Value>,
    pub(super) id: Option<CallId>,
    pub(super) loaded: &'a Loaded,
    pub(super) span: Span,
}

impl<'h> Call<'_, 'h> {
    /// The function's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The value whose method is called.
    #[must_use]
    pub fn receiver(&self) -> Option<&Value> {
        self.receiver.as_ref()
    }

    /// The line of werf.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.evaluator.dialect()
    }

    /// The budgets.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        self.evaluator.limits()
    }

    /// The world.
    pub fn host(&mut self) -> &mut dyn Host {
        self.evaluator.host()
    }

    /// YAML.
    #[must_use]
    pub fn yaml(&self) -> &'h dyn YamlCodec {
        self.evaluator.yaml()
    }

    /// The id of this call, under which the result knows its place. Made on first use.
    pub fn id(&mut self) -> CallId {
        if let Some(id) = self.id {
            return id;
        }
        let id = self.evaluator.register_call(self.name, self.loaded, self.span);
        self.id = Some(id);
        id
    }

    /// The activation the call stands in.
    #[must_use]
    pub fn frame(&self) -> FrameId {
        self.evaluator.frame()
    }

    /// Bytes computed by this call.
    pub fn derived(&mut self, bytes: impl Into<Vec<u8>>) -> Text {
        let origin = Origin::Derived(self.id());
        Text::new(bytes, origin, self.frame())
    }

    /// The same as a value.
    pub fn derived_value(&mut self, bytes: impl Into<Vec<u8>>) -> Value {
        Value::Str(self.derived(bytes))
    }

    /// A value of that type that nobody can know; strings become a placeholder text, so that joining and quoting go on working.
    pub fn unknown(&mut self, kind: Type) -> Value {
        let id = self.id();
        match kind {
            Type::String => Value::Str(super::format::placeholder(&Value::Unknown(Type::String, id), id, self.frame())),
            other => Value::Unknown(other, id),
        }
    }

    /// A builder for a text that copies from arguments ([`TextBuilder::push`]) and adds own bytes ([`Call::pad`], [`Call::derive`]).
    #[must_use]
    pub fn builder(&self) -> TextBuilder {
        TextBuilder::new()
    }

    /// Appends bytes that the call puts between or around copied ones.
    pub fn pad(&mut self, builder: &mut TextBuilder, bytes: &[u8]) {
        let origin = Origin::Padding(self.id());
        builder.push_bytes(bytes, origin, self.frame());
    }

    /// Appends bytes that the call computed.
    pub fn derive(&mut self, builder: &mut TextBuilder, bytes: &[u8]) {
        let origin = Origin::Derived(self.id());
        builder.push_bytes(bytes, origin, self.frame());
    }

    /// Counts work: call it with the number of items or bytes before making something big.
    ///
    /// # Errors
    /// The budget is used up, or `amount` is more than one allocation may hold.
    pub fn charge(&mut self, amount: usize) -> Result<(), Failure> {
        if amount > self.limits().allocation {
            return Err(self.evaluator.exhaust("allocation"));
        }
        self.evaluator.charge(amount as u64 / 16 + 1)
    }

    /// Has to be called for a map that templates already hold when a collection is stored into it: it may come to hold itself.
    pub fn note_nesting(&mut self, map: &Map) {
        self.evaluator.note_nesting(map);
    }

    /// Stores a value into a map that templates already hold; the entry remembers this call.
    pub fn store(&mut self, map: &Map, key: Key, value: Value) {
        if matches!(value, Value::Map(_) | Value::List(_)) {
            self.note_nesting(map);
        }
        map.insert(key, value, Some(self.id()));
    }

    /// A compiled regular expression.
    ///
    /// # Errors
    /// Go's text about the expression.
    pub fn expression(&mut self, pattern: &[u8], syntax: Syntax) -> Result<Rc<Regex>, String> {
        self.evaluator.expression(pattern, syntax)
    }

    /// Executes the named template (`include`) and returns its text.
    ///
    /// # Errors
    /// Unknown name, or the text of the error inside.
    pub fn include(&mut self, name: &Text, data: Value) -> Result<Text, Failure> {
        let place = self.evaluator.locate(self.loaded, self.span);
        self.evaluator.include(name, data, place)
    }

    /// Parses and executes a text as a template of the shared set (`tpl`).
    ///
    /// # Errors
    /// Go's parse error, or the text of the error inside.
    pub fn tpl(&mut self, source: &Text, data: Value) -> Result<Text, Failure> {
        let place = self.evaluator.locate(self.loaded, self.span);
        self.evaluator.tpl(source, data, place)
    }

    /// Whether the action that the call stands in names what to take when the call yields nothing.
    #[must_use]
    pub fn has_fallback(&self) -> bool {
        let text = self.loaded.text.as_bytes();
        let (before, after) = (&text[..self.span.start as usize], &text[self.span.end as usize..]);
        let start = before.windows(2).rposition(|pair| pair == b"{{").unwrap_or(0);
        let end = after.windows(2).position(|pair| pair == b"}}").unwrap_or(after.len());
        let words = |text: &[u8]| {
            text.split(|byte| !byte.is_ascii_alphanumeric())
                .any(|word| matches!(word, b"default" | b"coalesce" | b"or" | b"ternary"))
        };
        words(&before[start..]) || words(&after[..end])
    }

    /// Whether the length of a text is known although its bytes may not be.
    #[must_use]
    pub fn knows_length(&self, text: &Text) -> bool {
        text.segments().all(|segment| match segment.origin {
            Origin::Unknown(id) => self.evaluator.call_name(id).is_some_and(super::functions::yields_known_length),
            _ => true,
        })
    }

    /// Tells the trace that an input was read.
    pub fn note_input(&mut self, input: super::trace::Input) {
        let id = self.id();
        self.evaluator.note_input(input, id);
    }
}
