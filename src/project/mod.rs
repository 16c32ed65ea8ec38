//! Where a project is and what werf would read of it: config file, templates, giterminism, includes, `.Files`, `env`, and the evidence for a dialect.
//!
//! In: [`Options`] (directories, flags, variables, unsaved texts). Out: texts with ids of the analysis' source map, findings in werf's order, permissions, and
//! the [`crate::template::host::Host`] that templates ask. Never: the process environment (variables are handed in), writing, the network.
//!
//! Reading answers two questions at once (spec 2 §4.3): what stops werf, as a fatal finding, and which text to go on with, so that a change which is not
//! committed yet is still analysed.

pub mod discover;
mod evidence;
mod facts;
mod files;
pub mod giterminism;
pub mod glob;
mod host;
pub mod includes;
mod open;
pub mod plain;
mod reader;
mod v1_1;

pub use evidence::{Evidence, dialect_evidence};
pub use facts::{DockerfileRead, Listing};
pub use files::{ConfigRead, SourceText, TemplateFile, TemplatesRead};
pub use host::{ProjectHost, Tolerated};
pub use reader::{Outcome, Problem};

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::git::{CommitFiles, Head, Repository};
use crate::limits::Limits;
use crate::source::{FileId, Location, SourceMap, Span};
use crate::vfs::{Disk, FileCache, Memory, Overlay, relative};
use giterminism::Giterminism;
use includes::Include;

/// Which local changes count as committed. werf knows no such thing; people who are still writing do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AsIfCommitted {
    /// None, as in werf.
    #[default]
    Nothing,
    /// Those in the index: the files are read as the next commit would have them.
    Staged,
    /// Everything in the work tree, files that git does not know yet included.
    Saved,
}

/// What a run is about.
#[derive(Clone, Debug)]
pub struct Options {
    /// The line of werf.
    pub dialect: Dialect,
    /// Current directory: base of `--config`, `--config-templates-dir` and of paths of secrets. Absolute.
    pub current_dir: PathBuf,
    /// Project directory (`--dir`); a relative one counts from the current directory.
    pub directory: PathBuf,
    /// `--git-work-tree`.
    pub work_tree: Option<PathBuf>,
    /// `--config`.
    pub config: Option<String>,
    /// `--config-templates-dir`.
    pub templates_dir: Option<String>,
    /// `--giterminism-config`, relative to the project directory.
    pub giterminism_config: Option<String>,
    /// `--loose-giterminism`.
    pub loose: bool,
    /// Which local changes count as committed.
    pub as_if_committed: AsIfCommitted,
    /// `--env`.
    pub env: Option<String>,
    /// Variables that templates may ask for.
    pub environ: BTreeMap<String, String>,
    /// Whether variables that are not in `environ` are not known (an editor) instead of not set (the real environment).
    pub unknown_variables: bool,
    /// Texts that lie over the files on disk, by path relative to the work tree (without one: to the project directory).
    pub unsaved: Memory,
    /// Contents of files that were read before.
    pub files: Option<Arc<FileCache>>,
    /// Budgets.
    pub limits: Limits,
}

impl Options {
    /// A run in `directory`, an absolute path, with everything else at its default.
    #[must_use]
    pub fn new(dialect: Dialect, directory: &Path) -> Self {
        Self {
            dialect,
            current_dir: directory.to_path_buf(),
            directory: directory.to_path_buf(),
            work_tree: None,
            config: None,
            templates_dir: None,
            giterminism_config: None,
            loose: false,
            as_if_committed: AsIfCommitted::Nothing,
            env: None,
            environ: BTreeMap::new(),
            unknown_variables: false,
            unsaved: Memory::default(),
            files: None,
            limits: Limits::default(),
        }
    }
}

