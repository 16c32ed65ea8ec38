//! Decoding and werf's checks on the texts that werf rendered: decision, rule, images, their uses of each other, and warnings of every recorded case.
//!
//! Reading and rendering are left out: a case takes part where its rendered text was recorded. Cases with a `werf-giterminism.yaml` take part in the
//! loose mode only, for reading that file is not the subject here. Prints a scoreboard and fails on every
//! disagreement that `tests/data/known-gaps.tsv` does not list.

#[path = "support/records.rs"]
mod records;
#[path = "support/scoreboard.rs"]
mod scoreboard;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use scoreboard::Scoreboard;
use serde_json::{Value, json};
use txtar::git_fixture::Entry;
use werfkit::diagnostic::Finding;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::model::validate::{
    Answer, EdgeKind, Everything, Image, Images, Permissions, SecretSource, Settings, Target, validate,
};
use werfkit::model::{Decoded, decode};

/// Giterminism without a file: nothing is permitted.
struct Nothing;

impl Permissions for Nothing {
    fn allows_from_latest(&self) -> bool {
        false
    }

    fn allows_git_branch(&self) -> bool {
        false
    }

    fn allows_mount_build_dir(&self) -> bool {
        false
    }

    fn allows_mount_from_path(&self, _: &str) -> Answer {
        Answer::No
    }

    fn allows_context_add_file(&self, _: &str) -> Answer {
        Answer::No
    }

    fn allows_secret(&self, _: SecretSource<'_>) -> Answer {
        Answer::No
    }
}

#[test]
fn werf_and_werfkit_judge_rendered_texts_alike() {
    let Some(folder) = records::data_folder("conformance") else {
        skipped::say("no conformance data here");
        return;
    };
    let cases = main_files(&folder.join("cases"));
    let mut board = Scoreboard::default();
    for dialect in Dialect::ALL {
        let path = folder.join(format!("expected/v{dialect}.jsonl"));
        let Ok(text) = std::fs::read_to_string(&path) else {
            skipped::say(format!("{} is not there", path.display()));
            continue;
        };
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).expect("a line of JSON");
            compare_case(&mut board, dialect, &record, &cases);
        }
    }
    board.finish("validate");
}

/// Real projects, where the rendered text was kept; in the loose mode, which asks for no permissions.
#[test]
fn werf_and_werfkit_judge_real_projects_alike() {
    let mut board = Scoreboard::default();
    for (corpus, dialect) in
        ["corpus-public", "corpus-werf"].iter().flat_map(|corpus| Dialect::ALL.map(|dialect| (corpus, dialect)))
    {
        let Some(folder) = records::data_folder(&format!("golden/{corpus}")) else {
            skipped::say(format!("{corpus} is not there"));
            continue;
        };
        let text = std::fs::read_to_string(folder.join(format!("v{dialect}.jsonl"))).expect("the records");
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).expect("a line of JSON");
            let (id, mode) = (text_of(&record, "id"), text_of(&record, "mode"));
            let name = format!("rendered/v{dialect}/{}.{mode}.yaml", id.replace('/', "__"));
            let Ok(rendered) = std::fs::read(folder.join(name)) else { continue };
            if mode != "strict" {
                compare(&mut board, corpus, dialect, &record, &rendered, &Everything);
            }
        }
    }
    board.finish("validate-corpus");
}

/// What is needed of a case: the main file, and whether it has a giterminism file.
struct Case {
    files: BTreeMap<String, Vec<u8>>,
}

fn main_files(folder: &Path) -> HashMap<String, Case> {
    let mut cases = HashMap::new();
    for area in std::fs::read_dir(folder).expect("the case folder").flatten() {
        for case in std::fs::read_dir(area.path()).into_iter().flatten().flatten() {
            let path = case.path();
            let text = std::fs::read(&path).expect("a case");
            let parsed = txtar::parse(&text).expect("a case in its form");
            if !parsed.staged.is_empty() || !parsed.worktree.is_empty() {
                // What werf rendered is not what was committed.
                continue;
            }
            let files = parsed
                .files
                .into_iter()
                .filter_map(|(name, entry)| match entry {
                    Entry::File { content, .. } => Some((name, content)),
                    Entry::Link(_) => None,
                })
                .collect();
            let id = format!(
                "{}/{}",
                area.file_name().to_string_lossy(),
                path.file_stem().unwrap_or_default().to_string_lossy()
            );
            cases.insert(id, Case { files });
        }
    }
    cases
}

