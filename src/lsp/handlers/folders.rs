//! Workspace folders that come and go.

use std::sync::Arc;

use tower_lsp_server::ls_types::{
    DidChangeWorkspaceFoldersParams, OneOf, ServerCapabilities, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};

use super::initialized::find_projects;
use crate::lsp::convert::path_of;
use crate::lsp::problems;
use crate::lsp::state::{Abilities, State, lock};

pub fn announce(capabilities: &mut ServerCapabilities, _: &Abilities) {
    capabilities.workspace = Some(WorkspaceServerCapabilities {
        workspace_folders: Some(WorkspaceFoldersServerCapabilities {
            supported: Some(true),
            change_notifications: Some(OneOf::Left(true)),
        }),
        ..WorkspaceServerCapabilities::default()
    });
}

pub fn changed(state: &Arc<State>, params: &DidChangeWorkspaceFoldersParams) {
    let removed: Vec<_> = params.event.removed.iter().filter_map(|folder| path_of(&folder.uri)).collect();
    {
        let mut folders = lock(&state.folders);
        folders.retain(|folder| !removed.contains(folder));
        folders.extend(params.event.added.iter().filter_map(|folder| path_of(&folder.uri)));
    }
    let is_open = |project: &std::path::Path| lock(&state.documents).iter().any(|(path, _)| path.starts_with(project));
    let gone: Vec<_> = lock(&state.projects)
        .keys()
        .filter(|project| removed.iter().any(|folder| project.starts_with(folder)) && !is_open(project))
        .cloned()
        .collect();
    for project in gone {
        problems::forget(state, &project);
    }
    let state = Arc::clone(state);
    tokio::spawn(async move { find_projects(&state).await });
}
