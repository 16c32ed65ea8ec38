//! stub
use super::call::Failure;
use super::host::{Host, YamlCodec};
use super::text::{CallId, FrameId, Origin, Text};
use super::trace::{CallSite, Input, InputUse, Trace};
use super::value::Value;
use crate::dialect::Dialect;
use crate::limits::Limits;

/// Executes templates.
pub struct Evaluator<'h> {
    host: &'h mut dyn Host,
    yaml: &'h dyn YamlCodec,
    dialect: Dialect,
    limits: Limits,
    steps: u64,
    frame: FrameId,
    calls: Vec<CallSite>,
    trace: Trace,
}

impl<'h> Evaluator<'h> {
    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }
    pub(super) fn limits(&self) -> &Limits {
        &self.limits
    }
    pub(super) fn host(&mut self) -> &mut dyn Host {
        self.host
    }
    pub(super) fn yaml(&self) -> &'h dyn YamlCodec {
        self.yaml
    }
    pub(super) fn frame(&self) -> FrameId {
        self.frame
    }
    pub(super) fn register_call(&mut self, name: &'static str) -> CallId {
        self.calls.push(CallSite { name, frame: self.frame, place: None });
        CallId(self.calls.len() as u32 - 1)
    }
    pub(super) fn unknown_text(&self, id: CallId) -> Text {
        Text::new("unknown", Origin::Unknown(id), self.frame)
    }
    pub(super) fn exhaust(&mut self, what: &str) -> Failure {
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
    pub(super) fn include(&mut self, _name: &Text, _data: Value, _by: &'static str) -> Result<Text, Failure> {
        Err(Failure::new("not yet"))
    }
    pub(super) fn tpl(&mut self, _source: &Text, _data: Value, _by: &'static str) -> Result<Text, Failure> {
        Err(Failure::new("not yet"))
    }
    pub(super) fn note_input(&mut self, input: Input) {
        let call = self.register_call("");
        self.trace.inputs.push(InputUse { input, call });
    }
}
