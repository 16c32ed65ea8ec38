//! What giterminism permits to a configuration, as the checks ask for it.
//!
//! The project layer answers from `werf-giterminism.yaml`; [`Everything`] is the loose mode, and that of 1.1, which knows no giterminism.

/// A secret as giterminism sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretSource<'a> {
    /// Name of an environment variable.
    Env(&'a str),
    /// Path of a file; `~` is not expanded yet.
    File(&'a str),
    /// A literal value, known by its id.
    Value(&'a str),
}

/// The answer to a question about a permission that is a list of globs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Permitted.
    Yes,
    /// Not permitted.
    No,
    /// The list holds a glob that the matcher refuses: werf ends itself (rule `glob-syntax`; 1.2: `crash-glob-syntax`). Holds the glob.
    BadGlob(String),
}

impl From<bool> for Answer {
    fn from(allowed: bool) -> Self {
        if allowed { Self::Yes } else { Self::No }
    }
}

/// Permissions of a giterminism configuration (config spec §14.5).
pub trait Permissions {
    /// `config.stapel.allowFromLatest`.
    fn allows_from_latest(&self) -> bool;
    /// `config.stapel.git.allowBranch`.
    fn allows_git_branch(&self) -> bool;
    /// `config.stapel.mount.allowBuildDir`.
    fn allows_mount_build_dir(&self) -> bool;
    /// `config.stapel.mount.allowFromPaths`, asked with the text of `fromPath`.
    fn allows_mount_from_path(&self, path: &str) -> Answer;
    /// `config.dockerfile.allowContextAddFiles`, asked with the path relative to the project directory.
    fn allows_context_add_file(&self, path: &str) -> Answer;
    /// `config.secrets.*`.
    fn allows_secret(&self, source: SecretSource<'_>) -> Answer;
}

/// All is permitted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Everything;

impl Permissions for Everything {
    fn allows_from_latest(&self) -> bool {
        true
    }

    fn allows_git_branch(&self) -> bool {
        true
    }

    fn allows_mount_build_dir(&self) -> bool {
        true
    }

    fn allows_mount_from_path(&self, _: &str) -> Answer {
        Answer::Yes
    }

    fn allows_context_add_file(&self, _: &str) -> Answer {
        Answer::Yes
    }

    fn allows_secret(&self, _: SecretSource<'_>) -> Answer {
        Answer::Yes
    }
}
