//! `werf-includes.yaml` and `werf-includes.lock`: grammar and validation as far as no network is needed (spec 2 §15).
//!
//! In: bytes of the files. Out: the declared includes, and findings `includes-yaml`, `include-…`, `lock-…` in werf's order. Never: network; what a remote
//! repository holds is unknown.

use super::plain::{Plain, Value, plain, tag_name};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::limits::Limits;
use crate::source::{FileId, Location, Span};
use crate::yaml;

/// One entry of `includes`.
#[derive(Clone, Debug, Default)]
pub struct Include {
    /// Repository: a URL or a local directory.
    pub git: String,
    /// Branch, tag and commit as written; a valid include has exactly one.
    pub branch: String,
    /// See `branch`.
    pub tag: String,
    /// See `branch`.
    pub commit: String,
    /// Path inside the repository.
    pub add: String,
    /// Destination in the project.
    pub to: String,
    /// Globs relative to `add`, with their places.
    pub include_paths: Vec<(String, Span)>,
    /// Globs relative to `add`, with their places.
    pub exclude_paths: Vec<(String, Span)>,
    /// User name and password sources (`env`, `src`, `value`).
    pub auth: Option<Auth>,
    /// Where its keys and values stand.
    pub places: Places,
}

/// Where the keys and values of a mapping stand.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// Bytes of what stands for the mapping as a whole: its first key, or what stands in its place.
    pub head: Span,
    /// Key, its bytes, and those of its value.
    pairs: Vec<(String, Span, Span)>,
}

impl Places {
    fn of(value: &Plain) -> Self {
        let pairs = value.pairs();
        let pairs: Vec<_> = pairs.iter().map(|pair| (pair.key.clone(), pair.key_span, pair.value.span)).collect();
        Self { head: pairs.first().map_or(value.span, |(_, key, _)| *key), pairs }
    }

    /// Bytes of the key; of the head when it is missing.
    #[must_use]
    pub fn key(&self, key: &str) -> Span {
        self.pairs.iter().rfind(|(name, ..)| name == key).map_or(self.head, |(_, key, _)| *key)
    }

    /// Bytes of a value; of its key when it is empty, of the head when there is no such key.
    #[must_use]
    pub fn value(&self, key: &str) -> Span {
        let Some((_, key, value)) = self.pairs.iter().rfind(|(name, ..)| name == key) else { return self.head };
        if value.is_empty() { *key } else { *value }
    }
}

/// `basicAuth` of an include.
#[derive(Clone, Debug, Default)]
pub struct Auth {
    /// User name.
    pub username: String,
    /// Variable that holds the password.
    pub env: String,
    /// File that holds the password.
    pub src: String,
    /// The password itself.
    pub value: String,
    /// Where its keys and values stand.
    pub places: Places,
    /// The same of `password`.
    pub password: Option<Places>,
}

impl Include {
    /// Tag, branch or commit, whichever is set first in that order.
    #[must_use]
    pub fn reference(&self) -> Option<&str> {
        [&self.tag, &self.branch, &self.commit].into_iter().map(String::as_str).find(|text| !text.is_empty())
    }
}

/// Reads one of the two files: the list under `includes`.
///
/// # Errors
/// The message and place of what the library (yaml.v3, non-strict) refuses.
pub fn read_list(text: &[u8], limits: &Limits) -> Result<Vec<Include>, (String, Span)> {
    let tree = yaml::parse(text, limits);
    if let Some(error) = tree.errors.first() {
        return Err((error.text.clone(), error.span));
    }
    let root = plain(&tree, limits).map_err(|error| (error.message, error.span))?;
    let mut decoder = Decoder::default();
    let mut includes = Vec::new();
    if decoder.is_map(&root, "includes.Config")
        && let Some(list) = root.get("includes")
    {
        match &list.value.value {
            Value::List(items) => includes.extend(items.iter().map(|item| decoder.include(item))),
            Value::Null => {}
            _ => decoder.mismatch(&list.value, "[]includes.includeConf"),
        }
    }
    match decoder.error {
        Some(error) => Err(error),
        None => Ok(includes),
    }
}