fn text_of<'a>(record: &'a Value, key: &str) -> &'a str {
    record.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn compare_case(board: &mut Scoreboard, dialect: Dialect, record: &Value, cases: &HashMap<String, Case>) {
    let id = text_of(record, "id");
    let Some(case) = cases.get(id) else { return };
    let rendered = match record.get("rendered") {
        Some(Value::String(text)) => text.as_bytes(),
        _ if record.get("rendered_same") == Some(&Value::Bool(true)) => {
            let Some(text) = case.files.get(text_of(record, "config")) else { return };
            text.as_slice()
        }
        _ => return,
    };
    let is_strict = text_of(record, "mode") == "strict";
    if is_strict && case.files.keys().any(|name| name.ends_with("werf-giterminism.yaml")) {
        return;
    }
    let permissions: &dyn Permissions = if is_strict { &Nothing } else { &Everything };
    let area = id.split('/').next().unwrap_or_default();
    compare(board, area, dialect, record, rendered, permissions);
}

fn compare(
    board: &mut Scoreboard,
    area: &str,
    dialect: Dialect,
    record: &Value,
    rendered: &[u8],
    permissions: &dyn Permissions,
) {
    let text_of = |key: &str| text_of(record, key);
    let id = text_of("id");
    if !["ok", "config", "crash", "exit"].contains(&text_of("phase")) {
        return;
    }
    let limits = Limits::default();
    let decoded = decode(rendered, dialect, &limits);
    let settings = Settings { dialect, permissions, machine_platform: "linux/amd64", limits: &limits };
    let validated = validate(&decoded, settings);
    let findings: Vec<&Finding> = decoded.findings.iter().chain(&validated.findings).collect();
    let first = findings.iter().find(|finding| finding.fatal);
    let is_accepted = record.get("ok") == Some(&Value::Bool(true));
    let row = |what: &str| format!("{area} {dialect} {what}");
    let key = |what: &str| format!("{what}\t{dialect}\t{}\t{id}", text_of("mode"));
    let said = || {
        let werf = text_of("error").lines().next().unwrap_or_default();
        let werfkit = first.map(|finding| format!("{}: {}", finding.rule, finding.message)).unwrap_or_default();
        format!("werf: {} {werf} | werfkit: {werfkit}", text_of("check"))
    };
    board.count(&row("decision"), &key("decision"), is_accepted == first.is_none(), said);
    if !is_accepted {
        let check = text_of("check");
        let is_same = first.is_some_and(|finding| check.starts_with("crash-") || finding.rule.0 == check);
        board.count(&row("rule"), &key("rule"), is_same, said);
        return;
    }
    if first.is_some() {
        return;
    }
    let ours = images(&decoded, &validated.images);
    let theirs: Vec<Value> =
        record.get("images").and_then(Value::as_array).into_iter().flatten().map(facts_of_record).collect();
    board.count(&row("images"), &key("images"), ours == theirs, || format!("werf: {theirs:?} | werfkit: {ours:?}"));
    if let Some(graph) = record.get("graph").and_then(Value::as_array) {
        let ours: Vec<Value> =
            validated.images.list.iter().map(|image| graph_entry(image, &validated.images, dialect)).collect();
        board.count(&row("graph"), &key("graph"), ours == *graph, || format!("werf: {graph:?} | werfkit: {ours:?}"));
    }
    let warnings = record.get("warnings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    // The log of 1.2 was kept in the strict mode only.
    let is_logged = !(dialect == Dialect::V1_2 && text_of("mode") == "loose");
    let is_recorded = |rule: &&str| is_werfs_warning(rule) && (is_logged || *rule != "to-trailing-slash");
    let theirs: BTreeSet<&str> = warnings.iter().filter_map(Value::as_str).filter_map(rule_of_warning).collect();
    let ours: BTreeSet<&str> =
        findings.iter().filter(|finding| !finding.fatal).map(|finding| finding.rule.0).filter(is_recorded).collect();
    board.count(&row("warnings"), &key("warnings"), ours == theirs, || format!("werf: {theirs:?} | werfkit: {ours:?}"));
}

const WARNINGS: &[(&str, &str)] = &[
    ("'artifact', 'fromArtifact' and 'import.artifact'", "artifact-deprecated"),
    ("`ansible` directive", "ansible-deprecated"),
    ("nameless image", "image-nameless-deprecated"),
    ("`docker` directive", "docker-deprecated"),
    ("`fromImage` directive", "from-image-deprecated"),
    ("`image: NAME` for import", "import-image-deprecated"),
    ("`image: NAME` for dependency", "dependency-image-deprecated"),
    ("clearWerfLabels", "clear-werf-labels-deprecated"),
    ("will be treated like", "to-trailing-slash"),
    ("Do not use artifacts as a base", "from-image-artifact-deprecated"),
];

fn rule_of_warning(text: &str) -> Option<&'static str> {
    WARNINGS.iter().find(|(part, _)| text.contains(part)).map(|(_, rule)| *rule)
}

