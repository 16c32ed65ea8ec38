//! `textDocument/codeLens`: who uses the images that are defined in a file.

use std::sync::Arc;

use serde_json::json;
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{CodeLens, CodeLensOptions, CodeLensParams, Command, Location, ServerCapabilities};

use crate::ide::lenses::{Lens, lenses};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.code_lens_provider = Some(CodeLensOptions { resolve_provider: Some(false) });
}

pub async fn handle(state: &Arc<State>, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
    let uri = params.text_document.uri;
    let find = move |question: &Question| {
        let found = lenses(question.analysis(), question.file);
        found.iter().map(|lens| shown(question, lens)).collect()
    };
    answer(state, &uri, find).await
}

/// The command is the extension's: it shows the places as the editor's own list of references.
fn shown(question: &Question, lens: &Lens) -> CodeLens {
    let range = question.range(lens.span);
    let places: Vec<Location> = lens.places.iter().filter_map(|place| question.location(*place)).collect();
    // A lens without a command is a plain line of text.
    let command = if places.is_empty() { String::new() } else { "werfkit.showReferences".to_owned() };
    let arguments =
        (!places.is_empty()).then(|| vec![json!(question.uri(question.file)), json!(range.start), json!(places)]);
    CodeLens { range, command: Some(Command { title: lens.title.clone(), command, arguments }), data: None }
}
