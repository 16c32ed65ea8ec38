//! `workspace/executeCommand`: the commands of code actions and lenses, for clients that have no command of that name and send it back. They are not announced,
//! because clients that do have them would register them twice.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp_server::jsonrpc::{Error, Result};
use tower_lsp_server::ls_types::{ExecuteCommandParams, MessageType};

use crate::check;
use crate::lsp::state::State;

pub fn handle(state: &Arc<State>, params: &ExecuteCommandParams) -> Result<Option<Value>> {
    match params.command.as_str() {
        "werfkit.explain" => {
            let name = params.arguments.first().and_then(Value::as_str).unwrap_or_default();
            let Some(rule) = check::find(name) else {
                return Err(Error::invalid_params(format!("there is no rule `{name}`")));
            };
            let (client, text) = (state.client.clone(), format!("{}: {}", rule.id, rule.description()));
            state.outbox.send(async move { client.show_message(MessageType::INFO, text).await });
            Ok(None)
        }
        // The places are what `textDocument/references` answers; only the client can show them.
        "werfkit.showReferences" => Ok(None),
        other => Err(Error::invalid_params(format!("there is no command `{other}`"))),
    }
}
