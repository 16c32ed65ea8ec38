//! Sprig's version functions and the object that `semver` answers.

use std::any::Any;
use std::rc::Rc;

use super::args::text;
use super::semver::{Constraints, Release, Version};
use super::{Class, Function, row};
use crate::dialect::Dialect;
use crate::template::call::{Call, Failure};
use crate::template::value::{IntKind, Object, Type, TypeName, UintKind, Value};

const STR: Type = Type::String;
const POINTER: Type = Type::Named(&TypeName("*semver.Version"));

pub(super) static FUNCTIONS: &[Function] = &[
    row("semver", &[STR], POINTER, Class::Parse, semver),
    row("semverCompare", &[STR, STR], Type::Bool, Class::Test, compare),
];

fn release(dialect: Dialect) -> Release {
    match dialect {
        Dialect::V1_1 => Release::V1_5,
        Dialect::V1_2 => Release::V3_2,
        Dialect::V2 => Release::V3_3,
        Dialect::V3 => Release::V3_4,
    }
}

/// A version as a template value: a pointer, or the plain struct that the `Inc` methods answer.
#[derive(Debug)]
struct VersionObject {
    version: Version,
    pointer: bool,
    release: Release,
}

impl VersionObject {
    /// In 1.5.0 the methods belong to the pointer only.
    fn has_methods(&self) -> bool {
        self.pointer || self.release != Release::V1_5
    }

    fn number(&self, number: u64) -> Value {
        if self.release == Release::V1_5 {
            Value::int64(i64::try_from(number).unwrap_or(i64::MAX))
        } else {
            Value::Uint(UintKind::Uint64, number)
        }
    }
}

