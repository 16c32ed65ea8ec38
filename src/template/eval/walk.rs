//! Statements: text, actions, `if`, `with`, `range`, `template`.

use std::rc::Rc;

use super::{Evaluator, GO_TEMPLATE_DEPTH, Item, Loaded, Run, State, Stop, TEMPLATE_ACTION_DEPTH};
use crate::dialect::Dialect;
use crate::template::format::{Printer, placeholder};
use crate::template::text::{FrameId, Origin, Text};
use crate::template::trace::{FrameKind, NoValuePrinted};
use crate::template::tree::{NodeId, NodeKind};
use crate::template::unicode::quote;
use crate::template::value::{Type, Value};

impl Evaluator<'_> {
    pub(super) fn list(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, list: NodeId) -> Run<()> {
        let NodeKind::List(children) = &loaded.source.node(list).kind else { return Ok(()) };
        for child in children {
            self.statement(loaded, state, dot, *child)?;
        }
        Ok(())
    }

    fn statement(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, id: NodeId) -> Run<()> {
        self.step(loaded, state)?;
        state.node = id;
        let node = loaded.source.node(id);
        match &node.kind {
            NodeKind::Text => {
                self.out.push_part(&loaded.text, node.span.range(), self.frame);
                Ok(())
            }
            NodeKind::Action(pipe) => self.action(loaded, state, dot, id, *pipe),
            NodeKind::If(pipe, body, otherwise) => self.branch(loaded, state, dot, *pipe, *body, *otherwise, false),
            NodeKind::With(pipe, body, otherwise) => self.branch(loaded, state, dot, *pipe, *body, *otherwise, true),
            NodeKind::Range(pipe, body, otherwise) => self.range(loaded, state, dot, *pipe, *body, *otherwise),
            NodeKind::Template(name, pipe) => self.template(loaded, state, dot, id, name, *pipe),
            NodeKind::Break => Err(Stop::Break),
            NodeKind::Continue => Err(Stop::Continue),
            NodeKind::Bad => {
                self.write_unknown(loaded, id);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn write_unknown(&mut self, loaded: &Loaded, id: NodeId) {
        let call = self.register_call("", loaded, loaded.span(id));
        self.out.push_bytes(b"unknown", Origin::Unknown(call), self.frame);
    }

    /// The value of a statement's pipeline; `None` after an error, which is recorded.
    fn recovered(&mut self, result: Run<Item>) -> Run<Option<Item>> {
        match result {
            Ok(item) => Ok(Some(item)),
            Err(Stop::Failed) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    fn action(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, id: NodeId, pipe: NodeId) -> Run<()> {
        let result = self.pipeline(loaded, state, dot, pipe);
        let declares = match &loaded.source.node(pipe).kind {
            NodeKind::Pipe(declared, ..) => !declared.is_empty(),
            _ => false,
        };
        let Some(item) = self.recovered(result)? else {
            if declares {
                self.declare_unknown(loaded, state, pipe);
            } else {
                self.write_unknown(loaded, id);
            }
            return Ok(());
        };
        if declares {
            return Ok(());
        }
        state.node = id;
        match self.write(loaded, state, id, pipe, &item.value) {
            Err(Stop::Failed) => Ok(()),
            result => result,
        }
    }

    /// Variables of a failed pipeline exist all the same.
    fn declare_unknown(&mut self, loaded: &Loaded, state: &mut State, pipe: NodeId) {
        let NodeKind::Pipe(declared, assigns, _) = &loaded.source.node(pipe).kind else { return };
        let call = self.register_call("", loaded, loaded.span(pipe));
        let unknown = Item::plain(Value::Unknown(Type::Any, call));
        for variable in declared {
            let NodeKind::Variable(name, _) = loaded.source.node(*variable).kind else { continue };
            if *assigns {
                state.set(name, &unknown);
            } else {
                state.variables.push((name, unknown.clone()));
            }
        }
    }

    fn write(&mut self, loaded: &Loaded, state: &State, id: NodeId, pipe: NodeId, value: &Value) -> Run<()> {
        match value {
            Value::Str(text) if text.segments().any(|segment| segment.origin == Origin::Data) => {
                // The commit and the environment have no place of their own; what prints them has.
                let call = self.register_call("", loaded, loaded.span(pipe));
                self.out.push_data(text, Origin::Derived(call), self.frame);
            }
            Value::Str(text) => self.out.push_through(text, self.frame),
            Value::NoValue | Value::Nil => {
                let call = self.register_call("", loaded, loaded.span(id));
                let place = self.locate(loaded, loaded.span(pipe));
                let expression = loaded.source.print(pipe, loaded.text.as_bytes());
                let expression = String::from_utf8_lossy(&expression).into_owned();
                self.trace.no_values.push(NoValuePrinted { expression, place, frame: self.frame });
                self.out.push_bytes(b"<no value>", Origin::Derived(call), self.frame);
            }
            Value::Unknown(_, call) => {
                let text = placeholder(value, *call, self.frame);
                self.out.push_through(&text, self.frame);
            }
            _ => {
                let call = self.register_call("", loaded, loaded.span(pipe));
                let mut printer = Printer::new(Origin::Derived(call), self.frame, self.limits.allocation);
                printer.print(std::slice::from_ref(value));
                match printer.finish() {
                    Some(text) => self.out.push_through(&text, self.frame),
                    None => {
                        let failure = self.exhaust("allocation");
                        return Err(self.fail_with(loaded, state, failure));
                    }
                }
            }
        }
        Ok(())
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one statement")]
    fn branch(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        pipe: NodeId,
        body: NodeId,
        otherwise: Option<NodeId>,
        with: bool,
    ) -> Run<()> {
        let mark = state.variables.len();
        let result = self.pipeline(loaded, state, dot, pipe);
        let outer = self.frame;
        let item = match self.recovered(result)? {
            Some(item) => item,
            None => {
                self.declare_unknown(loaded, state, pipe);
                self.enter_frame(|| FrameKind::Guess, None);
                let call = self.register_call("", loaded, loaded.span(pipe));
                Item::plain(Value::Unknown(Type::Any, call))
            }
        };
        self.note_branch(loaded, pipe, &item.value);
        let result = if item.value.truth() {
            let dot = if with { &item } else { dot };
            stacker::maybe_grow(64 << 10, 1 << 20, || self.list(loaded, state, dot, body))
        } else if let Some(otherwise) = otherwise {
            stacker::maybe_grow(64 << 10, 1 << 20, || self.list(loaded, state, dot, otherwise))
        } else {
            Ok(())
        };
        self.frame = outer;
        state.variables.truncate(mark);
        result
    }

    fn range(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        pipe: NodeId,
        body: NodeId,
        otherwise: Option<NodeId>,
    ) -> Run<()> {
        let mark = state.variables.len();
        let result = self.pipeline(loaded, state, dot, pipe);
        let result = match self.recovered(result)? {
            Some(item) => stacker::maybe_grow(64 << 10, 1 << 20, || {
                self.turns(loaded, state, dot, pipe, body, otherwise, &item.value)
            }),
            None => Ok(()),
        };
        state.variables.truncate(mark);
        match result {
            Err(Stop::Failed | Stop::Break) => Ok(()),
            result => result,
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one statement")]
    fn turns(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        pipe: NodeId,
        body: NodeId,
        otherwise: Option<NodeId>,
        value: &Value,
    ) -> Run<()> {
        let declared = match &loaded.source.node(pipe).kind {
            NodeKind::Pipe(declared, ..) => declared.len(),
            _ => 0,
        };
        let mut ran = false;
        match value {
            Value::List(list) => {
                let boxed = list.element() == Type::Any;
                for (index, element) in list.iter().enumerate() {
                    ran = true;
                    let element = Item { value: element.clone(), boxed };
                    let index = Item::plain(Value::int(i64::try_from(index).unwrap_or(i64::MAX)));
                    self.turn(loaded, state, pipe, body, &index, &element)?;
                }
            }
            Value::Bytes(Some(text)) => {
                for (index, byte) in text.as_bytes().iter().enumerate() {
                    ran = true;
                    let byte = Value::Uint(crate::template::value::UintKind::Uint8, u64::from(*byte));
                    let index = Item::plain(Value::int(i64::try_from(index).unwrap_or(i64::MAX)));
                    self.turn(loaded, state, pipe, body, &index, &Item::plain(byte))?;
                }
            }
            Value::Map(map) => {
                let boxed = map.kind() != crate::template::value::MapKind::StringString;
                let boxed_keys = map.kind() == crate::template::value::MapKind::AnyAny;
                for (key, element) in map.items() {
                    ran = true;
                    let key = Item { value: key.to_value(), boxed: boxed_keys };
                    self.turn(loaded, state, pipe, body, &key, &Item { value: element, boxed })?;
                }
            }
            Value::Int(..) | Value::Uint(..) | Value::Duration(_) if self.dialect == Dialect::V3 => {
                if declared > 1 {
                    let shown = self.shown(value);
                    let text = [b"can't use ", shown.as_bytes(), b" to iterate over more than one variable"].concat();
                    return Err(self.fail(loaded, state, text));
                }
                let (count, make): (u64, Box<dyn Fn(u64) -> Value>) = match value {
                    Value::Uint(kind, count) => {
                        let kind = *kind;
                        (*count, Box::new(move |number| Value::Uint(kind, number)))
                    }
                    Value::Int(kind, count) => {
                        let kind = *kind;
                        (u64::try_from(*count).unwrap_or(0), Box::new(move |number| Value::Int(kind, number as i64)))
                    }
                    Value::Duration(count) => {
                        (u64::try_from(*count).unwrap_or(0), Box::new(|number| Value::Duration(number as i64)))
                    }
                    _ => (0, Box::new(|_| Value::NoValue)),
                };
                for number in 0..count {
                    ran = true;
                    let element = Item::plain(make(number));
                    self.turn(loaded, state, pipe, body, &element, &element)?;
                }
            }
            Value::Unknown(..) => return Ok(()),
            Value::NoValue | Value::Nil | Value::Bytes(None) => {}
            other => {
                let shown = self.shown(other);
                let text = [b"range can't iterate over ", shown.as_bytes()].concat();
                return Err(self.fail(loaded, state, text));
            }
        }
        match otherwise {
            Some(otherwise) if !ran => self.list(loaded, state, dot, otherwise),
            _ => Ok(()),
        }
    }

    /// A value as `%v` prints it in an error text.
    pub(super) fn shown(&self, value: &Value) -> Text {
        let mut printer = Printer::new(Origin::Data, FrameId::MAIN, 1 << 20);
        printer.print(std::slice::from_ref(value));
        printer.finish().unwrap_or_default()
    }

    fn turn(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        pipe: NodeId,
        body: NodeId,
        index: &Item,
        element: &Item,
    ) -> Run<()> {
        self.step(loaded, state)?;
        let mark = state.variables.len();
        if let NodeKind::Pipe(declared, assigns, _) = &loaded.source.node(pipe).kind {
            let count = declared.len();
            let targets: &[(usize, &Item)] = match count {
                0 => &[],
                1 => &[(0, element)],
                _ => &[(0, index), (1, element)],
            };
            for (position, item) in targets {
                let NodeKind::Variable(name, _) = loaded.source.node(declared[*position]).kind else { continue };
                self.note_variable(loaded, declared[*position], item);
                if *assigns {
                    state.set(name, item);
                } else {
                    let slot = mark - count + position;
                    state.variables[slot].1 = (*item).clone();
                }
            }
        }
        let place = self.locate(loaded, loaded.span(pipe));
        let outer = self.enter_frame(
            || {
                FrameKind::Iteration(match (&index.value, &element.value) {
                    (Value::Str(key), _) | (_, Value::Str(key)) => key.to_lossy().into_owned(),
                    (Value::Int(_, number), _) => number.to_string(),
                    _ => String::new(),
                })
            },
            place,
        );
        let result = self.list(loaded, state, element, body);
        self.frame = outer;
        state.variables.truncate(mark);
        match result {
            Err(Stop::Continue) => Ok(()),
            result => result,
        }
    }

    fn template(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        id: NodeId,
        name: &[u8],
        pipe: Option<NodeId>,
    ) -> Run<()> {
        let found = self.set.get(name).cloned();
        let Some((target, root)) = found else {
            let text = format!("template {} not defined", quote(name));
            let stop = self.fail(loaded, state, text);
            self.write_unknown(loaded, id);
            return if matches!(stop, Stop::Halt) { Err(stop) } else { Ok(()) };
        };
        if state.depth >= TEMPLATE_ACTION_DEPTH {
            let text = format!("exceeded maximum template depth ({GO_TEMPLATE_DEPTH})");
            return Err(match self.fail(loaded, state, text) {
                Stop::Failed => Stop::Halt,
                stop => stop,
            });
        }
        let dot = match pipe {
            None => Item::plain(Value::NoValue),
            Some(pipe) => {
                let result = self.pipeline(loaded, state, dot, pipe);
                match self.recovered(result)? {
                    Some(item) => item,
                    None => {
                        let call = self.register_call("", loaded, loaded.span(pipe));
                        Item::plain(Value::Unknown(Type::Any, call))
                    }
                }
            }
        };
        let place = self.locate(loaded, loaded.span(id));
        let outer = self.enter_frame(|| FrameKind::Template(String::from_utf8_lossy(name).into_owned()), place);
        let mut inner =
            State { variables: vec![(0, dot.clone())], node: root, template: name.into(), depth: state.depth + 1 };
        let result = stacker::maybe_grow(64 << 10, 1 << 20, || self.list(&target, &mut inner, &dot, root));
        self.frame = outer;
        result
    }
}

impl State {
    /// Assigns to the innermost variable of that name; false when there is none.
    pub(super) fn set(&mut self, name: u32, item: &Item) -> bool {
        match self.variables.iter_mut().rev().find(|(known, _)| *known == name) {
            Some(slot) => {
                slot.1 = item.clone();
                true
            }
            None => false,
        }
    }

    pub(super) fn get(&self, name: u32) -> Option<&Item> {
        self.variables.iter().rev().find(|(known, _)| *known == name).map(|(_, item)| item)
    }
}
