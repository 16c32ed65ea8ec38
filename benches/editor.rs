//! How long the language server takes, over its standard streams with a client of our own: from an edit to its diagnostics, hover, completion, the first
//! diagnostics after the start, and memory. With `WERFKIT_YAML_LANGUAGE_SERVER` the same script runs on yaml-language-server, with our JSON Schema of
//! `werf.yaml`, so that both have directives to know. It waits a fifth of a second after an edit before it looks at the text, whatever the text; and it reads
//! no templates.
//!
//! Prints medians, 95th percentiles and ratios; judges nothing. The projects are those of the corpus (`WERFKIT_CORPUS`, else `../shared/corpus`), each
//! copied into a repository with one commit.

#[path = "../tests/support/client.rs"]
mod client;
#[path = "../tests/support/txtar.rs"]
mod txtar;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use client::Client;
use serde_json::json;

/// A measured project.
struct Subject {
    name: &'static str,
    corpus: &'static str,
    env: &'static str,
    edits: usize,
}

const SUBJECTS: &[Subject] = &[
    Subject { name: "typical", corpus: "Lufanchik__integration-testing", env: "", edits: 400 },
    Subject { name: "giant", corpus: "dmitrpopkov__deckhouse", env: "FE", edits: 80 },
];

fn main() {
    // `cargo test --benches` runs this too, with an argument that says so; measuring is for `cargo bench`.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let corpus = std::env::var_os("WERFKIT_CORPUS")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus"), PathBuf::from);
    println!(
        "{:22} {:>8} {:>15} {:>15} {:>15} {:>8}",
        "p50/p95 in ms", "first", "edit → findings", "hover", "completion", "RSS"
    );
    for subject in SUBJECTS {
        let source = corpus.join("public").join(subject.corpus);
        if !source.is_dir() {
            println!("{:22} skipped: no corpus here", subject.name);
            continue;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = txtar::materialise_folder(&source, folder.path()).expect("it is copied").root;
        let ours = measure(subject, &root, None);
        ours.print(subject.name);
        if let Some(program) = std::env::var_os("WERFKIT_YAML_LANGUAGE_SERVER") {
            let mut command = Command::new(program);
            command.arg("--stdio");
            let theirs = measure(subject, &root, Some(command));
            theirs.print("  yaml-language-server");
            println!(
                "{:22} {:>8.1} {:>15.1} {:>15.1} {:>15.1} {:>8.1}",
                "  ratio of medians",
                theirs.first / ours.first,
                median(&theirs.edits) / median(&ours.edits),
                median(&theirs.hovers) / median(&ours.hovers),
                median(&theirs.completions) / median(&ours.completions),
                theirs.memory / ours.memory
            );
        }
    }
}

struct Measured {
    first: f64,
    edits: Vec<f64>,
    hovers: Vec<f64>,
    completions: Vec<f64>,
    memory: f64,
}

impl Measured {
    fn print(&self, name: &str) {
        let pair = |times: &[f64]| format!("{:.2}/{:.2}", median(times), percentile(times, 0.95));
        println!(
            "{name:22} {:>8.1} {:>15} {:>15} {:>15} {:>5.0}MiB",
            self.first,
            pair(&self.edits),
            pair(&self.hovers),
            pair(&self.completions),
            self.memory
        );
    }
}

fn median(times: &[f64]) -> f64 {
    percentile(times, 0.5)
}

fn percentile(times: &[f64], share: f64) -> f64 {
    let mut times = times.to_vec();
    times.sort_by(f64::total_cmp);
    times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

fn milliseconds(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn measure(subject: &Subject, folder: &Path, other: Option<Command>) -> Measured {
    let path = "werf.yaml";
    let text = std::fs::read_to_string(folder.join(path)).expect("the project's config");
    let options = json!({"looseGiterminism": true, "env": subject.env});
    let began = Instant::now();
    let mut client = match other {
        None => Client::start_with(folder, json!({}), options),
        Some(command) => {
            let asks = json!({"workspace": {"configuration": true}, "textDocument": {"publishDiagnostics": {}}});
            let mut client = Client::start_program(command, folder, asks, json!({}));
            client.settings = json!({"yaml": yaml_settings()});
            client
        }
    };
    client.open(path, &text);
    let is_first = |message: &serde_json::Value| message["method"] == "textDocument/publishDiagnostics";
    client.wait_for(Duration::from_secs(20), is_first);
    let first = milliseconds(began);
    // What comes in the background after the start is not what is measured.
    std::thread::sleep(Duration::from_millis(800));
    client.forget();
    let lines: Vec<&str> = text.lines().collect();
    // Edits go all over the text: what stands behind one moves, which is more work than a change at the end. Actions are left alone, so that the config
    // stays one.
    let is_plain = |line: &&str| !line.trim().is_empty() && !line.contains("{{") && !line.contains("}}");
    let plain: Vec<usize> = (0..lines.len()).filter(|number| is_plain(&lines[*number])).collect();
    let (mut edits, mut hovers, mut completions) = (Vec::new(), Vec::new(), Vec::new());
    for turn in 0..subject.edits {
        let line = plain[turn / 2 * 37 % plain.len()];
        let column = lines[line].encode_utf16().count();
        let at = |column: usize| json!({"line": line, "character": column});
        let change = match turn % 2 {
            0 => json!([{"range": {"start": at(column), "end": at(column)}, "text": " #"}]),
            _ => json!([{"range": {"start": at(column), "end": at(column + 2)}, "text": ""}]),
        };
        let began = Instant::now();
        let version = client.edit(path, change);
        let uri = client.uri(path);
        client.wait_for(Duration::from_secs(5), |message| {
            is_first(message)
                && message["params"]["uri"] == uri.as_str()
                && (message["params"]["version"] == version || message["params"].get("version").is_none())
        });
        edits.push(milliseconds(began));
        let place = u32::try_from(turn * 7 % lines.len()).unwrap_or(0);
        for (method, times) in [("textDocument/hover", &mut hovers), ("textDocument/completion", &mut completions)] {
            let began = Instant::now();
            let id = client.ask(method, client.place(path, place, 2));
            client.answer(id);
            times.push(milliseconds(began));
        }
        client.forget();
    }
    Measured { first, edits, hovers, completions, memory: memory(client.pid()) }
}

/// Settings of yaml-language-server: our schema, and nothing from the network.
fn yaml_settings() -> serde_json::Value {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/werf.json");
    let mut schemas = serde_json::Map::new();
    schemas.insert(format!("file://{}", schema.display()), json!(["werf.yaml"]));
    json!({
        "schemas": schemas,
        "schemaStore": {"enable": false},
        "validate": true,
        "hover": true,
        "completion": true,
    })
}

/// Resident memory of a process in MiB.
fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok()).unwrap_or(0.0) * 4096.0 / 1_048_576.0
}
