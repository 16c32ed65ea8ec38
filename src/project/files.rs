//! The main file and the template files (spec 2 §4.4, §4.5; spec 1.1 §2, §3.2).

use std::sync::Arc;

use super::Project;
use super::giterminism::Uncommitted;
use super::reader::{Outcome, Problem, Wanted};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::source::{FileId, Location, Span};

/// A text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// Its id in the project's source map.
    pub file: FileId,
    /// Path relative to the project directory.
    pub path: String,
    /// The bytes.
    pub text: Arc<[u8]>,
}

/// The main file.
#[derive(Clone, Debug, Default)]
pub struct ConfigRead {
    /// The text; behind a fatal finding, the one to go on with.
    pub text: Option<SourceText>,
    /// What stops werf.
    pub findings: Vec<Finding>,
}

/// A template file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFile {
    /// Its name inside the engine: the path relative to the template directory.
    pub name: String,
    /// The text.
    pub source: SourceText,
}

/// All template files, in the order in which werf parses them.
#[derive(Clone, Debug, Default)]
pub struct TemplatesRead {
    /// The files.
    pub files: Vec<TemplateFile>,
    /// What stops werf.
    pub findings: Vec<Finding>,
}

/// Rule ids for one purpose of reading.
struct Rules {
    missing: &'static str,
    untracked: &'static str,
    uncommitted: &'static str,
    unreadable: &'static str,
}

const CONFIG: Rules = Rules {
    missing: "config-not-found",
    untracked: "config-untracked",
    uncommitted: "config-uncommitted",
    unreadable: "config-unreadable",
};
const TEMPLATE: Rules = Rules {
    missing: "template-unreadable",
    untracked: "template-file-untracked",
    uncommitted: "template-file-uncommitted",
    unreadable: "template-unreadable",
};

impl Rules {
    fn of(&self, problem: &Problem) -> RuleId {
        RuleId(match problem {
            Problem::NotFound => self.missing,
            Problem::Untracked(_) => self.untracked,
            Problem::Uncommitted(_) | Problem::Submodule(_) => self.uncommitted,
            Problem::LinkTarget(_) => "link-target-not-accepted",
            Problem::LinkCheck { target, .. } => return self.of(target),
            Problem::BadGlob => "glob-syntax",
            Problem::Directory | Problem::Unreadable(_) => self.unreadable,
        })
    }
}

/// A list of paths in words.
fn listed(paths: &[String]) -> String {
    let quoted: Vec<String> = paths.iter().map(|path| format!("`{path}`")).collect();
    quoted.join(", ")
}

/// What a problem with the file at `path` means, in words.
pub(super) fn describe(path: &str, problem: &Problem) -> String {
    match problem {
        Problem::NotFound => format!("`{path}` is not found in the project"),
        Problem::Untracked(paths) => format!("{} must be committed: not known to git", listed(paths)),
        Problem::Uncommitted(paths) => format!("{} must be committed: local changes", listed(paths)),
        Problem::Submodule(module) => {
            format!("`{path}` depends on the submodule `{module}`, which is not as HEAD says")
        }
        Problem::LinkTarget(target) => {
            format!("`{path}` may be uncommitted, but it is a link, and its target `{target}` may not")
        }
        Problem::LinkCheck { link, target } => format!("the link `{link}`: {}", describe("its target", target)),
        Problem::Directory => format!("`{path}` is a directory"),
        Problem::BadGlob => "a glob in `werf-giterminism.yaml` is malformed".to_owned(),
        Problem::Unreadable(cause) => format!("`{path}` cannot be read: {cause}"),
    }
}

impl Project {
    /// Records the text of a path below the root.
    pub(super) fn source(&self, path: &str, text: Arc<[u8]>) -> SourceText {
        SourceText { file: self.record(path, text.clone()), path: self.shown(path), text }
    }

