//! Every scalar of every rendered corpus document that came unchanged from a file maps to bytes that equal it; prints the share that maps exactly.
//!
//! Reads the public corpus where it is present and says so aloud where it is not.

#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::BTreeSet;

use werfkit::analysis::{self, Request, Snapshot};
use werfkit::dialect::Dialect;
use werfkit::yaml::Kind;

/// Scalars looked at, mapped exactly, and mapped to other bytes than their own.
#[derive(Default)]
struct Share {
    scalars: usize,
    exact: usize,
    plain_scalars: usize,
    plain_exact: usize,
    wrong: Vec<String>,
}

fn look_at(id: &str, snapshot: &Snapshot, share: &mut Share) {
    let has_actions = snapshot.text.as_ref()
        != snapshot.config_file.map_or(&b""[..], |file| snapshot.sources.get(file).text.as_ref());
    for document in &snapshot.decoded.trees {
        for node in document.tree.ids() {
            let node = document.tree.node(node);
            if !matches!(node.kind, Kind::Scalar(_)) || node.content.is_empty() {
                continue;
            }
            share.scalars += 1;
            share.plain_scalars += usize::from(!has_actions);
            let Some(origins) = snapshot.provenance.locate(node.content).filter(|origins| origins.exact) else {
                continue;
            };
            share.exact += 1;
            share.plain_exact += usize::from(!has_actions);
            let source = &snapshot.sources.get(origins.location.file).text;
            let written = source.get(origins.location.span.range());
            let rendered = snapshot.text.get(node.content.range());
            if written != rendered {
                share.wrong.push(format!(
                    "{id}: {:?} is not {:?}",
                    written.map(String::from_utf8_lossy),
                    rendered.map(String::from_utf8_lossy)
                ));
            }
        }
    }
}

#[test]
fn scalars_map_to_their_own_bytes() {
    let Some((recorded, corpus)) = records::public_corpus() else { return };
    let mut share = Share::default();
    let records = records::read(&recorded, "2");
    let names: BTreeSet<&str> = records.iter().filter_map(|record| record.id.split('/').next()).collect();
    for name in names {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let meta = txtar::materialise_folder(&corpus.join(name), folder.path()).expect("it is copied");
        let of_project = records.iter().filter(|record| record.id.split('/').next() == Some(name));
        for record in of_project.filter(|record| record.mode == "loose" && record.rendered_sha256.is_some()) {
            let config = meta.root.join(&record.config);
            let request = Request {
                dialect: Some(Dialect::V2),
                loose_giterminism: true,
                env: (!record.env.is_empty()).then(|| record.env.clone()),
                environ: meta.environ.clone(),
                ..Request::new(config, &meta.root)
            };
            let snapshot = analysis::analyze(&request).expect("a project of the corpus");
            look_at(&record.id, &snapshot, &mut share);
        }
    }
    println!(
        "{} of {} scalars map exactly ({:.2} %); in files without actions {} of {}",
        share.exact,
        share.scalars,
        100.0 * share.exact as f64 / share.scalars.max(1) as f64,
        share.plain_exact,
        share.plain_scalars
    );
    assert!(share.scalars > 10_000, "the corpus was read");
    assert_eq!(share.wrong, Vec::<String>::new());
    assert_eq!(share.plain_exact, share.plain_scalars, "without actions every scalar stands in the file");
}
