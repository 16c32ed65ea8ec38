//! The directives of werf.yaml in all dialects: one declarative table (`table`) and what is derived from it: the lookup the
//! decoder walks by, and the suggestions for keys that are in no mapping of the dialect ([`suggest`]).
//!
//! Never: a directive's name or description anywhere else.

mod ansible;
mod explain;
mod rows;
pub mod schema;
mod suggest;
mod table;

pub use ansible::ANSIBLE_MODULES;
pub use explain::{Explanation, explain_unknown};
pub use suggest::{Suggestion, nearest, suggest, unique_nearest};
pub use table::sections;

use crate::dialect::Dialect;

/// A set of dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialects(u8);

impl Dialects {
    /// None.
    pub const NONE: Self = Self(0);
    /// 1.1, 1.2, 2 and 3.
    pub const ALL: Self = Self(0b1111);
    /// 1.1 only.
    pub const ONLY_1_1: Self = Self(0b0001);
    /// 1.2, 2 and 3.
    pub const SINCE_1_2: Self = Self(0b1110);
    /// 1.2 and 2.
    pub const SINCE_1_2_UNTIL_2: Self = Self(0b0110);
    /// 2 and 3.
    pub const SINCE_2: Self = Self(0b1100);
    /// 2 only.
    pub const ONLY_2: Self = Self(0b0100);
    /// 3 only.
    pub const SINCE_3: Self = Self(0b1000);
    /// 1.1, 1.2 and 2.
    pub const UNTIL_2: Self = Self(0b0111);

    /// Both sets together.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the dialect belongs to the set.
    #[must_use]
    pub const fn contains(self, dialect: Dialect) -> bool {
        self.0 & (1 << dialect as u8) != 0
    }

    /// The dialects of the set, oldest first.
    pub fn iter(self) -> impl Iterator<Item = Dialect> {
        Dialect::ALL.into_iter().filter(move |dialect| self.contains(*dialect))
    }
}

/// What a directive's value may be (spec `werf-2-config.md` §1; the 1.1 reference calls the same types by other names).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Any scalar, literally; null leaves the default.
    Str,
    /// As `Str`, and remembers that it was not given.
    OptStr,
    /// A boolean word of YAML 1.1.
    Bool,
    /// As `Bool`, and remembers that it was not given.
    OptBool,
    /// An integer, or a float that is truncated.
    OptInt,
    /// An integer that is not negative.
    OptUInt,
    /// A Go duration, or a bare number of nanoseconds.
    OptDuration,
    /// A list of scalars.
    StrList,
    /// One string or a list of strings, looked at when the section is converted.
    StrOrList,
    /// A mapping of scalars to scalars.
    StrMap,
    /// A mapping of scalars to anything.
    AnyMap,
    /// The name or names of an image (§9.5).
    ImageName,
    /// A mapping with fixed keys.
    Object(Section),
    /// A list of mappings with fixed keys.
    Objects(Section),
}

impl ValueType {
    /// The type in a reader's words, with its article.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Str | Self::OptStr => "a text",
            Self::Bool | Self::OptBool => "`true` or `false`",
            Self::OptInt => "a whole number",
            Self::OptUInt => "a whole number that is not negative",
            Self::OptDuration => "a duration such as `168h` or `1h30m`",
            Self::StrList => "a list of texts",
            Self::StrOrList => "a text or a list of texts",
            Self::StrMap => "a mapping of texts",
            Self::AnyMap | Self::Object(_) => "a mapping",
            Self::ImageName => "a text or a list of texts",
            Self::Objects(_) => "a list of mappings",
        }
    }

    /// The section below the directive, if there is one.
    #[must_use]
    pub const fn section(self) -> Option<Section> {
        match self {
            Self::Object(section) | Self::Objects(section) => Some(section),
            _ => None,
        }
    }
}

