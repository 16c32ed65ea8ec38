//! A question about a document: waits for the analysis that knows the document as it is now, and answers off the thread that reads messages.
//!
//! In: a URI. Out: what a function of plain data says about it. A question about a text that changed meanwhile gets the error that clients expect
//! then; one about a file of no project gets no answer. A panic costs that answer.

use std::path::PathBuf;
use std::sync::Arc;

use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::{Location, Position, Range, Uri};

use super::convert::{Encoding, path_of};
use super::problems::uri_of_document;
use super::state::{Done, ProjectPath, State, lock};
use crate::ide::{Analysis, At};
use crate::source::{self, FileId, Span};

/// The error for answers that came too late.
fn content_modified() -> Error {
    Error { code: ErrorCode::ServerError(-32801), message: "the text has changed".into(), data: None }
}

/// A document in its project.
#[derive(Clone, Debug)]
pub struct Question {
    /// What the server knows.
    pub state: Arc<State>,
    /// The project.
    pub project: ProjectPath,
    /// Its state.
    pub done: Arc<Done>,
    analysis: Arc<Analysis>,
    /// The document's path.
    pub path: PathBuf,
    /// The document among the project's files.
    pub file: FileId,
}

impl Question {
    /// The analysis.
    #[must_use]
    pub fn analysis(&self) -> &Analysis {
        &self.analysis
    }

    /// The unit of columns.
    #[must_use]
    pub fn encoding(&self) -> Encoding {
        self.state.encoding()
    }

    /// The document at a position.
    #[must_use]
    pub fn at(&self, position: Position) -> At<'_> {
        let analysis = self.analysis();
        let lines = self.done.lines(analysis, self.file);
        let offset = lines.offset(analysis.text(self.file), position, self.encoding());
        At { analysis, file: self.file, offset }
    }

    /// The bytes of a range of the document.
    #[must_use]
    pub fn span(&self, range: Range) -> Span {
        let analysis = self.analysis();
        let lines = self.done.lines(analysis, self.file);
        let text = analysis.text(self.file);
        Span::new(lines.offset(text, range.start, self.encoding()), lines.offset(text, range.end, self.encoding()))
    }

    /// The range of bytes of the document.
    #[must_use]
    pub fn range(&self, span: Span) -> Range {
        self.range_in(self.file, span)
    }

    /// The range of bytes of any file of the project.
    #[must_use]
    pub fn range_in(&self, file: FileId, span: Span) -> Range {
        let analysis = self.analysis();
        self.done.lines(analysis, file).range(analysis.text(file), span, self.encoding())
    }

    /// The URI of a file of the project.
    #[must_use]
    pub fn uri(&self, file: FileId) -> Option<Uri> {
        uri_of_document(&self.state, &self.done.path(self.analysis(), file))
    }

    /// A place in the protocol's form.
    #[must_use]
    pub fn location(&self, location: source::Location) -> Option<Location> {
        Some(Location { uri: self.uri(location.file)?, range: self.range_in(location.file, location.span) })
    }
}

/// The project, analysis and file of a document, as they are now.
///
/// # Errors
/// When the text changes before the analysis is there.
pub async fn question(state: &Arc<State>, uri: &Uri) -> Result<Option<Question>> {
    let Some(path) = path_of(uri) else { return Ok(None) };
    let text = lock(&state.documents).get(&path).map(|document| Arc::clone(&document.text));
    let Some(project) = state.project_of(&path) else { return Ok(None) };
    if state.wanted(&project).is_none() {
        state.touch([project.clone()]);
    }
    let Some(done) = state.current(&project).await else { return Ok(None) };
    let Some(file) = done.file(&path) else { return Ok(None) };
    let Ok(analysis) = done.result.clone() else { return Ok(None) };
    if text.is_some_and(|text| *text != *analysis.text(file)) {
        return Err(content_modified());
    }
    Ok(Some(Question { state: Arc::clone(state), project, done, analysis, path, file }))
}

/// Runs a function over a document on another thread.
///
/// # Errors
/// When the text changes meanwhile, or the function panics.
pub async fn answer<T: Send + 'static>(
    state: &Arc<State>,
    uri: &Uri,
    function: impl FnOnce(&Question) -> T + Send + 'static,
) -> Result<Option<T>> {
    match question(state, uri).await? {
        Some(question) => compute(move || function(&question)).await.map(Some),
        None => Ok(None),
    }
}

/// Runs a function on another thread.
///
/// # Errors
/// When it panics.
pub async fn compute<T: Send + 'static>(function: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(function).await.map_err(|_| Error::internal_error())
}
