//! What templates ask of a project: `env` and `.Files`, answered as werf of the dialect does (spec 2 §5.2, T8 to T15; spec 1.1 §3.5).

use super::Project;
use super::files::{SourceText, describe};
use super::giterminism::{EnvRefusal, Uncommitted};
use super::glob::{Matcher, literal_prefix};
use super::reader::{Existence, Outcome, Problem, Wanted};
use super::v1_1::{Globbed, Got};
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::template::host::{EnvAnswer, GlobMatch, Host, HostError, HostFile};
use crate::vfs::{go_clean, join};

/// A refusal that a tolerant host passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tolerated {
    /// The rule that stops werf.
    pub rule: RuleId,
    /// Path or pattern that was asked for.
    pub path: String,
    /// werf's text.
    pub text: String,
}

/// A project as templates see it.
pub struct ProjectHost<'a> {
    project: &'a Project,
    /// Whether content with local changes is given instead of a refusal, so that its text can be analysed; the refusals are then in `tolerated`.
    pub tolerant: bool,
    /// Refusals passed over, in order.
    pub tolerated: Vec<Tolerated>,
    /// Warnings of 1.1 and other things that do not stop werf, each with the number of the call of a method of `.Files` that raised it, from 0 in order of the
    /// calls: their places are known to the engine only.
    pub findings: Vec<(usize, Finding)>,
    /// Calls of methods of `.Files` so far.
    file_calls: usize,
}

impl<'a> ProjectHost<'a> {
    /// A host that refuses what werf refuses.
    #[must_use]
    pub fn new(project: &'a Project) -> Self {
        Self { project, tolerant: false, tolerated: Vec::new(), findings: Vec::new(), file_calls: 0 }
    }

    /// A host that gives content with local changes and notes the refusals.
    #[must_use]
    pub fn tolerant(project: &'a Project) -> Self {
        Self { tolerant: true, ..Self::new(project) }
    }

    fn dialect(&self) -> Dialect {
        self.project.options().dialect
    }

    fn warn(&mut self, rule: &'static str, message: String) {
        let call = self.file_calls.saturating_sub(1);
        self.findings.push((call, Finding::new(RuleId(rule), Severity::Warning, Place::Project, message)));
    }

    fn file(&self, path: &str, text: std::sync::Arc<[u8]>) -> HostFile {
        let SourceText { file, text, .. } = self.project.source(path, text);
        HostFile { file, text }
    }

    /// Whether a refusal is only about local changes, and may be passed over.
    fn tolerates(&mut self, problem: &Problem, error: &HostError, path: &str) -> bool {
        let local = matches!(
            problem,
            Problem::Untracked(_) | Problem::Uncommitted(_) | Problem::Submodule(_) | Problem::LinkTarget(_)
        );
        if self.tolerant && local {
            self.tolerated.push(Tolerated { rule: error.rule, path: path.to_owned(), text: error.text.clone() });
        }
        self.tolerant && local
    }
}

fn get_rule(problem: &Problem) -> RuleId {
    RuleId(match problem {
        Problem::NotFound | Problem::Unreadable(_) => "files-get-missing",
        Problem::Untracked(_) => "files-get-untracked",
        Problem::Uncommitted(_) | Problem::Submodule(_) => "files-get-uncommitted",
        Problem::LinkTarget(_) => "link-target-not-accepted",
        Problem::LinkCheck { .. } => "files-get-link",
        Problem::Directory => "files-get-directory",
        Problem::BadGlob => "glob-syntax",
    })
}

fn glob_rule(problem: &Problem) -> RuleId {
    RuleId(match problem {
        Problem::Untracked(_) => "files-glob-untracked",
        Problem::Uncommitted(_) | Problem::Submodule(_) => "files-glob-uncommitted",
        Problem::BadGlob => "glob-syntax",
        Problem::LinkTarget(_) => "link-target-not-accepted",
        _ => "files-get-link",
    })
}

