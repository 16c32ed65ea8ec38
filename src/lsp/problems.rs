//! Diagnostics of projects as the protocol has them, pushed or kept for whoever asks.
//!
//! In: finished analyses. Out: for each file the diagnostics of all projects that read it. A file whose diagnostics did not change is not sent again; one that lost
//! its last is sent empty once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use tower_lsp_server::ls_types::Diagnostic;

use super::convert::uri_of;
use super::diagnostics::{ByFile, by_file};
use super::messages::status;
use super::state::{Done, ProjectPath, State, lock};
use crate::analysis::AnalysisError;

/// Diagnostics by file and project.
#[derive(Debug, Default)]
pub struct Problems {
    by_project: HashMap<ProjectPath, Listed>,
    /// What other worlds of the projects add.
    by_world: HashMap<ProjectPath, ByFile>,
    /// What was pushed last for a file.
    pushed: HashMap<PathBuf, Pushed>,
}

/// The diagnostics of one project.
#[derive(Clone, Debug)]
struct Listed {
    /// The analysis that they were made of.
    of: Weak<Done>,
    files: Arc<ByFile>,
}

impl Listed {
    /// Whether they were made of that analysis.
    fn is_of(&self, done: &Arc<Done>) -> bool {
        std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(done))
    }
}

/// What was pushed for a file.
#[derive(Debug)]
struct Pushed {
    /// The lists of projects and worlds that it was made of.
    parts: Vec<Arc<Vec<Diagnostic>>>,
    list: Arc<Vec<Diagnostic>>,
    /// The version it was for.
    version: Option<i32>,
}

impl Problems {
    /// The diagnostics of a file, of all projects.
    #[must_use]
    pub fn of(&self, path: &Path) -> Arc<Vec<Diagnostic>> {
        merged(&self.parts(path).cloned().collect::<Vec<_>>())
    }

    /// The lists of projects and worlds for a file.
    fn parts(&self, path: &Path) -> impl Iterator<Item = &Arc<Vec<Diagnostic>>> {
        let projects = self.by_project.values().map(|listed| &*listed.files);
        projects.chain(self.by_world.values()).filter_map(move |files| files.get(path))
    }

    /// Whether what was pushed for a file is what there is to say of it.
    fn is_told(&self, path: &Path, version: Option<i32>) -> bool {
        match self.pushed.get(path) {
            Some(pushed) => pushed.version == version && self.parts(path).eq(&pushed.parts),
            None => version.is_none() && self.parts(path).all(|list| list.is_empty()),
        }
    }

    /// The diagnostics of a file that other projects, or other worlds, make.
    #[must_use]
    pub fn beside(&self, project: &Path, path: &Path) -> Vec<Diagnostic> {
        let others = self.by_project.iter().filter(|(other, _)| *other != project).map(|(_, listed)| &*listed.files);
        let files = others.chain(self.by_world.values());
        files.filter_map(|files| files.get(path)).flat_map(|list| list.iter().cloned()).collect()
    }

    /// All files with diagnostics.
    #[must_use]
    pub fn files(&self) -> BTreeSet<PathBuf> {
        self.named().cloned().collect()
    }

    fn named(&self) -> impl Iterator<Item = &PathBuf> {
        let projects = self.by_project.values().map(|listed| &*listed.files);
        projects.chain(self.by_world.values()).flat_map(HashMap::keys)
    }
}

/// One list of several, each diagnostic once.
fn merged(parts: &[Arc<Vec<Diagnostic>>]) -> Arc<Vec<Diagnostic>> {
    let mut by_place: HashMap<(u32, u32), Vec<&Diagnostic>> = HashMap::new();
    let mut all: Vec<&Diagnostic> = Vec::new();
    for diagnostic in parts.iter().flat_map(|list| list.iter()) {
        let start = diagnostic.range.start;
        let near = by_place.entry((start.line, start.character)).or_default();
        if !near.contains(&diagnostic) {
            near.push(diagnostic);
            all.push(diagnostic);
        }
    }
    match parts {
        [only] if only.len() == all.len() => Arc::clone(only),
        _ => Arc::new(all.into_iter().cloned().collect()),
    }
}

/// The URI of a path: the client's own where the document is open.
#[must_use]
pub fn uri_of_document(state: &State, path: &Path) -> Option<tower_lsp_server::ls_types::Uri> {
    let open = lock(&state.documents).get(path).map(|document| document.uri.clone());
    open.or_else(|| uri_of(path))
}

/// Tells of a finished analysis that is filed: pushes what changed, or tells the client to ask again.
pub fn publish(state: &Arc<State>, project: &Path, done: &Arc<Done>, has_changed: bool) {
    tell(state, done, has_changed);
    status(state, project, done);
    refresh_views(state);
}

