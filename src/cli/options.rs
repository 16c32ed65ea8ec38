//! Options about the project, shared by the commands, and the requests they make.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use crate::analysis::{AsIfCommitted, Request};
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::project::discover::{enclosing_project, is_config};

/// How werf would be called on the project. As in werf, `WERF_ENV`, `WERF_CONFIG`, `WERF_CONFIG_TEMPLATES_DIR`, `WERF_GIT_WORK_TREE`, `WERF_DIR` and
/// `WERF_LOOSE_GITERMINISM` stand in for options that are not given.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "How werf would be called")]
pub(super) struct ProjectOptions {
    /// Line of werf to judge by: 1.1, 1.2, 2, 3, or auto to find it by evidence in the project
    #[arg(long, value_name = "DIALECT", default_value = "auto", value_parser = dialect)]
    werf: DialectChoice,
    /// Environment name, `.Env` in templates
    #[arg(long, value_name = "NAME")]
    env: Option<String>,
    /// Set an environment variable for templates; can be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = assignment)]
    set_env: Vec<(String, String)>,
    /// Read the work tree instead of the commit and permit everything that giterminism forbids
    #[arg(long)]
    loose_giterminism: bool,
    /// Read files as if they were committed: `staged` ones as the next commit would have them, or everything `saved` in the
    /// work tree; that they are not committed yet is one note then
    #[arg(long, value_name = "WHICH", value_enum)]
    as_if_committed: Option<Uncommitted>,
    /// Config file, instead of werf.yaml or werf.yml in the project directory
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of template files, instead of .werf in the project directory
    #[arg(long, value_name = "DIR")]
    config_templates_dir: Option<PathBuf>,
    /// Git work tree, instead of the one around the project directory
    #[arg(long, value_name = "DIR")]
    git_work_tree: Option<PathBuf>,
    /// Project directory, when PATH is a config file that lies elsewhere
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// Value of `--as-if-committed`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Uncommitted {
    Staged,
    Saved,
}

/// Value of `--werf`: a dialect, or `None` for `auto`.
#[derive(Clone, Copy, Debug)]
struct DialectChoice(Option<Dialect>);

fn dialect(text: &str) -> Result<DialectChoice, String> {
    if text == "auto" {
        return Ok(DialectChoice(None));
    }
    match Dialect::from_name(text) {
        Some(dialect) => Ok(DialectChoice(Some(dialect))),
        None => Err("expected 1.1, 1.2, 2, 3 or auto".to_owned()),
    }
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// What the process knows: its variables and its directory. Read once, so that everything after it is a pure function.
pub(super) struct Surroundings {
    environ: BTreeMap<String, String>,
    working_dir: PathBuf,
}

impl Surroundings {
    /// Reads them. Variables whose name is not UTF-8 cannot be asked for by a template and are left out.
    pub(super) fn of_process() -> Self {
        let environ = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .collect();
        let working_dir = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
        Self { environ, working_dir }
    }

    /// The variables alone.
    pub(super) fn into_environ(self) -> BTreeMap<String, String> {
        self.environ
    }

    /// The value of a variable that stands in for an option; an empty one counts as not set, as in werf.
    fn stand_in(&self, name: &str) -> Option<String> {
        self.environ.get(name).filter(|value| !value.is_empty()).cloned()
    }
}

impl ProjectOptions {
    /// The request for one path: a project directory, or a config file.
    pub(super) fn request(&self, path: &Path, surroundings: &Surroundings) -> Request {
        let mut environ = surroundings.environ.clone();
        environ.extend(self.set_env.iter().cloned());
        let path_of =
            |option: &Option<PathBuf>, name| option.clone().or_else(|| surroundings.stand_in(name).map(PathBuf::from));
        let loose = surroundings.stand_in("WERF_LOOSE_GITERMINISM");
        Request {
            path: path.to_owned(),
            working_dir: surroundings.working_dir.clone(),
            dialect: self.werf.0,
            env: self.env.clone().or_else(|| surroundings.stand_in("WERF_ENV")),
            environ,
            unknown_variables: false,
            loose_giterminism: self.loose_giterminism || matches!(loose.as_deref(), Some("1" | "true" | "yes")),
            as_if_committed: match self.as_if_committed {
                None => AsIfCommitted::Nothing,
                Some(Uncommitted::Staged) => AsIfCommitted::Staged,
                Some(Uncommitted::Saved) => AsIfCommitted::Saved,
            },
            config: path_of(&self.config, "WERF_CONFIG"),
            templates_dir: path_of(&self.config_templates_dir, "WERF_CONFIG_TEMPLATES_DIR"),
            git_work_tree: path_of(&self.git_work_tree, "WERF_GIT_WORK_TREE"),
            dir: path_of(&self.dir, "WERF_DIR"),
            overlay: BTreeMap::new(),
            cache: None,
            limits: Limits::default(),
        }
    }

    /// The request for a text from standard input that stands in for `filename`, in the project `path` or, when no path is
    /// given, in the project around the file.
    pub(super) fn request_for_text(
        &self,
        path: Option<&Path>,
        filename: &Path,
        text: Arc<[u8]>,
        surroundings: &Surroundings,
    ) -> Request {
        let project = match path {
            Some(path) => path.to_owned(),
            None if is_config(filename) => filename.to_owned(),
            None => enclosing_project(filename),
        };
        let mut request = self.request(&project, surroundings);
        request.overlay.insert(filename.to_owned(), text);
        request
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_written() {
        assert_eq!(assignment("A=b=c"), Ok(("A".to_owned(), "b=c".to_owned())));
        assert!(assignment("=x").is_err());
        assert!(assignment("A").is_err());
        assert_eq!(dialect("v1.2").map(|choice| choice.0), Ok(Some(Dialect::V1_2)));
        assert_eq!(dialect("auto").map(|choice| choice.0), Ok(None));
        assert!(dialect("4").is_err());
    }
}