    /// Reads the main file.
    #[must_use]
    pub fn read_config(&self) -> ConfigRead {
        if self.options().dialect == Dialect::V1_1 {
            return self.read_config_1_1();
        }
        let candidates: Vec<String> = match &self.config {
            Some(config) => vec![config.clone()],
            None => ["werf.yaml", "werf.yml"].iter().filter_map(|name| self.locate(name)).collect(),
        };
        let mut fallback = None;
        for path in &candidates {
            let Outcome { problem, content } = self.read(path, Uncommitted::Config);
            match problem {
                None => return ConfigRead { text: content.map(|text| self.source(path, text)), findings: Vec::new() },
                Some(Problem::NotFound) => fallback = fallback.or_else(|| content.map(|text| (path, text))),
                Some(problem) => {
                    let text = content.map(|text| self.source(path, text));
                    let finding = self.finding(&CONFIG, path, &problem, text.as_ref());
                    return ConfigRead { text, findings: vec![finding] };
                }
            }
        }
        if !self.includes.is_empty() {
            // It may come from an include, which is not known here.
            return ConfigRead::default();
        }
        let name = candidates.first().map(|path| self.shown(path)).unwrap_or_default();
        let (message, help) = if self.reads_disk() {
            (
                format!("`{name}` is not found in the project directory"),
                "werf looks for it in the project directory only; name another with `--config`",
            )
        } else {
            (
                format!("`{name}` is not found in the git repository of the project"),
                "commit it; `config.allowUncommitted` in `werf-giterminism.yaml` permits reading it uncommitted",
            )
        };
        let text = fallback.map(|(path, text)| self.source(path, text));
        let finding = Finding::fatal(RuleId("config-not-found"), place_of(text.as_ref()), message).with_help(help);
        ConfigRead { text, findings: vec![finding] }
    }

    /// Reads the template files.
    #[must_use]
    pub fn read_templates(&self) -> TemplatesRead {
        if self.options().dialect == Dialect::V1_1 {
            return self.read_templates_1_1();
        }
        let mut read = TemplatesRead::default();
        let base = self.templates_dir.clone();
        let wanted = |path: &str| path.ends_with(".tmpl");
        let wanted = Wanted { file: &wanted, may_hold: &|_| true };
        let candidates = match self.candidates(&base, wanted, Uncommitted::Templates) {
            Ok(candidates) => candidates,
            Err(problem) => {
                read.findings.push(self.finding(&TEMPLATE, &base, &problem, None));
                return read;
            }
        };
        let (mut untracked, mut uncommitted) = (Vec::new(), Vec::new());
        for candidate in candidates {
            let Outcome { problem, content } = self.read_candidate(&candidate, Uncommitted::Templates);
            let path = candidate.path;
            let source = content.map(|text| self.source(&path, text));
            match problem {
                None => {}
                Some(Problem::Untracked(paths)) => {
                    untracked.extend(paths.into_iter().map(|shown| (shown, source.clone())))
                }
                Some(Problem::Uncommitted(paths)) => {
                    uncommitted.extend(paths.into_iter().map(|shown| (shown, source.clone())))
                }
                // A link to a directory is passed over; what is not on disk is not read from disk.
                Some(Problem::Directory) => continue,
                Some(Problem::NotFound) if self.reads_disk() => continue,
                Some(problem) => read.findings.push(self.finding(&TEMPLATE, &path, &problem, source.as_ref())),
            }
            if let Some(source) = source {
                let name = path.strip_prefix(&base).unwrap_or(&path).trim_start_matches('/').to_owned();
                read.files.push(TemplateFile { name, source });
            }
        }
        // Untracked files hide those with local changes.
        for (rule, files) in [(TEMPLATE.untracked, untracked), (TEMPLATE.uncommitted, uncommitted)] {
            for (shown, source) in files {
                let message = format!("the template file `{shown}` must be committed");
                read.findings.push(Finding::fatal(RuleId(rule), place_of(source.as_ref()), message));
            }
        }
        read
    }

    fn finding(&self, rules: &Rules, path: &str, problem: &Problem, source: Option<&SourceText>) -> Finding {
        let finding = Finding::fatal(rules.of(problem), place_of(source), describe(&self.shown(path), problem));
        match problem {
            Problem::Untracked(_) | Problem::Uncommitted(_) => {
                let allow = match finding.rule.0 {
                    "config-untracked" | "config-uncommitted" => Some("set `config.allowUncommitted: true`"),
                    "template-file-untracked" | "template-file-uncommitted" => {
                        Some("list the path under `config.allowUncommittedTemplates`")
                    }
                    _ => None,
                };
                let commit = "commit the file; werf reads the commit, not the work tree";
                finding.with_help(match allow {
                    Some(allow) => {
                        format!("{commit}; or {allow} in werf-giterminism.yaml, or use `--loose-giterminism`")
                    }
                    None => commit.to_owned(),
                })
            }
            _ => finding,
        }
    }
}

/// The beginning of a text, or the project.
pub(super) fn place_of(source: Option<&SourceText>) -> Place {
    source.map_or(Place::Project, |source| Place::File(Location { file: source.file, span: Span::default() }))
}
