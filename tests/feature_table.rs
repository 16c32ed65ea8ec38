//! The table of the language server's features: each works in plain, templated and half-typed text, across files and inside of a data file that is run as a
//! template, and for each of these there is a test. A cell without a test fails here, and so does a method of the server that is in no row.
//!
//! `cargo test --test feature_table -- --nocapture` prints the table.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where each feature has to work; the last part of a test's name.
const CELLS: [&str; 5] = ["plain", "templated", "across_files", "in_data_file", "half_typed"];

/// Features, as their tests are named, and the handler of the server that answers.
const FEATURES: &[(&str, &str)] = &[
    ("push_diagnostics", "diagnostic"),
    ("pull_diagnostics", "workspace_diagnostic"),
    ("code_actions", "code_action"),
    ("hover", "hover"),
    ("completion_keys", "completion"),
    ("completion_values", "completion"),
    ("completion_images", "completion"),
    ("completion_functions", "completion"),
    ("completion_variables", "completion"),
    ("completion_fields", "completion"),
    ("completion_blocks", "completion"),
    ("completion_paths", "completion"),
    ("completion_dockerfile_names", "completion"),
    ("completion_environments", "completion"),
    ("completion_documents", "completion"),
    ("signature", "signature_help"),
    ("definition", "definition"),
    ("references", "references"),
    ("rename", "rename"),
    ("highlight", "document_highlight"),
    ("document_symbols", "document_symbol"),
    ("workspace_symbols", "workspace_symbol"),
    ("call_hierarchy", "call_hierarchy"),
    ("lenses", "code_lens"),
    ("inlay_hints", "inlay_hint"),
    ("semantic_tokens", "semantic_tokens"),
    ("links", "document_link"),
    ("folding", "folding_range"),
    ("selection", "selection_range"),
    ("rendered", "rendered"),
];

/// Handlers that answer nothing about a place in a text.
const NO_FEATURES: &[&str] = &[
    "completion_resolve",
    "configuration",
    "documents",
    "execute_command",
    "explain",
    "folders",
    "graph",
    "initialize",
    "initialized",
    "mod",
    "watched_files",
];

fn rust_files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).expect("a folder of the sources");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files.sort();
    files
}

/// Names of all tests, those that are left out excepted.
fn tests() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in rust_files("tests") {
        let text = std::fs::read_to_string(&file).expect("a test file");
        for piece in text.split("#[test]\n").skip(1) {
            names.extend(piece.strip_prefix("fn ").and_then(|rest| rest.split('(').next()).map(str::to_owned));
        }
    }
    names
}

#[test]
fn every_cell_has_a_test() {
    let tests = tests();
    let mut missing = Vec::new();
    for (feature, _) in FEATURES {
        let cells = CELLS.map(|cell| format!("{feature}_{cell}"));
        println!("| {feature} | {} |", cells.join(" | "));
        missing.extend(cells.into_iter().filter(|cell| !tests.contains(cell)));
    }
    assert!(missing.is_empty(), "no test is named {missing:?}");
}

#[test]
fn every_handler_is_in_the_table() {
    let stem = |path: &PathBuf| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let handlers: BTreeSet<String> = rust_files("src/lsp/handlers").iter().map(stem).collect();
    let known = FEATURES.iter().map(|(_, handler)| *handler).chain(NO_FEATURES.iter().copied());
    assert_eq!(handlers, known.map(str::to_owned).collect());
}