impl Object for VersionObject {
    fn type_name(&self) -> &'static TypeName {
        if self.pointer { &TypeName("*semver.Version") } else { &TypeName("semver.Version") }
    }

    fn method(&self, name: &str) -> Option<&'static Function> {
        let newer = self.release >= Release::V3_3 || !matches!(name, "LessThanEqual" | "GreaterThanEqual");
        METHODS.iter().find(|method| method.name == name && self.has_methods() && newer)
    }

    fn string(&self) -> Option<Vec<u8>> {
        self.has_methods().then(|| self.version.to_string().into_bytes())
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let version = &self.version;
        vec![
            ("major", self.number(version.major)),
            ("minor", self.number(version.minor)),
            ("patch", self.number(version.patch)),
            ("pre", Value::data(version.pre.clone())),
            ("metadata", Value::data(version.metadata.clone())),
            ("original", Value::data(version.original.clone())),
        ]
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

static METHODS: &[Function] = &[
    row("Major", &[], Type::Any, Class::Opaque, major),
    row("Minor", &[], Type::Any, Class::Opaque, minor),
    row("Patch", &[], Type::Any, Class::Opaque, patch),
    row("Prerelease", &[], STR, Class::Opaque, prerelease),
    row("Metadata", &[], STR, Class::Opaque, metadata),
    row("Original", &[], STR, Class::Opaque, original),
    row("String", &[], STR, Class::Opaque, string),
    row("IncMajor", &[], Type::Named(&TypeName("semver.Version")), Class::Opaque, inc_major),
    row("IncMinor", &[], Type::Named(&TypeName("semver.Version")), Class::Opaque, inc_minor),
    row("IncPatch", &[], Type::Named(&TypeName("semver.Version")), Class::Opaque, inc_patch),
    row("SetPrerelease", &[STR], Type::Named(&TypeName("semver.Version")), Class::Opaque, set_prerelease),
    row("SetMetadata", &[STR], Type::Named(&TypeName("semver.Version")), Class::Opaque, set_metadata),
    row("Compare", &[POINTER], Type::Int(IntKind::Int), Class::Opaque, method_compare),
    row("LessThan", &[POINTER], Type::Bool, Class::Opaque, less_than),
    row("LessThanEqual", &[POINTER], Type::Bool, Class::Opaque, less_than_equal),
    row("GreaterThan", &[POINTER], Type::Bool, Class::Opaque, greater_than),
    row("GreaterThanEqual", &[POINTER], Type::Bool, Class::Opaque, greater_than_equal),
    row("Equal", &[POINTER], Type::Bool, Class::Opaque, equal),
];

fn semver(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let release = release(call.dialect());
    let source = text(args, 0);
    call.charge(source.len())?;
    let version = Version::parse(&source.to_lossy(), release)?;
    Ok(Value::Object(Rc::new(VersionObject { version, pointer: true, release })))
}

fn compare(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let release = release(call.dialect());
    let (constraint, version) = (text(args, 0), text(args, 1));
    call.charge(constraint.len().saturating_add(version.len()))?;
    let constraint = Constraints::parse(&constraint.to_lossy(), release)?;
    let version = Version::parse(&version.to_lossy(), release)?;
    Ok(Value::Bool(constraint.check(&version)))
}

fn object_of(value: Option<&Value>) -> Option<&VersionObject> {
    match value {
        Some(Value::Object(object)) => object.as_any().downcast_ref::<VersionObject>(),
        _ => None,
    }
}

/// Runs a method on its receiver.
fn with<T>(call: &Call<'_, '_>, run: impl FnOnce(&VersionObject) -> T) -> Result<T, Failure> {
    object_of(call.receiver()).map(run).ok_or_else(|| Failure::new(super::args::NIL_DEREFERENCE))
}

fn major(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    with(call, |object| object.number(object.version.major))
}

fn minor(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    with(call, |object| object.number(object.version.minor))
}

fn patch(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    with(call, |object| object.number(object.version.patch))
}

fn shown(call: &mut Call<'_, '_>, run: fn(&Version) -> String) -> Result<Value, Failure> {
    let shown = with(call, |object| run(&object.version))?;
    Ok(call.derived_value(shown))
}

fn prerelease(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    shown(call, |version| version.pre.clone())
}

fn metadata(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    shown(call, |version| version.metadata.clone())
}

fn original(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    shown(call, |version| version.original.clone())
}

fn string(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    shown(call, Version::to_string)
}

fn derived(call: &Call<'_, '_>, run: impl FnOnce(&VersionObject) -> Result<Version, String>) -> Result<Value, Failure> {
    let (version, release) = with(call, |object| (run(object), object.release))?;
    Ok(Value::Object(Rc::new(VersionObject { version: version?, pointer: false, release })))
}

fn inc_major(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    derived(call, |object| Ok(object.version.next_major()))
}

fn inc_minor(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    derived(call, |object| Ok(object.version.next_minor()))
}

fn inc_patch(call: &mut Call<'_, '_>, _: &[Value]) -> Result<Value, Failure> {
    derived(call, |object| Ok(object.version.next_patch()))
}

fn set_prerelease(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let part = text(args, 0);
    derived(call, |object| object.version.with_parts(&part.to_lossy(), &object.version.metadata, object.release))
}

fn set_metadata(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    let part = text(args, 0);
    derived(call, |object| object.version.with_parts(&object.version.pre, &part.to_lossy(), object.release))
}

fn order(call: &Call<'_, '_>, args: &[Value]) -> Result<std::cmp::Ordering, Failure> {
    let nil = || Failure::new(super::args::NIL_DEREFERENCE);
    let other = object_of(args.first()).ok_or_else(nil)?;
    with(call, |object| object.version.compare(&other.version))
}

fn method_compare(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::int(order(call, args)? as i64))
}

fn less_than(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args)?.is_lt()))
}

fn less_than_equal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args)?.is_le()))
}

fn greater_than(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args)?.is_gt()))
}

fn greater_than_equal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args)?.is_ge()))
}

fn equal(call: &mut Call<'_, '_>, args: &[Value]) -> Result<Value, Failure> {
    Ok(Value::Bool(order(call, args)?.is_eq()))
}
