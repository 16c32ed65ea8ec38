//! Decoding against recorded verdicts: wherever the rendered text of a record is known (a main file, a recorded text, a recorded
//! rendering of the corpus), phase A must say what werf says, and nothing fatal where werf came further.
//!
//! The data folders are named by `WERFKIT_CONFORMANCE`, `WERFKIT_GOLDEN` and `WERFKIT_CORPUS`; the defaults are the repository's own
//! copy and the folder beside the checkout. Without data the test says so.

#[path = "support/txtar.rs"]
mod txtar;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::model;

/// Rules that decoding decides; of all others it must not say anything fatal.
const PHASE_A: &[&str] = &[
    "yaml-syntax",
    "duplicate-key",
    "document-not-mapping",
    "duplicate-meta",
    "unrecognized-document",
    "type-mismatch",
    "unknown-field",
    "crash-null-item",
    "crash-null-section",
    "limit-operator",
    "policy-ref-missing",
    "policy-ref-both",
    "policy-ref-regex",
    "policy-references-missing",
    "helm-chart-dir-empty",
    "helm-release-empty",
    "namespace-empty",
    "config-version",
    "project-empty",
    "project-name",
    "secret-source-many",
    "import-from-and-image",
    "dependency-from-and-image",
    "ansible-task-ambiguous",
    "ansible-task-unsupported",
    "image-name-type",
    "image-nameless",
    "image-and-artifact",
    "image-name-missing",
];

fn data_folder(kind: &str) -> Option<PathBuf> {
    if let Ok(folder) = std::env::var(format!("WERFKIT_{}", kind.to_uppercase())) {
        return Some(PathBuf::from(folder));
    }
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    [own.join("tests/data").join(kind), own.join("../shared").join(kind)].into_iter().find(|folder| folder.is_dir())
}

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(&path, found),
            Ok(kind) if kind.is_file() => found.push(path),
            _ => {}
        }
    }
}

fn digest(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All texts that may be a rendered text, by their digest.
fn texts() -> BTreeMap<String, Vec<u8>> {
    let mut texts = BTreeMap::new();
    let mut add = |text: Vec<u8>| {
        texts.insert(digest(&text), text);
    };
    let mut paths = Vec::new();
    if let Some(folder) = data_folder("conformance") {
        files_below(&folder.join("cases"), &mut paths);
    }
    for path in paths.drain(..) {
        let Ok(case) = fs::read(&path).and_then(|text| txtar::parse(&text)) else { continue };
        for entry in case.files.into_values() {
            if let txtar::git_fixture::Entry::File { content, .. } = entry {
                add(content);
            }
        }
    }
    if let Some(folder) = data_folder("golden") {
        for corpus in ["corpus-public", "corpus-werf"] {
            files_below(&folder.join(corpus).join("rendered"), &mut paths);
        }
    }
    if let Some(folder) = data_folder("corpus") {
        let mut all = Vec::new();
        files_below(&folder, &mut all);
        paths.extend(all.into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml")));
    }
    for path in paths {
        if let Ok(text) = fs::read(&path) {
            add(text);
        }
    }
    texts
}

#[derive(Default)]
struct Score {
    passed: usize,
    total: usize,
}

fn first_fatal(decoded: &model::Decoded) -> Option<&'static str> {
    let said = decoded.findings.iter().find(|finding| finding.fatal).map(|finding| finding.rule.0);
    let waiting = || decoded.documents.iter().flat_map(|document| &document.crashes).next().map(|crash| crash.rule.0);
    said.or_else(waiting)
}

#[test]
fn phase_a_says_what_werf_says() {
    let texts = texts();
    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    let mut misses = Vec::new();
    let mut tried = 0;
    for dialect in Dialect::ALL {
        let mut suites = Vec::new();
        if let Some(folder) = data_folder("conformance") {
            suites.push(("conformance", folder.join("expected")));
        }
        if let Some(folder) = data_folder("golden") {
            suites.push(("corpus", folder.join("corpus-public")));
            suites.push(("werf", folder.join("corpus-werf")));
        }
        for (suite, folder) in suites {
            let records = fs::read_to_string(folder.join(format!("v{dialect}.jsonl"))).unwrap_or_default();
            for line in records.lines() {
                let record: Value = serde_json::from_str(line).expect("a record");
                let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
                let (id, phase, check) = (word("id"), word("phase"), word("check"));
                if !["ok", "config", "crash"].contains(&phase.as_str()) {
                    continue;
                }
                let recorded = record["rendered"].as_str().map(|text| text.as_bytes().to_vec());
                let Some(text) = recorded.or_else(|| texts.get(&word("rendered_sha256")).cloned()) else { continue };
                tried += 1;
                let decoded = model::decode(&text, dialect, &Limits::default());
                let said = first_fatal(&decoded).unwrap_or_default();
                // In 2 the check of `import-from-and-image` belongs to a later phase.
                let ours =
                    PHASE_A.contains(&check.as_str()) && !(check == "import-from-and-image" && dialect == Dialect::V2);
                // Where werf dies any refusal is right.
                let same = if !ours {
                    said.is_empty()
                } else {
                    said == check || check.starts_with("crash-") && !said.is_empty()
                };
                let area = if suite == "conformance" { id.split('/').next().unwrap_or_default() } else { suite };
                let score = scores.entry(format!("{area} {dialect}")).or_default();
                score.total += 1;
                score.passed += usize::from(same);
                if !same {
                    misses.push(format!("{dialect} {id} {}: werf `{check}`, decoded `{said}`", word("mode")));
                }
            }
        }
    }
    if tried == 0 {
        println!("SKIPPED: no recorded verdicts on this machine");
        return;
    }
    for (name, score) in &scores {
        println!("{name:<24} {:>5} of {:>5}", score.passed, score.total);
    }
    println!("all {tried}, misses {}", misses.len());
    assert!(misses.is_empty(), "{}", misses[..misses.len().min(60)].join("\n"));
}
