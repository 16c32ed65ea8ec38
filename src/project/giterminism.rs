//! `werf-giterminism.yaml`: its validation per dialect and the permissions it gives (spec 2 §14).
//!
//! In: the file's bytes. Out: permissions, and findings under the rules `giterminism-yaml`, `giterminism-schema`, `giterminism-unknown-key`,
//! `crash-giterminism-type`. Never: reading files; how the file is found and read is the reader's business.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::glob::{BadPattern, Matcher};
use super::plain::{Pair, Plain, Value, plain};
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place, RuleId};
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::source::{FileId, Location, Span};
use crate::template::functions::re2::{Regex, Syntax};
use crate::vfs::go_clean;
use crate::yaml;

/// Kind of value at a path of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Object,
    Boolean,
    Texts,
    Version,
}

/// A key of the file.
struct Key {
    path: &'static str,
    shape: Shape,
    /// First dialect that decodes it.
    since: Dialect,
    /// First dialect whose schema covers it.
    checked: Dialect,
}

const fn key(path: &'static str, shape: Shape) -> Key {
    Key { path, shape, since: Dialect::V1_2, checked: Dialect::V1_2 }
}

/// Decoded since version 2, in the schema since version 3.
const fn late(path: &'static str, shape: Shape) -> Key {
    Key { path, shape, since: Dialect::V2, checked: Dialect::V3 }
}

/// The grammar (spec 2 §14.2).
const KEYS: &[Key] = &[
    key("giterminismConfigVersion", Shape::Version),
    key("cli", Shape::Object),
    key("cli.allowCustomTags", Shape::Boolean),
    key("config", Shape::Object),
    key("config.allowUncommitted", Shape::Boolean),
    key("config.allowUncommittedTemplates", Shape::Texts),
    key("config.goTemplateRendering", Shape::Object),
    key("config.goTemplateRendering.allowEnvVariables", Shape::Texts),
    key("config.goTemplateRendering.allowUncommittedFiles", Shape::Texts),
    late("config.secrets", Shape::Object),
    late("config.secrets.allowEnvVariables", Shape::Texts),
    late("config.secrets.allowFiles", Shape::Texts),
    late("config.secrets.allowValueIds", Shape::Texts),
    key("config.stapel", Shape::Object),
    key("config.stapel.allowFromLatest", Shape::Boolean),
    key("config.stapel.git", Shape::Object),
    key("config.stapel.git.allowBranch", Shape::Boolean),
    key("config.stapel.mount", Shape::Object),
    key("config.stapel.mount.allowBuildDir", Shape::Boolean),
    key("config.stapel.mount.allowFromPaths", Shape::Texts),
    key("config.dockerfile", Shape::Object),
    key("config.dockerfile.allowUncommitted", Shape::Texts),
    key("config.dockerfile.allowUncommittedDockerignoreFiles", Shape::Texts),
    key("config.dockerfile.allowContextAddFiles", Shape::Texts),
    key("helm", Shape::Object),
    key("helm.allowUncommittedFiles", Shape::Texts),
    late("includes", Shape::Object),
    late("includes.allowIncludesUpdate", Shape::Boolean),
];

const VARIABLES: &str = "config.goTemplateRendering.allowEnvVariables";
const TEMPLATES: &str = "config.allowUncommittedTemplates";
const FILES: &str = "config.goTemplateRendering.allowUncommittedFiles";

/// An entry of a permission list and its place.
#[derive(Clone, Debug)]
struct Entry {
    text: String,
    span: Span,
    matcher: Matcher,
    /// The expression of an entry `/…/`, or Go's text about it.
    expression: Option<Result<Arc<Regex>, String>>,
}

/// What the project permits. The default permits nothing.
#[derive(Clone, Debug, Default)]
pub struct Giterminism {
    loose: bool,
    file: Option<FileId>,
    flags: BTreeMap<&'static str, Span>,
    lists: BTreeMap<&'static str, Vec<Entry>>,
}

/// What is read that the project may permit to have local changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncommitted {
    /// Files that never may: `werf-giterminism.yaml`, `werf-includes.yaml` and its lock.
    Never,
    /// The main file.
    Config,
    /// Template files.
    Templates,
    /// Files read through `.Files`.
    Files,
    /// Dockerfiles.
    Dockerfiles,
}

/// Why a variable may not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvRefusal {
    /// An expression of `allowEnvVariables` does not compile; its place and the library's words.
    BadRegex {
        /// Bytes of the entry in the file.
        place: Place,
        /// What is wrong with it.
        cause: String,
    },
    /// No entry permits it.
    NotAllowed,
}

