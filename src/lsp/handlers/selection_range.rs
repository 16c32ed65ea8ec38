//! `textDocument/selectionRange`.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Position, SelectionRange, SelectionRangeParams, SelectionRangeProviderCapability, ServerCapabilities,
};

use crate::ide::selection::selection;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.selection_range_provider = Some(SelectionRangeProviderCapability::Simple(true));
}

pub async fn handle(state: &Arc<State>, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
    let ranges = move |question: &Question| params.positions.iter().map(|at| around(question, *at)).collect();
    answer(state, &params.text_document.uri, ranges).await
}

/// The protocol wants exactly one range per position.
fn around(question: &Question, position: Position) -> SelectionRange {
    let mut found: Option<SelectionRange> = None;
    for span in selection(&question.at(position)).into_iter().rev() {
        found = Some(SelectionRange { range: question.range(span), parent: found.map(Box::new) });
    }
    found.unwrap_or(SelectionRange { range: tower_lsp_server::ls_types::Range::new(position, position), parent: None })
}
