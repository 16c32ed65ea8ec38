//! Folding: the first and last line of each range, from 1.

#[path = "support/fixture.rs"]
mod fixture;

use fixture::Fixture;
use werfkit::ide::At;
use werfkit::ide::folding::{FoldKind, folding};

fn folds(text: &str, path: &str) -> Vec<(usize, usize, FoldKind)> {
    let fixture = Fixture::new(text);
    let at = At { analysis: &fixture.analysis, file: fixture.file(path), offset: 0 };
    let line = |offset: u32| at.text()[..offset as usize].iter().filter(|byte| **byte == b'\n').count() + 1;
    folding(&at).into_iter().map(|fold| (line(fold.span.start), line(fold.span.end), fold.kind)).collect()
}

use FoldKind::{Block, Comment, Document, Template};

#[test]
fn folding_plain() {
    let text = "configVersion: 1\nproject: p\n---\nimage: a\nfrom: b\ngit:\n- add: /\n  to: /x\n- add: /y\n\nshell:\n  install:\n  - |\n    one\n\n    two\n---\n# c\n# d\nimage: z\nfrom: y\n";
    assert_eq!(
        folds(text, "werf.yaml"),
        [
            (1, 2, Document),
            (4, 16, Document),
            (6, 9, Block),
            (7, 8, Block),
            (11, 16, Block),
            (12, 16, Block),
            (13, 16, Block),
            (18, 19, Comment),
            (20, 21, Document),
        ]
    );
}

#[test]
fn folding_templated() {
    let text = "configVersion: 1\nproject: p\n---\n{{- if true }}\nimage: a\n{{- else }}\nimage: b\n{{- end }}\nfrom: x\nshell:\n  install:\n  - a\n{{- range list 1 }}\n  - b\n{{ end }}\n{{/* a\nb */}}\n";
    assert_eq!(
        folds(text, "werf.yaml"),
        [
            (1, 2, Document),
            (4, 17, Document),
            (6, 7, Template),
            (10, 14, Block),
            (11, 14, Block),
            (13, 14, Template),
            (16, 17, Comment)
        ]
    );
}

#[test]
fn folding_across_files() {
    let text = "=== werf.yaml\n=== .werf/a.tmpl\n{{ define \"x\" }}\nshell:\n  install: a\n{{ end }}\n";
    assert_eq!(folds(text, ".werf/a.tmpl"), [(1, 3, Template), (2, 3, Block)]);
}

#[test]
fn folding_in_data_file() {
    let text = "=== werf.yaml\n{{ tpl (.Files.Get \"d.yaml\") . }}\n=== d.yaml\nimage: a\nfrom: b\n{{ if true }}\nshell:\n  install: a\n{{ end }}\n";
    assert_eq!(folds(text, "d.yaml"), [(3, 5, Template), (4, 5, Block)]);
}

#[test]
fn folding_half_typed() {
    let text = "configVersion: 1\nproject: p\n---\nimage: a\n{{ if\nshell:\n  install: {{ x\n{{ end\n{{ else }}\n{{ end }}\n{{ end }}\n";
    assert_eq!(folds(text, "werf.yaml"), [(1, 2, Document), (4, 11, Document), (5, 7, Template), (6, 7, Block)]);
    for text in ["", "\n", "---", "{{", "-", "- ", "\t\n \u{feff}"] {
        let _ = folds(&format!("=== werf.yaml\nconfigVersion: 1{text}"), "werf.yaml");
    }
}
