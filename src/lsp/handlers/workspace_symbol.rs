//! `workspace/symbol`: images and templates of all projects.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Location, OneOf, ServerCapabilities, WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::document_symbol::kind;
use crate::ide::symbols::project_symbols;
use crate::lsp::problems::uri_of_document;
use crate::lsp::question::compute;
use crate::lsp::state::{Abilities, Done, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.workspace_symbol_provider = Some(OneOf::Left(true));
}

pub async fn handle(state: &Arc<State>, params: WorkspaceSymbolParams) -> Result<Option<WorkspaceSymbolResponse>> {
    let all = state.all_done();
    let state = Arc::clone(state);
    let find = move || {
        let found = all.iter().flat_map(|(_, done)| of_project(&state, done, &params.query));
        Some(WorkspaceSymbolResponse::Nested(found.collect()))
    };
    compute(find).await
}

fn of_project(state: &State, done: &Done, query: &str) -> Vec<WorkspaceSymbol> {
    let Some(analysis) = done.analysis() else { return Vec::new() };
    let symbol = |one: crate::ide::symbols::ProjectSymbol| {
        let file = one.location.file;
        let lines = done.lines(analysis, file);
        Some(WorkspaceSymbol {
            name: one.name,
            kind: kind(one.kind),
            tags: None,
            container_name: Some(one.container).filter(|container| !container.is_empty()),
            location: OneOf::Left(Location {
                uri: uri_of_document(state, &done.path(analysis, file))?,
                range: lines.range(analysis.text(file), one.location.span, state.encoding()),
            }),
            data: None,
        })
    };
    project_symbols(analysis, query).into_iter().filter_map(symbol).collect()
}
