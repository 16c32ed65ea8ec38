//! The projects of the public corpus that werf accepts, analysed one after another on all processors.
//!
//! In: the data folders. Out: each accepted configuration and environment once, in the newest line of werf that accepts it. Never: a failure where the corpus is not on this machine; that is said
//! aloud.
#![allow(dead_code, reason = "each test binary compiles this file and uses a part of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use werfkit::analysis::{Request, Verdict};
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::ide::Analysis;

use super::records::{self, Record};
use super::{parallel, txtar};

fn accepted(folder: &Path) -> BTreeMap<String, Vec<(Dialect, Record)>> {
    let only = std::env::var("WERFKIT_ONLY").unwrap_or_default();
    let mut known = BTreeSet::new();
    let mut projects: BTreeMap<String, Vec<(Dialect, Record)>> = BTreeMap::new();
    for dialect in Dialect::ALL.into_iter().rev() {
        for record in records::read(folder, dialect.name()) {
            let is_wanted = record.ok && record.mode != "strict" && record.id.contains(&only);
            if is_wanted && known.insert((record.id.clone(), record.env.clone())) {
                let name = record.id.split('/').next().unwrap_or_default().to_owned();
                projects.entry(name).or_default().push((dialect, record));
            }
        }
    }
    projects
}

/// Runs a function over each project: its id, the request and the analysis. False when there is no corpus.
pub fn for_each(visit: impl Fn(&str, &Request, &Analysis) + Sync) -> bool {
    let Some((recorded, corpus)) = records::public_corpus() else { return false };
    let projects: Vec<_> = accepted(&recorded).into_iter().collect();
    parallel::for_each(&projects, |(name, records)| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meta = txtar::materialise_folder(&corpus.join(name), folder.path()).expect("it is copied");
        for (dialect, record) in records {
            let (directory, file) = record.config.rsplit_once('/').unwrap_or(("", &record.config));
            let directory = meta.root.join(directory);
            let request = Request {
                dialect: Some(*dialect),
                env: (!record.env.is_empty()).then(|| record.env.clone()),
                environ: meta.environ.clone(),
                loose_giterminism: record.mode == "loose",
                config: Some(PathBuf::from(file)),
                ..Request::new(&directory, &directory)
            };
            let analysis = Analysis::new(check::lint(&request).expect("the project is analysed"));
            if analysis.snapshot().verdict == Verdict::Accepted {
                visit(&record.id, &request, &analysis);
            }
        }
    });
    true
}
