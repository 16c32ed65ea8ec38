//! Which project a file belongs to, for the command line and for editors.
//!
//! In: paths. Out: config files and project directories. Never: the content of a file.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Whether a file is a main config by its name: `werf.yaml`, `werf.yml`, `werf-backend.yaml`, but not the files beside it
/// that only begin alike.
#[must_use]
pub fn is_config(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
    let stem = name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"));
    stem.is_some_and(|stem| stem.starts_with("werf") && !matches!(stem, "werf-giterminism" | "werf-includes"))
}

/// The nearest folder around a file that holds a config; without one, the file's own.
#[must_use]
pub fn enclosing_project(file: &Path) -> PathBuf {
    let own = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let holds_config = |folder: &&Path| ["werf.yaml", "werf.yml"].iter().any(|name| folder.join(name).is_file());
    own.ancestors()
        .map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
        .find(holds_config)
        .unwrap_or(own)
        .to_owned()
}

/// Folders that are never looked into for projects.
const PASSED_OVER: &[&str] = &["node_modules", "target", "vendor", "venv", "__pycache__"];

/// Project directories in and below `folder`, at most `depth` levels down; at most `folders` folders are looked at. Hidden folders and those of
/// dependencies are passed over.
#[must_use]
pub fn projects_below(folder: &Path, depth: usize, mut folders: usize) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = std::collections::VecDeque::from([(folder.to_path_buf(), 0)]);
    while let Some((folder, level)) = waiting.pop_front() {
        let Some(left) = folders.checked_sub(1) else { break };
        folders = left;
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut below = Vec::new();
        let mut holds_config = false;
        for entry in entries.flatten() {
            let name = entry.file_name();
            let Some(name) = name.to_str() else { continue };
            // Links are not followed: they lead to what is found elsewhere, or around in circles.
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => {
                    if level < depth && !name.starts_with('.') && !PASSED_OVER.contains(&name) {
                        below.push(entry.path());
                    }
                }
                Ok(_) => holds_config |= matches!(name, "werf.yaml" | "werf.yml"),
                Err(_) => {}
            }
        }
        if holds_config {
            found.push(folder);
        }
        below.sort();
        waiting.extend(below.into_iter().map(|folder| (folder, level + 1)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn config_files_are_known_by_name() {
        for name in ["werf.yaml", "sub/werf.yml", "werf-backend.yaml", "werf_ci.yml"] {
            assert!(is_config(Path::new(name)), "{name}");
        }
        for name in ["werf-giterminism.yaml", "werf-includes.yaml", "values.yaml", ".werf/x.tmpl", "werf.lock", ""] {
            assert!(!is_config(Path::new(name)), "{name}");
        }
    }

    #[test]
    fn projects_are_found_below_a_folder() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for path in ["werf.yaml", "a/b/werf.yml", "node_modules/x/werf.yaml", ".git/werf.yaml", "c/other.yaml"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders can be made");
            std::fs::write(path, "").expect("files can be written");
        }
        let found = projects_below(folder.path(), 5, 100);
        assert_eq!(found, [folder.path().to_path_buf(), folder.path().join("a/b")]);
        assert_eq!(projects_below(folder.path(), 0, 100).len(), 1);
    }
}
