//! What a rendering asks of the world outside: variables, files, YAML. Implemented by `project` and `analysis`; in tests by maps.
//!
//! In: names and patterns as templates wrote them. Out: answers as data, or a refusal with the id of the rule it breaks.
//! Never: access to process environment or disk from inside the engine.

use std::sync::Arc;

use super::text::Text;
use super::value::{Map, Value};
use crate::diagnostic::RuleId;
use crate::source::FileId;

/// Why the world refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    /// The rule that is broken, for example `env-not-allowed` or `files-get-missing`.
    pub rule: RuleId,
    /// werf's text for it.
    pub text: String,
}

/// A variable as the world knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvAnswer {
    /// Set, perhaps to the empty string.
    Set(Vec<u8>),
    /// Not set.
    Unset,
    /// Not known here (an editor does not have the CI's variables): becomes an unknown text without an error.
    Unknown,
}

/// The content of a file.
#[derive(Clone, Debug)]
pub struct HostFile {
    /// Its id in the analysis' source map.
    pub file: FileId,
    /// Its bytes.
    pub text: Arc<[u8]>,
}

/// A match of `.Files.Glob`.
#[derive(Clone, Debug)]
pub struct GlobMatch {
    /// Path relative to the project directory, with forward slashes.
    pub path: Vec<u8>,
    /// The content.
    pub file: HostFile,
}

/// The project as templates see it.
pub trait Host {
    /// A variable. A refusal (giterminism) is `env-not-allowed`; it is asked before anything else about the call (spec 2 §5.3).
    ///
    /// # Errors
    /// The variable may not be used.
    fn env(&mut self, name: &[u8]) -> Result<EnvAnswer, HostError>;

    /// What an unset variable without a default does: `None` yields the empty string (loose mode, dialect 1.1), else the error (`env-unset`).
    fn unset_env(&mut self, name: &[u8]) -> Option<HostError>;

    /// `.Files.Get`. A missing file of dialect 1.1 is an `Ok(None)` (empty text; the host notes the warning itself).
    ///
    /// # Errors
    /// Everything werf refuses: missing, uncommitted, not accepted, a directory.
    fn files_get(&mut self, path: &[u8]) -> Result<Option<HostFile>, HostError>;

    /// `.Files.Glob`.
    ///
    /// # Errors
    /// Everything werf refuses, also an empty result where the dialect refuses that.
    fn files_glob(&mut self, pattern: &[u8]) -> Result<Vec<GlobMatch>, HostError>;

    /// `.Files.Exists`.
    ///
    /// # Errors
    /// Problems other than absence.
    fn files_exists(&mut self, path: &[u8]) -> Result<bool, HostError>;

    /// `.Files.IsDir`.
    ///
    /// # Errors
    /// Problems other than absence.
    fn files_is_dir(&mut self, path: &[u8]) -> Result<bool, HostError>;

    /// `.Files.ProjectDir` of dialect 1.1.
    fn project_dir(&mut self) -> Vec<u8> {
        b"/project".to_vec()
    }
}

/// YAML as yaml.v2 does it, handed in because the YAML layer is a sibling.
pub trait YamlCodec {
    /// Decodes like `yaml.Unmarshal` into a `map[string]interface{}`; nested maps are `map[interface {}]interface {}`; scalars keep their places.
    ///
    /// # Errors
    /// yaml.v2's error text.
    fn decode(&self, text: &Text) -> Result<Map, String>;

    /// Encodes like `yaml.Marshal`.
    ///
    /// # Errors
    /// Values that cannot be encoded.
    fn encode(&self, value: &Value) -> Result<Vec<u8>, String>;
}
