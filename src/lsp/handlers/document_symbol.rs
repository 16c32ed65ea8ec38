//! `textDocument/documentSymbol`: the outline of a file.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, OneOf, ServerCapabilities,
    SymbolInformation, SymbolKind, Uri,
};

use crate::ide::symbols::{self, document_symbols};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.document_symbol_provider = Some(OneOf::Left(true));
}

pub async fn handle(state: &Arc<State>, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
    let uri = params.text_document.uri;
    let is_nested = state.abilities().nests_symbols;
    let own = uri.clone();
    let find = move |question: &Question| {
        let found = document_symbols(question.analysis(), question.file);
        if is_nested {
            return DocumentSymbolResponse::Nested(found.into_iter().map(|one| nested(question, one)).collect());
        }
        let mut flat = Vec::new();
        flatten(question, &own, found, None, &mut flat);
        DocumentSymbolResponse::Flat(flat)
    };
    answer(state, &uri, find).await
}

/// The protocol's kind that editors draw with a fitting sign.
pub fn kind(kind: symbols::SymbolKind) -> SymbolKind {
    match kind {
        symbols::SymbolKind::Meta => SymbolKind::NAMESPACE,
        symbols::SymbolKind::Image => SymbolKind::CLASS,
        symbols::SymbolKind::Artifact => SymbolKind::INTERFACE,
        symbols::SymbolKind::Directive => SymbolKind::PROPERTY,
        symbols::SymbolKind::Template => SymbolKind::FUNCTION,
        symbols::SymbolKind::Variable => SymbolKind::VARIABLE,
    }
}

fn nested(question: &Question, symbol: symbols::DocumentSymbol) -> DocumentSymbol {
    let children = symbol.children.into_iter().map(|child| nested(question, child)).collect();
    #[allow(deprecated, reason = "the field has no default")]
    DocumentSymbol {
        name: symbol.name,
        detail: Some(symbol.detail).filter(|detail| !detail.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: question.range(symbol.span),
        selection_range: question.range(symbol.selection),
        children: Some(children),
    }
}

fn flatten(
    question: &Question,
    uri: &Uri,
    found: Vec<symbols::DocumentSymbol>,
    container: Option<&str>,
    into: &mut Vec<SymbolInformation>,
) {
    for symbol in found {
        #[allow(deprecated, reason = "the field has no default")]
        into.push(SymbolInformation {
            name: symbol.name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location { uri: uri.clone(), range: question.range(symbol.span) },
            container_name: container.map(str::to_owned),
        });
        flatten(question, uri, symbol.children, Some(&symbol.name), into);
    }
}
