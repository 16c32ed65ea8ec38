//! `textDocument/diagnostic`: the diagnostics of a document and of the files of its project.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Diagnostic, DiagnosticOptions, DiagnosticServerCapabilities, DocumentDiagnosticParams, DocumentDiagnosticReport,
    DocumentDiagnosticReportKind, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, ServerCapabilities,
    UnchangedDocumentDiagnosticReport,
};

use crate::lsp::convert::path_of;
use crate::lsp::diagnostics::by_file;
use crate::lsp::problems::uri_of_document;
use crate::lsp::state::{Abilities, State, lock};

pub fn announce(capabilities: &mut ServerCapabilities, abilities: &Abilities) {
    if abilities.pulls_diagnostics {
        capabilities.diagnostic_provider = Some(DiagnosticServerCapabilities::Options(DiagnosticOptions {
            identifier: Some("werfkit".to_owned()),
            inter_file_dependencies: true,
            workspace_diagnostics: true,
            ..DiagnosticOptions::default()
        }));
    }
}

/// A name for a list of diagnostics: the same list has the same name.
pub fn result_id(list: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(list).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

pub fn full(items: Vec<Diagnostic>) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport { result_id: Some(result_id(&items)), items }
}

pub async fn handle(state: &Arc<State>, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
    let mut own = Vec::new();
    let mut related = HashMap::new();
    if let Some(path) = path_of(&params.text_document.uri)
        && let Some(project) = state.project_of(&path)
    {
        if state.wanted(&project).is_none() {
            state.touch([project.clone()]);
        }
        if let Some(done) = state.current(&project).await {
            let files = by_file(state, &done, None);
            own = files.get(&path).map(|list| list.to_vec()).unwrap_or_default();
            for further in lock(&state.problems).beside(&project, &path) {
                if !own.contains(&further) {
                    own.push(further);
                }
            }
            for (other, list) in files.into_iter().filter(|(other, _)| *other != path) {
                if let Some(uri) = uri_of_document(state, &other) {
                    related.insert(uri, DocumentDiagnosticReportKind::Full(full(list.to_vec())));
                }
            }
        }
    }
    let id = result_id(&own);
    let related_documents = (!related.is_empty()).then_some(related);
    let report = if params.previous_result_id.as_ref() == Some(&id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items: own },
        })
    };
    Ok(DocumentDiagnosticReportResult::Report(report))
}
