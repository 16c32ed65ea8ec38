//! The template language against what Go's own libraries answered (`golden/templates`), per dialect: whole output, or whole error text.

#[path = "support/template.rs"]
mod template;

#[path = "support/skipped.rs"]
mod skipped;

use std::path::Path;

use template::{difference, expected, golden, rows, run};
use werfkit::analysis::Codec;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;

/// Rows that are known to differ, with the reason.
const KNOWN: &[(&str, &str)] = &[
    // Recorded with `.Files.Exists`, which werf 1.2 does not have (README of the vectors).
    ("1.2 set-185fba69", "1.2 has no .Files.Exists"),
];

fn compare(file: &str, dialects: &[Dialect]) {
    let Some(folder) = golden() else {
        skipped::say(format!("{file}: no golden data (set WERFKIT_GOLDEN)"));
        return;
    };
    compare_file(&folder.join("templates").join(file), dialects);
}

fn compare_file(path: &Path, dialects: &[Dialect]) {
    let file = path.file_name().unwrap_or_default().to_string_lossy();
    if !path.is_file() {
        skipped::say(format!("{file}: not part of the golden data"));
        return;
    }
    let rows = rows(path);
    let mut failures = Vec::new();
    for dialect in dialects {
        let (mut passed, mut total) = (0, 0);
        for row in &rows {
            if expected(row, *dialect).is_none() {
                continue;
            }
            total += 1;
            let outcome = run(row, *dialect, &Codec { dialect: *dialect, limits: Limits::default() });
            match difference(row, *dialect, &outcome) {
                None => passed += 1,
                Some(text) => {
                    let id = format!("{dialect} {}", row["id"].as_str().unwrap_or_default());
                    if !KNOWN.iter().any(|(known, _)| *known == id) {
                        failures.push(format!("{id} {}\n  {text}", row["template"]));
                    }
                }
            }
        }
        println!("{file} werf {dialect}: {passed} of {total}");
    }
    let shown: Vec<&str> = failures.iter().take(400).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), shown.join("\n"));
}

const WITHOUT_1_1: &[Dialect] = &[Dialect::V1_2, Dialect::V2, Dialect::V3];

#[test]
fn language() {
    compare("language.jsonl", WITHOUT_1_1);
}

#[test]
fn sets() {
    compare("sets.jsonl", WITHOUT_1_1);
}

#[test]
fn printf() {
    compare("printf.jsonl", &Dialect::ALL);
}

/// Misses of the differential test (`differential_template.rs`), kept so that they stay mended.
#[test]
fn own_vectors() {
    compare_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/vectors/template.jsonl"), &[Dialect::V3]);
}
