//! What there is to say about a project, as plain data.
//!
//! Two forms: a [`Finding`] is raised by a layer and may point into the rendered text; a [`Diagnostic`] is what a person sees and
//! points into files only. `analysis` turns the first into the second. Never: printing, file access.

use crate::source::{Location, Span};

/// The stable name of a rule, in kebab case; `werfkit explain` prints its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RuleId(pub &'static str);

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad it is, from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Worth knowing in an editor only.
    Hint,
    /// Worth knowing.
    Info,
    /// werf accepts it, at a cost.
    Warning,
    /// werf refuses it, or it cannot work.
    Error,
}

impl Severity {
    /// The word used in every output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Where a finding stands, before provenance is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Bytes of the rendered text.
    Rendered(Span),
    /// Bytes of a file.
    File(Location),
    /// The project as a whole (no config file, no git work tree).
    Project,
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What that place has to do with it, for example "first defined here".
    pub message: String,
    /// The place.
    pub place: Place,
}

/// Whether a fix may be applied without a person looking at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps the meaning that was certainly intended.
    Safe,
    /// Changes what werf does; a person decides.
    Unsafe,
}

impl Applicability {
    /// The word used in every output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// One replacement in a file or in the rendered text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub place: Place,
    /// By what.
    pub text: String,
}

/// A mechanical remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an editor's menu shows it.
    pub title: String,
    /// All replacements; they do not overlap.
    pub edits: Vec<Edit>,
    /// Who decides.
    pub applicability: Applicability,
}

/// Something worth telling, as raised by a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: RuleId,
    /// Default severity.
    pub severity: Severity,
    /// Whether werf of this dialect stops at it.
    pub fatal: bool,
    /// What is wrong: lower case, no final full stop, names in backquotes.
    pub message: String,
    /// Where.
    pub place: Place,
    /// Further places.
    pub related: Vec<Related>,
    /// What to do, if there is more to say than the message says.
    pub help: Option<String>,
    /// A mechanical remedy, if there is one.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding that werf itself raises and stops at.
    #[must_use]
    pub fn fatal(rule: RuleId, place: Place, message: impl Into<String>) -> Self {
        Self { fatal: true, ..Self::new(rule, Severity::Error, place, message) }
    }

    /// A finding that does not stop werf.
    #[must_use]
    pub fn new(rule: RuleId, severity: Severity, place: Place, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            fatal: false,
            message: message.into(),
            place,
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Adds a related place.
    #[must_use]
    pub fn with_related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { message: message.into(), place });
        self
    }

    /// Adds what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds a mechanical remedy.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }
}

/// A related place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelatedLocation {
    /// What that place has to do with it.
    pub message: String,
    /// The place.
    pub location: Location,
}

/// A finding whose places are in files: what reports print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule.
    pub rule: RuleId,
    /// Severity after the user's settings.
    pub severity: Severity,
    /// Whether werf of this dialect stops at it.
    pub fatal: bool,
    /// What is wrong.
    pub message: String,
    /// Where; `None` when the project as a whole is meant.
    pub location: Option<Location>,
    /// Further places, among them the chain of calls through which the text came ("included from").
    pub related: Vec<RelatedLocation>,
    /// What to do.
    pub help: Option<String>,
    /// A mechanical remedy with file places only.
    pub fix: Option<Fix>,
    /// The worlds in which it appears, when not in all ("only when `.Env` is `production`").
    pub worlds: Vec<String>,
}
