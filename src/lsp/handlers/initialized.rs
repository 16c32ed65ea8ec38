//! `initialized`: settings, watched files, and the projects of the workspace in the background.

use std::path::Path;
use std::sync::Arc;

use tower_lsp_server::ls_types::ProgressToken;

use crate::lsp::state::{State, lock};
use crate::lsp::{handlers, question, watch};
use crate::project::discover::projects_below;

/// How deep projects are looked for.
const DEPTH: usize = 6;
/// Folders looked at per workspace folder.
const FOLDERS: usize = 20_000;
/// Projects analysed that nobody has open.
const PROJECTS: usize = 200;

pub async fn handle(state: &Arc<State>) {
    if state.abilities().has_configuration {
        handlers::configuration::ask(state).await;
    }
    watch::register(state);
    let state = Arc::clone(state);
    tokio::spawn(async move { find_projects(&state).await });
}

/// Looks for projects in the workspace folders and has them analysed, after those that are open.
pub async fn find_projects(state: &Arc<State>) {
    let folders = lock(&state.folders).clone();
    if folders.is_empty() {
        return;
    }
    let progress = match state.abilities().shows_progress {
        true => {
            let token = ProgressToken::String("werfkit/projects".to_owned());
            match state.client.create_work_done_progress(token.clone()).await {
                Ok(()) => Some(state.client.progress(token, "werfkit: looking for projects").begin().await),
                Err(_) => None,
            }
        }
        false => None,
    };
    let search = move || {
        let mut found: Vec<_> = folders.iter().flat_map(|folder| projects_below(folder, DEPTH, FOLDERS)).collect();
        found.dedup();
        found.truncate(PROJECTS);
        found
    };
    let found = question::compute(search).await.unwrap_or_default();
    let count = found.len();
    for project in found {
        add(state, &project);
    }
    if let Some(progress) = progress {
        let message = format!("{count} {}", if count == 1 { "project" } else { "projects" });
        progress.finish_with_message(message).await;
    }
}

/// Makes a project known, without hurry.
fn add(state: &State, project: &Path) {
    if state.wanted(project).is_none() {
        state.touch_late(project.to_path_buf());
    }
}
