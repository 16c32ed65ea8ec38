//! Settings: asked for where the client can be asked, else taken from the notification.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp_server::ls_types::{ConfigurationItem, DidChangeConfigurationParams, MessageType};

use crate::lsp::settings::Settings;
use crate::lsp::state::{State, lock};

pub async fn changed(state: &Arc<State>, params: DidChangeConfigurationParams) {
    if state.abilities().has_configuration {
        ask(state).await;
    } else {
        take(state, &params.settings);
    }
}

/// Asks the client for its settings.
pub async fn ask(state: &Arc<State>) {
    let items = vec![ConfigurationItem { scope_uri: None, section: Some("werfkit".to_owned()) }];
    // A client that does not answer keeps what it said at the beginning.
    if let Ok(answers) = state.client.configuration(items).await
        && let Some(value) = answers.first().filter(|value| !value.is_null())
    {
        take(state, value);
    }
}

fn take(state: &Arc<State>, value: &Value) {
    let (settings, wrong) = Settings::read(value);
    for text in wrong {
        let client = state.client.clone();
        state.outbox.send(async move { client.show_message(MessageType::WARNING, format!("werfkit: {text}")).await });
    }
    let changed = {
        let mut known = lock(&state.settings);
        let changed = *known != settings;
        *known = settings;
        changed
    };
    if changed {
        state.touch_all();
    }
}
