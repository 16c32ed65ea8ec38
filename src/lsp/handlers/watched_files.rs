//! Files that changed on disk.

use std::collections::BTreeSet;
use std::sync::Arc;

use tower_lsp_server::ls_types::{DidChangeWatchedFilesParams, FileChangeType};

use crate::lsp::convert::path_of;
use crate::lsp::problems;
use crate::lsp::state::{State, lock};

pub fn changed(state: &Arc<State>, params: &DidChangeWatchedFilesParams) {
    let mut touched = BTreeSet::new();
    for change in &params.changes {
        let Some(path) = path_of(&change.uri) else { continue };
        let concerned = state.concerned(&path);
        let is_open = lock(&state.documents).get(&path).is_some();
        // A project whose config is gone and not open any more is no project.
        if change.typ == FileChangeType::DELETED && !is_open {
            for project in concerned.iter().filter(|project| !holds_config(state, project)) {
                problems::forget(state, project);
            }
        }
        touched.extend(concerned);
    }
    touched.retain(|project| holds_config(state, project));
    if !touched.is_empty() {
        state.touch(touched);
    }
}

/// Whether a project still has a config file, on disk or open.
fn holds_config(state: &State, project: &std::path::Path) -> bool {
    let is_there = |path: &std::path::Path| path.is_file() || lock(&state.documents).get(path).is_some();
    is_there(project)
        || ["werf.yaml", "werf.yml"].iter().any(|name| is_there(&project.join(name)))
        || lock(&state.settings).config.is_some()
}
