//! Holds the YAML layer to what yaml.v2 answered (`golden/yaml`, and `tests/data/vectors/yaml.jsonl` from differential runs), and
//! the splitter to its vectors (`golden/splitter`).
//!
//! The data comes from `WERFKIT_GOLDEN`, from the repository's own copy, or from the folder beside the repository.

mod yaml_answers;

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeMap;
use std::path::PathBuf;

use base64::Engine;
use serde_json::{Value as Json, json};
use werfkit::yaml::decode::Target;
use werfkit::yaml::emit::{Release, Value as Emit, marshal};
use werfkit::yaml::split;
use yaml_answers::{answer, bytes, sorted, text};

fn golden() -> Option<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let candidates = match std::env::var_os("WERFKIT_GOLDEN") {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![root.join("tests/data/golden"), root.join("../shared/golden")],
    };
    candidates.into_iter().find(|folder| folder.is_dir())
}

fn rows(name: &str) -> Vec<Json> {
    let Some(path) = golden().map(|folder| folder.join(name)).filter(|path| path.is_file()) else {
        skipped::say(format!("no {name}; set WERFKIT_GOLDEN"));
        return Vec::new();
    };
    parse_rows(&std::fs::read_to_string(path).expect("a readable vector file"))
}

fn parse_rows(text: &str) -> Vec<Json> {
    text.lines().filter(|line| !line.is_empty()).map(|line| serde_json::from_str(line).expect("a JSON row")).collect()
}

fn document(row: &Json) -> Vec<u8> {
    let Some(parts) = row["yamlParts"].as_array() else { return bytes(&row["yaml"]) };
    let mut document = String::new();
    for part in parts {
        let count = usize::try_from(part[1].as_u64().expect("a count")).expect("a small count");
        document.push_str(&part[0].as_str().expect("a text").repeat(count));
    }
    document.into_bytes()
}

#[derive(Default)]
struct Board {
    areas: BTreeMap<String, (usize, usize)>,
    misses: Vec<String>,
}

impl Board {
    fn note(&mut self, area: &str, good: bool, miss: impl FnOnce() -> String) {
        let (passed, total) = self.areas.entry(area.to_owned()).or_default();
        *total += 1;
        if good {
            *passed += 1;
        } else {
            self.misses.push(miss());
        }
    }

    fn finish(self) {
        for (area, (passed, total)) in &self.areas {
            println!("{area}: {passed} of {total}");
        }
        for miss in self.misses.iter().take(40) {
            println!("{miss}");
        }
        assert!(self.misses.is_empty(), "{} disagreements", self.misses.len());
    }
}

fn compare(board: &mut Board, area: &str, row: &Json, document: &[u8], target: Target, expected: &Json) {
    let mut actual = answer(document, target, row["brief"] == json!(true));
    let mut expected = expected.clone();
    if let Some(raw) = expected.get("error").filter(|raw| raw.is_object()) {
        // yaml.v2 cuts excerpts by bytes; a message is text, so half a character is shown as U+FFFD.
        expected = json!({ "error": String::from_utf8_lossy(&bytes(raw)) });
    }
    if expected == json!("ok") && actual.get("ok").is_some() {
        actual = json!("ok");
    }
    if target != Target::Slice {
        (actual, expected) = (sorted(&actual), sorted(&expected));
    }
    let decision = actual.get("error").is_some() == expected.get("error").is_some();
    let value = decision && (actual.get("error").is_some() || actual == expected);
    let miss = |what: &str| {
        format!(
            "{what} {target:?} {}: {:?}\n    want {expected}\n    got  {actual}",
            row["id"],
            String::from_utf8_lossy(document).chars().take(400).collect::<String>()
        )
    };
    board.note(&format!("{area} decision"), decision, || miss("DECISION"));
    board.note(&format!("{area} value"), value, || miss("VALUE"));
    if decision && expected.get("error").is_some() {
        board.note(&format!("{area} error text"), actual == expected, || miss("TEXT"));
    }
}

fn compare_row(board: &mut Board, area: &str, row: &Json) {
    let document = document(row);
    let any = &row["any"];
    compare(board, &format!("{area} any"), row, &document, Target::Any, any);
    for (name, target) in [("strict", Target::Strict), ("slice", Target::Slice)] {
        let expected = match row.get(name) {
            None if name == "strict" => any.clone(),
            None => continue,
            Some(Json::String(same)) if same == "=any" => any.clone(),
            Some(Json::String(word)) if word != "ok" => json!({ "error": word }),
            Some(raw) if raw.get("$bytes").is_some() => json!({ "error": raw }),
            Some(other) => other.clone(),
        };
        compare(board, &format!("{area} {name}"), row, &document, target, &expected);
    }
}

#[test]
fn decoding_answers_as_yaml_v2_does() {
    let mut board = Board::default();
    for row in rows("yaml/decode.jsonl") {
        compare_row(&mut board, "decode", &row);
    }
    board.finish();
}

