//! Broken templates: every prefix of the corpus' templates, and templates that would never end, come back with errors and without a panic.

#[path = "support/template.rs"]
mod template;

#[path = "support/skipped.rs"]
mod skipped;

use std::path::{Path, PathBuf};

use serde_json::json;
use template::{NoYaml, run};
use werfkit::dialect::Dialect;
use werfkit::template::ErrorKind;

fn corpus() -> Option<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let candidates = [
        std::env::var_os("WERFKIT_CORPUS").map(PathBuf::from),
        manifest.parent().map(|parent| parent.join("shared/corpus")),
    ];
    candidates.into_iter().flatten().find(|folder| folder.is_dir())
}

fn templates(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.is_dir() && !path.is_symlink() {
            templates(&path, found);
        } else if name.ends_with(".tmpl") || name.starts_with("werf") && name.ends_with(".yaml") {
            found.push(path);
        }
    }
}

/// Files up to this size are cut at every byte, longer ones at this many places.
const CUTS: usize = 300;

#[test]
fn every_prefix_of_the_corpus_parses_and_renders() {
    let Some(folder) = corpus() else {
        skipped::say("no corpus (set WERFKIT_CORPUS)");
        return;
    };
    let mut files = Vec::new();
    templates(&folder, &mut files);
    let full = std::env::var_os("WERFKIT_EVERY_PREFIX").is_some();
    let mut count = 0;
    for file in &files {
        let Ok(text) = std::fs::read(file) else { continue };
        let step = if full { 1 } else { text.len().div_ceil(CUTS).max(1) };
        for end in (0..=text.len()).step_by(step) {
            let Ok(prefix) = std::str::from_utf8(&text[..end]) else { continue };
            let outcome = run(&json!({"template": prefix, "files": {}}), Dialect::V2, &NoYaml);
            let last = outcome.rendered.provenance.segments.last().map_or(0, |segment| segment.end as usize);
            assert_eq!(last, outcome.rendered.text.len(), "every byte has an origin: {}", file.display());
            count += 1;
        }
    }
    println!("{count} prefixes of {} files", files.len());
}

fn first_error(template: &str) -> Option<ErrorKind> {
    run(&json!({"template": template, "files": {}}), Dialect::V3, &NoYaml).errors.first().map(|error| error.kind)
}

#[test]
fn what_never_ends_is_stopped() {
    assert_eq!(first_error("{{define `a`}}{{include `a` .}}{{end}}{{include `a` .}}"), Some(ErrorKind::Crash));
    assert_eq!(first_error("{{define `a`}}{{template `a` .}}{{end}}{{template `a` .}}"), Some(ErrorKind::Exec));
    assert_eq!(first_error("{{range 9999999999}}{{end}}"), Some(ErrorKind::Budget));
    assert_eq!(first_error("{{$x := `a`}}{{range 99}}{{$x = print $x $x}}{{end}}"), Some(ErrorKind::Budget));
    assert_eq!(
        first_error("{{range 99999}}{{range 99999}}aaaaaaaaaaaaaaaaaaaaaa{{end}}{{end}}"),
        Some(ErrorKind::Budget)
    );
    let nested = format!("{{{{{}1{}}}}}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(first_error(&nested), Some(ErrorKind::Parse));
    let nested = format!("{}x{}", "{{if true}}".repeat(9_000), "{{end}}".repeat(9_000));
    assert_eq!(first_error(&nested), None);
    assert_eq!(first_error("{{$x := list}}{{range 200000}}{{$x = list $x}}{{end}}"), None);
    assert_eq!(first_error("{{$x := list}}{{range 200000}}{{$x = list $x}}{{end}}{{$x}}"), Some(ErrorKind::Budget));
}

#[test]
fn all_errors_are_found_at_once() {
    let text = "{{ if }}\n{{ nope }}\n{{ .X \"a }}\nplain\n{{ $y }}\n{{ range .L }}";
    let outcome = run(&json!({"template": text}), Dialect::V2, &NoYaml);
    let lines: Vec<u32> =
        outcome.errors.iter().filter(|error| error.kind == ErrorKind::Parse).map(|error| error.line).collect();
    assert_eq!(lines, [1, 2, 3, 5, 6, 6]);
}

#[test]
fn errors_at_every_level_of_an_endless_recursion_stay_small() {
    let body = "{{ .Missing.x.y | index 1 }}{{ fail \"a\" }}".repeat(40);
    let template =
        format!("{{{{ define \"a\" }}}}{body}{{{{ include \"a\" . }}}}{{{{ end }}}}{{{{ include \"a\" . }}}}");
    let outcome = run(&json!({"template": template, "files": {}}), Dialect::V2, &NoYaml);
    let bytes: usize = outcome.errors.iter().map(|error| error.text.len()).sum();
    assert!(bytes < 8 << 20, "{} errors, {bytes} bytes of text", outcome.errors.len());
}
