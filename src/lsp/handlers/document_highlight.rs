//! `textDocument/documentHighlight`: the places of the name at a place, in its file.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, OneOf, ServerCapabilities,
};

use crate::ide::highlight::highlight;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.document_highlight_provider = Some(OneOf::Left(true));
}

pub async fn handle(state: &Arc<State>, params: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
    let place = params.text_document_position_params;
    let uri = place.text_document.uri;
    let find = move |question: &Question| {
        let kind = |is_write| if is_write { DocumentHighlightKind::WRITE } else { DocumentHighlightKind::READ };
        let found = highlight(&question.at(place.position)).into_iter();
        found.map(|one| DocumentHighlight { range: question.range(one.span), kind: Some(kind(one.is_write)) }).collect()
    };
    answer(state, &uri, find).await
}
