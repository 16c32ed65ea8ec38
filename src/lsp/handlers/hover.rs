//! `textDocument/hover`.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    Hover, HoverContents, HoverParams, HoverProviderCapability, MarkupContent, MarkupKind, ServerCapabilities,
};

use crate::ide;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.hover_provider = Some(HoverProviderCapability::Simple(true));
}

pub async fn handle(state: &Arc<State>, params: HoverParams) -> Result<Option<Hover>> {
    let place = params.text_document_position_params;
    let hover = move |question: &Question| {
        let found = ide::hover::hover(&question.at(place.position))?;
        let contents = MarkupContent { kind: MarkupKind::Markdown, value: found.markdown };
        Some(Hover { contents: HoverContents::Markup(contents), range: Some(question.range(found.span)) })
    };
    Ok(answer(state, &place.text_document.uri, hover).await?.flatten())
}
