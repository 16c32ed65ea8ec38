//! Holds the code to the order of the layers in `src/lib.rs`: a layer may use only the layers before it.

use std::fs;
use std::path::{Path, PathBuf};

/// The layers in order; those of one group do not know each other.
const LAYERS: &[&[&str]] = &[
    &["source"],
    &["diagnostic"],
    &["dialect"],
    &["limits"],
    &["vfs"],
    &["template", "yaml"],
    &["grammar"],
    &["git"],
    &["project"],
    &["model"],
    &["analysis"],
    &["check"],
    &["ide"],
    &["report"],
    &["lsp"],
    &["cli"],
];

fn rank(layer: &str) -> Option<usize> {
    LAYERS.iter().position(|group| group.contains(&layer))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the sources") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Layers named after `crate::` in a text, also inside `use crate::{a, b::c}`.
fn used_layers(text: &str) -> Vec<String> {
    let mut used = Vec::new();
    for (start, _) in text.match_indices("crate::") {
        let rest = &text[start + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut word = String::new();
            for character in list.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => used.push(std::mem::take(&mut word)),
                    _ if depth == 0 => word.push(character),
                    _ => {}
                }
            }
            used.push(word);
        } else {
            used.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    used.iter()
        .map(|word| word.trim().split("::").next().unwrap_or_default().trim().to_owned())
        .filter(|word| rank(word).is_some())
        .collect()
}

#[test]
fn layers_know_only_the_layers_above() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&root, &mut files);
    assert!(files.len() > LAYERS.len(), "the walk found the sources");
    let mut wrong = Vec::new();
    for file in files {
        let relative = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        let own = relative.split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some(own_rank) = rank(&own) else { continue };
        let text = fs::read_to_string(&file).expect("a source file");
        for used in used_layers(&text) {
            let used_rank = rank(&used).expect("filtered above");
            if used != own && used_rank >= own_rank {
                wrong.push(format!("{relative}: `{own}` must not use `{used}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_of_the_crate_is_a_layer() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    for line in text.lines() {
        if let Some(module) = line.strip_prefix("pub mod ") {
            let module = module.trim_end_matches(';');
            assert!(rank(module).is_some(), "module `{module}` has no place in the order of the layers");
        }
    }
}
