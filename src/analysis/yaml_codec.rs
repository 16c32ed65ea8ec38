//! `fromYaml` and `toYaml`: the YAML layer handed to the template engine, which must not know it.
//!
//! In: texts with provenance, template values. Out: maps whose scalars keep their places, yaml.v2's output. Never: anything werf's configuration means.

use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::template::format;
use crate::template::functions::gotime;
use crate::template::host::YamlCodec;
use crate::template::text::Text;
use crate::template::value::{Key, List, Map, MapKind, Type, Value};
use crate::yaml::decode::{Data, Failure, ValueId, Values};
use crate::yaml::emit::{Release, Value as Emitted, marshal};
use crate::yaml::{self, Kind, ParseCache, Tree};

/// yaml.v2 as the dialect's werf has it.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// Decides the release of yaml.v2.
    pub dialect: Dialect,
    /// Budgets of the analysis.
    pub limits: Limits,
}

impl YamlCodec for Codec {
    fn decode(&self, text: &Text) -> Result<Map, String> {
        self.read(text, &yaml::parse(text.as_bytes(), &self.limits))
    }

    fn encode(&self, value: &Value) -> Result<Vec<u8>, String> {
        let release = if self.dialect == Dialect::V1_1 { Release::V2_3 } else { Release::V2_4 };
        Ok(marshal(&emitted(value, ENCODE_DEPTH)?, release))
    }
}

/// The same with trees that are kept from one analysis to the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct RememberingCodec<'a> {
    pub codec: Codec,
    pub trees: &'a ParseCache,
}

impl YamlCodec for RememberingCodec<'_> {
    fn decode(&self, text: &Text) -> Result<Map, String> {
        self.codec.read(text, &self.trees.parse(text.as_bytes(), &self.codec.limits))
    }

    fn encode(&self, value: &Value) -> Result<Vec<u8>, String> {
        self.codec.encode(value)
    }
}

impl Codec {
    fn read(&self, text: &Text, tree: &Tree) -> Result<Map, String> {
        if let Some(error) = tree.errors.first() {
            return Err(error.text.clone());
        }
        let values = tree.string_map(&self.limits).map_err(Failure::text)?;
        let reading = Reading { text, tree, values };
        match values.root() {
            // A null leaves the map as it was declared: nil.
            Some(_) if is_scalar(tree) => Ok(Map::nil(MapKind::StringAny)),
            Some(root) => Ok(reading.map(root, MapKind::StringAny)),
            None => Ok(Map::new(MapKind::StringAny)),
        }
    }
}

fn is_scalar(tree: &Tree) -> bool {
    tree.root().is_some_and(|root| matches!(tree.node(root).kind, Kind::Scalar(_)))
}

/// Nesting that `toYaml` writes. Deeper values only come from maps that hold themselves, on which yaml.v2 never ends.
const ENCODE_DEPTH: usize = 1_000;

struct Reading<'a> {
    text: &'a Text,
    tree: &'a Tree,
    values: &'a Values,
}

impl Reading<'_> {
    fn map(&self, id: ValueId, kind: MapKind) -> Map {
        let map = Map::new(kind);
        for (key, value) in self.values.pairs(id) {
            if let Some(key) = self.key(key, kind) {
                map.insert(key, self.value(value), None);
            }
        }
        map
    }

    fn key(&self, id: ValueId, kind: MapKind) -> Option<Key> {
        if kind == MapKind::StringAny {
            let text = self.scalar_text(id);
            return Some(Key::Str(text));
        }
        Key::from_value(&self.value(id))
    }

    fn value(&self, id: ValueId) -> Value {
        match self.values.data(id) {
            Data::Null => Value::Nil,
            Data::Bool(value) => Value::Bool(*value),
            Data::Int(number) => Value::int(*number),
            Data::Uint(number) => Value::Uint(crate::template::value::UintKind::Uint64, *number),
            Data::Float(number) => Value::Float64(*number),
            Data::Str => Value::Str(self.scalar_text(id)),
            Data::Bytes(bytes) => Value::Str(Text::data(bytes.clone())),
            Data::Seq => {
                let items = self.values.items(id).iter().map(|item| self.value(*item)).collect();
                Value::List(List::new(Type::Any, items))
            }
            Data::Map => Value::Map(self.map(id, MapKind::AnyAny)),
        }
    }

    /// A scalar's text: a part of the decoded text where it stands there letter by letter, else made here.
    fn scalar_text(&self, id: ValueId) -> Text {
        let node = self.values.node(id);
        let value = self.tree.value(node);
        let part = self.text.slice(self.tree.node(node).content.range());
        if part.as_bytes() == value.as_bytes() {
            return part;
        }
        match part.origin_at(0) {
            Some((origin @ crate::template::text::Origin::Unknown(_), frame)) => Text::new(value, origin, frame),
            _ => Text::data(value),
        }
    }
}

/// A template value as yaml.v2 would see it.
fn emitted(value: &Value, depth: usize) -> Result<Emitted, String> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err("the value is nested too deeply".to_owned());
    };
    Ok(match value {
        Value::NoValue | Value::Nil => Emitted::Null,
        Value::Bool(value) => Emitted::Bool(*value),
        Value::Int(_, number) => Emitted::Int(*number),
        Value::Uint(_, number) => Emitted::Uint(*number),
        Value::Float32(number) => Emitted::Float32(*number),
        Value::Float64(number) => Emitted::Float(*number),
        Value::Str(text) => Emitted::Str(text.as_bytes().to_vec()),
        Value::Bytes(Some(bytes)) => {
            Emitted::Seq(bytes.as_bytes().iter().map(|byte| Emitted::Uint(u64::from(*byte))).collect())
        }
        Value::Bytes(None) => Emitted::Seq(Vec::new()),
        Value::List(list) => Emitted::Seq(list.iter().map(|item| emitted(item, depth)).collect::<Result<_, _>>()?),
        Value::Map(map) => {
            let mut pairs = Vec::with_capacity(map.len());
            for (key, entry) in map.entries() {
                pairs.push((emitted(&key.to_value(), depth)?, emitted(&entry.value, depth)?));
            }
            Emitted::Map(pairs)
        }
        Value::Duration(nanoseconds) => Emitted::Str(format::duration(*nanoseconds).into_bytes()),
        Value::Time(time) => Emitted::Time(gotime::rfc3339(time)),
        Value::Object(_) => Emitted::Map(Vec::new()),
        Value::Unknown(..) => Emitted::Str(b"unknown".to_vec()),
    })
}
