//! YAML as JSON values: what a validator of JSON Schemas sees of a document.
//!
//! In: the text of one document. Out: its value as yaml.v2 decodes it, merge keys expanded. Texts for what JSON cannot say: infinities, bytes,
//! keys that are no texts. Never: more than one document.

use serde_json::{Map, Value};

use crate::limits::Limits;
use crate::yaml::decode::{Data, Target, ValueId, Values, decode};
use crate::yaml::{Tree, parse};

/// Deeper values are not converted; no directive is half as deep.
const DEEPEST: usize = 200;

/// The value of a document; `None` when yaml.v2 refuses it or when it is deeper than anything a schema describes.
#[must_use]
pub fn value_of(text: &[u8], limits: &Limits) -> Option<Value> {
    let tree = parse(text, limits);
    if !tree.errors.is_empty() {
        return None;
    }
    let values = decode(&tree, Target::Any, limits).ok()?;
    match values.root() {
        Some(root) => convert(&tree, &values, root, 0),
        None => Some(Value::Null),
    }
}

fn convert(tree: &Tree, values: &Values, id: ValueId, depth: usize) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    let text = || tree.value(values.node(id)).to_owned();
    Some(match values.data(id) {
        Data::Null => Value::Null,
        Data::Bool(value) => Value::Bool(*value),
        Data::Int(value) => Value::from(*value),
        Data::Uint(value) => Value::from(*value),
        Data::Float(value) => serde_json::Number::from_f64(*value).map_or_else(|| Value::String(text()), Value::Number),
        Data::Str => Value::String(text()),
        Data::Bytes(bytes) => Value::String(String::from_utf8_lossy(bytes).into_owned()),
        Data::Seq => {
            let items = values.items(id).iter().map(|item| convert(tree, values, *item, depth + 1));
            Value::Array(items.collect::<Option<_>>()?)
        }
        Data::Map => {
            let mut map = Map::new();
            for (key, value) in values.pairs(id) {
                let key = match values.data(key) {
                    Data::Null => String::new(),
                    Data::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                    _ => tree.value(values.node(key)).to_owned(),
                };
                map.insert(key, convert(tree, values, value, depth + 1)?);
            }
            Value::Object(map)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_are_those_of_the_library() {
        let text = b"a: yes\nb: 0x10\nc: 1.5\nd: ~\ne: '1'\n1: [.inf, 2020-01-01]\n<<: {f: x}\n";
        let expected =
            json!({"a": true, "b": 16, "c": 1.5, "d": null, "e": "1", "1": [".inf", "2020-01-01"], "f": "x"});
        assert_eq!(value_of(text, &Limits::default()), Some(expected));
        assert_eq!(value_of(b"a: [", &Limits::default()), None);
    }
}