impl Giterminism {
    /// No file: nothing is permitted, or everything in loose mode and in dialect 1.1.
    #[must_use]
    pub fn absent(loose: bool) -> Self {
        Self { loose, ..Self::default() }
    }

    /// Reads the file. What is valid in a broken file counts, so that one mistake does not bring a finding per permission.
    #[must_use]
    pub fn read(dialect: Dialect, loose: bool, file: FileId, text: &[u8], limits: &Limits) -> (Self, Vec<Finding>) {
        let mut reading = Reading {
            dialect,
            file,
            permissions: Self { loose, file: Some(file), ..Self::default() },
            findings: Vec::new(),
        };
        let tree = yaml::parse(text, limits);
        if let Some(error) = tree.errors.first() {
            reading.fatal("giterminism-yaml", error.span, error.text.clone());
            return (reading.permissions, reading.findings);
        }
        match plain(&tree, limits) {
            Ok(root) => reading.root(&root),
            Err(error) => reading.fatal("giterminism-yaml", error.span, error.message),
        }
        (reading.permissions, reading.findings)
    }

    /// Whether werf runs with `--loose-giterminism`, where everything is permitted.
    #[must_use]
    pub fn is_loose(&self) -> bool {
        self.loose
    }

    /// Where a permission stands in the file, for findings about it.
    #[must_use]
    pub fn place_of(&self, path: &str) -> Option<Location> {
        let span = self.flags.get(path).copied().or_else(|| Some(self.lists.get(path)?.first()?.span))?;
        Some(Location { file: self.file?, span })
    }

    /// The entries of a permission list with their places.
    pub fn entries(&self, path: &str) -> impl Iterator<Item = (&str, Location)> {
        let file = self.file;
        let entries = self.lists.get(path).into_iter().flatten();
        entries.filter_map(move |entry| Some((entry.text.as_str(), Location { file: file?, span: entry.span })))
    }

    fn flag(&self, path: &str) -> bool {
        self.loose || self.flags.contains_key(path)
    }

    fn accepts(&self, list: &str, path: &str) -> Result<bool, BadPattern> {
        if self.loose {
            return Ok(true);
        }
        for entry in self.lists.get(list).into_iter().flatten() {
            if entry.matcher.matches(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn names(&self, list: &str, name: &str) -> bool {
        self.loose || self.lists.get(list).is_some_and(|entries| entries.iter().any(|entry| entry.text == name))
    }

    /// A file may have local changes; `path` is relative to the project directory.
    ///
    /// # Errors
    /// [`BadPattern`] when a malformed glob is reached (rule `glob-syntax`); so below.
    pub fn accepts_uncommitted(&self, what: Uncommitted, path: &str) -> Result<bool, BadPattern> {
        match what {
            Uncommitted::Never => Ok(false),
            Uncommitted::Config => Ok(self.flag("config.allowUncommitted")),
            Uncommitted::Templates => self.accepts(TEMPLATES, path),
            Uncommitted::Files => self.accepts(FILES, path),
            Uncommitted::Dockerfiles => self.accepts_dockerfile(path),
        }
    }

    /// Whether no file at all may have local changes.
    #[must_use]
    pub fn accepts_no_uncommitted(&self, what: Uncommitted) -> bool {
        let none = |list: &str| self.lists.get(list).is_none_or(Vec::is_empty);
        match what {
            Uncommitted::Never => true,
            Uncommitted::Config => !self.flag("config.allowUncommitted"),
            Uncommitted::Templates => !self.loose && none(TEMPLATES),
            Uncommitted::Files => !self.loose && none(FILES),
            Uncommitted::Dockerfiles => !self.loose && none("config.dockerfile.allowUncommitted"),
        }
    }

    /// A Dockerfile may have local changes.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_dockerfile(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts("config.dockerfile.allowUncommitted", path)
    }

    /// A dockerignore file may have local changes.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_dockerignore(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts("config.dockerfile.allowUncommittedDockerignoreFiles", path)
    }

    /// An entry of `contextAddFiles` is permitted; `path` is the context joined with the entry.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_context_add(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts("config.dockerfile.allowContextAddFiles", path)
    }

