//! From an analysis to the protocol's diagnostics, by file.
//!
//! In: a finished analysis, and perhaps the one before it with what was made of that. Out: the diagnostics of each file. A list that would come out as it
//! was before is not made again: that is told by comparing what it is made of, down to the bytes that lines and columns are counted in.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};
use tower_lsp_server::ls_types::{
    self as lsp, DiagnosticRelatedInformation, DiagnosticTag, Location, NumberOrString, Range, Uri,
};

use super::convert::severity;
use super::problems::uri_of_document;
use super::state::{Done, State};
use crate::check;
use crate::diagnostic::Diagnostic;
use crate::ide::Analysis;
use crate::source::{self, FileId};

/// The diagnostics of one project, by absolute path of the file.
pub type ByFile = HashMap<PathBuf, Arc<Vec<lsp::Diagnostic>>>;

/// All diagnostics of an analysis by file. `before` is an older analysis of the project, with what this function made of it.
#[must_use]
pub fn by_file(state: &State, done: &Done, before: Option<(&Done, &ByFile)>) -> ByFile {
    let analysis = match &done.result {
        Ok(analysis) => analysis,
        Err(error) => {
            let message = match &error.help {
                Some(help) => format!("{}\nhelp: {help}", error.message),
                None => error.message.clone(),
            };
            let path = done.versions.keys().find(|path| path.starts_with(&done.directory)).cloned();
            let path = path.unwrap_or_else(|| done.directory.join("werf.yaml"));
            let diagnostic =
                lsp::Diagnostic { source: Some("werfkit".to_owned()), message, ..lsp::Diagnostic::default() };
            return ByFile::from([(path, Arc::new(vec![diagnostic]))]);
        }
    };
    let making = Making::new(state, done, analysis, before);
    let mut files = ByFile::new();
    for run in runs(&analysis.linted.diagnostics) {
        let made = || run.iter().map(|diagnostic| making.made(diagnostic));
        match files.entry(making.path_of(run)) {
            Entry::Vacant(place) => {
                place.insert(making.kept(run).unwrap_or_else(|| Arc::new(made().collect())));
            }
            Entry::Occupied(mut place) => Arc::make_mut(place.get_mut()).extend(made()),
        }
    }
    files
}

/// Diagnostics that follow each other in one file.
fn runs(diagnostics: &[Diagnostic]) -> impl Iterator<Item = &[Diagnostic]> {
    let file = |diagnostic: &Diagnostic| diagnostic.location.map(|location| location.file);
    diagnostics.chunk_by(move |one, next| file(one) == file(next))
}

/// An analysis on its way.
struct Making<'a> {
    state: &'a State,
    done: &'a Done,
    analysis: &'a Analysis,
    /// The name of the dialect.
    dialect: String,
    before: Option<Before<'a>>,
    /// By file.
    facts: Vec<OnceCell<Facts>>,
}

/// What is known of one file.
struct Facts {
    path: PathBuf,
    uri: Option<Uri>,
    /// The same file in the analysis before, and how many bytes both texts have in common from the first; the highest number where they are equal.
    old: Option<(FileId, u32)>,
}

/// The analysis before, and what was made of it.
struct Before<'a> {
    analysis: &'a Analysis,
    runs: HashMap<FileId, &'a [Diagnostic]>,
    files: &'a ByFile,
}

impl<'a> Making<'a> {
    fn new(state: &'a State, done: &'a Done, analysis: &'a Analysis, before: Option<(&'a Done, &'a ByFile)>) -> Self {
        let before = before.and_then(|(old, files)| {
            let old_analysis = old.analysis()?;
            let is_alike = old.directory == done.directory && old_analysis.dialect() == analysis.dialect();
            let of_files = runs(&old_analysis.linted.diagnostics);
            let runs = of_files.filter_map(|run| Some((run.first()?.location?.file, run)));
            is_alike.then(|| Before { analysis: old_analysis, runs: runs.collect(), files })
        });
        let count = analysis.snapshot().sources.iter().count();
        let facts = (0..count).map(|_| OnceCell::new()).collect();
        Self { state, done, analysis, dialect: analysis.dialect().to_string(), before, facts }
    }

    fn facts(&self, file: FileId) -> &Facts {
        self.facts[file.0 as usize].get_or_init(|| {
            let path = self.done.path(self.analysis, file);
            let uri = uri_of_document(self.state, &path);
            Facts { uri, path, old: self.before.as_ref().and_then(|before| before.file(self.analysis, file)) }
        })
    }

    /// The path of the file that a run is about.
    fn path_of(&self, run: &[Diagnostic]) -> PathBuf {
        match run.first().and_then(|first| first.location) {
            Some(location) => self.facts(location.file).path.clone(),
            None => self.done.directory.join(self.analysis.snapshot().config.as_deref().unwrap_or("werf.yaml")),
        }
    }

    fn range(&self, location: source::Location) -> Range {
        let (text, file) = (self.analysis.text(location.file), location.file);
        self.done.lines(self.analysis, file).range(text, location.span, self.state.encoding())
    }

