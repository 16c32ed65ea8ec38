//! The signature of the function that is being called at a cursor.
//!
//! In: a place in a file. Out: the signature, its parameters and which of them is typed. Never: values.

use super::action::{Call, PartKind, typing};
use super::templates::{action_at, function};
use super::{At, Role, function_docs};

/// A signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `name(parameters) result`.
    pub label: String,
    /// Each parameter's bytes in the label.
    pub parameters: Vec<std::ops::Range<usize>>,
    /// The parameter that is typed, when there is one.
    pub active: Option<usize>,
    /// What the function does, as Markdown.
    pub documentation: String,
}

/// The signature for a place in the arguments of a call.
#[must_use]
pub fn signature(at: &At<'_>) -> Option<Signature> {
    if !matches!(at.role(), Role::Config | Role::Template | Role::Data) {
        return None;
    }
    let text = at.text();
    let action = action_at(text, at.offset).filter(|action| !action.is_comment)?;
    let typing = typing(text, action, at.offset);
    typing.calls.iter().rev().enumerate().find_map(|(outwards, call)| {
        let current = typing.current.filter(|_| outwards == 0);
        let argument = if outwards == 0 { call.argument(current)? } else { call.operands.len().checked_sub(1)? };
        of_call(at, call, argument)
    })
}

fn of_call(at: &At<'_>, call: &Call, argument: usize) -> Option<Signature> {
    let whole = call.name(at.text())?;
    let kind = call.operands.first()?.kind;
    let name = whole.rsplit('.').next()?;
    let function = match kind {
        PartKind::Word => function(name, at.analysis.dialect()),
        _ => None,
    };
    let is_clause = kind == PartKind::Word && matches!(name, "template" | "block" | "define");
    let is_method = kind != PartKind::Word && whole.contains("Files.");
    if function.is_none() && !is_clause && !is_method {
        return None;
    }
    let doc = function_docs::find(name)?;
    let parameters = function_docs::parameters(name, function);
    let mut label = format!("{name}(");
    let mut ranges = Vec::new();
    for (number, parameter) in parameters.iter().enumerate() {
        if number > 0 {
            label.push_str(", ");
        }
        ranges.push(label.len()..label.len() + parameter.label.len());
        label.push_str(&parameter.label);
    }
    label.push(')');
    if let Some(function) = function {
        label.push(' ');
        label.push_str(function_docs::type_name(function.result));
    }
    let last = parameters.len().checked_sub(1);
    let active = match last {
        Some(last) if parameters[last].repeats => Some(argument.min(last)),
        Some(last) if argument <= last => Some(argument),
        _ => None,
    };
    Some(Signature { label, parameters: ranges, active, documentation: doc.text.to_owned() })
}
