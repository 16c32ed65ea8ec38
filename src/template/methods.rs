//! Methods and fields of Go values that are neither maps nor objects, and the complex numbers that only literals make.

use super::functions::Function;
use super::functions::gotime::methods::{duration_method, time_method};
use super::value::{Object, TypeName, Value};

/// The method of that name, where the value's type has one.
pub(super) fn method(value: &Value, name: &str) -> Option<&'static Function> {
    match value {
        Value::Time(_) => time_method(name),
        Value::Duration(_) => duration_method(name),
        _ => None,
    }
}

/// `complex128`.
#[derive(Debug)]
pub(super) struct Complex {
    pub(super) real: f64,
    pub(super) imaginary: f64,
}

impl Object for Complex {
    fn type_name(&self) -> &'static TypeName {
        &TypeName("complex128")
    }

    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
}