    fn made(&self, diagnostic: &Diagnostic) -> lsp::Diagnostic {
        let related = diagnostic.related.iter().filter_map(|related| {
            let uri = self.facts(related.location.file).uri.clone()?;
            let location = Location { uri, range: self.range(related.location) };
            Some(DiagnosticRelatedInformation { location, message: related.message.clone() })
        });
        let related: Vec<DiagnosticRelatedInformation> = related.collect();
        let mut message = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            message.push_str("\nhelp: ");
            message.push_str(help);
        }
        if !diagnostic.worlds.is_empty() {
            message.push_str("\nonly when ");
            message.push_str(&diagnostic.worlds.join(", or when "));
        }
        lsp::Diagnostic {
            range: diagnostic.location.map(|location| self.range(location)).unwrap_or_default(),
            severity: Some(severity(diagnostic.severity)),
            code: Some(code(diagnostic.rule.0)),
            code_description: None,
            source: Some("werfkit".to_owned()),
            message,
            related_information: (!related.is_empty()).then_some(related),
            tags: tags(diagnostic.rule.0),
            data: Some(self.data(diagnostic)),
        }
    }

    /// What clients may want to know without asking.
    fn data(&self, diagnostic: &Diagnostic) -> Value {
        let mut data = Map::with_capacity(4);
        data.insert("rule".to_owned(), Value::from(diagnostic.rule.0));
        data.insert("fatal".to_owned(), Value::from(diagnostic.fatal));
        data.insert("fixable".to_owned(), Value::from(diagnostic.fix.is_some()));
        data.insert("dialect".to_owned(), Value::from(self.dialect.as_str()));
        Value::Object(data)
    }

    /// The list that was made of a run before, if it would be the same now.
    fn kept(&self, run: &[Diagnostic]) -> Option<Arc<Vec<lsp::Diagnostic>>> {
        let before = self.before.as_ref()?;
        let facts = self.facts(run.first()?.location?.file);
        let (old_file, _) = facts.old?;
        let (old_run, list) = (before.runs.get(&old_file)?, before.files.get(&facts.path)?);
        let is_whole = old_run.len() == run.len() && list.len() == run.len();
        let mut pairs = run.iter().zip(*old_run).zip(list.iter());
        let is_same = is_whole && pairs.all(|((new, old), made)| self.is_same(new, old, made));
        is_same.then(|| Arc::clone(list))
    }

    /// Whether what was made of an older diagnostic is what would be made of the new one.
    fn is_same(&self, new: &Diagnostic, old: &Diagnostic, made: &lsp::Diagnostic) -> bool {
        let (Some(location), Some(old_location)) = (new.location, old.location) else { return false };
        let made_related = made.related_information.as_deref().unwrap_or_default();
        let mut related = new.related.iter().zip(&old.related).zip(made_related);
        new.rule == old.rule
            && new.severity == old.severity
            && new.fatal == old.fatal
            && new.fix.is_some() == old.fix.is_some()
            && self.is_same_place(location, old_location)
            && new.message == old.message
            && new.help == old.help
            && new.worlds == old.worlds
            && new.related.len() == old.related.len()
            && new.related.len() == made_related.len()
            && related.all(|((new, old), made)| {
                self.is_same_place(new.location, old.location)
                    && new.message == old.message
                    && self.facts(new.location.file).uri.as_ref() == Some(&made.location.uri)
            })
    }

    /// Whether a place has the lines and columns of an older one: they depend on the bytes before its end and on the one behind it, which may be the second
    /// half of a line break.
    fn is_same_place(&self, new: source::Location, old: source::Location) -> bool {
        let is_counted_alike =
            |(file, common): (FileId, u32)| file == old.file && (common == u32::MAX || new.span.end < common);
        new.span == old.span && self.facts(new.file).old.is_some_and(is_counted_alike)
    }
}

impl Before<'_> {
    /// The file that another analysis has as `file`, and how many bytes both texts have in common from the first.
    fn file(&self, analysis: &Analysis, file: FileId) -> Option<(FileId, u32)> {
        let path = analysis.path(file);
        let sources = &self.analysis.snapshot().sources;
        // The files are mostly read in the same order.
        let is_at_same_place = sources.iter().len() > file.0 as usize && sources.get(file).path == path;
        let old = if is_at_same_place { file } else { sources.find(path)? };
        let (new_text, old_text) = (analysis.text(file), &*sources.get(old).text);
        if new_text == old_text {
            return Some((old, u32::MAX));
        }
        let common = new_text.iter().zip(old_text).take_while(|(new, old)| new == old).count();
        Some((old, u32::try_from(common).ok()?))
    }
}

/// The URL-like name of a rule's page is its id: clients show `source(code)`.
fn code(rule: &str) -> NumberOrString {
    NumberOrString::String(rule.to_owned())
}

/// Editors strike through what is deprecated.
fn tags(rule: &str) -> Option<Vec<DiagnosticTag>> {
    check::find(rule).filter(|rule| rule.is_about_deprecation()).map(|_| vec![DiagnosticTag::DEPRECATED])
}
