//! Documents that are opened, changed, saved and closed. Each call changes the text before it returns, so that what comes after sees it.

use std::path::Path;
use std::sync::Arc;

use tower_lsp_server::ls_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    SaveOptions, ServerCapabilities, TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    TextDocumentSyncSaveOptions,
};

use crate::lsp::convert::path_of;
use crate::lsp::state::{Abilities, State, lock};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.text_document_sync = Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
        ..TextDocumentSyncOptions::default()
    }));
}

/// Has the projects of a file analysed again.
fn touch(state: &State, path: &Path) {
    let mut projects = state.concerned(path);
    // The project that the file belongs to by its place comes last, and is analysed first.
    let own = state.project_of(path);
    if let Some(own) = &own {
        projects.remove(own);
    }
    state.touch(projects.into_iter().chain(own));
}

pub fn opened(state: &Arc<State>, params: DidOpenTextDocumentParams) {
    let document = params.text_document;
    let Some(path) = path_of(&document.uri) else { return };
    lock(&state.documents).open(path.clone(), document.uri, document.version, document.text);
    touch(state, &path);
}

pub fn changed(state: &Arc<State>, params: DidChangeTextDocumentParams) {
    let Some(path) = path_of(&params.text_document.uri) else { return };
    let encoding = state.encoding();
    let is_open = lock(&state.documents).change(&path, params.text_document.version, params.content_changes, encoding);
    if is_open {
        touch(state, &path);
    }
}

pub fn saved(state: &Arc<State>, params: &DidSaveTextDocumentParams) {
    let Some(path) = path_of(&params.text_document.uri) else { return };
    // What is on disk counts for git, and for projects that do not see the open text.
    touch(state, &path);
}

pub fn closed(state: &Arc<State>, params: &DidCloseTextDocumentParams) {
    let Some(path) = path_of(&params.text_document.uri) else { return };
    if lock(&state.documents).close(&path).is_some() {
        touch(state, &path);
    }
}
