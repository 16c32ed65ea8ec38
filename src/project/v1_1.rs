//! What werf 1.1 reads: everything from disk, committed or not (spec 1.1 §2, §3.2, §3.5).

use std::sync::Arc;

use super::files::{ConfigRead, TemplateFile, TemplatesRead, place_of};
use super::glob::{literal_prefix, matches};
use super::{Problem, Project};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::vfs::{FileTree, Kind, VfsError, join, resolve, walk};

/// What `.Files.Get` of 1.1 finds.
pub(super) enum Got {
    /// The path below the root and the text.
    Text(String, Arc<[u8]>),
    /// Something that cannot be read; the result is an empty text, without a word.
    Unreadable,
    /// Nothing; the result is an empty text with a warning.
    Missing,
}

/// What `.Files.Glob` of 1.1 finds.
pub(super) enum Globbed {
    /// Paths relative to the config directory, with the paths below the root.
    Found(Vec<(String, String)>),
    /// Nothing matches.
    Nothing,
    /// The walk, the pattern or a file failed; why.
    Failed(String),
}

impl Project {
    pub(super) fn read_config_1_1(&self) -> ConfigRead {
        let candidates: Vec<String> = match &self.config {
            Some(config) => vec![config.clone()],
            None => ["werf.yml", "werf.yaml"].iter().filter_map(|name| self.locate(name)).collect(),
        };
        let tree = self.tree();
        for path in &candidates {
            match resolve(&tree, path, self.options.limits.link_depth) {
                Ok(found) if found.kind.is_file() => match tree.read(&found.path) {
                    Ok(text) => return ConfigRead { text: Some(self.source(path, text)), findings: Vec::new() },
                    Err(error) => return self.config_problem("config-unreadable", path, &error.to_string()),
                },
                Ok(_) => return self.config_problem("config-unreadable", path, "it is no regular file"),
                Err(VfsError::NotFound | VfsError::Outside) => {}
                Err(error) => return self.config_problem("config-stat-failed", path, &error.to_string()),
            }
        }
        let name = candidates.last().map(|path| self.shown(path)).unwrap_or_default();
        let finding = Finding::fatal(RuleId("config-not-found"), Place::Project, format!("`{name}` is not found"));
        ConfigRead { text: None, findings: vec![finding] }
    }

    fn config_problem(&self, rule: &'static str, path: &str, cause: &str) -> ConfigRead {
        let message = format!("`{}` cannot be read: {cause}", self.shown(path));
        ConfigRead { text: None, findings: vec![Finding::fatal(RuleId(rule), Place::Project, message)] }
    }

    pub(super) fn read_templates_1_1(&self) -> TemplatesRead {
        let mut read = TemplatesRead::default();
        let tree = self.tree();
        let base = &self.templates_dir;
        let mut names = Vec::new();
        // A link is no directory to the walk, so nothing is found behind it.
        match tree.entry(base) {
            Ok(Some(Kind::Directory)) => {
                let limits = &self.options.limits;
                let mut visit = |path: &str, _: Kind| {
                    if path.ends_with(".tmpl") {
                        names.push(path.to_owned());
                    }
                };
                if let Err(error) = walk(&tree, base, limits.walk_entries, &mut |_| true, &mut visit) {
                    let message = format!("`{}` cannot be walked: {error}", self.shown(base));
                    read.findings.push(Finding::fatal(RuleId("templates-dir-unreadable"), Place::Project, message));
                }
            }
            Ok(Some(_)) if base.ends_with(".tmpl") => names.push(base.clone()),
            _ => {}
        }
        for path in names {
            match self.read_disk(&path) {
                Ok(text) => {
                    let name = path.strip_prefix(base).unwrap_or(&path).trim_start_matches('/');
                    let name = if name.is_empty() { "." } else { name };
                    read.files.push(TemplateFile { name: name.to_owned(), source: self.source(&path, text) });
                }
                Err(problem) => {
                    let cause = match problem {
                        Problem::NotFound => "it leads to a directory or nowhere".to_owned(),
                        Problem::Unreadable(cause) => cause,
                        other => format!("{other:?}"),
                    };
                    let message = format!("the template file `{}` cannot be read: {cause}", self.shown(&path));
                    read.findings.push(Finding::fatal(RuleId("template-unreadable"), place_of(None), message));
                }
            }
        }
        read
    }

    /// `.Files.Get` of 1.1.
    pub(super) fn files_get_1_1(&self, path: &str) -> Got {
        let Some(located) = join(&self.config_dir(), path) else { return Got::Missing };
        let tree = self.tree();
        let Ok(resolved) = resolve(&tree, &located, self.options.limits.link_depth) else { return Got::Missing };
        match tree.read(&resolved.path) {
            Ok(text) => Got::Text(located, text),
            Err(_) => Got::Unreadable,
        }
    }

    /// `.Files.Glob` of 1.1.
    pub(super) fn files_glob_1_1(&self, pattern: &str) -> Globbed {
        let base = self.config_dir();
        let Some(pattern) = join(&base, pattern) else {
            return Globbed::Failed("the pattern leads out of the project".to_owned());
        };
        let (start, _) = literal_prefix(&pattern);
        let tree = self.tree();
        let mut names: Vec<(String, Kind)> = Vec::new();
        match tree.entry(&start) {
            Ok(Some(Kind::Directory)) => {
                let mut visit = |path: &str, kind: Kind| names.push((path.to_owned(), kind));
                if let Err(error) = walk(&tree, &start, self.options.limits.walk_entries, &mut |_| true, &mut visit) {
                    return Globbed::Failed(error.to_string());
                }
            }
            Ok(Some(kind)) => names.push((start, kind)),
            Ok(None) => return Globbed::Failed(format!("`{}` does not exist", self.shown(&start))),
            Err(error) => return Globbed::Failed(error.to_string()),
        }
        let mut found = Vec::new();
        for (path, kind) in names {
            match matches(Dialect::V1_1, &pattern, &path) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(_) => return Globbed::Failed("syntax error in pattern".to_owned()),
            }
            if kind == Kind::Link {
                match resolve(&tree, &path, self.options.limits.link_depth) {
                    Ok(resolved) if resolved.kind == Kind::Directory => continue,
                    Ok(_) => {}
                    Err(error) => return Globbed::Failed(error.to_string()),
                }
            }
            found.push((crate::vfs::relative(&base, &path), path));
        }
        if found.is_empty() { Globbed::Nothing } else { Globbed::Found(found) }
    }
}
