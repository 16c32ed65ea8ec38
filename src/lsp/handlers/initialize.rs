//! `initialize`: what both sides can do, settings, folders.

use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::ls_types::{
    ClientCapabilities, InitializeParams, InitializeResult, ServerCapabilities, ServerInfo,
};

use super::ANNOUNCE;
use crate::lsp::convert::{Encoding, path_of};
use crate::lsp::settings::Settings;
use crate::lsp::state::{Abilities, State, lock};

pub fn handle(state: &Arc<State>, params: InitializeParams) -> InitializeResult {
    let abilities = abilities(&params.capabilities);
    let mut capabilities =
        ServerCapabilities { position_encoding: Some(abilities.encoding.kind()), ..ServerCapabilities::default() };
    for announce in ANNOUNCE {
        announce(&mut capabilities, &abilities);
    }
    // A second `initialize` is refused by the transport, so this is the first.
    let _ = state.abilities.set(abilities);
    if let Some(options) = &params.initialization_options {
        *lock(&state.settings) = Settings::read(options).0;
    }
    let mut folders: Vec<_> =
        params.workspace_folders.iter().flatten().filter_map(|folder| path_of(&folder.uri)).collect();
    #[allow(deprecated, reason = "older clients know only this")]
    if folders.is_empty()
        && let Some(root) = params.root_uri.as_ref().and_then(path_of)
    {
        folders.push(root);
    }
    *lock(&state.folders) = folders;
    let info = ServerInfo { name: "werfkit".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
    InitializeResult { capabilities, server_info: Some(info), ..InitializeResult::default() }
}

/// Reads what matters of a client's capabilities.
fn abilities(capabilities: &ClientCapabilities) -> Abilities {
    // By JSON: the paths are those of the protocol's own text, and many levels are optional.
    let tree = serde_json::to_value(capabilities).unwrap_or(Value::Null);
    let at = |path: &str| tree.pointer(path).cloned().unwrap_or(json!(false));
    let is = |path: &str| at(path) == json!(true);
    let has = |path: &str| tree.pointer(path).is_some_and(|value| !value.is_null());
    let operations = at("/workspace/workspaceEdit/resourceOperations");
    let creates = operations.as_array().is_some_and(|list| list.contains(&json!("create")));
    Abilities {
        encoding: Encoding::negotiate(
            capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref()),
        ),
        pulls_diagnostics: has("/textDocument/diagnostic"),
        refreshes_diagnostics: is("/workspace/diagnostics/refreshSupport")
            || is("/workspace/diagnostic/refreshSupport"),
        refreshes_hints: is("/workspace/inlayHint/refreshSupport"),
        refreshes_lenses: is("/workspace/codeLens/refreshSupport"),
        has_configuration: is("/workspace/configuration"),
        watches_files: is("/workspace/didChangeWatchedFiles/dynamicRegistration"),
        shows_progress: is("/window/workDoneProgress"),
        has_snippets: is("/textDocument/completion/completionItem/snippetSupport"),
        document_changes: is("/workspace/workspaceEdit/documentChanges"),
        creates_files: creates,
        resolves_actions: at("/textDocument/codeAction/resolveSupport/properties")
            .as_array()
            .is_some_and(|list| list.contains(&json!("edit"))),
        definition_links: is("/textDocument/definition/linkSupport"),
        prepares_rename: is("/textDocument/rename/prepareSupport"),
        nests_symbols: is("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
    }
}
