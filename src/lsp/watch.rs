//! Files that the client is asked to watch: those of werf by their names, and whatever the analyses read.
//!
//! In: settings of the client. Out: one registration. Never: a watcher of our own.

use std::sync::Arc;

use serde_json::json;
use tower_lsp_server::ls_types::Registration;

use super::state::State;

/// Patterns of files that matter whatever a project reads: werf's own, Dockerfiles, and what tells that HEAD or the index moved. Data files can be
/// anything, so the rest is watched too; what no project reads costs one lookup.
const PATTERNS: &[&str] =
    &["**/werf*.{yaml,yml,lock}", "**/.werf/**", "**/*Dockerfile*", "**/.git/{HEAD,index,logs/HEAD}", "**/*"];

/// Asks the client to watch.
pub fn register(state: &Arc<State>) {
    if !state.abilities().watches_files {
        return;
    }
    let watchers: Vec<_> = PATTERNS.iter().map(|pattern| json!({"globPattern": pattern})).collect();
    let registration = Registration {
        id: "werfkit-watch".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({"watchers": watchers})),
    };
    let client = state.client.clone();
    state.outbox.send(async move {
        drop(tokio::spawn(async move { client.register_capability(vec![registration]).await }));
    });
}
