//! Small configurations with what werf 1.1.36 said about each: accepted, or the rule that stops it.
//!
//! `tests/vectors/config_1_1.tsv`: outcome, whether a meta section is put in front, and the text with `⏎` for line feeds.

use std::path::Path;

use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::model::decode;
use werfkit::model::validate::{Everything, Settings, validate};

#[test]
fn werf_1_1_and_werfkit_agree() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/config_1_1.tsv");
    let table = std::fs::read_to_string(path).expect("the vectors");
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in table.lines().skip(1) {
        let mut columns = line.splitn(3, '\t');
        let (Some(outcome), Some(meta), Some(config)) = (columns.next(), columns.next(), columns.next()) else {
            panic!("three columns: {line}");
        };
        count += 1;
        let front = if meta == "yes" { "configVersion: 1\nproject: p\n---\n" } else { "" };
        let text = format!("{front}{}\n", config.replace('⏎', "\n"));
        let limits = Limits::default();
        let decoded = decode(text.as_bytes(), Dialect::V1_1, &limits);
        let settings = Settings {
            dialect: Dialect::V1_1,
            permissions: &Everything,
            machine_platform: "linux/amd64",
            limits: &limits,
        };
        let validated = validate(&decoded, settings);
        let first = decoded.findings.iter().chain(&validated.findings).find(|finding| finding.fatal);
        let rule = first.map_or("ok", |finding| finding.rule.0);
        if rule != outcome {
            wrong.push(format!("{config}\n  werf: {outcome}, werfkit: {rule}"));
        }
    }
    println!("{} of {count} configurations judged alike", count - wrong.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
