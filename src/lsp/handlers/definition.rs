//! `textDocument/definition` and `textDocument/declaration`: where what stands at a place is defined.

use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DeclarationCapability, GotoDefinitionParams, GotoDefinitionResponse, Location, LocationLink, OneOf,
    ServerCapabilities,
};

use super::completion::Disk;
use crate::ide::definition::{Target, definition};
use crate::lsp::convert::Lines;
use crate::lsp::problems::uri_of_document;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.definition_provider = Some(OneOf::Left(true));
    capabilities.declaration_provider = Some(DeclarationCapability::Simple(true));
}

pub async fn handle(state: &Arc<State>, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
    let place = params.text_document_position_params;
    let uri = place.text_document.uri;
    let with_links = state.abilities().definition_links;
    let find = move |question: &Question| {
        let files = Disk { directory: question.done.directory.clone() };
        let targets = definition(&question.at(place.position), Some(&files));
        let links: Vec<LocationLink> = targets.iter().filter_map(|target| link(question, target)).collect();
        match (links.is_empty(), with_links) {
            (true, _) => None,
            (false, true) => Some(GotoDefinitionResponse::Link(links)),
            (false, false) => Some(GotoDefinitionResponse::Array(links.into_iter().map(location).collect())),
        }
    };
    Ok(answer(state, &uri, find).await?.flatten())
}

fn link(question: &Question, target: &Target) -> Option<LocationLink> {
    let path = crate::vfs::go_clean(&question.done.directory.join(&target.path).to_string_lossy());
    let lines = Lines::new(&target.text);
    Some(LocationLink {
        origin_selection_range: Some(question.range(target.origin)),
        target_uri: uri_of_document(&question.state, std::path::Path::new(&path))?,
        target_range: lines.range(&target.text, target.whole, question.encoding()),
        target_selection_range: lines.range(&target.text, target.span, question.encoding()),
    })
}

fn location(link: LocationLink) -> Location {
    Location { uri: link.target_uri, range: link.target_selection_range }
}
