//! One immutable result per project state: what was asked, and what came out of reading, rendering, decoding and judging it.
//!
//! In: a [`Request`]. Out: a [`Snapshot`], plain data with everything the rules, the reports and later the editor and the
//! previewer read. Never: printing, exit codes, severities chosen by the user.

mod cache;
mod diagnose;
mod echo;
pub mod files;
mod permissions;
mod pipeline;
mod render;
mod target;
mod wording;
mod yaml_codec;

pub use cache::Cache;
pub use files::ProjectFiles;
pub use pipeline::analyze;
pub use yaml_codec::Codec;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Finding, RuleId};
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::model::Decoded;
use crate::model::validate::Validated;

pub use crate::model::validate::ImageKind;
pub use crate::project::AsIfCommitted;
use crate::source::{FileId, SourceMap};
use crate::template::trace::Trace;
pub use crate::template::{Origins, Provenance};

/// One project to analyse, and the circumstances in which werf would read it.
#[derive(Clone, Debug)]
pub struct Request {
    /// A project directory, or a config file in its project directory.
    pub path: PathBuf,
    /// The directory that relative paths start from: the process's own, absolute.
    pub working_dir: PathBuf,
    /// The dialect asked for; `None` finds it by evidence in the project.
    pub dialect: Option<Dialect>,
    /// `--env`.
    pub env: Option<String>,
    /// The environment variables that templates can see, with those of `--set-env` already put over them.
    pub environ: BTreeMap<String, String>,
    /// Whether variables that are not in `environ` are not known (an editor) instead of not set (the real environment).
    pub unknown_variables: bool,
    /// `--loose-giterminism`.
    pub loose_giterminism: bool,
    /// Which local changes count as committed; without effect in 1.1 and in the loose mode.
    pub as_if_committed: AsIfCommitted,
    /// `--config`, relative to the working directory.
    pub config: Option<PathBuf>,
    /// `--config-templates-dir`, relative to the working directory.
    pub templates_dir: Option<PathBuf>,
    /// `--git-work-tree`, relative to the working directory.
    pub git_work_tree: Option<PathBuf>,
    /// `--dir`: the project directory, when the config file lies elsewhere.
    pub dir: Option<PathBuf>,
    /// Texts that stand in for files on disk (standard input, editor buffers), by path as the user wrote it.
    pub overlay: BTreeMap<PathBuf, Arc<[u8]>>,
    /// What is kept from one analysis of the project to the next.
    pub cache: Option<Arc<Cache>>,
    /// Budgets.
    pub limits: Limits,
}

impl Request {
    /// A request for these files and nothing else said: no environment, dialect by evidence, strict mode.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, working_dir: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            working_dir: working_dir.into(),
            dialect: None,
            env: None,
            environ: BTreeMap::new(),
            unknown_variables: false,
            loose_giterminism: false,
            as_if_committed: AsIfCommitted::Nothing,
            config: None,
            templates_dir: None,
            git_work_tree: None,
            dir: None,
            overlay: BTreeMap::new(),
            cache: None,
            limits: Limits::default(),
        }
    }
}

/// How strictly werf binds the configuration to the commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Files come from the commit; the giterminism rules hold (1.2 and later, by default).
    Strict,
    /// `--loose-giterminism`: files come from the work tree.
    Loose,
    /// werf 1.1, which has no giterminism.
    Default,
}

impl Mode {
    /// The word used in reports and in the recorded verdicts: `strict`, `loose`, `default`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Loose => "loose",
            Self::Default => "default",
        }
    }
}

/// Whether werf would load the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It would.
    Accepted,
    /// It would stop.
    Refused {
        /// The rule that stops it first.
        rule: RuleId,
        /// What it means, as in the finding with that rule.
        message: String,
    },
}

/// One image, as reports list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageSummary {
    /// Its name; empty for a nameless image.
    pub name: String,
    /// How it is built.
    pub kind: ImageKind,
    /// Whether it is published under its own name.
    pub is_final: bool,
    /// Whether it is declared as an artifact.
    pub is_artifact: bool,
}

/// The text that werf would parse.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The bytes.
    pub text: Arc<[u8]>,
}

impl Rendered {
    /// SHA-256 of the text in lower-case hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> String {
        use std::fmt::Write as _;
        Sha256::digest(&self.text).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// One project, read and judged.
#[derive(Debug)]
pub struct Snapshot {
    /// The project directory as the user would name it: relative to the working directory where possible.
    pub root: String,
    /// The config file relative to the project directory; `None` when there is none.
    pub config: Option<String>,
    /// The same file among the sources, when it could be read.
    pub config_file: Option<FileId>,
    /// The files of the template directory among the sources, in the order of reading.
    pub templates: Vec<FileId>,
    /// The dialect.
    pub dialect: Dialect,
    /// Why that dialect, in words: "asked for with `--werf`", "…uses `werf/actions/install@v2`".
    pub dialect_reason: String,
    /// The giterminism mode.
    pub mode: Mode,
    /// Whether werf would load it.
    pub verdict: Verdict,
    /// All images and artifacts in werf's order; empty when the verdict is a refusal before they are known.
    pub images: Vec<ImageSummary>,
    /// The rendered text, when rendering succeeded.
    pub rendered: Option<Rendered>,
    /// The text that was analysed: the rendered one, or what there is of it behind an error.
    pub text: Arc<[u8]>,
    /// Where every byte of that text came from.
    pub provenance: Provenance,
    /// What the templates did besides making text.
    pub trace: Trace,
    /// The documents of that text.
    pub decoded: Decoded,
    /// The images of the documents, with what each uses.
    pub validated: Validated,
    /// What the project's files say about the paths that the documents name.
    pub files: ProjectFiles,
    /// Every file that was read.
    pub sources: SourceMap,
    /// What werf's own checks said, in werf's order, and what the layers below the checks noticed.
    pub findings: Vec<Finding>,
}

/// Why there is nothing to analyse: the command line is wrong or the machine refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnalysisError {
    /// What is wrong, for a person: lower case, no final full stop.
    pub message: String,
    /// What to do, if there is more to say.
    pub help: Option<String>,
}