/// An opened project.
pub struct Project {
    options: Options,
    /// Root of what may be read: the work tree, else the project directory.
    root: PathBuf,
    /// Project directory relative to the root.
    directory: String,
    disk: Disk,
    git: Option<Git>,
    giterminism: Giterminism,
    includes: Vec<Include>,
    /// Main file relative to the root, when given.
    config: Option<String>,
    /// Template directory relative to the root.
    templates_dir: String,
    sources: RefCell<SourceMap>,
    findings: Vec<Finding>,
    /// Files that were read although HEAD does not have them so, as seen from the project directory.
    assumed: RefCell<BTreeSet<String>>,
}

/// The repository and its HEAD.
struct Git {
    repository: Rc<Repository>,
    head: Head,
    commit: CommitFiles,
    /// The files of HEAD, where `commit` holds those of the next commit.
    before: Option<CommitFiles>,
}

impl Project {
    /// Findings of opening: git, giterminism, includes, paths given by flags; in werf's order, before everything that is read later.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// What the run is about.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The permissions of `werf-giterminism.yaml`.
    #[must_use]
    pub fn giterminism(&self) -> &Giterminism {
        &self.giterminism
    }

    /// The includes that are declared; what remote ones hold is not known.
    #[must_use]
    pub fn includes(&self) -> &[Include] {
        &self.includes
    }

    /// The commit that HEAD names; `None` in dialect 1.1 and when there is none.
    #[must_use]
    pub fn head(&self) -> Option<&Head> {
        self.git.as_ref().map(|git| &git.head)
    }

    /// The one note about files that were read as if they were committed.
    #[must_use]
    pub fn not_committed_yet(&self) -> Option<Finding> {
        let assumed = self.assumed.borrow();
        let first = assumed.first()?;
        let sources = self.sources.borrow();
        let place =
            sources.find(first).map_or(Place::Project, |file| Place::File(Location { file, span: Span::default() }));
        let named: Vec<String> = assumed.iter().take(5).map(|path| format!("`{path}`")).collect();
        let more = if assumed.len() > named.len() {
            format!(" and {} more", assumed.len() - named.len())
        } else {
            String::new()
        };
        let state = match self.options.as_if_committed {
            AsIfCommitted::Staged => "staged, but not committed yet",
            AsIfCommitted::Nothing | AsIfCommitted::Saved => "not committed yet",
        };
        let message = format!("{state}: {}{more}", named.join(", "));
        let finding = Finding::new(RuleId("not-committed-yet"), Severity::Info, place, message);
        Some(finding.with_help("werf itself reads the commit and stops here until it has them"))
    }

    /// All texts read so far.
    #[must_use]
    pub fn sources(&self) -> Ref<'_, SourceMap> {
        self.sources.borrow()
    }

    /// Adds a text that something else read or made (the rendered text of `tpl`, for example).
    pub fn add_source(&self, path: &str, text: Arc<[u8]>) -> FileId {
        self.sources.borrow_mut().add(path, text)
    }

    /// Gives the source map away.
    #[must_use]
    pub fn into_sources(self) -> SourceMap {
        self.sources.into_inner()
    }

    /// The project directory as an absolute path.
    #[must_use]
    pub fn directory(&self) -> PathBuf {
        if self.directory.is_empty() { self.root.clone() } else { self.root.join(&self.directory) }
    }

    /// Name of the project directory, from which werf derives a proposal for `project`.
    #[must_use]
    pub fn directory_name(&self) -> String {
        self.directory().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Root of the work tree, or the project directory where there is none.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether files are read from disk without asking git: dialect 1.1, loose mode, or no usable repository.
    fn reads_disk(&self) -> bool {
        self.options.dialect == Dialect::V1_1 || self.options.loose || self.git.is_none()
    }

    /// The disk with unsaved texts over it.
    fn tree(&self) -> Overlay<'_> {
        Overlay::new(&self.disk, &self.options.unsaved)
    }

    /// A path below the root as seen from the project directory.
    fn shown(&self, path: &str) -> String {
        relative(&self.directory, path)
    }

    /// Records a text under its path below the root.
    fn record(&self, path: &str, text: Arc<[u8]>) -> FileId {
        self.sources.borrow_mut().add(&self.shown(path), text)
    }
}
