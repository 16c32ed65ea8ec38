//! The object behind `.Files`: its methods ask the [`Host`](super::host::Host).

use std::rc::Rc;

use super::call::{Call, Failure};
use super::functions::{Class, Function};
use super::text::{FrameId, Text};
use super::trace::Input;
use super::value::{Key, Map, MapKind, Object, Type, TypeName, Value};
use crate::dialect::Dialect;

/// The value of `.Files` in a dialect.
#[must_use]
pub fn files_object(dialect: Dialect) -> Value {
    Value::Object(Rc::new(Files { dialect }))
}

#[derive(Debug)]
struct Files {
    dialect: Dialect,
}

const fn method(name: &'static str, result: Type, class: Class, run: super::functions::Run) -> Function {
    Function { name, dialects: &Dialect::ALL, params: &[Type::String], variadic: false, result, class, run }
}

static GET: Function = method("Get", Type::String, Class::Parse, get);
static GLOB: Function = method("Glob", Type::DICT, Class::Parse, glob);
static EXISTS: Function = method("Exists", Type::Bool, Class::Test, exists);
static IS_DIR: Function = method("IsDir", Type::Bool, Class::Test, is_dir);
static PROJECT_DIR: Function =
    Function { params: &[], ..method("ProjectDir", Type::String, Class::Opaque, project_dir) };

impl Object for Files {
    fn type_name(&self) -> &'static TypeName {
        &TypeName("config.files")
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        match name {
            "Get" => Some(&GET),
            "Glob" => Some(&GLOB),
            "Exists" if self.dialect >= Dialect::V2 => Some(&EXISTS),
            "IsDir" if self.dialect >= Dialect::V2 => Some(&IS_DIR),
            "ProjectDir" if self.dialect == Dialect::V1_1 => Some(&PROJECT_DIR),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("files", Value::Map(Map::new(MapKind::StringAny)))]
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}

fn path<'v>(call: &mut Call<'_, '_>, args: &'v [Value]) -> Result<&'v Text, Failure> {
    let [Value::Str(path)] = args else { return Err(Failure::new("bad arguments")) };
    let method = call.name();
    call.note_input(Input::Files { method, path: path.to_lossy().into_owned() });
    Ok(path)
}

fn get(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = path(call, args)?;
    let file = call.host().files_get(path.as_bytes())?;
    let frame = call.frame();
    Ok(Value::Str(file.map_or_else(Text::empty, |file| Text::file(file.file, file.text, frame))))
}

fn glob(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let pattern = path(call, args)?;
    let matches = call.host().files_glob(pattern.as_bytes())?;
    call.charge(matches.len().saturating_mul(64))?;
    let map = Map::new(MapKind::StringAny);
    let id = call.id();
    for found in matches {
        let key = call.derived(found.path);
        let text = Text::file(found.file.file, found.file.text, FrameId::MAIN);
        map.insert(Key::Str(key), Value::Str(text), Some(id));
    }
    Ok(Value::Map(map))
}

fn exists(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = path(call, args)?;
    Ok(Value::Bool(call.host().files_exists(path.as_bytes())?))
}

fn is_dir(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let path = path(call, args)?;
    Ok(Value::Bool(call.host().files_is_dir(path.as_bytes())?))
}

fn project_dir(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    let directory = call.host().project_dir();
    Ok(call.derived_value(directory))
}
