//! Recorded verdicts of werf, one JSON object per line, and where the data folders are.
//!
//! In: the folders named by `WERFKIT_GOLDEN`, `WERFKIT_CONFORMANCE`, `WERFKIT_CORPUS`, else the repository's own copy, else the
//! shared folder beside the checkout. Out: records. Never: judgement.

#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::skipped;

/// A data folder, if it is on this machine: below `golden`, `conformance` or `corpus`. The repository's own copy holds only parts of them.
pub fn data_folder(path: &str) -> Option<PathBuf> {
    let (kind, rest) = path.split_once('/').unwrap_or((path, ""));
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tops = match std::env::var_os(format!("WERFKIT_{}", kind.to_uppercase())) {
        Some(folder) => vec![PathBuf::from(folder)],
        None => vec![own.join("tests/data").join(kind), own.join("../shared").join(kind)],
    };
    tops.into_iter().map(|top| top.join(rest)).find(|folder| folder.is_dir())
}

/// What werf said about the public corpus, and the folder of its projects; where they are not on this machine, that is said aloud.
pub fn public_corpus() -> Option<(PathBuf, PathBuf)> {
    let folders = data_folder("golden/corpus-public").zip(data_folder("corpus/public"));
    if folders.is_none() {
        skipped::say("the public corpus is not on this machine");
    }
    folders
}

/// One recorded verdict.
#[derive(Clone, Debug)]
pub struct Record {
    /// `<area>/<case>` or the path of a corpus config.
    pub id: String,
    /// `strict`, `loose` or `default`.
    pub mode: String,
    /// `--env`, empty for none.
    pub env: String,
    /// The configuration file as recorded.
    pub config: String,
    /// Whether the head of a configuration was put in front of the text.
    pub prefixed: bool,
    /// Accepted or not.
    pub ok: bool,
    /// The rule behind a refusal.
    pub check: Option<String>,
    /// SHA-256 of the rendered text; `None` where rendering failed or the text is not the same in every run.
    pub rendered_sha256: Option<String>,
    /// Name, kind, final, artifact of every image; `None` where the record has none.
    pub images: Option<Vec<(String, String, bool, bool)>>,
    /// The message, for reports of misses.
    pub error: String,
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn record(value: &Value) -> Record {
    let nondeterministic = value.get("nondeterministic").and_then(Value::as_bool).unwrap_or(false);
    let images = value.get("images").and_then(Value::as_array).map(|images| {
        let flag = |image: &Value, key: &str| image.get(key).and_then(Value::as_bool).unwrap_or(false);
        images
            .iter()
            .map(|image| (text(image, "name"), text(image, "kind"), flag(image, "final"), flag(image, "artifact")))
            .collect()
    });
    Record {
        id: text(value, "id"),
        mode: text(value, "mode"),
        env: text(value, "env"),
        config: text(value, "config"),
        prefixed: value.get("prefixed").and_then(Value::as_bool).unwrap_or(false),
        ok: value.get("ok").and_then(Value::as_bool).unwrap_or(false),
        check: value.get("check").and_then(Value::as_str).map(str::to_owned),
        rendered_sha256: value
            .get("rendered_sha256")
            .and_then(Value::as_str)
            .filter(|_| !nondeterministic)
            .map(str::to_owned),
        images,
        error: text(value, "error"),
    }
}

/// All records of `<folder>/v<dialect>.jsonl`.
pub fn read(folder: &Path, dialect: &str) -> Vec<Record> {
    let path = folder.join(format!("v{dialect}.jsonl"));
    let Ok(text) = std::fs::read_to_string(&path) else {
        skipped::say(format!("{} is not there", path.display()));
        return Vec::new();
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| record(&serde_json::from_str(line).expect("a line of JSON")))
        .collect()
}
