//! werfkit's answers in the form in which the vectors and the Go program write them.

use base64::Engine;
use serde_json::{Value as Json, json};
use werfkit::limits::Limits;
use werfkit::yaml::decode::{Data, Target, ValueId, Values, decode};
use werfkit::yaml::{Tree, parse};

/// The bytes of a text in a vector.
pub fn bytes(value: &Json) -> Vec<u8> {
    match value {
        Json::String(text) => text.clone().into_bytes(),
        other => base64::engine::general_purpose::STANDARD
            .decode(other["$bytes"].as_str().unwrap_or_default())
            .expect("base64"),
    }
}

/// A text as vectors write it.
pub fn text(bytes: &[u8]) -> Json {
    match std::str::from_utf8(bytes) {
        Ok(text) => json!(text),
        Err(_) => json!({ "$bytes": base64::engine::general_purpose::STANDARD.encode(bytes) }),
    }
}

fn shown(tree: &Tree, values: &Values, id: ValueId) -> Json {
    match values.data(id) {
        Data::Null => json!({ "t": "null" }),
        Data::Bool(value) => json!({ "t": "bool", "v": value }),
        Data::Int(value) => json!({ "t": "int", "v": value.to_string() }),
        Data::Uint(value) => json!({ "t": "uint64", "v": value.to_string() }),
        Data::Float(value) => json!({ "t": "float", "v": float(*value) }),
        Data::Str => json!({ "t": "str", "v": tree.value(values.node(id)) }),
        Data::Bytes(value) => json!({ "t": "str", "v": text(value) }),
        Data::Seq => {
            let items: Vec<Json> = values.items(id).iter().map(|item| shown(tree, values, *item)).collect();
            json!({ "t": "seq", "v": items })
        }
        Data::Map => {
            let pairs: Vec<Json> = values
                .pairs(id)
                .map(|(key, value)| json!([shown(tree, values, key), shown(tree, values, value)]))
                .collect();
            json!({ "t": "map", "v": pairs })
        }
    }
}

/// Shortest notation; an exponent only for very large and very small numbers.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let exponent: i32 = scientific.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    if (-4..6).contains(&exponent) {
        return format!("{value}");
    }
    let mantissa = scientific.split('e').next().unwrap_or_default();
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// Pairs of maps in a fixed order, since Go's have none.
pub fn sorted(value: &Json) -> Json {
    match value {
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        Json::Object(members) => {
            let mut members: serde_json::Map<String, Json> =
                members.iter().map(|(name, value)| (name.clone(), sorted(value))).collect();
            if members.get("t") == Some(&json!("map"))
                && let Some(Json::Array(pairs)) = members.get_mut("v")
            {
                pairs.sort_by_key(|pair| pair.to_string());
            }
            Json::Object(members)
        }
        other => other.clone(),
    }
}

/// What werfkit answers, in the form of the vectors.
pub fn answer(document: &[u8], target: Target, brief: bool) -> Json {
    let limits = Limits::default();
    let tree = parse(document, &limits);
    if let Some(error) = tree.errors.first() {
        return json!({ "error": error.text });
    }
    match decode(&tree, target, &limits) {
        Err(failure) => json!({ "error": failure.text() }),
        Ok(_) if brief => json!({ "ok": true }),
        Ok(values) => {
            let empty = if target == Target::Any { json!({ "t": "null" }) } else { json!({ "t": "map", "v": [] }) };
            json!({ "ok": values.root().map_or(empty, |root| shown(&tree, &values, root)) })
        }
    }
}