/// A kind of mapping with fixed keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "each is described by the row of `table::sections` that bears its name")]
pub enum Section {
    Meta,
    Build,
    BuildImageSpec,
    BuildImageSpecConfig,
    Deploy,
    HelmChartConfig,
    Cleanup,
    KeepPolicy,
    References,
    Limit,
    ImagesPerReference,
    GitWorktree,
    DockerfileImage,
    StapelImage,
    Git,
    BasicAuth,
    Password,
    StageDependencies,
    Shell,
    Ansible,
    Task,
    Mount,
    Docker,
    Import,
    Dependency,
    DependencyImport,
    Secret,
    ImageSpec,
    ImageSpecConfig,
    Healthcheck,
    Giterminism,
    GiterminismCli,
    GiterminismConfig,
    GiterminismTemplates,
    GiterminismSecrets,
    GiterminismStapel,
    GiterminismGit,
    GiterminismMount,
    GiterminismDockerfile,
    GiterminismHelm,
    GiterminismIncludes,
    Includes,
    Include,
    IncludeAuth,
    IncludePassword,
}

/// A file of a project that has a grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// `werf.yaml`, rendered: a stream of documents.
    Werf,
    /// `werf-giterminism.yaml`. Before 3 werf ignores its unknown keys, whatever the table says of a section.
    Giterminism,
    /// `werf-includes.yaml`.
    Includes,
}

impl FileKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Werf, Self::Giterminism, Self::Includes];

    /// The name on the command line: `werf`, `giterminism`, `includes`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Werf => "werf",
            Self::Giterminism => "giterminism",
            Self::Includes => "includes",
        }
    }

    /// The kinds of documents such a file holds.
    #[must_use]
    pub const fn documents(self) -> &'static [Section] {
        match self {
            Self::Werf => &[Section::Meta, Section::DockerfileImage, Section::StapelImage],
            Self::Giterminism => &[Section::Giterminism],
            Self::Includes => &[Section::Includes],
        }
    }

    /// The dialects that read such a file.
    #[must_use]
    pub const fn dialects(self) -> Dialects {
        match self {
            Self::Werf => Dialects::ALL,
            Self::Giterminism => Dialects::SINCE_1_2,
            Self::Includes => Dialects::SINCE_2,
        }
    }
}

/// What happens to a key that a section does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownKeys {
    /// werf keeps it and refuses all of a mapping's unknown keys when the mapping closes (A7).
    Refused,
    /// The library reports it like a value of a wrong type (A8).
    TypeError,
    /// Nobody looks at it.
    Accepted,
}

/// A row about a kind of mapping.
#[derive(Clone, Copy, Debug)]
pub struct SectionInfo {
    /// Which.
    pub section: Section,
    /// How it is called in messages and where it stands: `git[].stageDependencies`; of a document, its kind in words.
    pub path: &'static str,
    /// Unknown keys.
    pub unknown: UnknownKeys,
    /// Its directives, in groups (a group may be shared).
    pub groups: &'static [&'static [Directive]],
}

/// A row about a directive.
#[derive(Clone, Copy, Debug)]
pub struct Directive {
    /// The key as written in werf.yaml.
    pub key: &'static str,
    /// What its value may be.
    pub value: ValueType,
    /// Where it exists.
    pub dialects: Dialects,
    /// Where it exists and should not be used any more.
    pub deprecated: Dialects,
    /// First release that has it, where that is not the first of its line.
    pub since: &'static str,
    /// Last release that has it, where that is not the last of its line.
    pub until: &'static str,
    /// What to use where it is deprecated or missing; empty if there is nothing.
    pub replacement: &'static str,
    /// Default in a reader's words; empty: none, or the empty value.
    pub default: &'static str,
    /// All allowed values, if they can be listed.
    pub allowed: &'static [&'static str],
    /// Values that were allowed besides before 3.
    pub allowed_before_3: &'static [&'static str],
    /// What it does, in one line: a phrase without a full stop.
    pub meaning: &'static str,
    /// An example of its value, as it is written in YAML: on one line, or lines of a block without indentation.
    pub example: &'static str,
}

impl Directive {
    /// Of a directive of `werf-giterminism.yaml`: whether the schema with which werf checks the file covers it. That of 2 left out what was new then
    /// (spec `werf-2-config.md` §14.3).
    #[must_use]
    pub const fn is_in_giterminism_schema(&self, dialect: Dialect) -> bool {
        self.dialects.contains(dialect) && (self.dialects.contains(Dialect::V1_2) || matches!(dialect, Dialect::V3))
    }

