//! What an execution leaves behind for people who look at the template: last values of variables and of the data, branches that were taken.
//!
//! In: values while they pass. Out: short texts in the trace, made once at the end. Never: influence on the execution.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Evaluator, Item, Loaded};
use crate::source::Location;
use crate::template::format::Printer;
use crate::template::text::{FrameId, Origin};
use crate::template::trace::{Branch, Known, KnownData, VariableValue};
use crate::template::tree::{NodeId, NodeKind, Source};
use crate::template::value::{Key, Map, Value};

/// Variables and conditions that are remembered.
const REMEMBERED: usize = 20_000;

/// Bytes of a value that are told.
const TOLD: usize = 200;

/// Entries of the data that are told, and how deep they may lie.
const ENTRIES: usize = 500;
const DEPTH: usize = 4;

/// A node of a source; the source is kept so that its address stays its own.
type Place = (usize, NodeId);

type ByPlace<T> = HashMap<Place, T, foldhash::fast::RandomState>;

/// What was seen so far.
#[derive(Debug, Default)]
pub(super) struct Observed {
    variables: ByPlace<(Arc<Source>, Option<Location>, Value, u32)>,
    branches: ByPlace<(Arc<Source>, Branch)>,
    /// Values that variables were given.
    given: u32,
}

fn place(loaded: &Loaded, node: NodeId) -> Place {
    (Arc::as_ptr(&loaded.source) as usize, node)
}

impl Evaluator<'_> {
    /// A variable was given a value at that node.
    pub(super) fn note_variable(&mut self, loaded: &Loaded, node: NodeId, item: &Item) {
        self.observed.given = self.observed.given.saturating_add(1);
        let given = self.observed.given;
        if let Some(known) = self.observed.variables.get_mut(&place(loaded, node)) {
            known.2 = item.value.clone();
            known.3 = given;
        } else if self.observed.variables.len() < REMEMBERED {
            let location = self.locate(loaded, loaded.span(node));
            let seen = (Arc::clone(&loaded.source), location, item.value.clone(), given);
            self.observed.variables.insert(place(loaded, node), seen);
        }
    }

    /// The condition of an `if` or `with` was judged.
    pub(super) fn note_branch(&mut self, loaded: &Loaded, pipe: NodeId, value: &Value) {
        let key = place(loaded, pipe);
        if !self.observed.branches.contains_key(&key) {
            if self.observed.branches.len() >= REMEMBERED {
                return;
            }
            let Some(place) = self.locate(loaded, loaded.span(pipe)) else { return };
            let branch = Branch { place, taken: 0, otherwise: 0, unknown: 0 };
            self.observed.branches.insert(key, (Arc::clone(&loaded.source), branch));
        }
        let Some((_, branch)) = self.observed.branches.get_mut(&key) else { return };
        let count = match value {
            value if value.is_unknown() => &mut branch.unknown,
            value if value.truth() => &mut branch.taken,
            _ => &mut branch.otherwise,
        };
        *count = count.saturating_add(1);
    }

    /// Writes what was seen into the trace.
    pub(super) fn tell_observed(&mut self, root: &Value) {
        let Observed { variables, branches, .. } = std::mem::take(&mut self.observed);
        for ((_, node), (source, location, value, given)) in variables {
            let Some(place) = location else { continue };
            let NodeKind::Variable(name, _) = source.node(node).kind else { continue };
            let name = source.variables.get(name as usize).map_or("", |name| name);
            let variable = VariableValue { name: name.to_owned(), place, value: known(&value), order: given };
            self.trace.variables.push(variable);
        }
        self.trace.variables.sort_by_key(|variable| (variable.place, variable.order));
        self.trace.branches.extend(branches.into_values().map(|(_, branch)| branch));
        self.trace.branches.sort_by_key(|branch| branch.place);
        if let Value::Map(map) = root {
            tell_map(map, "", DEPTH, &mut self.trace.data);
        }
    }
}

fn tell_map(map: &Map, path: &str, depth: usize, told: &mut Vec<KnownData>) {
    if depth == 0 || map.len() > ENTRIES {
        return;
    }
    for (key, value) in map.items() {
        let Key::Str(key) = &key else { continue };
        if told.len() >= ENTRIES {
            return;
        }
        let path = format!("{path}.{}", key.to_lossy());
        if let Value::Object(_) = value {
            continue;
        }
        told.push(KnownData { path: path.clone(), value: known(&value) });
        if let Value::Map(inner) = &value {
            tell_map(inner, &path, depth - 1, told);
        }
    }
}

/// A value in a few words.
fn known(value: &Value) -> Known {
    let kind = value.type_of().map_or_else(|| "nil".to_owned(), |kind| kind.to_string());
    let mut is_unknown = value.is_unknown();
    let text = match value {
        Value::Str(text) => {
            let bytes = text.as_bytes();
            let mut text = String::from_utf8_lossy(&bytes[..bytes.len().min(TOLD)]).into_owned();
            if bytes.len() > TOLD {
                text.push('…');
            }
            text
        }
        Value::Map(map) if map.len() > 20 => format!("{} entries", map.len()),
        Value::List(list) if list.len() > 20 => format!("{} items", list.len()),
        _ => {
            let mut printer = Printer::new(Origin::Data, FrameId::MAIN, TOLD);
            printer.print(std::slice::from_ref(value));
            match (printer.finish(), value) {
                (Some(text), _) => {
                    is_unknown |= text.has_unknown();
                    text.to_lossy().into_owned()
                }
                (None, Value::Map(map)) => format!("{} entries", map.len()),
                (None, Value::List(list)) => format!("{} items", list.len()),
                (None, _) => String::new(),
            }
        }
    };
    Known { text, kind, is_unknown }
}
