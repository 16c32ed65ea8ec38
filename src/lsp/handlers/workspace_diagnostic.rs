//! `workspace/diagnostic`: the diagnostics of all projects. As long as nothing is new for the client, the answer waits.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    UnchangedDocumentDiagnosticReport, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport, WorkspaceFullDocumentDiagnosticReport,
    WorkspaceUnchangedDocumentDiagnosticReport,
};

use super::diagnostic::{full, result_id};
use crate::lsp::convert::path_of;
use crate::lsp::problems::uri_of_document;
use crate::lsp::state::{State, lock};

pub async fn handle(state: &Arc<State>, params: WorkspaceDiagnosticParams) -> Result<WorkspaceDiagnosticReportResult> {
    let known: HashMap<_, _> = params
        .previous_result_ids
        .iter()
        .filter_map(|previous| Some((path_of(&previous.uri)?, previous.value.clone())))
        .collect();
    let mut news = state.changed.subscribe();
    loop {
        news.mark_unchanged();
        let (items, has_news) = reports(state, &known);
        if has_news || known.is_empty() || news.changed().await.is_err() {
            return Ok(WorkspaceDiagnosticReportResult::Report(WorkspaceDiagnosticReport { items }));
        }
    }
}

/// One report per file, and whether one of them is not what the client knows.
fn reports(
    state: &Arc<State>,
    known: &HashMap<std::path::PathBuf, String>,
) -> (Vec<WorkspaceDocumentDiagnosticReport>, bool) {
    let mut paths: BTreeSet<_> = lock(&state.problems).files();
    paths.extend(known.keys().cloned());
    let mut has_news = false;
    let mut items = Vec::new();
    for path in paths {
        let list = lock(&state.problems).of(&path);
        let version = lock(&state.documents).get(&path).map(|document| i64::from(document.version));
        let Some(uri) = uri_of_document(state, &path) else { continue };
        let id = result_id(&list);
        if known.get(&path) == Some(&id) {
            let report = UnchangedDocumentDiagnosticReport { result_id: id };
            items.push(WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: report,
            }));
        } else {
            has_news = true;
            items.push(WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: full(list.to_vec()),
            }));
        }
    }
    (items, has_news)
}
