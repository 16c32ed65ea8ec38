//! werf's own functions (spec 2 §5.3, spec 1.1 §3.4): environment, templates as functions, YAML, debugging.

use super::args::{any, text};
use super::{Class, EVERY, Function, GITERMINISTIC, OLDEST, row, show};
use crate::template::call::{Call, Failure};
use crate::template::host::EnvAnswer;
use crate::template::text::Text;
use crate::template::trace::Input;
use crate::template::value::{Type, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    row("include", &[Type::String, Type::Any], Type::String, Class::Run, include),
    row("include_debug", &[Type::String, Type::Any], Type::String, Class::Run, include).only(GITERMINISTIC),
    row("tpl", &[Type::String, Type::Any], Type::String, Class::Run, tpl),
    row("tpl_debug", &[Type::String, Type::Any], Type::String, Class::Run, tpl).only(GITERMINISTIC),
    row("required", &[Type::String, Type::Any], Type::Any, Class::Select, required).only(GITERMINISTIC),
    row("env", &[Type::Any, Type::String], Type::String, Class::Select, env).variadic().only(GITERMINISTIC),
    row("env", &[Type::String], Type::String, Class::Select, env_plain).only(OLDEST),
    row("fromYaml", &[Type::String], Type::DICT, Class::Parse, from_yaml).only(EVERY),
    row("toYaml", &[Type::Any], Type::String, Class::Serialise, to_yaml).only(GITERMINISTIC),
    row("printf_debug", &[Type::String, Type::Any], Type::String, Class::Opaque, nothing)
        .variadic()
        .only(GITERMINISTIC),
    row("dump_debug", &[Type::Any], Type::String, Class::Opaque, nothing).only(GITERMINISTIC),
];

fn include(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(call.include(&text(args, 0), any(args, 1))?))
}

fn tpl(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(call.tpl(&text(args, 0), any(args, 1))?))
}

/// Refuses nil and the empty string; everything else passes unchanged.
fn required(_: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let value = any(args, 1);
    let missing = match &value {
        Value::Nil | Value::NoValue => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    };
    if missing { Err(Failure::new(text(args, 0).as_bytes())) } else { Ok(value) }
}

/// The variable; see the order of the questions in the spec.
fn env(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let name = show::display(call, &any(args, 0))?;
    if args.len() > 2 {
        return Err(Failure::new(format!("more than one optional argument is specified: {}", args.len() - 1)));
    }
    let default = args.get(1).map(|_| text(args, 1));
    read_env(call, &name, default)
}

/// Dialect 1.1: sprig's own, where an unset variable is the empty string.
fn env_plain(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    read_env(call, &text(args, 0), Some(Text::empty()))
}

fn read_env(call: &mut Call<'_, '_>, name: &Text, default: Option<Text>) -> Result<Value, Failure> {
    let answer = call.host().env(name.as_bytes())?;
    call.note_input(Input::Env {
        name: name.to_lossy().into_owned(),
        default: default.as_ref().map(|text| text.to_lossy().into_owned()),
        set: matches!(answer, EnvAnswer::Set(_)),
    });
    match (answer, default) {
        (EnvAnswer::Set(value), Some(default)) if value.is_empty() => Ok(Value::Str(default)),
        (EnvAnswer::Set(value), _) => Ok(call.derived_value(value)),
        (EnvAnswer::Unset, Some(default)) => Ok(Value::Str(default)),
        (EnvAnswer::Unset, None) => match call.host().unset_env(name.as_bytes()) {
            Some(error) => Err(error.into()),
            None => Ok(Value::Str(Text::empty())),
        },
        (EnvAnswer::Unknown, _) => Ok(call.unknown(Type::String)),
    }
}

fn from_yaml(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    call.charge(source.len())?;
    Ok(Value::Map(call.yaml().decode(&source)?))
}

/// The text without its last line break; nothing when it cannot be written.
fn to_yaml(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let mut out = call.yaml().encode(&any(args, 0)).unwrap_or_default();
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    call.charge(out.len())?;
    Ok(call.derived_value(out))
}

/// The debugging functions log; the text does not change.
fn nothing(_: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(Text::empty()))
}