/// Decodes as yaml.v3 does and keeps the first problem.
#[derive(Default)]
struct Decoder {
    error: Option<(String, Span)>,
}

impl Decoder {
    fn mismatch(&mut self, value: &Plain, go_type: &str) {
        let message = format!("cannot unmarshal {} into {go_type}", tag_name(&value.value));
        self.error.get_or_insert((message, value.span));
    }

    /// Whether the value is a map; also objects to repeated keys.
    fn is_map(&mut self, value: &Plain, go_type: &str) -> bool {
        match &value.value {
            Value::Map(pairs) => {
                for (index, pair) in pairs.iter().enumerate() {
                    if !pair.merged && pairs[..index].iter().any(|earlier| earlier.key == pair.key && !earlier.merged) {
                        self.error
                            .get_or_insert((format!("mapping key `{}` is already defined", pair.key), pair.key_span));
                    }
                }
                true
            }
            Value::Null => false,
            _ => {
                self.mismatch(value, go_type);
                false
            }
        }
    }

    fn text(&mut self, object: &Plain, key: &str) -> String {
        let Some(pair) = object.get(key) else { return String::new() };
        self.text_of(&pair.value)
    }

    fn text_of(&mut self, value: &Plain) -> String {
        match &value.value {
            Value::Text(text) | Value::Number(_, text) => text.clone(),
            Value::Bool(value) => value.to_string(),
            Value::Null => String::new(),
            Value::List(_) | Value::Map(_) => {
                self.mismatch(value, "string");
                String::new()
            }
        }
    }

    fn texts(&mut self, object: &Plain, key: &str) -> Vec<(String, Span)> {
        let Some(pair) = object.get(key) else { return Vec::new() };
        match &pair.value.value {
            Value::List(items) => items.iter().map(|item| (self.text_of(item), item.span)).collect(),
            Value::Null => Vec::new(),
            _ => {
                self.mismatch(&pair.value, "[]string");
                Vec::new()
            }
        }
    }

    fn include(&mut self, item: &Plain) -> Include {
        if !self.is_map(item, "includes.includeConf") {
            return Include { places: Places::of(item), ..Include::default() };
        }
        Include {
            git: self.text(item, "git"),
            branch: self.text(item, "branch"),
            tag: self.text(item, "tag"),
            commit: self.text(item, "commit"),
            add: self.text(item, "add"),
            to: self.text(item, "to"),
            include_paths: self.texts(item, "includePaths"),
            exclude_paths: self.texts(item, "excludePaths"),
            auth: item.get("basicAuth").and_then(|pair| self.auth(&pair.value)),
            places: Places::of(item),
        }
    }

    fn auth(&mut self, value: &Plain) -> Option<Auth> {
        if !self.is_map(value, "includes.basicAuth") {
            return None;
        }
        let places = Places::of(value);
        let mut auth = Auth { username: self.text(value, "username"), places, ..Auth::default() };
        if let Some(password) = value.get("password")
            && self.is_map(&password.value, "includes.passwordSource")
        {
            auth.password = Some(Places::of(&password.value));
            auth.env = self.text(&password.value, "env");
            auth.src = self.text(&password.value, "src");
            auth.value = self.text(&password.value, "value");
        }
        Some(auth)
    }
}

