//! werf's own functions (spec 2 §5.3, spec 1.1 §3.4): environment, templates as functions, YAML, debugging.

use super::args::{any, text};
use super::{Class, Function, GITERMINISTIC, OLDEST, SECOND, random, row, show};
use crate::diagnostic::RuleId;
use crate::template::call::{Call, Failure};
use crate::template::host::EnvAnswer;
use crate::template::text::Text;
use crate::template::trace::Input;
use crate::template::value::{Type, Value};

pub(super) static FUNCTIONS: &[Function] = &[
    row("include", &[Type::String, Type::Any], Type::String, Class::Run, include),
    row("include_debug", &[Type::String, Type::Any], Type::String, Class::Run, include).only(SECOND),
    row("tpl", &[Type::String, Type::Any], Type::String, Class::Run, tpl),
    row("tpl_debug", &[Type::String, Type::Any], Type::String, Class::Run, tpl).only(SECOND),
    row("required", &[Type::String, Type::Any], Type::Any, Class::Select, required).only(GITERMINISTIC),
    row("env", &[Type::Any, Type::String], Type::String, Class::Select, env).variadic().only(GITERMINISTIC),
    row("env", &[Type::String], Type::String, Class::Select, env_plain).only(OLDEST),
    row("expandenv", &[Type::String], Type::String, Class::Join, expand_env).only(OLDEST),
    row("fromYaml", &[Type::String], Type::DICT, Class::Parse, from_yaml),
    row("toYaml", &[Type::Any], Type::String, Class::Serialise, to_yaml).only(SECOND),
    row("printf_debug", &[Type::String, Type::Any], Type::String, Class::Opaque, nothing).variadic().only(SECOND),
    row("dump_debug", &[Type::Any], Type::String, Class::Opaque, nothing).only(SECOND),
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
    if missing {
        return Err(Failure { rule: Some(RuleId("required-missing")), ..Failure::new(text(args, 0).as_bytes()) });
    }
    Ok(value)
}

/// The variable; see the order of the questions in the spec.
fn env(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let name = show::display(call, &any(args, 0))?;
    if args.len() > 2 {
        let reason = format!("more than one optional argument is specified: {}", args.len() - 1);
        return Err(Failure { rule: Some(RuleId("env-arity")), ..Failure::new(reason) });
    }
    let default = args.get(1).map(|_| text(args, 1));
    read_env(call, &name, default)
}

/// Dialect 1.1: sprig's own, where an unset variable is the empty string.
fn env_plain(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let fallback = call.has_fallback().then(Text::empty);
    read_env_as(call, &text(args, 0), Some(Text::empty()), fallback.as_ref())
}

/// Length of the variable's name behind a `$` and the bytes to skip, as Go's `os.Expand` reads it.
fn shell_name(text: &[u8]) -> (std::ops::Range<usize>, usize) {
    let special = |b: u8| b"*#$@!?-".contains(&b) || b.is_ascii_digit();
    match text.first() {
        Some(b'{') => {
            if text.len() > 2 && special(text[1]) && text[2] == b'}' {
                return (1..2, 3);
            }
            match text.iter().position(|b| *b == b'}') {
                // `${}` and a brace that is never closed are dropped.
                Some(1) => (0..0, 2),
                Some(end) => (1..end, end + 1),
                None => (0..0, 1),
            }
        }
        Some(&byte) if special(byte) => (0..1, 1),
        _ => {
            let length = text.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
            (0..length, length)
        }
    }
}

/// Dialect 1.1: `$NAME` and `${NAME}` in a text.
fn expand_env(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let source = text(args, 0);
    let bytes = source.as_bytes();
    let mut builder = call.builder();
    let (mut at, mut kept) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b'$' || at + 1 >= bytes.len() {
            at += 1;
            continue;
        }
        builder.push(&source.slice(kept..at));
        let (name, skip) = shell_name(&bytes[at + 1..]);
        if name.is_empty() && skip == 0 {
            builder.push(&source.slice(at..at + 1));
        } else if !name.is_empty() {
            let name = source.slice(at + 1 + name.start..at + 1 + name.end);
            builder.push(&plain_variable(call, &name)?);
        }
        at += 1 + skip;
        kept = at;
        call.charge(builder.len())?;
    }
    builder.push(&source.slice(kept.min(bytes.len())..bytes.len()));
    Ok(Value::Str(builder.build()))
}

/// A variable as 1.1 reads it: nothing forbids it, and an unset one is empty.
fn plain_variable(call: &mut Call<'_, '_>, name: &Text) -> Result<Text, Failure> {
    let answer = call.host().env(name.as_bytes())?;
    let set = matches!(answer, EnvAnswer::Set(_));
    call.note_input(Input::Env { name: name.to_lossy().into_owned(), default: None, set });
    Ok(match answer {
        EnvAnswer::Set(value) => call.derived(value),
        EnvAnswer::Unset => Text::empty(),
        EnvAnswer::Unknown => match call.unknown(Type::String) {
            Value::Str(text) => text,
            _ => Text::empty(),
        },
    })
}

fn read_env(call: &mut Call<'_, '_>, name: &Text, default: Option<Text>) -> Result<Value, Failure> {
    let traced = default.clone();
    read_env_as(call, name, default, traced.as_ref())
}

/// Reads a variable; `traced` is the default that the person gave, as the trace is to tell it.
fn read_env_as(
    call: &mut Call<'_, '_>,
    name: &Text,
    default: Option<Text>,
    traced: Option<&Text>,
) -> Result<Value, Failure> {
    let answer = call.host().env(name.as_bytes())?;
    call.note_input(Input::Env {
        name: name.to_lossy().into_owned(),
        default: traced.map(|text| text.to_lossy().into_owned()),
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
    let value = any(args, 0);
    let mut out = call.yaml().encode(&value).unwrap_or_default();
    if out.last() == Some(&b'\n') {
        out.pop();
    }
    call.charge(out.len())?;
    Ok(if holds_unknown(&value, 0) { random::unknown_text(call, &out) } else { call.derived_value(out) })
}

/// Whether something in it is not known.
fn holds_unknown(value: &Value, depth: usize) -> bool {
    if depth > 100 {
        return false;
    }
    match value {
        Value::List(list) => list.iter().any(|item| holds_unknown(item, depth + 1)),
        Value::Map(map) => map.items().iter().any(|(_, item)| holds_unknown(item, depth + 1)),
        other => other.is_unknown(),
    }
}

/// The debugging functions log; the text does not change.
fn nothing(_: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Str(Text::empty()))
}
