//! Diagnostics of projects as the protocol has them, pushed or kept for whoever asks.
//!
//! In: finished analyses. Out: for each file the diagnostics of all projects that read it. A file whose diagnostics did not change is not sent again; one that lost
//! its last is sent empty once.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value, json};
use tower_lsp_server::ls_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticTag, Location, NumberOrString, Range,
};

use super::convert::{severity, uri_of};
use super::messages::status;
use super::state::{Done, ProjectPath, State, lock};
use crate::analysis::AnalysisError;
use crate::check;
use crate::ide::Analysis;
use crate::source::{FileId, Span};

/// The diagnostics of one project, by absolute path of the file.
pub type ByFile = BTreeMap<PathBuf, Arc<Vec<Diagnostic>>>;

/// Diagnostics by file and project.
#[derive(Debug, Default)]
pub struct Problems {
    by_project: HashMap<ProjectPath, ByFile>,
    /// What other worlds of the projects add.
    by_world: HashMap<ProjectPath, ByFile>,
    /// What was pushed last for a file, with the version it was for.
    pushed: HashMap<PathBuf, (Vec<Diagnostic>, Option<i32>)>,
}

impl Problems {
    /// The diagnostics of a file, of all projects.
    #[must_use]
    pub fn of(&self, path: &Path) -> Vec<Diagnostic> {
        let mut all: Vec<Diagnostic> = Vec::new();
        let worlds = self.by_project.values().chain(self.by_world.values());
        for diagnostic in worlds.filter_map(|files| files.get(path)).flat_map(|list| list.iter()) {
            if !all.contains(diagnostic) {
                all.push(diagnostic.clone());
            }
        }
        all
    }

    /// The diagnostics of a file that other projects, or other worlds, make.
    #[must_use]
    pub fn beside(&self, project: &Path, path: &Path) -> Vec<Diagnostic> {
        let others = self.by_project.iter().filter(|(other, _)| *other != project).map(|(_, files)| files);
        let files = others.chain(self.by_world.values());
        files.filter_map(|files| files.get(path)).flat_map(|list| list.iter().cloned()).collect()
    }

    /// All files with diagnostics.
    #[must_use]
    pub fn files(&self) -> BTreeSet<PathBuf> {
        self.by_project.values().chain(self.by_world.values()).flat_map(|files| files.keys().cloned()).collect()
    }
}

/// The URL-like name of a rule's page is its id: clients show `source(code)`.
fn code(rule: &str) -> NumberOrString {
    NumberOrString::String(rule.to_owned())
}

/// All diagnostics of an analysis by file.
#[must_use]
pub fn by_file(state: &State, done: &Done) -> ByFile {
    let mut files: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    let analysis = match &done.result {
        Ok(analysis) => analysis,
        Err(error) => {
            let message = match &error.help {
                Some(help) => format!("{}\nhelp: {help}", error.message),
                None => error.message.clone(),
            };
            let path = done.versions.keys().find(|path| path.starts_with(&done.directory)).cloned();
            let path = path.unwrap_or_else(|| done.directory.join("werf.yaml"));
            let diagnostic = Diagnostic { source: Some("werfkit".to_owned()), message, ..Diagnostic::default() };
            return BTreeMap::from([(path, Arc::new(vec![diagnostic]))]);
        }
    };
    let snapshot = analysis.snapshot();
    let place = |file: FileId, span: Span| -> (PathBuf, Range) {
        let range = done.lines(analysis, file).range(analysis.text(file), span, state.encoding());
        (done.path(analysis, file), range)
    };
    for diagnostic in &analysis.linted.diagnostics {
        let (path, range) = match diagnostic.location {
            Some(location) => place(location.file, location.span),
            None => {
                let name = snapshot.config.as_deref().unwrap_or("werf.yaml");
                (done.directory.join(name), Range::default())
            }
        };
        let related: Vec<DiagnosticRelatedInformation> = diagnostic
            .related
            .iter()
            .filter_map(|related| {
                let (path, range) = place(related.location.file, related.location.span);
                let location = Location { uri: uri_of_document(state, &path)?, range };
                Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
            })
            .collect();
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        if !diagnostic.worlds.is_empty() {
            message.push_str("\nonly when ");
            message.push_str(&diagnostic.worlds.join(", or when "));
        }
        files.entry(path).or_default().push(Diagnostic {
            range,
            severity: Some(severity(diagnostic.severity)),
            code: Some(code(diagnostic.rule.0)),
            code_description: None,
            source: Some("werfkit".to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: tags(diagnostic.rule.0),
            data: Some(data(analysis, diagnostic)),
        });
    }
    files.into_iter().map(|(path, list)| (path, Arc::new(list))).collect()
}

/// Editors strike through what is deprecated.
fn tags(rule: &str) -> Option<Vec<DiagnosticTag>> {
    check::find(rule).filter(|rule| rule.is_about_deprecation()).map(|_| vec![DiagnosticTag::DEPRECATED])
}

/// What clients may want to know without asking.
fn data(analysis: &Analysis, diagnostic: &crate::diagnostic::Diagnostic) -> Value {
    json!({
        "rule": diagnostic.rule.0,
        "fatal": diagnostic.fatal,
        "fixable": diagnostic.fix.is_some(),
        "dialect": analysis.dialect().to_string(),
    })
}

/// The URI of a path: the client's own where the document is open.
#[must_use]
pub fn uri_of_document(state: &State, path: &Path) -> Option<tower_lsp_server::ls_types::Uri> {
    let open = lock(&state.documents).get(path).map(|document| document.uri.clone());
    open.or_else(|| uri_of(path))
}

/// Takes over a finished analysis: pushes what changed, or tells the client to ask again.
pub fn publish(state: &Arc<State>, project: &Path, done: &Arc<Done>) {
    let files = by_file(state, done);
    let has_changed = {
        let mut problems = lock(&state.problems);
        // What other worlds added was about an older text.
        let worlds = problems.by_world.remove(project);
        let before = problems.by_project.insert(project.to_path_buf(), files);
        let now = problems.by_project.get(project);
        before.as_ref() != now || worlds.is_some()
    };
    tell(state, done, has_changed);
    status(state, project, done);
    refresh_views(state);
}

/// Takes over what other worlds of a project add to a finished analysis.
pub fn publish_worlds(state: &Arc<State>, project: &Path, done: &Arc<Done>, others: &[Done]) {
    let mut added: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for (path, list) in others.iter().flat_map(|other| by_file(state, other)) {
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
    let mut paths: BTreeSet<PathBuf> = problems.files();
    paths.extend(problems.pushed.keys().cloned());
    paths.extend(done.versions.keys().cloned());
    let outdated = state.outdated();
    for path in paths {
        // What another project says of the file is of an older text: when that project has been analysed, the file is told of.
        if problems.by_project.iter().any(|(project, files)| outdated.contains(project) && files.contains_key(&path)) {
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
        let now = problems.of(&path);
        let unknown = !problems.pushed.contains_key(&path);
        let is_same = problems.pushed.get(&path).is_some_and(|(list, of)| *list == now && *of == version);
        if is_same || (unknown && now.is_empty() && version.is_none()) {
            continue;
        }
        let Some(uri) = uri else { continue };
        if now.is_empty() && version.is_none() {
            problems.pushed.remove(&path);
        } else {
            problems.pushed.insert(path, (now.clone(), version));
        }
        let client = state.client.clone();
        state.outbox.send(async move { client.publish_diagnostics(uri, now, version).await });
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
