//! What an editor can ask about a project, in offsets and plain data.
//!
//! In: a linted project, a file of it and an offset in bytes. Out: plain data with places in files. Each question has a module of its own; what they share
//! is [`Analysis`] with its tables, made when first asked for. Never: protocol types, file access, a panic on half-typed text.

pub mod action;
pub mod call_hierarchy;
pub mod completion;
pub mod context;
pub mod data_keys;
pub mod definition;
pub mod dockerfile;
pub mod folding;
pub mod function_docs;
pub mod highlight;
pub mod hover;
pub mod images;
pub mod inlay_hints;
pub mod lenses;
pub mod links;
pub mod occurrence;
pub mod outputs;
pub mod references;
pub mod rename;
pub mod rendered;
pub mod reverse;
pub mod secrets;
pub mod selection;
pub mod semantic_tokens;
pub mod signature;
pub mod site;
pub mod stages;
pub mod symbols;
pub mod template_names;
pub mod templates;
pub mod tokens;
pub mod yaml_at;

use std::sync::{Arc, OnceLock};

use crate::analysis::Snapshot;
use crate::check::Linted;
use crate::diagnostic::Place;
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::source::{FileId, Location, Span};
use crate::yaml::Tree;
use images::ImageNames;
use reverse::Reverse;
use templates::TemplateFile;

/// What a file is to its project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The main config file.
    Config,
    /// A file of the template directory.
    Template,
    /// `werf-giterminism.yaml`.
    Giterminism,
    /// `werf-includes.yaml`.
    Includes,
    /// A file that the templates read and run (`tpl (.Files.Get "x") .`).
    Data,
    /// Anything else that was read: Dockerfiles, files that are only copied.
    Other,
}

/// A place to ask about.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The project.
    pub analysis: &'a Analysis,
    /// The file.
    pub file: FileId,
    /// Offset in its text.
    pub offset: usize,
}

impl<'a> At<'a> {
    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> &'a [u8] {
        self.analysis.text(self.file)
    }

    /// What the file is.
    #[must_use]
    pub fn role(&self) -> Role {
        self.analysis.role(self.file)
    }
}

/// A linted project with the tables that questions need.
#[derive(Debug)]
pub struct Analysis {
    /// The project and what there is to say about it.
    pub linted: Linted,
    reverse: OnceLock<Reverse>,
    images: OnceLock<ImageNames>,
    templates: Vec<OnceLock<Option<Arc<TemplateFile>>>>,
    plain: Vec<OnceLock<Option<Tree>>>,
    run: OnceLock<Vec<bool>>,
}

impl Analysis {
    /// Wraps a linted project.
    #[must_use]
    pub fn new(linted: Linted) -> Self {
        let files = linted.snapshot.sources.iter().count();
        Self {
            linted,
            reverse: OnceLock::new(),
            images: OnceLock::new(),
            templates: (0..files).map(|_| OnceLock::new()).collect(),
            plain: (0..files).map(|_| OnceLock::new()).collect(),
            run: OnceLock::new(),
        }
    }

    /// The analysed project.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.linted.snapshot
    }

    /// The dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.snapshot().dialect
    }

    /// The file with that path relative to the project directory, as it was read last.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<FileId> {
        self.snapshot().sources.find(path)
    }

    /// The text of a file.
    #[must_use]
    pub fn text(&self, file: FileId) -> &[u8] {
        &self.snapshot().sources.get(file).text
    }

    /// The path of a file relative to the project directory.
    #[must_use]
    pub fn path(&self, file: FileId) -> &str {
        &self.snapshot().sources.get(file).path
    }

    /// What a file is to the project.
    #[must_use]
    pub fn role(&self, file: FileId) -> Role {
        let snapshot = self.snapshot();
        if snapshot.config_file == Some(file) {
            return Role::Config;
        }
        if snapshot.templates.contains(&file) {
            return Role::Template;
        }
        match self.path(file) {
            "werf-giterminism.yaml" => Role::Giterminism,
            "werf-includes.yaml" => Role::Includes,
            _ if self.runs(file) => Role::Data,
            _ => Role::Other,
        }
    }

    /// Whether actions of a file were run although it is no template by itself.
    fn runs(&self, file: FileId) -> bool {
        let find = || {
            let snapshot = self.snapshot();
            let mut run = vec![false; self.templates.len()];
            let calls = snapshot.provenance.calls.iter().map(|call| call.place);
            let frames = snapshot.provenance.frames.iter().map(|frame| frame.place);
            let definitions = snapshot.trace.definitions.iter().map(|definition| definition.place);
            // What does not parse is not run, but was meant to be.
            let unparsed = snapshot.findings.iter().filter(|finding| finding.rule.0.starts_with("template-"));
            let unparsed = unparsed.map(|finding| match finding.place {
                Place::File(place) => Some(place),
                Place::Rendered(_) | Place::Project => None,
            });
            for place in calls.chain(frames).chain(definitions).chain(unparsed).flatten() {
                if let Some(run) = run.get_mut(place.file.0 as usize) {
                    *run = true;
                }
            }
            run
        };
        self.run.get_or_init(find).get(file.0 as usize).is_some_and(|run| *run)
    }

    /// From files to the rendered text.
    #[must_use]
    pub fn reverse(&self) -> &Reverse {
        self.reverse.get_or_init(|| Reverse::new(&self.snapshot().provenance))
    }

    /// Where images are named.
    #[must_use]
    pub fn images(&self) -> &ImageNames {
        self.images.get_or_init(|| ImageNames::new(self.snapshot()))
    }

    /// A file as a template; `None` for files that are not run as templates.
    #[must_use]
    pub fn template(&self, file: FileId) -> Option<&TemplateFile> {
        let make = || {
            let is_template = matches!(self.role(file), Role::Config | Role::Template | Role::Data);
            is_template.then(|| Arc::new(TemplateFile::new(self.path(file), self.text(file), self.dialect())))
        };
        self.templates.get(file.0 as usize)?.get_or_init(make).as_deref()
    }

    /// All files that are templates, in the order in which they were read. Of a path that was read twice, only the last text counts.
    pub fn template_files(&self) -> impl Iterator<Item = (FileId, &TemplateFile)> {
        let files = self.snapshot().sources.iter();
        files
            .filter(|(id, file)| self.file(&file.path) == Some(*id))
            .filter_map(|(id, _)| Some((id, self.template(id)?)))
    }

    /// A giterminism or includes file as YAML.
    #[must_use]
    pub fn plain_yaml(&self, file: FileId) -> Option<&Tree> {
        let make = || {
            let is_plain = matches!(self.role(file), Role::Giterminism | Role::Includes);
            is_plain.then(|| crate::yaml::parse(self.text(file), &Limits::default()))
        };
        self.plain.get(file.0 as usize)?.get_or_init(make).as_ref()
    }

    /// The file bytes behind a range of the rendered text, and whether they are the rendered ones letter by letter.
    #[must_use]
    pub fn written(&self, rendered: Span) -> Option<(Location, bool)> {
        let origins = self.snapshot().provenance.locate(rendered)?;
        Some((origins.location, origins.exact))
    }
}

// The server hands analyses from its worker to the threads that answer.
const _: () = {
    const fn is_shared<T: Send + Sync>() {}
    is_shared::<Analysis>();
};
