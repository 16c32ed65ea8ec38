//! `textDocument/references`: all places of the name at a place.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{Location, OneOf, ReferenceParams, ServerCapabilities};

use crate::ide::references::references;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.references_provider = Some(OneOf::Left(true));
}

pub async fn handle(state: &Arc<State>, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let place = params.text_document_position;
    let uri = place.text_document.uri;
    let with_definitions = params.context.include_declaration;
    let find = move |question: &Question| {
        let found = references(&question.at(place.position), with_definitions);
        found.iter().filter_map(|one| question.location(one.location)).collect()
    };
    answer(state, &uri, find).await
}
