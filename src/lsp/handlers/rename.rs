//! `textDocument/prepareRename` and `textDocument/rename`. Before edits are handed out, the project is analysed with them: a rename that would change more than the name
//! is refused with its reason.

use std::collections::HashMap;
use std::sync::Arc;

use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::{
    OneOf, PrepareRenameResponse, RenameOptions, RenameParams, ServerCapabilities, TextDocumentPositionParams,
    TextEdit, Uri, WorkDoneProgressOptions, WorkspaceEdit,
};

use crate::analysis::{Request, analyze};
use crate::ide::At;
use crate::ide::rename::{Edit, Refusal, apply, prepare, rename, verify};
use crate::lsp::question::{Question, answer};
use crate::lsp::state::{Abilities, State};

pub fn announce(capabilities: &mut ServerCapabilities, abilities: &Abilities) {
    capabilities.rename_provider = Some(if abilities.prepares_rename {
        OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: WorkDoneProgressOptions::default(),
        })
    } else {
        OneOf::Left(true)
    });
}

/// A refusal that editors show to the person.
fn refused(reason: Refusal) -> Error {
    Error { code: ErrorCode::ServerError(-32803), message: reason.into(), data: None }
}

pub async fn prepared(state: &Arc<State>, params: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
    let find = move |question: &Question| {
        let prepared = prepare(&question.at(params.position))?;
        let range = question.range(prepared.span);
        Ok(PrepareRenameResponse::RangeWithPlaceholder { range, placeholder: prepared.name })
    };
    answer(state, &params.text_document.uri, find).await?.transpose().map_err(refused)
}

pub async fn handle(state: &Arc<State>, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
    let place = params.text_document_position;
    let uri = place.text_document.uri;
    let find = move |question: &Question| {
        let at = question.at(place.position);
        let edits = rename(&at, &params.new_name)?;
        check(question, &at, &edits, &params.new_name)?;
        Ok(workspace_edit(question, &edits))
    };
    answer(state, &uri, find).await?.transpose().map_err(refused)
}

/// Analyses the project as it would be after the rename.
fn check(question: &Question, at: &At<'_>, edits: &[Edit], new: &str) -> std::result::Result<(), Refusal> {
    let prepared = prepare(at)?;
    let Some((mut request, ..)) = question.state.request(&question.project) else { return Ok(()) };
    for (file, text) in apply(at.analysis, edits) {
        request.overlay.insert(question.done.path(at.analysis, file), text);
    }
    let request = Request { dialect: Some(at.analysis.dialect()), ..request };
    match analyze(&request) {
        Ok(after) => verify(at.analysis, &after, &prepared.symbol, new),
        Err(error) => Err(error.message),
    }
}

fn workspace_edit(question: &Question, edits: &[Edit]) -> WorkspaceEdit {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in edits {
        if let Some(place) = question.location(edit.location) {
            changes.entry(place.uri).or_default().push(TextEdit { range: place.range, new_text: edit.text.clone() });
        }
    }
    WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
}
