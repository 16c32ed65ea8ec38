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
use crate::grammar::{Directive, Section, ValueType, explain_unknown};
use crate::limits::Limits;
use crate::source::{FileId, Location, Span};
use crate::template::functions::re2::{Regex, Syntax};
use crate::vfs::go_clean;
use crate::yaml;

/// A permission: the section of the file and the key in it.
pub type Permission = (Section, &'static str);

const CONFIG: Permission = (Section::GiterminismConfig, "allowUncommitted");
const TEMPLATES: Permission = (Section::GiterminismConfig, "allowUncommittedTemplates");
const VARIABLES: Permission = (Section::GiterminismTemplates, "allowEnvVariables");
const FILES: Permission = (Section::GiterminismTemplates, "allowUncommittedFiles");
const SECRET_VARIABLES: Permission = (Section::GiterminismSecrets, "allowEnvVariables");
const SECRET_FILES: Permission = (Section::GiterminismSecrets, "allowFiles");
const SECRET_VALUES: Permission = (Section::GiterminismSecrets, "allowValueIds");
const FROM_LATEST: Permission = (Section::GiterminismStapel, "allowFromLatest");
const BRANCHES: Permission = (Section::GiterminismGit, "allowBranch");
const BUILD_DIR: Permission = (Section::GiterminismMount, "allowBuildDir");
const FROM_PATHS: Permission = (Section::GiterminismMount, "allowFromPaths");
const DOCKERFILES: Permission = (Section::GiterminismDockerfile, "allowUncommitted");
const DOCKERIGNORES: Permission = (Section::GiterminismDockerfile, "allowUncommittedDockerignoreFiles");
const CONTEXT_FILES: Permission = (Section::GiterminismDockerfile, "allowContextAddFiles");
/// Chart files that may have local changes.
pub const CHART_FILES: Permission = (Section::GiterminismHelm, "allowUncommittedFiles");

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
    flags: BTreeMap<Permission, Span>,
    lists: BTreeMap<Permission, Vec<Entry>>,
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
            reading.fatal("giterminism-yaml", error.place(), error.text.clone());
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

    /// The entries of a permission list with their places.
    pub fn entries(&self, list: Permission) -> impl Iterator<Item = (&str, Location)> {
        let file = self.file;
        let entries = self.lists.get(&list).into_iter().flatten();
        entries.filter_map(move |entry| Some((entry.text.as_str(), Location { file: file?, span: entry.span })))
    }

    fn flag(&self, flag: Permission) -> bool {
        self.loose || self.flags.contains_key(&flag)
    }

    fn accepts(&self, list: Permission, path: &str) -> Result<bool, BadPattern> {
        if self.loose {
            return Ok(true);
        }
        for entry in self.lists.get(&list).into_iter().flatten() {
            if entry.matcher.matches(path)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn names(&self, list: Permission, name: &str) -> bool {
        self.loose || self.lists.get(&list).is_some_and(|entries| entries.iter().any(|entry| entry.text == name))
    }

    /// A file may have local changes; `path` is relative to the project directory.
    ///
    /// # Errors
    /// [`BadPattern`] when a malformed glob is reached (rule `glob-syntax`); so below.
    pub fn accepts_uncommitted(&self, what: Uncommitted, path: &str) -> Result<bool, BadPattern> {
        match what {
            Uncommitted::Never => Ok(false),
            Uncommitted::Config => Ok(self.flag(CONFIG)),
            Uncommitted::Templates => self.accepts(TEMPLATES, path),
            Uncommitted::Files => self.accepts(FILES, path),
            Uncommitted::Dockerfiles => self.accepts_dockerfile(path),
        }
    }

    /// Whether no file at all may have local changes.
    #[must_use]
    pub fn accepts_no_uncommitted(&self, what: Uncommitted) -> bool {
        let none = |list: Permission| self.lists.get(&list).is_none_or(Vec::is_empty);
        match what {
            Uncommitted::Never => true,
            Uncommitted::Config => !self.flag(CONFIG),
            Uncommitted::Templates => !self.loose && none(TEMPLATES),
            Uncommitted::Files => !self.loose && none(FILES),
            Uncommitted::Dockerfiles => !self.loose && none(DOCKERFILES),
        }
    }

    /// A Dockerfile may have local changes.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_dockerfile(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts(DOCKERFILES, path)
    }

    /// A dockerignore file may have local changes.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_dockerignore(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts(DOCKERIGNORES, path)
    }

    /// An entry of `contextAddFiles` is permitted; `path` is the context joined with the entry.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_context_add(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts(CONTEXT_FILES, path)
    }

    /// `fromPath` of a mount is permitted; `path` as written.
    ///
    /// # Errors
    /// [`BadPattern`].
    pub fn accepts_mount_from_path(&self, path: &str) -> Result<bool, BadPattern> {
        self.accepts(FROM_PATHS, path)
    }

    /// A `build_dir` mount is permitted.
    #[must_use]
    pub fn accepts_mount_build_dir(&self) -> bool {
        self.flag(BUILD_DIR)
    }

    /// `fromLatest` is permitted.
    #[must_use]
    pub fn accepts_from_latest(&self) -> bool {
        self.flag(FROM_LATEST)
    }

    /// A remote git mapping by branch is permitted.
    #[must_use]
    pub fn accepts_git_branch(&self) -> bool {
        self.flag(BRANCHES)
    }

    /// A secret by `env` is permitted.
    #[must_use]
    pub fn accepts_secret_env(&self, name: &str) -> bool {
        self.names(SECRET_VARIABLES, name)
    }

    /// A secret by `value` is permitted.
    #[must_use]
    pub fn accepts_secret_value(&self, id: &str) -> bool {
        self.names(SECRET_VALUES, id)
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
        for entry in self.lists.get(&SECRET_FILES).into_iter().flatten() {
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
        for entry in self.lists.get(&VARIABLES).into_iter().flatten() {
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

    fn root(&mut self, root: &Plain) {
        match &root.value {
            Value::Map(_) => self.check_object(Section::Giterminism, root),
            Value::Null => self.version_missing(root.span),
            _ => {
                let message = format!("`werf-giterminism.yaml` must be a mapping, not {}", article(root.type_name()));
                self.fatal("giterminism-yaml", root.span, message);
                return;
            }
        }
        self.decode_object(Section::Giterminism, root, true);
    }

    fn version_missing(&mut self, span: Span) {
        self.fatal("giterminism-schema", span, "`giterminismConfigVersion` is missing");
    }

    /// The row of a key that the schema of this dialect covers.
    fn covered(&self, section: Section, key: &str) -> Option<&'static Directive> {
        section.directive(key, self.dialect).filter(|row| row.is_in_giterminism_schema(self.dialect))
    }

    /// The schema: unknown keys, then missing ones, then the values.
    fn check_object(&mut self, section: Section, object: &Plain) {
        if self.dialect >= Dialect::V3 {
            for pair in object.pairs() {
                if self.covered(section, &pair.key).is_none() {
                    self.unknown_key(section, pair, object);
                }
            }
        }
        if section == Section::Giterminism && object.get("giterminismConfigVersion").is_none() {
            let first = object.pairs().first().map_or(object.span, |pair| pair.key_span);
            self.version_missing(first);
        }
        for pair in object.pairs() {
            let last = object.get(&pair.key).is_some_and(|last| std::ptr::eq(last, pair));
            if let (Some(row), true) = (self.covered(section, &pair.key), last) {
                self.check_value(section, row, pair);
            }
        }
    }

    fn unknown_key(&mut self, section: Section, pair: &Pair, object: &Plain) {
        let explained = explain_unknown(&pair.key, section, Section::Giterminism, self.dialect);
        let place = Place::File(Location { file: self.file, span: pair.key_span });
        let mut finding = Finding::fatal(RuleId("giterminism-unknown-key"), place, explained.message);
        finding.help = explained.help;
        // Longer bytes than the key has are quotes, an anchor or a tag.
        if let Some(instead) = explained.instead.filter(|instead| object.get(instead).is_none())
            && pair.key_span.len() == pair.key.len()
        {
            let edits = vec![Edit { place, text: instead.to_owned() }];
            let title = format!("rename `{}` to `{instead}`", pair.key);
            finding.fix = Some(Fix { title, edits, applicability: Applicability::Safe });
        }
        self.findings.push(finding);
    }

    fn check_value(&mut self, section: Section, row: &'static Directive, pair: &Pair) {
        let value = &pair.value;
        let place = if value.span.is_empty() { pair.key_span } else { value.span };
        let name = path_of(section, row.key);
        let wrong = |wanted: &str| format!("`{name}` must be {wanted}, not {}", article(value.type_name()));
        match (row.value, &value.value) {
            (ValueType::Object(below), Value::Map(_)) => self.check_object(below, value),
            (ValueType::Object(_), _) => self.fatal("giterminism-schema", place, wrong("a mapping")),
            (ValueType::Bool, Value::Bool(_)) => {}
            (ValueType::Bool, _) => self.fatal("giterminism-schema", place, wrong("a boolean")),
            (ValueType::StrList, Value::List(items)) => {
                for item in items {
                    if !matches!(item.value, Value::Text(_)) {
                        let message = format!("an item of `{name}` must be a text, not {}", article(item.type_name()));
                        self.fatal("giterminism-schema", item.span, message);
                    }
                }
            }
            (ValueType::StrList, _) => self.fatal("giterminism-schema", place, wrong("a list of texts")),
            // What is left is the version.
            (_, Value::Null) => {}
            (_, Value::Text(text)) if text == "1" => {}
            (_, Value::Number(number, _)) if *number == 1.0 => {}
            _ => self.fatal("giterminism-schema", place, format!("`{name}` must be 1")),
        }
    }

    /// Go's JSON decoder: keys in sorted order, matched whatever their case. `checked`: whether the schema saw the mapping.
    fn decode_object(&mut self, section: Section, object: &Plain, checked: bool) {
        let mut pairs: Vec<&Pair> = object
            .pairs()
            .iter()
            .filter(|pair| object.get(&pair.key).is_some_and(|last| std::ptr::eq(last, *pair)))
            .collect();
        pairs.sort_by(|left, right| left.key.cmp(&right.key));
        for pair in pairs {
            let mut known = section.directives().filter(|row| row.dialects.contains(self.dialect));
            if let Some(row) = known.find(|row| row.key.eq_ignore_ascii_case(&pair.key)) {
                let checked = checked && row.key == pair.key && row.is_in_giterminism_schema(self.dialect);
                self.decode_value(section, row, &pair.value, checked);
            }
        }
    }

    fn decode_value(&mut self, section: Section, row: &'static Directive, value: &Plain, checked: bool) {
        let permission: Permission = (section, row.key);
        match (row.value, &value.value) {
            (_, Value::Null) | (ValueType::OptInt, _) => {}
            (ValueType::Object(below), Value::Map(_)) => self.decode_object(below, value, checked),
            (ValueType::Bool, Value::Bool(true)) => {
                self.permissions.flags.insert(permission, value.span);
            }
            (ValueType::Bool, Value::Bool(false)) => {
                self.permissions.flags.remove(&permission);
            }
            (ValueType::StrList, Value::List(items)) => {
                let mut entries = Vec::new();
                for item in items {
                    match &item.value {
                        Value::Text(text) => {
                            entries.push(Entry {
                                text: text.clone(),
                                span: item.span,
                                matcher: Matcher::new(self.dialect, text),
                                expression: match permission {
                                    VARIABLES => expression_of(text, self.dialect),
                                    _ => None,
                                },
                            });
                        }
                        Value::Null => {}
                        _ => self.unchecked(section, row, item, checked),
                    }
                }
                self.permissions.lists.insert(permission, entries);
            }
            _ => self.unchecked(section, row, value, checked),
        }
    }

    /// A wrong type that the schema did not see kills werf.
    fn unchecked(&mut self, section: Section, row: &Directive, value: &Plain, checked: bool) {
        if !checked {
            let name = path_of(section, row.key);
            let message = format!("`{name}` has the wrong type ({}); werf crashes", value.type_name());
            self.fatal("crash-giterminism-type", value.span, message);
        }
    }
}

/// The path of a key from the top of the file.
fn path_of(section: Section, key: &str) -> String {
    match section {
        Section::Giterminism => key.to_owned(),
        _ => format!("{}.{key}", section.info().path),
    }
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
    fn every_permission_is_a_row_of_the_grammar() {
        let permissions = [
            CONFIG,
            TEMPLATES,
            VARIABLES,
            FILES,
            SECRET_VARIABLES,
            SECRET_FILES,
            SECRET_VALUES,
            FROM_LATEST,
            BRANCHES,
            BUILD_DIR,
            FROM_PATHS,
            DOCKERFILES,
            DOCKERIGNORES,
            CONTEXT_FILES,
            CHART_FILES,
        ];
        for (section, key) in permissions {
            let row = section.directive(key, Dialect::V3);
            assert!(
                row.is_some_and(|row| matches!(row.value, ValueType::Bool | ValueType::StrList)),
                "{section:?} {key}"
            );
        }
    }

    #[test]
    fn below_a_key_in_other_letters_the_schema_sees_nothing() {
        let text = "giterminismConfigVersion: 1\nConfig: {stapel: {allowFromLatest: 'yes'}}\n";
        assert_eq!(read(Dialect::V2, text).1, ["crash-giterminism-type"]);
    }

    #[test]
    fn unknown_keys_are_explained() {
        let help = |text: &str| {
            let text = format!("giterminismConfigVersion: 1\n{text}");
            let (_, findings) = Giterminism::read(Dialect::V3, false, FileId(0), text.as_bytes(), &Limits::default());
            findings.into_iter().next().and_then(|finding| finding.help).unwrap_or_default()
        };
        assert_eq!(help("config: {stapel: {allowFromLastest: true}}\n"), "did you mean `allowFromLatest`?");
        let moved = "`allowFromLatest` is a key of `config.stapel`, not of `config`";
        assert_eq!(help("config: {allowFromLatest: true}\n"), moved);
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