impl Host for ProjectHost<'_> {
    fn env(&mut self, name: &[u8]) -> Result<EnvAnswer, HostError> {
        let name = String::from_utf8_lossy(name);
        if self.dialect() >= Dialect::V1_2 {
            self.project.giterminism().accepts_env(&name).map_err(|refusal| match refusal {
                EnvRefusal::BadRegex { cause, .. } => HostError { rule: RuleId("allow-env-bad-regex"), text: cause },
                EnvRefusal::NotAllowed => HostError {
                    rule: RuleId("env-not-allowed"),
                    text: format!("env name {name:?} not allowed by giterminism"),
                },
            })?;
        }
        let options = self.project.options();
        Ok(match options.environ.get(name.as_ref()) {
            Some(value) => EnvAnswer::Set(value.clone().into_bytes()),
            None if options.unknown_variables => EnvAnswer::Unknown,
            None => EnvAnswer::Unset,
        })
    }

    fn unset_env(&mut self, name: &[u8]) -> Option<HostError> {
        if self.dialect() == Dialect::V1_1 || self.project.options().loose {
            return None;
        }
        let name = String::from_utf8_lossy(name);
        let text = format!("the environment variable {name:?} must be set or default value must be provided");
        Some(HostError { rule: RuleId("env-unset"), text })
    }

    fn files_get(&mut self, path: &[u8]) -> Result<Option<HostFile>, HostError> {
        self.file_calls += 1;
        let path = String::from_utf8_lossy(path).into_owned();
        if self.dialect() == Dialect::V1_1 {
            return Ok(match self.project.files_get_1_1(&path) {
                Got::Text(located, text) => Some(self.file(&located, text)),
                Got::Unreadable => None,
                Got::Missing => {
                    self.warn(
                        "files-get-missing",
                        format!("`.Files.Get` of `{path}`: the file does not exist; the result is empty"),
                    );
                    None
                }
            });
        }
        let refuse = |problem: &Problem| HostError {
            rule: get_rule(problem),
            text: format!("{{{{ .Files.Get {path:?} }}}}: {}", describe(&path, problem)),
        };
        let Some(located) = self.project.locate(&path) else { return Err(refuse(&Problem::NotFound)) };
        if !self.project.includes().is_empty() && !self.project.is_file_on_disk(&located) {
            // Only the includes are asked then, and what they hold is not known here.
            return Ok(None);
        }
        let Outcome { problem, content } = self.project.read(&located, Uncommitted::Files);
        if let Some(problem) = problem {
            let error = refuse(&problem);
            if !self.tolerates(&problem, &error, &path) {
                return Err(error);
            }
        }
        Ok(content.map(|text| self.file(&located, text)))
    }

    fn files_glob(&mut self, pattern: &[u8]) -> Result<Vec<GlobMatch>, HostError> {
        self.file_calls += 1;
        let pattern = String::from_utf8_lossy(pattern).into_owned();
        if self.dialect() == Dialect::V1_1 {
            return Ok(self.glob_1_1(&pattern));
        }
        let refuse =
            |rule: RuleId, what: String| HostError { rule, text: format!("{{{{ .Files.Glob {pattern:?} }}}}: {what}") };
        let cleaned = go_clean(&pattern);
        let matcher = Matcher::new(self.dialect(), &pattern);
        // The start of the walk is compared too, so that a malformed pattern fails even where there is no file.
        if matcher.matches("").is_err() {
            return Err(refuse(RuleId("glob-syntax"), "syntax error in pattern".to_owned()));
        }
        let (prefix, _) = literal_prefix(cleaned.trim_start_matches('/'));
        let prefix = if prefix == "." { String::new() } else { prefix };
        let Some(base) = self.project.locate(&prefix) else { return self.glob_result(&pattern, Vec::new()) };
        let malformed = std::cell::Cell::new(false);
        let wanted = |path: &str| {
            let matched = matcher.matches(&self.project.shown(path));
            malformed.set(malformed.get() || matched.is_err());
            matched == Ok(true)
        };
        let may_hold = |directory: &str| matcher.may_hold(&self.project.shown(directory));
        let wanted = Wanted { file: &wanted, may_hold: &may_hold };
        let candidates = self.project.candidates(&base, wanted, Uncommitted::Files);
        let candidates = candidates.map_err(|problem| refuse(glob_rule(&problem), describe(&pattern, &problem)))?;
        if malformed.get() {
            return Err(refuse(RuleId("glob-syntax"), "syntax error in pattern".to_owned()));
        }
        let (mut untracked, mut uncommitted, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for candidate in candidates {
            let Outcome { problem, content } = self.project.read_candidate(&candidate, Uncommitted::Files);
            let path = candidate.path;
            match problem {
                None => {}
                Some(Problem::Untracked(paths)) => untracked.extend(paths),
                Some(Problem::Uncommitted(paths)) => uncommitted.extend(paths),
                // Links to directories are passed over.
                Some(Problem::Directory) => continue,
                Some(Problem::NotFound) if self.project.reads_disk() => continue,
                Some(problem) => {
                    let error = refuse(glob_rule(&problem), describe(&self.project.shown(&path), &problem));
                    if !self.tolerates(&problem, &error, &pattern) {
                        return Err(error);
                    }
                }
            }
            if let Some(text) = content {
                found.push(GlobMatch { path: self.project.shown(&path).into_bytes(), file: self.file(&path, text) });
            }
        }
        let problem = match (untracked.is_empty(), uncommitted.is_empty()) {
            (false, _) => Some(Problem::Untracked(untracked)),
            (true, false) => Some(Problem::Uncommitted(uncommitted)),
            (true, true) => None,
        };
        if let Some(problem) = problem {
            let error = refuse(glob_rule(&problem), describe(&pattern, &problem));
            if !self.tolerates(&problem, &error, &pattern) {
                return Err(error);
            }
        }
        self.glob_result(&pattern, found)
    }

    fn files_exists(&mut self, path: &[u8]) -> Result<bool, HostError> {
        self.existence(path, "Exists").map(|found| !matches!(found, Existence::Missing))
    }

    fn files_is_dir(&mut self, path: &[u8]) -> Result<bool, HostError> {
        self.existence(path, "IsDir").map(|found| matches!(found, Existence::Directory))
    }

    fn project_dir(&mut self) -> Vec<u8> {
        let directory = self.project.root().join(self.project.config_dir());
        directory.to_string_lossy().into_owned().into_bytes()
    }
}

