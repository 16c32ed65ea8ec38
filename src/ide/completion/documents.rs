//! Whole documents, at the top level.

use super::{Candidate, Kind, Scene};
use crate::dialect::Dialect;
use crate::ide::Role;

/// Skeletons of documents.
pub(super) fn documents(scene: &Scene<'_, '_>, found: &mut Vec<Candidate>) {
    let context = scene.context;
    if !matches!(scene.at.role(), Role::Config | Role::Template | Role::Data)
        || context.pad > 0
        || context.has_colon
        || context.is_piece
    {
        return;
    }
    let is_empty = context.document.is_empty();
    let before = if is_empty { "" } else { "---\n" };
    let has_meta = scene
        .at
        .analysis
        .snapshot()
        .decoded
        .documents
        .iter()
        .any(|document| matches!(document.kind, crate::model::config::RawKind::Meta(_)));
    let rank = if is_empty { 40 } else { 500 };
    let mut add = |label: &str, detail: &str, text: String, rank: u32| {
        found.push(Candidate::new(Kind::Snippet, label, rank).detail(detail).snippet(format!("{before}{text}")));
    };
    if !has_meta && is_empty {
        let text = "project: ${1:my-project}\nconfigVersion: 1\n$0".to_owned();
        add("new meta section", "a document with the project's name", text, 20);
    }
    let imports = if scene.dialect < Dialect::V3 { "image" } else { "from" };
    let stapel =
        "image: ${1:name}\nfrom: ${2:alpine:3.20}\ngit:\n- add: ${3:/}\n  to: ${4:/app}\nshell:\n  install:\n  - $0\n";
    add("new image", "a document for an image that werf builds in stages", stapel.to_owned(), rank);
    let dockerfile = "image: ${1:name}\ndockerfile: ${2:Dockerfile}\n$0";
    add("new Dockerfile image", "a document for an image that a Dockerfile builds", dockerfile.to_owned(), rank + 1);
    let artifact = if scene.dialect == Dialect::V1_1 {
        "artifact: ${1:name}\nfrom: ${2:alpine:3.20}\n$0"
    } else {
        "image: ${1:name}\nfinal: false\nfrom: ${2:alpine:3.20}\n$0"
    };
    add("new artifact", "a document for an image that only serves others", artifact.to_owned(), rank + 2);
    let importing = format!(
        "image: ${{1:name}}\nfrom: ${{2:alpine:3.20}}\nimport:\n- {imports}: ${{3:artifact}}\n  add: ${{4:/app}}\n  to: ${{5:/app}}\n  before: setup\n$0"
    );
    add("new image with import", "a document for an image with files from another one", importing, rank + 3);
}