#[test]
fn documents_of_differential_runs_are_decoded_as_yaml_v2_does() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors/yaml.jsonl");
    let mut board = Board::default();
    for row in parse_rows(&std::fs::read_to_string(path).expect("our own vectors")) {
        compare_row(&mut board, "differential", &row);
    }
    board.finish();
}

#[test]
fn broken_documents_are_judged_as_yaml_v2_does() {
    let mut board = Board::default();
    for row in rows("yaml/mutants.jsonl") {
        compare_row(&mut board, "mutants", &row);
    }
    board.finish();
}

#[test]
fn pieces_are_cut_as_werf_cuts_them() {
    let mut board = Board::default();
    for row in rows("splitter/split.jsonl") {
        let input = bytes(&row["text"]);
        let pieces: Vec<Json> = split(&input)
            .iter()
            .map(|piece| json!({ "line": piece.line, "text": text(&input[piece.span.range()]), "kept": piece.kept }))
            .collect();
        let actual = Json::Array(pieces);
        board.note("splitter", actual == row["docs"], || format!("{row}\n    got {actual}"));
    }
    board.finish();
}

/// The value of a vector in its typed notation; None for Go types that only differ in name or that yaml.v2 cannot write.
fn typed(value: &Json) -> Option<Emit> {
    let text = |value: &Json| value.as_str().map(str::to_owned);
    Some(match value {
        Json::Null => Emit::Null,
        Json::Bool(value) => Emit::Bool(*value),
        Json::Number(number) => Emit::Float(number.as_f64()?),
        Json::String(text) => Emit::Str(text.clone().into_bytes()),
        Json::Array(items) => Emit::Seq(items.iter().map(typed).collect::<Option<_>>()?),
        Json::Object(members) => {
            let marked = members.iter().next().filter(|(name, _)| members.len() == 1 && name.starts_with('$'));
            let Some((mark, inner)) = marked else {
                let pairs =
                    members.iter().map(|(name, value)| Some((Emit::Str(name.clone().into_bytes()), typed(value)?)));
                return Some(Emit::Map(pairs.collect::<Option<_>>()?));
            };
            let pairs = |inner: &Json| {
                let pairs = inner.as_array()?.iter().map(|pair| Some((typed(&pair[0])?, typed(&pair[1])?)));
                pairs.collect::<Option<Vec<_>>>()
            };
            match mark.as_str() {
                "$int" | "$int8" | "$int16" | "$int32" | "$int64" => Emit::Int(text(inner)?.parse().ok()?),
                "$uint" | "$uint8" | "$uint16" | "$uint32" | "$uint64" => Emit::Uint(text(inner)?.parse().ok()?),
                "$float" => Emit::Float(text(inner)?.replace("Inf", "inf").parse().ok()?),
                "$float32" => Emit::Float32(text(inner)?.replace("Inf", "inf").parse().ok()?),
                "$bytes" => Emit::Str(bytes(value)),
                "$byteslice" => {
                    let decoded = base64::engine::general_purpose::STANDARD.decode(text(inner)?).ok()?;
                    Emit::Seq(decoded.into_iter().map(|byte| Emit::Uint(u64::from(byte))).collect())
                }
                "$map" => Emit::Map(pairs(inner)?),
                "$mapslice" => Emit::OrderedMap(pairs(inner)?),
                "$mapstr" => {
                    let members = inner.as_object()?.iter();
                    let pairs =
                        members.map(|(name, value)| Some((Emit::Str(name.clone().into_bytes()), typed(value)?)));
                    Emit::Map(pairs.collect::<Option<_>>()?)
                }
                "$strings" | "$maps" => Emit::Seq(inner.as_array()?.iter().map(typed).collect::<Option<_>>()?),
                "$ints" => Emit::Seq(
                    inner
                        .as_array()?
                        .iter()
                        .map(|number| Some(Emit::Int(number.to_string().trim_matches('"').parse().ok()?)))
                        .collect::<Option<_>>()?,
                ),
                "$duration" => Emit::Duration(werfkit::yaml::typed::parse_duration(&text(inner)?)?),
                "$time" => Emit::Time(text(inner)?),
                "$nilmap" | "$nilmapany" => Emit::Map(Vec::new()),
                "$nilslice" => Emit::Seq(Vec::new()),
                _ => return None,
            }
        }
    })
}

#[test]
fn values_are_written_as_yaml_v2_writes_them() {
    let mut board = Board::default();
    for row in rows("yaml/emit.jsonl") {
        let Some(value) = typed(&row["value"]) else {
            board.note("emit known", false, || format!("EMIT unknown notation {row}"));
            continue;
        };
        let older = row.get("werf1.1").unwrap_or(&row);
        for (area, release, expected) in
            [("emit 2.4", Release::V2_4, &row["out"]), ("emit 2.3", Release::V2_3, &older["out"])]
        {
            let actual = text(&marshal(&value, release));
            board.note(area, actual == *expected, || {
                format!("EMIT {area} {}: {}\n    want {expected}\n    got  {actual}", row["id"], row["value"])
            });
        }
    }
    board.finish();
}
