//! What the checks of one document share: dialect, permissions, the sink, and the crashes that wait in the document.

use std::collections::VecDeque;

use super::permissions::Permissions;
use super::sink::{Sink, refusal};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{DockerfileImage, RawDocument, StapelImage};
use crate::model::field::{Sections, StringOrList, Strings};
use crate::source::Span;

/// Facts that hold for the whole run.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The line of werf.
    pub dialect: Dialect,
    /// What giterminism permits.
    pub permissions: &'a dyn Permissions,
}

/// The keys of the lists of sections in a stapel document.
pub fn lists_of_stapel(raw: &StapelImage) -> [Option<Span>; 5] {
    [key_of(&raw.git), key_of(&raw.mount), key_of(&raw.import), key_of(&raw.dependencies), key_of(&raw.secrets)]
}

/// The keys of the lists of sections in a Dockerfile document.
pub fn lists_of_dockerfile(raw: &DockerfileImage) -> [Option<Span>; 2] {
    [key_of(&raw.dependencies), key_of(&raw.secrets)]
}

/// One document on its way through its checks.
pub struct Conversion<'a, 's> {
    facts: Facts<'a>,
    sink: &'s mut Sink,
    /// Per list of sections, by the place of its key: the crashes in it, in order.
    crashes: Vec<(Span, VecDeque<Finding>)>,
    /// Crashes that stand in no list.
    strays: Vec<Finding>,
}

/// The place of a list's key, if the list is there.
pub fn key_of<T>(list: &Sections<T>) -> Option<Span> {
    list.is_present().then_some(list.key)
}

impl<'a, 's> Conversion<'a, 's> {
    /// Begins with a document; `lists` are the keys of its lists of sections.
    pub fn new(facts: Facts<'a>, sink: &'s mut Sink, document: &RawDocument, lists: &[Option<Span>]) -> Self {
        if document.crashes.is_empty() {
            return Self { facts, sink, crashes: Vec::new(), strays: Vec::new() };
        }
        let mut strays = Vec::new();
        let mut crashes: Vec<(Span, VecDeque<Finding>)> =
            lists.iter().flatten().map(|&key| (key, VecDeque::new())).collect();
        crashes.sort_by_key(|(key, _)| key.start);
        for crash in &document.crashes {
            let Place::Rendered(span) = crash.place else { continue };
            let owner = crashes.partition_point(|(key, _)| key.start <= span.start);
            match owner.checked_sub(1).and_then(|index| crashes.get_mut(index)) {
                Some((_, list)) => list.push_back(crash.clone()),
                None => strays.push(crash.clone()),
            }
        }
        Self { facts, sink, crashes, strays }
    }

    /// The line of werf.
    pub fn dialect(&self) -> Dialect {
        self.facts.dialect
    }

    /// What giterminism permits.
    pub fn permissions(&self) -> &'a dyn Permissions {
        self.facts.permissions
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.sink.push(finding);
    }

    /// Number of errors so far.
    pub fn error_count(&self) -> usize {
        self.sink.error_count()
    }

    /// Adds the crashes that stand in no list.
    pub fn stray_crashes(&mut self) {
        for crash in std::mem::take(&mut self.strays) {
            self.sink.push(crash);
        }
    }

    /// Adds the crashes that stand in a list before `item`.
    pub fn crashes_before<T>(&mut self, list: &Sections<T>, item: Span) {
        if let Some(key) = key_of(list) {
            self.take_crashes(key, Some(item));
        }
    }

    /// Adds the crashes that are left in a list.
    pub fn crashes_of<T>(&mut self, list: &Sections<T>) {
        if let Some(key) = key_of(list) {
            self.take_crashes(key, None);
        }
    }

    fn take_crashes(&mut self, list: Span, before: Option<Span>) {
        let Some((_, waiting)) = self.crashes.iter_mut().find(|(key, _)| *key == list) else { return };
        while let Some(crash) = waiting.front() {
            let is_later = match (before, crash.place) {
                (Some(item), Place::Rendered(span)) => span.start >= item.start,
                _ => false,
            };
            if is_later {
                return;
            }
            if let Some(crash) = waiting.pop_front() {
                self.sink.push(crash);
            }
        }
    }

    /// Raises `string-or-list` for a value that is neither.
    pub fn check_strings(&mut self, name: &str, strings: &Strings) {
        let StringOrList::Wrong(wrong) = &strings.value else { return };
        if wrong.found == "a text" {
            // A scalar that could not be read at all (an alias to nothing, a tag that does not fit): refused as `yaml-syntax`.
            return;
        }
        let message = if wrong.item {
            format!("every item of `{name}` has to be a string, this one is {}", wrong.found)
        } else {
            format!("`{name}` takes a string or a list of strings, not {}", wrong.found)
        };
        let help = match wrong.found {
            "a number" | "a boolean" => Some("put it in quotes"),
            "a mapping" if wrong.item => Some("a colon followed by a blank makes a mapping: put the text in quotes"),
            _ => None,
        };
        let finding = refusal(RuleId("string-or-list"), wrong.span, message);
        self.push(match help {
            Some(help) => finding.with_help(help),
            None => finding,
        });
    }

    /// Raises what a malformed glob of `werf-giterminism.yaml` does to werf (config spec §14.4).
    pub fn bad_glob(&mut self, span: Span, list: &str, glob: &str) {
        let rule = if self.dialect() == Dialect::V1_2 { RuleId("crash-glob-syntax") } else { RuleId("glob-syntax") };
        let glob = if glob.is_empty() { "a malformed glob".to_owned() } else { format!("the malformed glob `{glob}`") };
        self.push(
            refusal(rule, span, format!("werf cannot compare this path with {glob}"))
                .with_help(format!("mend the glob under `{list}` in `werf-giterminism.yaml`")),
        );
    }
}