/// Checks I2 to I11 of every include, in list order.
#[must_use]
pub fn check(file: FileId, includes: &[Include]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for include in includes {
        let mut fatal = |rule: &'static str, span: Span, message: String| {
            findings.push(Finding::fatal(RuleId(rule), Place::File(Location { file, span }), message));
        };
        let places = &include.places;
        if include.git.is_empty() {
            fatal("include-git-missing", places.value("git"), "an include without `git`".to_owned());
        }
        if let Some(auth) = &include.auth {
            if auth.username.is_empty() {
                let place = if auth.places.key("username") == auth.places.head {
                    places.key("basicAuth")
                } else {
                    auth.places.value("username")
                };
                fatal("include-auth-username", place, "`basicAuth` needs `username`".to_owned());
            }
            let sources = [("env", &auth.env), ("src", &auth.src), ("value", &auth.value)];
            let mut given = sources.iter().filter(|(_, source)| !source.is_empty()).map(|(key, _)| *key);
            let (first, second) = (given.next(), given.next());
            if first.is_none() || second.is_some() {
                let place = match (&auth.password, second) {
                    (Some(password), Some(second)) => password.key(second),
                    (Some(password), None) => password.head,
                    (None, _) => places.key("basicAuth"),
                };
                let message = "`password` needs exactly one of `env`, `src`, `value`".to_owned();
                fatal("include-auth-password", place, message);
            }
        }
        for (name, path, missing, relative) in [
            ("add", &include.add, "include-add-missing", "include-add-not-absolute"),
            ("to", &include.to, "include-to-missing", "include-to-not-absolute"),
        ] {
            if path.is_empty() {
                fatal(missing, places.value(name), format!("an include without `{name}`"));
            } else if !path.starts_with('/') {
                fatal(relative, places.value(name), format!("`{name}` must start with `/`: `{path}`"));
            }
        }
        for (name, paths, rule) in [
            ("includePaths", &include.include_paths, "include-path-absolute"),
            ("excludePaths", &include.exclude_paths, "include-exclude-absolute"),
        ] {
            if let Some((path, place)) = paths.iter().find(|(path, _)| path.starts_with('/')) {
                fatal(rule, *place, format!("`{name}` must be relative to `add`: `{path}`"));
            }
        }
        let references = [("branch", &include.branch), ("tag", &include.tag), ("commit", &include.commit)];
        let mut given = references.iter().filter(|(_, reference)| !reference.is_empty()).map(|(key, _)| *key);
        let (first, second) = (given.next(), given.next());
        if first.is_none() || second.is_some() {
            let place = second.map_or(places.head, |second| places.key(second));
            let message = "an include needs exactly one of `branch`, `tag`, `commit`".to_owned();
            fatal("include-ref", place, message);
        }
    }
    findings
}

/// Checks I15 to I17 against the lock. `missing_commit` says whether a repository is known not to have a commit.
#[must_use]
pub fn check_lock(
    file: FileId,
    includes: &[Include],
    lock_file: FileId,
    lock: &[Include],
    missing_commit: &dyn Fn(&str, &str) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut fatal = |rule: &'static str, file: FileId, span: Span, message: String| {
        findings.push(Finding::fatal(RuleId(rule), Place::File(Location { file, span }), message));
    };
    for entry in lock {
        if entry.reference().is_none() {
            fatal(
                "lock-ref",
                lock_file,
                entry.places.head,
                format!("the lock entry of `{}` names no branch, tag or commit", entry.git),
            );
        }
    }
    if lock.is_empty() {
        fatal(
            "lock-empty",
            lock_file,
            Span::default(),
            "the lock file has no entries; run `werf includes update`".to_owned(),
        );
        return findings;
    }
    for include in includes.iter().rev() {
        let Some(reference) = include.reference() else { continue };
        // A later entry with the same key replaces an earlier one.
        let entry = lock.iter().rfind(|entry| entry.git == include.git && entry.reference() == Some(reference));
        match entry {
            None => {
                let message = format!(
                    "the lock file has no entry for `{}` at `{reference}`; run `werf includes update`",
                    include.git
                );
                fatal("lock-entry-missing", file, include.places.value("git"), message);
            }
            Some(entry) if missing_commit(&include.git, &entry.commit) => {
                let message = format!("`{}` has no commit `{}`, which the lock file names", include.git, entry.commit);
                fatal("include-commit", lock_file, entry.places.value("commit"), message);
            }
            Some(_) => {}
        }
    }
    findings
}
