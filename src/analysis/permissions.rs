//! The project's giterminism permissions as the checks of the model ask for them.

use crate::dialect::Dialect;
use crate::model::validate::{Answer, Permissions, SecretSource};
use crate::project::Project;

/// Answers from `werf-giterminism.yaml`; everything is permitted in 1.1 and in loose mode.
pub(super) struct ProjectPermissions<'a>(pub &'a Project);

/// A glob that the matcher refuses stops the process of werf.
fn answer(result: Result<bool, crate::project::glob::BadPattern>) -> Answer {
    match result {
        Ok(allowed) => allowed.into(),
        Err(_) => Answer::BadGlob(String::new()),
    }
}

impl ProjectPermissions<'_> {
    fn all(&self) -> bool {
        self.0.options().dialect == Dialect::V1_1
    }
}

impl Permissions for ProjectPermissions<'_> {
    fn allows_from_latest(&self) -> bool {
        self.all() || self.0.giterminism().accepts_from_latest()
    }

    fn allows_git_branch(&self) -> bool {
        self.all() || self.0.giterminism().accepts_git_branch()
    }

    fn allows_mount_build_dir(&self) -> bool {
        self.all() || self.0.giterminism().accepts_mount_build_dir()
    }

    fn allows_mount_from_path(&self, path: &str) -> Answer {
        if self.all() { Answer::Yes } else { answer(self.0.giterminism().accepts_mount_from_path(path)) }
    }

    fn allows_context_add_file(&self, path: &str) -> Answer {
        if self.all() { Answer::Yes } else { answer(self.0.giterminism().accepts_context_add(path)) }
    }

    fn allows_secret(&self, source: SecretSource<'_>) -> Answer {
        let options = self.0.options();
        let giterminism = self.0.giterminism();
        match source {
            SecretSource::Env(name) => giterminism.accepts_secret_env(name).into(),
            SecretSource::Value(id) => giterminism.accepts_secret_value(id).into(),
            SecretSource::File(path) => {
                let home = options.environ.get("HOME").map_or("", String::as_str);
                answer(giterminism.accepts_secret_file(options.dialect, path, &options.current_dir, home))
            }
        }
    }
}
