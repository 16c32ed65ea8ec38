//! From what the user named to a project: which directory, which config file, which dialect.
//!
//! In: a [`Request`]. Out: the options to open the project with. Never: anything about the content of the config file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{AnalysisError, Request};
use crate::dialect::Dialect;
use crate::git;
use crate::project::{Options, dialect_evidence};
use crate::vfs::{Disk, Memory};

/// A project to open.
pub(super) struct Target {
    /// How to open it.
    pub options: Options,
    /// The project directory as the user would name it.
    pub shown: String,
    /// Why that dialect.
    pub dialect_reason: String,
}

const DEFAULT_NAMES: [&str; 2] = ["werf.yaml", "werf.yml"];

fn error(message: String) -> AnalysisError {
    AnalysisError { message, help: None }
}

fn has_default_name(path: &Path) -> bool {
    path.file_name().is_some_and(|name| DEFAULT_NAMES.iter().any(|default| name == *default))
}

/// Directory and config file that a path stands for.
fn split(request: &Request, path: &Path) -> Result<(PathBuf, Option<PathBuf>), AnalysisError> {
    let stands_in = request.overlay.keys().any(|file| request.working_dir.join(file) == path);
    let parent = || path.parent().map_or_else(|| PathBuf::from("/"), Path::to_path_buf);
    match fs::metadata(path) {
        // A directory named like a config file is meant as one, unless it is a project itself.
        Ok(data) if data.is_dir() => {
            let is_project = DEFAULT_NAMES.iter().any(|name| path.join(name).exists());
            if has_default_name(path) && !is_project {
                return Ok((parent(), Some(path.to_path_buf())));
            }
            Ok((path.to_path_buf(), None))
        }
        Ok(_) => Ok((parent(), Some(path.to_path_buf()))),
        Err(_) if stands_in => Ok((parent(), Some(path.to_path_buf()))),
        Err(cause) if fs::symlink_metadata(path).is_ok() => {
            Err(error(format!("`{}` is a link that leads nowhere: {cause}", request.path.display())))
        }
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Err(AnalysisError {
            message: format!("there is no `{}`", request.path.display()),
            help: Some("give a project directory or a config file".to_owned()),
        }),
        Err(cause) => Err(error(format!("`{}` cannot be read: {cause}", request.path.display()))),
    }
}

/// A path as seen from the working directory, when that is shorter to say.
fn shown(directory: &Path, working_dir: &Path) -> String {
    match directory.strip_prefix(working_dir) {
        Ok(rest) if rest.as_os_str().is_empty() => ".".to_owned(),
        Ok(rest) => rest.to_string_lossy().into_owned(),
        Err(_) => directory.to_string_lossy().into_owned(),
    }
}

/// Removes `.` and `..` from an absolute path without asking the disk.
fn clean(path: &Path) -> PathBuf {
    PathBuf::from(crate::vfs::go_clean(&path.to_string_lossy()))
}

/// Reads a request.
pub(super) fn locate(request: &Request) -> Result<Target, AnalysisError> {
    let working_dir = clean(&request.working_dir);
    let path = clean(&working_dir.join(&request.path));
    let (own_dir, own_config) = split(request, &path)?;
    let directory = request.dir.as_ref().map_or(own_dir, |dir| clean(&working_dir.join(dir)));
    if !directory.is_dir() {
        return Err(error(format!("`{}` is not a directory", directory.display())));
    }
    let config = request.config.as_ref().map(|config| working_dir.join(config)).or(own_config);
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let work_tree = request.git_work_tree.as_ref().map(|tree| clean(&working_dir.join(tree)));
    let root = work_tree.clone().or_else(|| git::find_work_tree(&directory)).unwrap_or_else(|| directory.clone());
    let mut unsaved = Memory::default();
    for (file, content) in &request.overlay {
        let file = clean(&working_dir.join(file));
        let Ok(below) = file.strip_prefix(&root) else {
            return Err(error(format!("`{}` lies outside of the project", file.display())));
        };
        unsaved.add(&below.to_string_lossy(), content.clone());
    }
    let (dialect, dialect_reason) = match request.dialect {
        Some(dialect) => (dialect, "asked for".to_owned()),
        None => evidence(&root, &directory, request),
    };
    let options = Options {
        current_dir: working_dir.clone(),
        work_tree,
        config: config.map(text),
        templates_dir: request.templates_dir.as_ref().map(|dir| text(working_dir.join(dir))),
        loose: request.loose_giterminism,
        as_if_committed: request.as_if_committed,
        env: request.env.clone(),
        environ: request.environ.clone(),
        unknown_variables: request.unknown_variables,
        unsaved,
        files: request.cache.as_ref().map(|cache| Arc::clone(&cache.files)),
        limits: request.limits,
        ..Options::new(dialect, &directory)
    };
    Ok(Target { options, shown: shown(&directory, &working_dir), dialect_reason })
}

fn evidence(root: &Path, directory: &Path, request: &Request) -> (Dialect, String) {
    let disk = Disk::new(root, request.limits.file_bytes);
    let below = directory.strip_prefix(root).map(|below| below.to_string_lossy().into_owned()).unwrap_or_default();
    let found = dialect_evidence(&disk, &below, request.limits.link_depth);
    (found.dialect, found.reason)
}
