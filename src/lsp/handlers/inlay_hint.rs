//! `textDocument/inlayHint`.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{InlayHint, InlayHintLabel, InlayHintParams, OneOf, ServerCapabilities};

use crate::ide;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State, lock};
use crate::source::Span;

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.inlay_hint_provider = Some(OneOf::Left(true));
}

pub async fn handle(state: &Arc<State>, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
    if !lock(&state.settings).inlay_hints {
        return Ok(None);
    }
    let hints = move |question: &Question| {
        let found = ide::inlay_hints::inlay_hints(question.analysis(), question.file, question.span(params.range));
        let hint = |hint: ide::inlay_hints::InlayHint| InlayHint {
            position: question.range(Span::empty(hint.offset)).start,
            label: InlayHintLabel::String(hint.label),
            kind: None,
            text_edits: None,
            tooltip: None,
            padding_left: Some(true),
            padding_right: Some(true),
            data: None,
        };
        found.into_iter().map(hint).collect()
    };
    answer(state, &params.text_document.uri, hints).await
}
