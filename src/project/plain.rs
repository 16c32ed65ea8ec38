//! Small configuration files (`werf-giterminism.yaml`, `werf-includes.yaml` and its lock) as plain data with places.
//!
//! In: a YAML tree. Out: null, booleans, numbers, texts, lists, maps with text keys, each with its bytes in the file; merge keys expanded, aliases followed.
//! Never: more values than the budget (aliases that multiply end in an error).

use crate::limits::Limits;
use crate::source::Span;
use crate::yaml::resolve::short_tag;
use crate::yaml::{Kind, NodeId, Resolved, Style, Tree, resolve};

/// A value and its bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain {
    /// The value.
    pub value: Value,
    /// Its bytes in the file.
    pub span: Span,
}

/// A plain value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// null, also an empty document.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, and how it is written.
    Number(f64, String),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Plain>),
    /// A map in the order of the file; a repeated key stands once per occurrence.
    Map(Vec<Pair>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// The key as text.
    pub key: String,
    /// Bytes of the key.
    pub key_span: Span,
    /// The value.
    pub value: Plain,
    /// Whether it came through a merge key.
    pub merged: bool,
}

/// What cannot be turned into plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Plain {
    /// The name of the type as JSON Schema messages show it.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(..) => "number",
            Value::Text(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        }
    }

    /// The pairs of a map; nothing for other values.
    #[must_use]
    pub fn pairs(&self) -> &[Pair] {
        match &self.value {
            Value::Map(pairs) => pairs,
            _ => &[],
        }
    }

    /// The last value under a key; explicit keys win over merged ones.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Pair> {
        let own = self.pairs().iter().rfind(|pair| pair.key == key && !pair.merged);
        own.or_else(|| self.pairs().iter().rfind(|pair| pair.key == key))
    }
}

/// The document of a tree as plain data.
///
/// # Errors
/// A key that is a collection, a scalar that contradicts its tag, too many values.
pub fn plain(tree: &Tree, limits: &Limits) -> Result<Plain, PlainError> {
    let mut reader = Reader { tree, left: limits.yaml_nodes, deepest: limits.yaml_depth.min(1_000) };
    match tree.root() {
        Some(root) => reader.read(root, 0),
        None => Ok(Plain { value: Value::Null, span: Span::default() }),
    }
}

struct Reader<'a> {
    tree: &'a Tree,
    left: usize,
    deepest: usize,
}

impl Reader<'_> {
    fn error<T>(&self, node: NodeId, message: impl Into<String>) -> Result<T, PlainError> {
        Err(PlainError { message: message.into(), span: self.tree.node(node).span })
    }

    fn read(&mut self, node: NodeId, depth: usize) -> Result<Plain, PlainError> {
        let span = self.tree.node(node).span;
        let node = self.tree.target(node);
        self.left = match self.left.checked_sub(1) {
            Some(left) if depth < self.deepest => left,
            _ => return self.error(node, "yaml: document contains excessive aliasing"),
        };
        let value = match self.tree.node(node).kind {
            Kind::Scalar(_) => self.scalar(node)?,
            Kind::Sequence => {
                let items = self.tree.items(node).to_vec();
                Value::List(items.into_iter().map(|item| self.read(item, depth + 1)).collect::<Result<_, _>>()?)
            }
            Kind::Mapping => {
                let mut pairs = Vec::new();
                self.mapping(node, depth, false, &mut pairs)?;
                Value::Map(pairs)
            }
            Kind::Alias => Value::Null,
        };
        Ok(Plain { value, span })
    }

    fn scalar(&self, node: NodeId) -> Result<Value, PlainError> {
        let text = self.tree.value(node);
        let plain = self.tree.node(node).kind == Kind::Scalar(Style::Plain);
        let tag = self.tree.tag(node);
        if !plain && tag.is_none() {
            return Ok(Value::Text(text.to_owned()));
        }
        let number = |number: f64| Value::Number(number, text.to_owned());
        match resolve(tag, text) {
            Ok(Resolved::Null) => Ok(Value::Null),
            Ok(Resolved::Bool(value)) => Ok(Value::Bool(value)),
            Ok(Resolved::Int(value)) => Ok(number(value as f64)),
            Ok(Resolved::Uint(value)) => Ok(number(value as f64)),
            Ok(Resolved::Float(value)) => Ok(number(value)),
            Ok(Resolved::Str | Resolved::Timestamp | Resolved::Binary) => Ok(Value::Text(text.to_owned())),
            Err(message) => self.error(node, message),
        }
    }

    fn mapping(&mut self, node: NodeId, depth: usize, merged: bool, pairs: &mut Vec<Pair>) -> Result<(), PlainError> {
        let entries: Vec<_> = self.tree.entries(node).collect();
        for entry in entries {
            if self.tree.is_merge(entry.key) {
                self.merge(entry.value, depth, pairs)?;
                continue;
            }
            let key_node = self.tree.target(entry.key);
            let key = match self.tree.node(key_node).kind {
                Kind::Scalar(_) => match self.scalar(key_node)? {
                    Value::Bool(value) => value.to_string(),
                    Value::Null => return self.error(entry.key, "Unsupported map key of type: %!s(<nil>)"),
                    _ => self.tree.value(key_node).to_owned(),
                },
                _ => return self.error(entry.key, "yaml: invalid map key: a key must be a text"),
            };
            let value = self.read(entry.value, depth + 1)?;
            pairs.push(Pair { key, key_span: self.tree.node(entry.key).span, value, merged });
        }
        Ok(())
    }

    fn merge(&mut self, value: NodeId, depth: usize, pairs: &mut Vec<Pair>) -> Result<(), PlainError> {
        let value = self.tree.target(value);
        if depth >= self.deepest {
            return self.error(value, "yaml: document contains excessive aliasing");
        }
        let sources = match self.tree.node(value).kind {
            Kind::Mapping => vec![value],
            // The first of a list wins, so it comes last.
            Kind::Sequence => self.tree.items(value).iter().rev().map(|item| self.tree.target(*item)).collect(),
            _ => return self.error(value, "yaml: map merge requires map or sequence of maps as the value"),
        };
        for source in sources {
            if self.tree.node(source).kind != Kind::Mapping {
                return self.error(source, "yaml: map merge requires map or sequence of maps as the value");
            }
            self.left = match self.left.checked_sub(1) {
                Some(left) => left,
                None => return self.error(value, "yaml: document contains excessive aliasing"),
            };
            self.mapping(source, depth + 1, true, pairs)?;
        }
        Ok(())
    }
}

/// The Go name of a value's YAML tag, for messages.
#[must_use]
pub fn tag_name(value: &Value) -> String {
    let tag = match value {
        Value::Null => crate::yaml::resolve::NULL_TAG,
        Value::Bool(_) => crate::yaml::resolve::BOOL_TAG,
        Value::Number(_, text) if text.contains(['.', 'e', 'E']) => crate::yaml::resolve::FLOAT_TAG,
        Value::Number(..) => crate::yaml::resolve::INT_TAG,
        Value::Text(_) => crate::yaml::resolve::STR_TAG,
        Value::List(_) => crate::yaml::resolve::SEQ_TAG,
        Value::Map(_) => crate::yaml::resolve::MAP_TAG,
    };
    short_tag(tag)
}
