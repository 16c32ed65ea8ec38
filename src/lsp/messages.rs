//! Requests and notifications that only werfkit knows, as plain data.

use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tower_lsp_server::ls_types::notification::Notification;
use tower_lsp_server::ls_types::{Range, Uri};

use super::problems::uri_of_document;
use super::state::{Done, State};
use crate::analysis::Verdict;
use crate::diagnostic::Severity;

/// `werfkit/status`: what became of a project.
#[derive(Debug)]
pub enum Status {}

impl Notification for Status {
    type Params = StatusParams;
    const METHOD: &'static str = "werfkit/status";
}

/// The state of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusParams {
    /// The config file; the project directory where there is none.
    pub uri: Uri,
    /// The dialect: `1.1`, `1.2`, `2`, `3`.
    pub dialect: String,
    /// Why that one.
    pub dialect_reason: String,
    /// Project directory as a path.
    pub project: String,
    /// Whether werf would load it.
    pub accepted: bool,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
}

/// A document.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DocumentParams {
    /// Any file of the project.
    pub uri: Uri,
}

/// A place of the rendered text and the one in a file that it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapped {
    /// In the rendered text.
    pub rendered: Range,
    /// The file.
    pub uri: Uri,
    /// In the file.
    pub range: Range,
    /// Whether the bytes are the same, letter by letter.
    pub exact: bool,
}

/// Answer to `werfkit/rendered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedDocument {
    /// What the virtual document is called.
    pub uri: String,
    /// The text that werf would parse, or what there is of it.
    pub text: String,
    /// Whether rendering went through.
    pub complete: bool,
    /// Runs of the text that came from files, in order.
    pub map: Vec<Mapped>,
}

/// Parameters of `werfkit/graph`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GraphParams {
    /// Any file of the project.
    pub uri: Uri,
    /// `svg`, `dot`, `mermaid`, `text` or `json`.
    pub format: String,
}

/// Parameters of `werfkit/explain`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ExplainParams {
    /// Id of the rule.
    pub rule: String,
}

/// A text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextAnswer {
    /// The text.
    pub text: String,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkdownAnswer {
    /// The page.
    pub markdown: String,
}

/// Tells the client about a finished analysis.
pub fn status(state: &Arc<State>, project: &Path, done: &Done) {
    let Some(analysis) = done.analysis() else { return };
    let snapshot = analysis.snapshot();
    let config = snapshot.config.as_ref().map_or_else(|| project.to_path_buf(), |config| done.directory.join(config));
    let Some(uri) = uri_of_document(state, &config) else { return };
    let count = |severity| analysis.linted.diagnostics.iter().filter(|one| one.severity == severity).count();
    let params = StatusParams {
        uri,
        dialect: snapshot.dialect.to_string(),
        dialect_reason: snapshot.dialect_reason.clone(),
        project: done.directory.display().to_string(),
        accepted: snapshot.verdict == Verdict::Accepted,
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
    };
    let client = state.client.clone();
    state.outbox.send(async move { client.send_notification::<Status>(params).await });
}