    /// All values it may have in that dialect; none if they cannot be listed.
    pub fn allowed_in(&self, dialect: Dialect) -> impl Iterator<Item = &'static str> + use<> {
        let older = if dialect < Dialect::V3 { self.allowed_before_3 } else { &[] };
        self.allowed.iter().chain(older).copied()
    }

    /// The directive with its example, as it stands in a file: `key: value`, or the key and a block below it.
    #[must_use]
    pub fn written(&self) -> String {
        let is_block =
            matches!(self.value, ValueType::Object(_) | ValueType::Objects(_) | ValueType::StrMap | ValueType::AnyMap)
                || self.example.contains('\n')
                || self.example.starts_with("- ");
        let (key, example) = (self.key, self.example);
        match is_block {
            // Items of a list stand at the key's own column, as in all of werf's documentation.
            true if example.starts_with("- ") => format!("{key}:\n{example}"),
            true => format!("{key}:\n  {}", example.replace('\n', "\n  ")),
            false => format!("{key}: {example}"),
        }
    }
}

impl Section {
    /// The row of the section.
    #[must_use]
    pub fn info(self) -> &'static SectionInfo {
        // The rows stand in the order of the enum; a test holds the table to it.
        &sections()[self as usize]
    }

    /// The file in which it stands.
    #[must_use]
    pub fn file(self) -> FileKind {
        match self {
            section if section >= Self::Includes => FileKind::Includes,
            section if section >= Self::Giterminism => FileKind::Giterminism,
            _ => FileKind::Werf,
        }
    }

    /// Its path in backquotes, or its name in words.
    #[must_use]
    pub fn name(self) -> String {
        let path = self.info().path;
        if path.contains(' ') { path.to_owned() } else { format!("`{path}`") }
    }

    /// What to use in that dialect instead of a directive of this section that is missing or deprecated there.
    #[must_use]
    pub fn replacement(self, directive: &Directive, dialect: Dialect) -> Option<&'static str> {
        let mut replacement = directive.replacement;
        // `fromArtifact` became `fromImage`, which became `from`: follow the rows, at most as many as there are dialects.
        for _ in Dialect::ALL {
            let Some(next) = self.directives().find(|row| row.key == replacement) else { break };
            let current = next.dialects.contains(dialect) && !next.deprecated.contains(dialect);
            if current || next.replacement.is_empty() || next.replacement == directive.key {
                break;
            }
            replacement = next.replacement;
        }
        (!replacement.is_empty() && replacement != directive.key).then_some(replacement)
    }

    /// All directives of all dialects.
    pub fn directives(self) -> impl Iterator<Item = &'static Directive> {
        self.info().groups.iter().flat_map(|group| group.iter())
    }

    /// The directive of that name in that dialect.
    #[must_use]
    pub fn directive(self, key: &str, dialect: Dialect) -> Option<&'static Directive> {
        self.directives().find(|directive| directive.key == key && directive.dialects.contains(dialect))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn rows_stand_in_the_order_of_the_enum() {
        for (index, info) in sections().iter().enumerate() {
            assert_eq!(info.section as usize, index, "{:?}", info.section);
        }
        assert_eq!(sections().len(), Section::IncludePassword as usize + 1);
    }

    #[test]
    fn no_key_stands_twice_in_a_section_and_every_row_is_complete() {
        for info in sections() {
            let mut seen = BTreeSet::new();
            for directive in info.section.directives() {
                assert!(seen.insert(directive.key), "{} {}", info.path, directive.key);
                assert!(!directive.meaning.is_empty() && !directive.example.is_empty(), "{}", directive.key);
                let is_past = !directive.since.is_empty() && !directive.until.is_empty();
                assert!(directive.dialects != Dialects::NONE || is_past, "{}", directive.key);
                assert!(!directive.meaning.ends_with('.'), "{}", directive.key);
                for dialect in directive.deprecated.iter() {
                    assert!(directive.dialects.contains(dialect), "{}", directive.key);
                }
            }
        }
    }

    #[test]
    fn every_section_is_reached_from_a_document() {
        let mut reached: BTreeSet<Section> = FileKind::ALL.into_iter().flat_map(FileKind::documents).copied().collect();
        for _ in 0..8 {
            let more: Vec<Section> =
                reached.iter().flat_map(|s| s.directives().filter_map(|d| d.value.section())).collect();
            reached.extend(more);
        }
        assert_eq!(reached.len(), sections().len());
    }
}
