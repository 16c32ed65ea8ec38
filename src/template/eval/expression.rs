//! Expressions: pipelines, commands, fields, calls, and Go's rules for passing arguments.

use std::rc::Rc;

use super::{Evaluator, Item, Loaded, Run, State, Stop};
use crate::dialect::Dialect;
use crate::template::builtins;
use crate::template::call::Call;
use crate::template::format::placeholder;
use crate::template::functions::{Class, Function};
use crate::template::methods;
use crate::template::text::{Origin, Text, TextBuilder};
use crate::template::trace::Stored;
use crate::template::tree::{Ident, NodeId, NodeKind, Number};
use crate::template::value::{IntKind, Key, MapKind, Type, UintKind, Value};

/// What is called: the node for error places, the name for error texts, the arguments, the value from the pipeline.
struct Site<'n> {
    node: NodeId,
    name: &'n str,
    args: &'n [NodeId],
    last: Option<Item>,
}

impl Evaluator<'_> {
    pub(super) fn pipeline(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, pipe: NodeId) -> Run<Item> {
        let NodeKind::Pipe(declared, assigns, commands) = &loaded.source.node(pipe).kind else {
            // A part that could not be read.
            let call = self.register_call("", loaded, loaded.span(pipe));
            return Ok(Item::plain(Value::Unknown(Type::Any, call)));
        };
        state.node = pipe;
        let mut value: Option<Item> = None;
        for (index, command) in commands.iter().enumerate() {
            let result = self.command(loaded, state, dot, *command, value);
            let is_last = index + 1 == commands.len();
            let item = if is_last { result? } else { self.or_unknown(loaded, *command, result)? };
            value = Some(item.unboxed());
        }
        let value = value.unwrap_or_else(|| Item::plain(Value::NoValue));
        for variable in declared {
            let NodeKind::Variable(name, _) = loaded.source.node(*variable).kind else { continue };
            self.note_variable(loaded, *variable, &value);
            if !*assigns {
                state.variables.push((name, value.clone()));
            } else if !state.set(name, &value) {
                let text = format!("undefined variable: {}", loaded.source.variables[name as usize]);
                return Err(self.fail(loaded, state, text));
            }
        }
        Ok(value)
    }

    fn not_a_function(&mut self, loaded: &Loaded, state: &State, args: &[NodeId], last: Option<&Item>) -> Run<()> {
        if args.len() <= 1 && last.is_none() {
            return Ok(());
        }
        let mut text = b"can't give argument to non-function ".to_vec();
        text.extend_from_slice(&loaded.source.print(args[0], loaded.text.as_bytes()));
        Err(self.fail(loaded, state, text))
    }

    fn command(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        command: NodeId,
        last: Option<Item>,
    ) -> Run<Item> {
        let NodeKind::Command(args) = &loaded.source.node(command).kind else {
            return Ok(Item::plain(Value::NoValue));
        };
        let first = args[0];
        match &loaded.source.node(first).kind {
            NodeKind::Field(fields) => self.field(loaded, state, dot, first, fields, args, last),
            NodeKind::Chain(operand, fields) => self.chain(loaded, state, dot, first, *operand, fields, args, last),
            NodeKind::Identifier(function) => {
                state.node = first;
                let site = Site { node: command, name: function.name, args: &args[1..], last };
                self.call(loaded, state, dot, function, None, site)
            }
            NodeKind::Pipe(..) => {
                self.not_a_function(loaded, state, args, last.as_ref())?;
                self.nested_pipeline(loaded, state, dot, first)
            }
            NodeKind::Variable(name, fields) => self.variable(loaded, state, dot, first, *name, fields, args, last),
            other => {
                state.node = first;
                self.not_a_function(loaded, state, args, last.as_ref())?;
                match other {
                    NodeKind::Dot => Ok(dot.clone()),
                    NodeKind::Nil => Err(self.fail(loaded, state, "nil is not a command")),
                    _ => self.constant(loaded, state, first),
                }
            }
        }
    }

    fn nested_pipeline(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, pipe: NodeId) -> Run<Item> {
        self.step(loaded, state)?;
        stacker::maybe_grow(64 << 10, 1 << 20, || self.pipeline(loaded, state, dot, pipe))
    }

    /// A literal outside of typed arguments.
    fn constant(&mut self, loaded: &Loaded, state: &State, id: NodeId) -> Run<Item> {
        let value = match &loaded.source.node(id).kind {
            NodeKind::Bool(value) => Value::Bool(*value),
            NodeKind::String(_) => Value::Str(self.literal(loaded, id)),
            NodeKind::Number(number) => {
                let text = &loaded.text.as_bytes()[loaded.span(id).range()];
                match ideal(number, text) {
                    Some(value) => value,
                    None => {
                        let text = [text, b" overflows int"].concat();
                        return Err(self.fail(loaded, state, text));
                    }
                }
            }
            _ => Value::NoValue,
        };
        Ok(Item::plain(value))
    }

    /// The value of a string literal, pointing between its quotes.
    fn literal(&mut self, loaded: &Loaded, id: NodeId) -> Text {
        let node = loaded.source.node(id);
        let NodeKind::String(value) = &node.kind else { return Text::empty() };
        let range = node.span.range();
        let inner = loaded.text.slice(range.start + 1..range.end.saturating_sub(1));
        let Some(value) = value else { return inner };
        // Bytes before the first and behind the last escape are copied; what lies between is derived.
        let raw = inner.as_bytes();
        let same = |left: &[u8], right: &[u8]| left.iter().zip(right).take_while(|(l, r)| l == r).count();
        let first_escape = raw.iter().position(|byte| matches!(byte, b'\\' | b'\r' | 0x80..)).unwrap_or(raw.len());
        let front = same(raw, value).min(first_escape);
        let back = {
            let escape = raw.iter().rposition(|byte| matches!(byte, b'\\' | b'\r' | 0x80..)).map_or(0, |at| at + 1);
            // An escape is at most ten bytes long; what follows it for sure is plain.
            let plain = raw.len().saturating_sub((escape + 9).min(raw.len()));
            plain.min(value.len() - front)
        };
        let call = self.register_call("", loaded, node.span);
        let mut builder = TextBuilder::new();
        builder.push(&inner.slice(0..front));
        builder.push_bytes(&value[front..value.len() - back], Origin::Derived(call), self.frame);
        builder.push(&inner.slice(raw.len() - back..raw.len()));
        builder.build()
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one expression")]
    fn field(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        id: NodeId,
        fields: &[Ident],
        args: &[NodeId],
        last: Option<Item>,
    ) -> Run<Item> {
        state.node = id;
        self.field_chain(loaded, state, dot, dot.clone(), id, fields, args, last)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one expression")]
    fn variable(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        id: NodeId,
        name: u32,
        fields: &[Ident],
        args: &[NodeId],
        last: Option<Item>,
    ) -> Run<Item> {
        state.node = id;
        let Some(item) = state.get(name).cloned() else {
            let text = format!("undefined variable: {}", loaded.source.variables[name as usize]);
            return Err(self.fail(loaded, state, text));
        };
        if fields.is_empty() {
            self.not_a_function(loaded, state, args, last.as_ref())?;
            return Ok(item);
        }
        self.field_chain(loaded, state, dot, item, id, fields, args, last)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one expression")]
    fn chain(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        id: NodeId,
        operand: NodeId,
        fields: &[Ident],
        args: &[NodeId],
        last: Option<Item>,
    ) -> Run<Item> {
        state.node = id;
        state.node = operand;
        let receiver = match &loaded.source.node(operand).kind {
            NodeKind::Pipe(..) => self.nested_pipeline(loaded, state, dot, operand)?,
            NodeKind::Identifier(function) => {
                let site = Site { node: operand, name: function.name, args: &[], last: None };
                self.call(loaded, state, dot, function, None, site)?
            }
            _ => Item::plain(Value::NoValue),
        };
        self.field_chain(loaded, state, dot, receiver, id, fields, args, last)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one expression")]
    fn field_chain(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        mut receiver: Item,
        id: NodeId,
        fields: &[Ident],
        args: &[NodeId],
        last: Option<Item>,
    ) -> Run<Item> {
        let Some((final_field, before)) = fields.split_last() else { return Ok(receiver) };
        for field in before {
            receiver = self.one_field(loaded, state, dot, receiver, id, *field, &[], None)?;
        }
        self.one_field(loaded, state, dot, receiver, id, *final_field, args, last)
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of one expression")]
    fn one_field(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        receiver: Item,
        id: NodeId,
        field: Ident,
        args: &[NodeId],
        last: Option<Item>,
    ) -> Run<Item> {
        let name_text = loaded.text.slice(field.range());
        let has_arguments = args.len() > 1 || last.is_some();
        // Most of all fields are keys of maps, which have no methods.
        if let Value::Map(map) = &receiver.value
            && !has_arguments
        {
            let value = map.get(&Key::Str(name_text)).unwrap_or_default();
            let boxed = map.kind() != MapKind::StringString && !matches!(value, Value::NoValue);
            return Ok(Item { value, boxed });
        }
        let name = name_text.to_lossy();
        let type_name = |item: &Item| match item.value.type_of() {
            Some(kind) if !item.boxed => kind.to_string(),
            _ => Type::Any.to_string(),
        };
        let method = match &receiver.value {
            Value::NoValue => return Ok(receiver),
            Value::Nil => {
                return Err(self.fail(loaded, state, format!("nil pointer evaluating interface {{}}.{name}")));
            }
            Value::Unknown(_, call) => return Ok(Item::plain(Value::Unknown(Type::Any, *call))),
            Value::Object(object) => object.method(&name),
            other => methods::method(other, &name),
        };
        if let Some(method) = method {
            let args = args.get(1..).unwrap_or_default();
            let site = Site { node: id, name: &name, args, last };
            return self.call(loaded, state, dot, method, Some(receiver.value), site);
        }
        match &receiver.value {
            Value::Object(object) => {
                if let Some(value) = object.field(&name) {
                    if has_arguments {
                        let text = format!("{name} has arguments but cannot be invoked as function");
                        return Err(self.fail(loaded, state, text));
                    }
                    return Ok(Item::plain(value));
                }
            }
            Value::Map(_) => {
                return Err(self.fail(loaded, state, format!("{name} is not a method but has arguments")));
            }
            _ => {}
        }
        let text = format!("can't evaluate field {name} in type {}", type_name(&receiver));
        Err(self.fail(loaded, state, text))
    }

    fn call(
        &mut self,
        loaded: &Rc<Loaded>,
        state: &mut State,
        dot: &Item,
        function: &'static Function,
        receiver: Option<Value>,
        site: Site<'_>,
    ) -> Run<Item> {
        self.step(loaded, state)?;
        let given = site.args.len() + usize::from(site.last.is_some());
        let fixed = if function.variadic { function.params.len() - 1 } else { function.params.len() };
        if function.variadic && given < fixed {
            let count = site.args.len();
            let text = format!("wrong number of args for {}: want at least {fixed} got {count}", site.name);
            return Err(self.fail(loaded, state, text));
        }
        if !function.variadic && given != fixed {
            let text = format!("wrong number of args for {}: want {fixed} got {given}", site.name);
            return Err(self.fail(loaded, state, text));
        }
        let parameter = |index: usize| function.params[index.min(function.params.len().saturating_sub(1))];

        if self.dialect != Dialect::V1_1
            && let Some(deciding) = builtins::deciding_truth(function)
        {
            let mut value = Value::NoValue;
            for arg in site.args {
                value = self.argument(loaded, state, dot, Type::Reflect, *arg)?;
                if value.truth() == deciding {
                    return Ok(Item { value, boxed: true });
                }
            }
            if let Some(last) = site.last {
                value = last.value;
            }
            return Ok(Item { value, boxed: true });
        }

        let mut values = self.spare.pop().unwrap_or_default();
        for (index, arg) in site.args.iter().enumerate() {
            values.push(self.argument(loaded, state, dot, parameter(index), *arg)?);
        }
        if let Some(last) = site.last {
            values.push(self.validated(loaded, state, last, parameter(given - 1))?);
        }
        if builtins::is_call(function) {
            let name = match site.args.first() {
                Some(arg) => loaded.source.print(*arg, loaded.text.as_bytes()),
                None => values.first().map(|value| self.shown(value).as_bytes().to_vec()).unwrap_or_default(),
            };
            values.push(Value::Str(Text::data(name)));
        }
        let span = loaded.span(site.node);
        if let Some(unknown) = unpassable(function, &values) {
            let call = match unknown {
                Value::Unknown(_, call) => *call,
                _ => self.register_call(function.name, loaded, span),
            };
            return Ok(Item::plain(unknown_result(function.result, call, self.frame)));
        }
        let errors = self.errors.len();
        let mut context = Call { evaluator: self, name: function.name, receiver, id: None, loaded, span };
        let result = (function.run)(&mut context, &values);
        let id = context.id;
        if function.name == "set"
            && let [_, Value::Str(key), _] = values.as_slice()
            && let Some(call) = id
        {
            self.trace.stored.push(Stored { key: key.to_lossy().into_owned(), call });
        }
        if self.errors.len() > errors {
            state.node = site.node;
            self.wrap_errors(errors, loaded, state, site.name);
        }
        values.clear();
        self.spare.push(values);
        match result {
            Ok(value) => {
                let boxed = matches!(function.result, Type::Any | Type::Reflect) || matches!(value, Value::Nil);
                Ok(Item { value, boxed })
            }
            Err(failure) => {
                if failure.nested.is_some() {
                    return Err(Stop::Halt);
                }
                state.node = site.node;
                let mut failure = failure;
                if !failure.crash {
                    let mut text = format!("error calling {}: ", site.name).into_bytes();
                    text.append(&mut failure.text);
                    failure.text = text;
                }
                Err(self.fail_with(loaded, state, failure))
            }
        }
    }

    /// After an error, which is recorded, the call around it goes on with an unknown argument, so that what it does besides still happens (`set`).
    fn or_unknown(&mut self, loaded: &Loaded, id: NodeId, result: Run<Item>) -> Run<Item> {
        match result {
            Err(Stop::Failed) => {
                let call = self.register_call("", loaded, loaded.span(id));
                Ok(Item::plain(Value::Unknown(Type::Any, call)))
            }
            result => result,
        }
    }

    /// An argument for a parameter of that type.
    fn argument(&mut self, loaded: &Rc<Loaded>, state: &mut State, dot: &Item, wanted: Type, id: NodeId) -> Run<Value> {
        state.node = id;
        let node = loaded.source.node(id);
        let item = match &node.kind {
            NodeKind::Dot => dot.clone(),
            NodeKind::Nil => {
                if wanted.can_be_nil() {
                    return Ok(match wanted {
                        Type::Reflect => Value::NoValue,
                        _ => wanted.zero(),
                    });
                }
                return Err(self.fail(loaded, state, format!("cannot assign nil to {wanted}")));
            }
            NodeKind::Field(fields) => {
                let result = self.field(loaded, state, dot, id, fields, &[], None);
                self.or_unknown(loaded, id, result)?
            }
            NodeKind::Variable(name, fields) => {
                let result = self.variable(loaded, state, dot, id, *name, fields, &[], None);
                self.or_unknown(loaded, id, result)?
            }
            NodeKind::Pipe(..) => {
                let result = self.nested_pipeline(loaded, state, dot, id);
                self.or_unknown(loaded, id, result)?
            }
            NodeKind::Identifier(function) => {
                let site = Site { node: id, name: function.name, args: &[], last: None };
                let result = self.call(loaded, state, dot, function, None, site);
                self.or_unknown(loaded, id, result)?
            }
            NodeKind::Chain(operand, fields) => {
                let result = self.chain(loaded, state, dot, id, *operand, fields, &[], None);
                self.or_unknown(loaded, id, result)?
            }
            _ => return self.typed_literal(loaded, state, wanted, id),
        };
        self.validated(loaded, state, item, wanted)
    }

    /// A literal for a parameter of that type.
    fn typed_literal(&mut self, loaded: &Loaded, state: &mut State, wanted: Type, id: NodeId) -> Run<Value> {
        let kind = &loaded.source.node(id).kind;
        let expected = match (wanted, kind) {
            (Type::Any | Type::Reflect, _) => return Ok(self.constant(loaded, state, id)?.value),
            (Type::Bool, NodeKind::Bool(value)) => return Ok(Value::Bool(*value)),
            (Type::Bool, _) => "bool",
            (Type::String, NodeKind::String(_)) => return Ok(Value::Str(self.literal(loaded, id))),
            (Type::String, _) => "string",
            (Type::Int(kind), NodeKind::Number(Number { int: Some(number), .. })) => {
                return Ok(Value::Int(kind, cut(kind, *number)));
            }
            (Type::Duration, NodeKind::Number(Number { int: Some(number), .. })) => {
                return Ok(Value::Duration(*number));
            }
            (Type::Int(_) | Type::Duration, _) => "integer",
            (Type::Uint(kind), NodeKind::Number(Number { uint: Some(number), .. })) => {
                return Ok(Value::Uint(kind, cut_unsigned(kind, *number)));
            }
            (Type::Uint(_), _) => "unsigned integer",
            (Type::Float32, NodeKind::Number(Number { float: Some(number), .. })) => {
                return Ok(Value::Float32(*number as f32));
            }
            (Type::Float64, NodeKind::Number(Number { float: Some(number), .. })) => {
                return Ok(Value::Float64(*number));
            }
            (Type::Float32 | Type::Float64, _) => "float",
            _ => {
                let mut text = b"can't handle ".to_vec();
                text.extend_from_slice(&loaded.source.print(id, loaded.text.as_bytes()));
                text.extend_from_slice(format!(" for arg of type {wanted}").as_bytes());
                return Err(self.fail(loaded, state, text));
            }
        };
        let mut text = format!("expected {expected}; found ").into_bytes();
        text.extend_from_slice(&loaded.source.print(id, loaded.text.as_bytes()));
        Err(self.fail(loaded, state, text))
    }

    /// Checks that a value can be passed as that type.
    fn validated(&mut self, loaded: &Loaded, state: &State, item: Item, wanted: Type) -> Run<Value> {
        match (&item.value, wanted) {
            (Value::NoValue, Type::Reflect) => Ok(Value::NoValue),
            (Value::NoValue, _) if wanted.can_be_nil() => Ok(wanted.zero()),
            (Value::NoValue, _) => Err(self.fail(loaded, state, format!("invalid value; expected {wanted}"))),
            (_, Type::Any | Type::Reflect) => Ok(item.value),
            (Value::Unknown(Type::Any | Type::String, call), Type::String) => {
                Ok(Value::Str(placeholder(&Value::Unknown(Type::String, *call), *call, self.frame)))
            }
            (Value::Unknown(Type::Any, _), _) => Ok(item.value),
            (value, _) if value.type_of() == Some(wanted) => Ok(item.value),
            (value, _) => {
                let got = value.type_of().unwrap_or(Type::Any);
                let text = format!("wrong type for value; expected {wanted}; got {got}");
                Err(self.fail(loaded, state, text))
            }
        }
    }
}

/// The argument because of which the function cannot be asked.
fn unpassable<'v>(function: &Function, values: &'v [Value]) -> Option<&'v Value> {
    let closed = matches!(function.class, Class::Parse | Class::Test | Class::Opaque);
    values.iter().enumerate().find_map(|(index, value)| {
        let wanted = function.params.get(index.min(function.params.len().saturating_sub(1)))?;
        let open = matches!(wanted, Type::Any | Type::Reflect);
        let unknown = match value {
            Value::Unknown(..) => closed || !open,
            _ => closed && value.is_unknown(),
        };
        unknown.then_some(value)
    })
}

fn unknown_result(kind: Type, call: crate::template::text::CallId, frame: crate::template::text::FrameId) -> Value {
    match kind {
        Type::String => Value::Str(placeholder(&Value::Unknown(Type::String, call), call, frame)),
        Type::Reflect => Value::Unknown(Type::Any, call),
        kind => Value::Unknown(kind, call),
    }
}

/// The value of a number whose type nothing decides; `None` when it does not fit an `int`.
fn ideal(number: &Number, text: &[u8]) -> Option<Value> {
    if let Some(imaginary) = number.imaginary {
        let complex = methods::Complex { real: number.float.unwrap_or(0.0), imaginary };
        return Some(Value::Object(Rc::new(complex)));
    }
    let looks_float = text.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E' | b'p' | b'P'));
    let hexadecimal = text.len() > 2
        && text[0] == b'0'
        && matches!(text[1], b'x' | b'X')
        && !text.iter().any(|byte| matches!(byte, b'p' | b'P'));
    if let Some(float) = number.float
        && looks_float
        && !hexadecimal
        && text[0] != b'\''
    {
        return Some(Value::Float64(float));
    }
    number.int.map(Value::int)
}

/// Go's conversion of an integer constant to a narrower type.
fn cut(kind: IntKind, number: i64) -> i64 {
    match kind {
        IntKind::Int8 => i64::from(number as i8),
        IntKind::Int16 => i64::from(number as i16),
        IntKind::Int32 => i64::from(number as i32),
        IntKind::Int | IntKind::Int64 => number,
    }
}

fn cut_unsigned(kind: UintKind, number: u64) -> u64 {
    match kind {
        UintKind::Uint8 => u64::from(number as u8),
        UintKind::Uint16 => u64::from(number as u16),
        UintKind::Uint32 => u64::from(number as u32),
        UintKind::Uint | UintKind::Uint64 => number,
    }
}