/// Files the diagnostics of a finished analysis in place of those of `before`; whether they are others. To be done before anybody hears that it is finished: who waits for it
/// may ask for everything that is filed.
pub fn file(state: &Arc<State>, project: &Path, done: &Arc<Done>, before: Option<&Arc<Done>>) -> bool {
    let listed = lock(&state.problems).by_project.get(project).cloned();
    let known = before.zip(listed.as_ref()).filter(|(before, listed)| listed.is_of(before));
    let files = by_file(state, done, known.map(|(before, listed)| (&**before, &*listed.files)));
    let mut problems = lock(&state.problems);
    // What other worlds added was about an older text.
    let worlds = problems.by_world.remove(project);
    let is_same = problems.by_project.get(project).is_some_and(|listed| *listed.files == files);
    let files = Arc::new(files);
    problems.by_project.insert(project.to_path_buf(), Listed { of: Arc::downgrade(done), files });
    !is_same || worlds.is_some()
}

/// Takes over what other worlds of a project add to a finished analysis.
pub fn publish_worlds(state: &Arc<State>, project: &Path, done: &Arc<Done>, others: &[Done]) {
    let mut added: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for (path, list) in others.iter().flat_map(|other| by_file(state, other, None)) {
        added.entry(path).or_default().extend(list.iter().cloned());
    }
    let added: ByFile = added.into_iter().map(|(path, list)| (path, Arc::new(list))).collect();
    let has_changed = {
        let mut problems = lock(&state.problems);
        let before = problems.by_world.insert(project.to_path_buf(), added);
        before.unwrap_or_default() != problems.by_world[project]
    };
    if has_changed {
        tell(state, done, true);
    }
}

/// Pushes what changed, or tells the client to ask again.
fn tell(state: &Arc<State>, done: &Arc<Done>, has_changed: bool) {
    if state.abilities().pulls_diagnostics {
        if has_changed && state.abilities().refreshes_diagnostics {
            let client = state.client.clone();
            // Nobody waits for the answer: the client asks again when it is ready.
            state
                .outbox
                .send(async move { drop(tokio::spawn(async move { client.workspace_diagnostic_refresh().await })) });
        }
        state.changed.send_modify(|count| *count += 1);
    } else {
        push(state, done);
    }
}

/// Sends the diagnostics of all files for which they are not what was sent last.
fn push(state: &Arc<State>, done: &Done) {
    let mut problems = lock(&state.problems);
    let version_of = |path: &Path| lock(&state.documents).get(path).map(|document| document.version);
    let all = problems.named().chain(problems.pushed.keys()).chain(done.versions.keys());
    let paths: BTreeSet<PathBuf> = all.filter(|path| !problems.is_told(path, version_of(path))).cloned().collect();
    let outdated = state.outdated();
    for path in paths {
        // What another project says of the file is of an older text: when that project has been analysed, the file is told of.
        if problems
            .by_project
            .iter()
            .any(|(project, listed)| outdated.contains(project) && listed.files.contains_key(&path))
        {
            continue;
        }
        let (uri, version) = match lock(&state.documents).get(&path) {
            Some(document) => (Some(document.uri.clone()), Some(document.version)),
            None => (uri_of(&path), None),
        };
        // Of a text that was opened or changed since, the next analysis tells.
        if version.is_some() && done.versions.get(&path).copied() != version {
            continue;
        }
        let parts: Vec<_> = problems.parts(&path).cloned().collect();
        let list = merged(&parts);
        let known = problems.pushed.get(&path);
        let is_same = known.is_some_and(|pushed| pushed.list == list && pushed.version == version);
        let is_nothing = list.is_empty() && version.is_none();
        if is_same || (known.is_none() && is_nothing) {
            continue;
        }
        let Some(uri) = uri else { continue };
        if is_nothing {
            problems.pushed.remove(&path);
        } else {
            problems.pushed.insert(path, Pushed { parts, list: Arc::clone(&list), version });
        }
        let client = state.client.clone();
        state.outbox.send(async move { client.publish_diagnostics(uri, list.to_vec(), version).await });
    }
}

/// What the editor drew from an older analysis.
fn refresh_views(state: &Arc<State>) {
    let abilities = state.abilities();
    let (hints, lenses) = (abilities.refreshes_hints, abilities.refreshes_lenses);
    if !hints && !lenses {
        return;
    }
    let client = state.client.clone();
    state.outbox.send(async move {
        drop(tokio::spawn(async move {
            if hints {
                let _ = client.inlay_hint_refresh().await;
            }
            if lenses {
                let _ = client.code_lens_refresh().await;
            }
        }));
    });
}

/// Forgets a project that is gone.
pub fn forget(state: &Arc<State>, project: &Path) {
    let files = {
        let mut problems = lock(&state.problems);
        problems.by_world.remove(project);
        problems.by_project.remove(project)
    };
    lock(&state.projects).remove(project);
    if files.is_some() && !state.abilities().pulls_diagnostics {
        let versions = lock(&state.documents).iter().map(|(path, document)| (path.clone(), document.version)).collect();
        let error = AnalysisError { message: String::new(), help: None };
        let nothing = Done::new(0, Err(error), PathBuf::new(), versions);
        push(state, &nothing);
    }
}