    /// `fromPath` of a mount is permitted; `path` as written.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_mount_from_path(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts("config.stapel.mount.allowFromPaths", path)
    }

    /// A `build_dir` mount is permitted.
    #[must_use]
    pub fn accepts_mount_build_dir(&self) -> bool {
        self.flag("config.stapel.mount.allowBuildDir")
    }

    /// `fromLatest` is permitted.
    #[must_use]
    pub fn accepts_from_latest(&self) -> bool {
        self.flag("config.stapel.allowFromLatest")
    }

    /// A remote git mapping by branch is permitted.
    #[must_use]
    pub fn accepts_git_branch(&self) -> bool {
        self.flag("config.stapel.git.allowBranch")
    }

    /// A secret by `env` is permitted.
    #[must_use]
    pub fn accepts_secret_env(&self, name: &str) -> bool {
        self.names("config.secrets.allowEnvVariables", name)
    }

    /// A secret by `value` is permitted.
    #[must_use]
    pub fn accepts_secret_value(&self, id: &str) -> bool {
        self.names("config.secrets.allowValueIds", id)
    }

    /// A secret by `src` is permitted: entry and path are made absolute against `current_dir`, a leading `~` stands for `home` (spec 2 §14.4).
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_secret_file(
        &self,
        dialect: Dialect,
        path: &str,
        current_dir: &Path,
        home: &str,
    ) -> Result<bool, BadPattern> {
        if self.loose {
            return Ok(true);
        }
        let path = absolute(path, current_dir, home);
        for entry in self.lists.get("config.secrets.allowFiles").into_iter().flatten() {
            if Matcher::new(dialect, &absolute(&entry.text, current_dir, home)).matches(&path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether templates may read a variable: entries are names, or expressions between slashes that must match the name as `^…$`.
    ///
    /// # Errors
    /// Why not.
    pub fn accepts_env(&self, name: &str) -> Result<(), EnvRefusal> {
        if self.loose {
            return Ok(());
        }
        for entry in self.lists.get(VARIABLES).into_iter().flatten() {
            match &entry.expression {
                None if entry.text == name => return Ok(()),
                Some(Ok(expression)) if expression.is_match(name.as_bytes()) => return Ok(()),
                Some(Err(cause)) => {
                    let place =
                        self.file.map_or(Place::Project, |file| Place::File(Location { file, span: entry.span }));
                    return Err(EnvRefusal::BadRegex { place, cause: cause.clone() });
                }
                _ => {}
            }
        }
        Err(EnvRefusal::NotAllowed)
    }
}

/// `/expression/` as giterminism reads it; without a group: `/A|B/` means `^A` or `B$`.
fn expression_of(text: &str, dialect: Dialect) -> Option<Result<Arc<Regex>, String>> {
    let inner = text.strip_prefix('/')?.strip_suffix('/')?;
    Some(Regex::compile(format!("^{inner}$").as_bytes(), Syntax::of(dialect)).map(Arc::new))
}

fn absolute(path: &str, current_dir: &Path, home: &str) -> String {
    let expanded = match path.strip_prefix('~') {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => format!("{home}{rest}"),
        _ => path.to_owned(),
    };
    if expanded.starts_with('/') {
        go_clean(&expanded)
    } else {
        go_clean(&format!("{}/{expanded}", current_dir.to_string_lossy()))
    }
}

struct Reading {
    dialect: Dialect,
    file: FileId,
    permissions: Giterminism,
    findings: Vec<Finding>,
}

impl Reading {
    fn fatal(&mut self, rule: &'static str, span: Span, message: impl Into<String>) {
        let place = Place::File(Location { file: self.file, span });
        self.findings.push(Finding::fatal(RuleId(rule), place, message));
    }

    /// Adds to the last finding, about an unknown key, the key that was meant.
    fn suggest(&mut self, path: &str, pair: &Pair, object: &Plain) {
        let Some(finding) = self.findings.last_mut() else { return };
        let names: Vec<&str> = KEYS
            .iter()
            .filter(|key| key.checked <= self.dialect)
            .filter_map(|key| match path {
                "" => Some(key.path),
                path => key.path.strip_prefix(path)?.strip_prefix('.'),
            })
            .filter(|name| !name.contains('.'))
            .collect();
        let Some(meant) = nearest(&pair.key, &names) else { return };
        finding.help = Some(format!("did you mean `{meant}`?"));
        // Longer bytes than the key has are quotes, an anchor or a tag.
        if object.get(meant).is_none() && pair.key_span.len() == pair.key.len() {
            let edits = vec![Edit { place: finding.place, text: meant.to_owned() }];
            let title = format!("rename `{}` to `{meant}`", pair.key);
            finding.fix = Some(Fix { title, edits, applicability: Applicability::Safe });
        }
    }

    fn root(&mut self, root: &Plain) {
        match &root.value {
            Value::Map(_) => self.check_object("", root),
            Value::Null => self.version_missing(root.span),
            _ => {
                let message = format!("`werf-giterminism.yaml` must be a mapping, not {}", article(root.type_name()));
                self.fatal("giterminism-yaml", root.span, message);
                return;
            }
        }
        self.decode_object("", root);
    }

    fn version_missing(&mut self, span: Span) {
        self.fatal("giterminism-schema", Span::empty(span.start as usize), "`giterminismConfigVersion` is missing");
    }

    fn covered(&self, path: &str) -> Option<&'static Key> {
        KEYS.iter().find(|key| key.path == path && key.checked <= self.dialect)
    }

    /// The schema: unknown keys, then missing ones, then the values.
    fn check_object(&mut self, path: &str, object: &Plain) {
        if self.dialect >= Dialect::V3 {
            for pair in object.pairs() {
                if self.covered(&below(path, &pair.key)).is_none() {
                    self.fatal("giterminism-unknown-key", pair.key_span, unknown_key(path, &pair.key));
                    self.suggest(path, pair, object);
                }
            }
        }
        if path.is_empty() && object.get("giterminismConfigVersion").is_none() {
            self.version_missing(object.span);
        }
        for pair in object.pairs() {
            let current = below(path, &pair.key);
            let last = object.get(&pair.key).is_some_and(|last| std::ptr::eq(last, pair));
            if let (Some(key), true) = (self.covered(&current), last) {
                self.check_value(key, &pair.value);
            }
        }
    }

    fn check_value(&mut self, key: &Key, value: &Plain) {
        let wrong = |wanted: &str| format!("`{}` must be {wanted}, not {}", key.path, article(value.type_name()));
        match (key.shape, &value.value) {
            (Shape::Object, Value::Map(_)) => self.check_object(key.path, value),
            (Shape::Object, _) => self.fatal("giterminism-schema", value.span, wrong("a mapping")),
            (Shape::Boolean, Value::Bool(_)) => {}
            (Shape::Boolean, _) => self.fatal("giterminism-schema", value.span, wrong("a boolean")),
            (Shape::Texts, Value::List(items)) => {
                for item in items {
                    if !matches!(item.value, Value::Text(_)) {
                        let message =
                            format!("an item of `{}` must be a text, not {}", key.path, article(item.type_name()));
                        self.fatal("giterminism-schema", item.span, message);
                    }
                }
            }
            (Shape::Texts, _) => self.fatal("giterminism-schema", value.span, wrong("a list of texts")),
            (Shape::Version, Value::Null) => {}
            (Shape::Version, Value::Text(text)) if text == "1" => {}
            (Shape::Version, Value::Number(number, _)) if *number == 1.0 => {}
            (Shape::Version, _) => self.fatal("giterminism-schema", value.span, "`giterminismConfigVersion` must be 1"),
        }
    }

    /// Go's JSON decoder: keys in sorted order, matched whatever their case.
    fn decode_object(&mut self, path: &str, object: &Plain) {
        let mut pairs: Vec<&Pair> = object
            .pairs()
            .iter()
            .filter(|pair| object.get(&pair.key).is_some_and(|last| std::ptr::eq(last, *pair)))
            .collect();
        pairs.sort_by(|left, right| left.key.cmp(&right.key));
        for pair in pairs {
            let current = below(path, &pair.key);
            let known = KEYS.iter().find(|key| key.path.eq_ignore_ascii_case(&current) && key.since <= self.dialect);
            if let Some(key) = known {
                let checked = key.path == current && key.checked <= self.dialect;
                self.decode_value(key, &pair.value, checked);
            }
        }
    }

    fn decode_value(&mut self, key: &'static Key, value: &Plain, checked: bool) {
        match (key.shape, &value.value) {
            (_, Value::Null) | (Shape::Version, _) => {}
            (Shape::Object, Value::Map(_)) => self.decode_object(key.path, value),
            (Shape::Boolean, Value::Bool(true)) => {
                self.permissions.flags.insert(key.path, value.span);
            }
            (Shape::Boolean, Value::Bool(false)) => {
                self.permissions.flags.remove(key.path);
            }
            (Shape::Texts, Value::List(items)) => {
                let mut entries = Vec::new();
                for item in items {
                    match &item.value {
                        Value::Text(text) => {
                            entries.push(Entry {
                                text: text.clone(),
                                span: item.span,
                                matcher: Matcher::new(self.dialect, text),
                                expression: match key.path {
                                    VARIABLES => expression_of(text, self.dialect),
                                    _ => None,
                                },
                            });
                        }
                        Value::Null => {}
                        _ => self.unchecked(key, item, checked),
                    }
                }
                self.permissions.lists.insert(key.path, entries);
            }
            _ => self.unchecked(key, value, checked),
        }
    }

    /// A wrong type that the schema did not see kills werf.
    fn unchecked(&mut self, key: &Key, value: &Plain, checked: bool) {
        if !checked {
            let message = format!("`{}` has the wrong type ({}); werf crashes", key.path, value.type_name());
            self.fatal("crash-giterminism-type", value.span, message);
        }
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The one name that is a letter or two away, where no other is as near. The guesses about werf.yaml belong to a layer above.
fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let word = word.get(..word.len().min(100))?.to_lowercase();
    let distance = |name: &&str| strsim::damerau_levenshtein(&word, &name.to_lowercase());
    let near = |name: &&&str| distance(name) <= 2;
    let best = names.iter().filter(near).min_by_key(|name| distance(name))?;
    (names.iter().filter(|name| distance(name) == distance(best)).count() == 1).then_some(*best)
}

fn unknown_key(path: &str, key: &str) -> String {
    if path.is_empty() { format!("unknown key `{key}`") } else { format!("unknown key `{key}` in `{path}`") }
}

fn article(type_name: &str) -> String {
    match type_name {
        "null" => "empty".to_owned(),
        "array" => "a list".to_owned(),
        "object" => "a mapping".to_owned(),
        "string" => "a text".to_owned(),
        other => format!("a {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dialect: Dialect, text: &str) -> (Giterminism, Vec<&'static str>) {
        let (permissions, findings) = Giterminism::read(dialect, false, FileId(0), text.as_bytes(), &Limits::default());
        (permissions, findings.iter().map(|finding| finding.rule.0).collect())
    }

    const LATE: &str = "giterminismConfigVersion: 1\nconfig: {secrets: {allowFiles: x}}\n";

    #[test]
    fn each_dialect_checks_what_its_schema_covers() {
        assert_eq!(read(Dialect::V1_2, LATE).1, Vec::<&str>::new());
        assert_eq!(read(Dialect::V2, LATE).1, ["crash-giterminism-type"]);
        assert_eq!(read(Dialect::V3, LATE).1, ["giterminism-schema"]);
        assert_eq!(read(Dialect::V3, "configVersion: 1\n").1, ["giterminism-unknown-key", "giterminism-schema"]);
        assert_eq!(read(Dialect::V2, "giterminismConfigVersion: '1.0'\n").1, ["giterminism-schema"]);
        assert_eq!(read(Dialect::V2, "giterminismConfigVersion: 1.0\nconfig:\n").1, ["giterminism-schema"]);
        assert_eq!(read(Dialect::V2, "- x\n").1, ["giterminism-yaml"]);
    }

    #[test]
    fn keys_are_matched_whatever_their_case_before_3() {
        let text = "giterminismConfigVersion: 1\nConfig: {STAPEL: {allowfromlatest: yes}}\n";
        let (permissions, findings) = read(Dialect::V2, text);
        assert!(permissions.accepts_from_latest() && findings.is_empty());
        assert_eq!(read(Dialect::V3, text).1, ["giterminism-unknown-key"]);
    }

    #[test]
    fn variables_by_name_and_by_expression() {
        let text = "giterminismConfigVersion: 1\nconfig: {goTemplateRendering: {allowEnvVariables: [A, '/B_.*/', '/C|D/', '/(/']}}\n";
        let (permissions, _) = read(Dialect::V2, text);
        for allowed in ["A", "B_X", "CX", "XD"] {
            assert_eq!(permissions.accepts_env(allowed), Ok(()), "{allowed}");
        }
        assert!(matches!(permissions.accepts_env("AB"), Err(EnvRefusal::BadRegex { .. })));
    }

    #[test]
    fn secret_files_are_compared_as_absolute_paths() {
        let text = "giterminismConfigVersion: 1\nconfig: {secrets: {allowFiles: [ci/token, '~/keys/*']}}\n";
        let (permissions, _) = read(Dialect::V2, text);
        let accepts = |path: &str| {
            permissions.accepts_secret_file(Dialect::V2, path, Path::new("/srv/app"), "/home/ci") == Ok(true)
        };
        assert!(accepts("./ci/token") && accepts("~/keys/a") && accepts("/home/ci/keys/a"));
        assert!(!accepts("ci/token/x") && !accepts("~/keys/a/b"));
    }
}
