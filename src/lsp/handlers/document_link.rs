//! `textDocument/documentLink`.

use std::str::FromStr;
use std::sync::Arc;

use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    DocumentLink, DocumentLinkOptions, DocumentLinkParams, ServerCapabilities, Uri, WorkDoneProgressOptions,
};

use crate::ide::links::{LinkTarget, links};
use crate::lsp::convert::uri_of;
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.document_link_provider = Some(DocumentLinkOptions {
        resolve_provider: None,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    });
}

pub async fn handle(state: &Arc<State>, params: DocumentLinkParams) -> Result<Option<Vec<DocumentLink>>> {
    let found = |question: &Question| {
        let links = links(question.analysis(), question.file).into_iter();
        let link = |link: crate::ide::links::Link| {
            let target = Some(uri(question, &link.target)?);
            Some(DocumentLink { range: question.range(link.span), target, tooltip: Some(link.tooltip), data: None })
        };
        links.filter_map(link).collect()
    };
    answer(state, &params.text_document.uri, found).await
}

fn uri(question: &Question, target: &LinkTarget) -> Option<Uri> {
    match target {
        LinkTarget::Page(page) => Uri::from_str(page).ok(),
        LinkTarget::Path(path) => {
            let path = question.done.directory.join(path);
            uri_of(std::path::Path::new(&crate::vfs::go_clean(&path.to_string_lossy())))
        }
        LinkTarget::Place(place) => {
            let location = question.location(*place)?;
            let line = location.range.start.line + 1;
            // Editors read the fragment as a line.
            if line == 1 {
                Some(location.uri)
            } else {
                Uri::from_str(&format!("{}#L{line}", location.uri.as_str())).ok()
            }
        }
    }
}
