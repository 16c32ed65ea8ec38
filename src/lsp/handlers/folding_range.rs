//! `textDocument/foldingRange`.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, FoldingRangeProviderCapability, Position, ServerCapabilities,
};

use crate::ide::folding::{Fold, FoldKind, folding};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.folding_range_provider = Some(FoldingRangeProviderCapability::Simple(true));
}

pub async fn handle(state: &Arc<State>, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
    let folds = |question: &Question| {
        let found = folding(&question.at(Position::default()));
        found.into_iter().map(|fold| range(question, fold)).collect()
    };
    answer(state, &params.text_document.uri, folds).await
}

fn range(question: &Question, fold: Fold) -> FoldingRange {
    let range = question.range(fold.span);
    let kind = match fold.kind {
        FoldKind::Comment => Some(FoldingRangeKind::Comment),
        FoldKind::Document => Some(FoldingRangeKind::Region),
        FoldKind::Block | FoldKind::Template => None,
    };
    FoldingRange { start_line: range.start.line, end_line: range.end.line, kind, ..FoldingRange::default() }
}
