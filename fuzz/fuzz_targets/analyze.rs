//! Any bytes as `werf.yaml` of a project, in all dialects: analysis and every rule. Never a panic; every place lies in its file.
#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a temporary folder"));

fuzz_target!(|text: &[u8]| {
    let folder = FOLDER.path();
    let mut request = Request::new(folder.join("werf.yaml"), folder);
    request.dialect = Some(Dialect::ALL[text.len() % 4]);
    request.loose_giterminism = true;
    request.limits =
        Limits { output_bytes: 1 << 20, allocation: 1 << 20, template_steps: 100_000, ..Limits::default() };
    request.overlay.insert("werf.yaml".into(), Arc::from(text));
    let linted = check::lint(&request).expect("the file stands in for one on disk");
    for diagnostic in &linted.diagnostics {
        let related = diagnostic.related.iter().map(|related| related.location);
        for location in diagnostic.location.into_iter().chain(related) {
            let file = linted.snapshot.sources.get(location.file);
            assert!(location.span.end as usize <= file.text.len(), "{} lies in its file", diagnostic.rule);
        }
        assert!(!diagnostic.message.is_empty(), "{} says something", diagnostic.rule);
    }
});
