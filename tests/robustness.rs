//! Half-typed text: prefixes of every corpus file, read as the project's own `werf.yaml`. No panic, every place inside its file, and no prefix that takes
//! longer than its budget of steps allows.
//!
//! `WERFKIT_PREFIXES=all` takes every prefix, a number that many per file.

#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;

/// Prefixes per file, unless said otherwise.
const PREFIXES: usize = 12;

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the corpus") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// Lengths of prefixes: at the ends of lines and in the middle of them, spread over the text.
fn lengths(text: &[u8], wanted: usize) -> Vec<usize> {
    if text.len() <= wanted {
        return (0..=text.len()).collect();
    }
    let step = text.len() as f64 / wanted as f64;
    (1..=wanted).map(|index| ((index as f64 * step) as usize).saturating_sub(index % 7).min(text.len())).collect()
}

fn judge(folder: &Path, text: &[u8], dialect: Dialect) {
    let mut request = Request::new(folder.join("werf.yaml"), folder);
    request.dialect = Some(dialect);
    request.loose_giterminism = true;
    request.overlay.insert("werf.yaml".into(), Arc::from(text));
    let linted = check::lint(&request).expect("the text stands in for the file");
    for diagnostic in &linted.diagnostics {
        let related = diagnostic.related.iter().map(|related| related.location);
        for location in diagnostic.location.into_iter().chain(related) {
            let file = linted.snapshot.sources.get(location.file);
            assert!(location.span.end as usize <= file.text.len(), "{}: {:?}", diagnostic.rule, location.span);
        }
        assert!(!diagnostic.message.is_empty(), "{}", diagnostic.rule);
    }
}

#[test]
fn prefixes_of_corpus_files() {
    let Some(corpus) = records::data_folder("corpus") else {
        skipped::say("the corpus is not on this machine");
        return;
    };
    let wanted = match std::env::var("WERFKIT_PREFIXES").as_deref() {
        Ok("all") => usize::MAX,
        Ok(number) => number.parse().expect("a number or `all`"),
        Err(_) => PREFIXES,
    };
    let mut files = Vec::new();
    files_below(&corpus, &mut files);
    // The corpus' own lists of its projects are no part of any of them. Long files come first, so that no worker ends with one.
    files.retain(|path| path.file_name().is_some_and(|name| name != "INDEX.tsv"));
    files.sort_by_key(|path| std::cmp::Reverse(path.metadata().map_or(0, |facts| facts.len())));
    let next = AtomicUsize::new(0);
    let judged = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                let folder = tempfile::tempdir().expect("a temporary folder");
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = files.get(index) else { break };
                    let text = std::fs::read(path).expect("a file of the corpus");
                    for (turn, length) in lengths(&text, wanted).into_iter().enumerate() {
                        judge(folder.path(), &text[..length], Dialect::ALL[(index + turn) % 4]);
                        judged.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    println!("{} prefixes of {} files judged without a panic", judged.into_inner(), files.len());
}
