//! A project written as one text, with a mark where the cursor stands.
//!
//! ```text
//! === werf.yaml
//! project: p
//! configVersion: 1
//! ---
//! image: <|>a
//! === .werf/x.tmpl
//! ```
//!
//! A text without `===` lines is a `werf.yaml`; a leading meta document is added where the text has none (`configVersion` is nowhere in it).
#![allow(dead_code, reason = "each test binary uses its own part")]

use werfkit::analysis::Request;
use werfkit::check;
use werfkit::dialect::Dialect;
use werfkit::ide::{Analysis, At};
use werfkit::source::{FileId, Location, Span};

/// The mark of the cursor.
pub const CURSOR: &str = "<|>";

/// A project in a folder of its own.
pub struct Fixture {
    /// The analysed project.
    pub analysis: Analysis,
    /// Path of the file with the mark, relative to the project.
    pub path: String,
    /// Offset of the mark.
    pub offset: usize,
    /// Texts without the mark, by path.
    pub files: Vec<(String, String)>,
    _folder: tempfile::TempDir,
}

/// The meta document of texts that have none.
pub const META: &str = "project: p\nconfigVersion: 1\n---\n";

impl Fixture {
    /// Analyses a text in dialect 2.
    pub fn new(text: &str) -> Self {
        Self::of(text, Dialect::V2)
    }

    /// Analyses a text.
    pub fn of(text: &str, dialect: Dialect) -> Self {
        Self::with(text, dialect, |_| {})
    }

    /// Analyses a text with another environment.
    pub fn with(text: &str, dialect: Dialect, change: impl FnOnce(&mut Request)) -> Self {
        let mut files: Vec<(String, String)> = Vec::new();
        if text.trim_start().starts_with("=== ") {
            for line in text.trim_start().split_inclusive('\n') {
                match line.strip_prefix("=== ") {
                    Some(path) => files.push((path.trim().to_owned(), String::new())),
                    None => files.last_mut().expect("a file line goes first").1.push_str(line),
                }
            }
        } else {
            files.push(("werf.yaml".to_owned(), text.to_owned()));
        }
        for (path, text) in &mut files {
            if path == "werf.yaml" && !text.contains("configVersion") {
                text.insert_str(0, META);
            }
        }
        let (mut marked, mut offset) = ("werf.yaml".to_owned(), 0);
        for (path, text) in &mut files {
            if let Some(at) = text.find(CURSOR) {
                text.replace_range(at..at + CURSOR.len(), "");
                (marked, offset) = (path.clone(), at);
            }
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, text) in &files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
            std::fs::write(path, text).expect("files can be written");
        }
        let mut request = Request::new(folder.path(), folder.path());
        request.dialect = Some(dialect);
        request.loose_giterminism = true;
        change(&mut request);
        let analysis = Analysis::new(check::lint(&request).expect("a project"));
        Self { analysis, path: marked, offset, files, _folder: folder }
    }

    /// The place of the cursor.
    pub fn at(&self) -> At<'_> {
        let file = self.analysis.file(&self.path).expect("the marked file is read by the analysis");
        At { analysis: &self.analysis, file, offset: self.offset }
    }

    /// A place as `path:line:column text`, lines and columns from 1.
    pub fn shown(&self, location: Location) -> String {
        let path = self.analysis.path(location.file);
        let text = String::from_utf8_lossy(self.analysis.text(location.file)).into_owned();
        let Span { start, end } = location.span;
        let before = &text[..start as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{path}:{line}:{column} {}", &text[start as usize..end as usize])
    }

    /// The folder of the project.
    pub fn folder(&self) -> &std::path::Path {
        self._folder.path()
    }

    /// The id of a file.
    pub fn file(&self, path: &str) -> FileId {
        self.analysis.file(path).expect("the file is read by the analysis")
    }
}