fn is_werfs_warning(rule: &str) -> bool {
    WARNINGS.iter().any(|(_, known)| *known == rule)
}

/// The facts about an image that a record and we both know.
fn facts_of_record(image: &Value) -> Value {
    let part = |key: &str| image.get("edges").or_else(|| image.get("graph")).and_then(|edges| edges.get(key));
    let source =
        |item: &Value, keys: &[&str]| keys.iter().find_map(|key| item.get(key).cloned()).unwrap_or(Value::Null);
    let list = |key: &str| part(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let base = ["from", "fromImage", "fromArtifact", "fromImageArtifact"].iter().find_map(|key| part(key).cloned());
    json!({
        "name": image["name"], "kind": image["kind"], "artifact": image["artifact"], "final": image["final"], "line": image["doc_line"],
        "from": base,
        "imports": list("imports").iter().map(|item| source(item, &["from", "image", "artifact"])).collect::<Vec<_>>(),
        "dependencies": list("dependencies").iter().map(|item| source(item, &["from", "image"])).collect::<Vec<_>>(),
    })
}

fn images(decoded: &Decoded, images: &Images) -> Vec<Value> {
    let list = |image: &Image, kind: EdgeKind| {
        image.uses.iter().filter(|one| one.kind == kind).map(|one| one.name.clone()).collect::<Vec<_>>()
    };
    images
        .list
        .iter()
        .map(|image| {
            let document = &decoded.documents[image.document];
            json!({
                "name": image.name, "kind": image.kind.name(), "artifact": image.is_artifact, "final": image.is_final, "line": document.first_line + 1,
                "from": image.base.as_ref().map(|base| base.name.clone()),
                "imports": list(image, EdgeKind::Import), "dependencies": list(image, EdgeKind::Dependency),
            })
        })
        .collect()
}

/// The entry of `werf config graph`.
fn graph_entry(image: &Image, images: &Images, dialect: Dialect) -> Value {
    let name_of = |target: Target, name: &str| match target {
        Target::Image(index) => Some(images.list[index].name.clone()),
        Target::Unknown => Some(name.to_owned()),
        Target::External | Target::Scratch => None,
    };
    let list = |kind: EdgeKind| {
        image
            .uses
            .iter()
            .filter(|one| one.kind == kind)
            .filter_map(|one| name_of(one.target, &one.name))
            .collect::<Vec<_>>()
    };
    let mut depends = serde_json::Map::new();
    if let Some(base) = image.base.as_ref().and_then(|base| name_of(base.target, &base.name)) {
        depends.insert("from".to_owned(), json!(base));
    }
    let imports = list(EdgeKind::Import);
    if !imports.is_empty() {
        // Recorded with that key in 1.2.
        let key = if dialect == Dialect::V1_2 { "imports" } else { "import" };
        depends.insert(key.to_owned(), json!(imports));
    }
    let mut dependencies = list(EdgeKind::Dependency);
    let mut seen = BTreeSet::new();
    dependencies.retain(|name| seen.insert(name.clone()));
    if !dependencies.is_empty() {
        depends.insert("dependencies".to_owned(), json!(dependencies));
    }
    let mut entry = serde_json::Map::new();
    entry.insert("image".to_owned(), json!(image.name));
    if !depends.is_empty() {
        entry.insert("dependsOn".to_owned(), Value::Object(depends));
    }
    Value::Object(entry)
}