impl ProjectHost<'_> {
    fn existence(&mut self, path: &[u8], method: &str) -> Result<Existence, HostError> {
        self.file_calls += 1;
        let path = String::from_utf8_lossy(path).into_owned();
        let Some(located) = join(&self.project.directory, &path) else { return Ok(Existence::Missing) };
        self.project.existence(&located, Uncommitted::Files).map_err(|problem| HostError {
            rule: get_rule(&problem),
            text: format!("{{{{ .Files.{method} {path:?} }}}}: {}", describe(&path, &problem)),
        })
    }

    fn glob_result(&self, pattern: &str, mut found: Vec<GlobMatch>) -> Result<Vec<GlobMatch>, HostError> {
        if found.is_empty() && self.dialect() == Dialect::V1_2 {
            let text = format!("{{{{ .Files.Glob {pattern:?} }}}}: no matches found");
            return Err(HostError { rule: RuleId("files-glob-empty"), text });
        }
        found.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(found)
    }

    fn glob_1_1(&mut self, pattern: &str) -> Vec<GlobMatch> {
        let found = match self.project.files_glob_1_1(pattern) {
            Globbed::Found(found) => found,
            Globbed::Nothing => {
                self.warn("files-glob-empty", format!("`.Files.Glob` of `{pattern}` matches nothing"));
                return Vec::new();
            }
            Globbed::Failed(cause) => {
                self.warn(
                    "files-glob-failed",
                    format!("`.Files.Glob` of `{pattern}` fails: {cause}; the result is empty"),
                );
                return Vec::new();
            }
        };
        let mut matches = Vec::new();
        for (name, path) in found {
            match self.project.read_disk(&path) {
                Ok(text) => matches.push(GlobMatch { path: name.into_bytes(), file: self.file(&path, text) }),
                Err(problem) => {
                    self.warn(
                        "files-glob-failed",
                        format!("`.Files.Glob` of `{pattern}` fails: {}", describe(&name, &problem)),
                    );
                    return Vec::new();
                }
            }
        }
        matches.sort_by(|left, right| left.path.cmp(&right.path));
        matches
    }
}
