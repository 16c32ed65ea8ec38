//! Which findings of later steps still mean something when an earlier step failed, a value is not known, or the same mistake was told already.
//!
//! In: findings in werf's order, the documents, and where the text came from. Out: those that are no echo. Never: losing the finding that decides the
//! verdict of a project that renders.

use std::collections::HashMap;

use super::Provenance;
use crate::diagnostic::{Finding, Place};
use crate::model::Decoded;
use crate::source::Span;
use crate::yaml::Kind;

/// Rules about something that is missing or does not fit elsewhere: behind a failed rendering it may be the failure that took it away.
const ABOUT_ABSENCE: &[&str] = &[
    "base-unknown",
    "dependency-platform",
    "document-not-mapping",
    "duplicate-key",
    "duplicate-meta",
    "external-from-untagged",
    "external-import-untagged",
    "from-missing",
    "image-name-duplicate",
    "image-name-missing",
    "image-not-found",
    "import-platform",
    "meta-missing",
    "project-empty",
    "unrecognized-document",
    "yaml-syntax",
];

/// Rules about a key that a section lacks: the key that is not known beside it was perhaps meant to be that one.
const LACKING: &[&str] = &[
    "dependency-name-missing",
    "dependency-platform",
    "dependency-stage-missing",
    "from-missing",
    "image-name-missing",
    "import-source-missing",
    "import-stage-missing",
    "mount-from-path-missing",
    "policy-ref-missing",
    "policy-references-missing",
    "project-empty",
    "secret-id-missing",
    "secret-source-missing",
    "unrecognized-document",
];

/// Rules about the form of values: text that is no YAML has forms that nobody wrote.
const ABOUT_FORM: &[&str] =
    &["crash-null-item", "document-not-mapping", "string-or-list", "type-mismatch", "yaml-syntax"];

/// Keys that begin a document of the stream: one of them twice means that the separator between two documents is missing.
const HEADS: &[&[u8]] = &[b"artifact", b"configVersion", b"image"];

/// Rules that tell one mistake from two sides: in one section only the first of them is said.
const SIDES: &[&[&str]] = &[
    &["target-env-missing", "target-build-arg-forbidden"],
    &["target-build-arg-missing", "target-env-forbidden"],
    &["git-branch-unacknowledged", "git-branch-not-allowed", "git-ref-many"],
    &["mount-source-both", "mount-from-path-not-allowed"],
    &["image-nameless", "nameless-with-others", "image-name-duplicate"],
    &["crash-base-cycle", "image-cycle"],
];

/// Keeps what still means something. `failed`: rendering met an error, so that text may be missing.
pub(super) fn without_echo(
    findings: Vec<Finding>,
    text: &[u8],
    decoded: &Decoded,
    provenance: &Provenance,
    failed: bool,
) -> Vec<Finding> {
    let keeps = |finding: &Finding| {
        let is_known = match finding.place {
            Place::Rendered(span) => !(provenance.is_unknown(span) || failed && provenance.is_guess(span)),
            Place::File(_) | Place::Project => true,
        };
        is_known && (!failed || !ABOUT_ABSENCE.contains(&finding.rule.0))
    };
    let findings: Vec<Finding> = findings.into_iter().filter(keeps).collect();
    if findings.iter().filter(|finding| finding.fatal).count() < 2 {
        return findings;
    }
    let sections = Sections::of(decoded);
    let told = Told::by(&findings, text, &sections);
    let first = findings.iter().position(|finding| finding.fatal);
    let keeps = |(index, finding): (usize, Finding)| {
        let is_echo = finding.fatal && Some(index) != first && told.covers(index, &finding, &sections);
        (!is_echo).then_some(finding)
    };
    findings.into_iter().enumerate().filter_map(keeps).collect()
}

/// Passes over the failures of rendering that follow from project files that were refused before: `findings` is all that came before the documents.
pub(super) fn without_consequences(findings: &mut Vec<Finding>) {
    let about_files =
        |finding: &Finding| finding.fatal && finding.rule.0.starts_with("template-") && finding.rule.0.contains("-un");
    if findings.iter().any(about_files) {
        let first = findings.iter().position(|finding| finding.fatal);
        let mut index = 0;
        findings.retain(|finding| {
            index += 1;
            let is_missing = finding.rule.0 == "template-exec" && super::wording::is_missing_template(&finding.message);
            !is_missing || first == Some(index - 1)
        });
    }
}

/// The mappings of all documents.
struct Sections {
    /// Documents in order of the text: their span and their mappings, from the first.
    documents: Vec<(Span, Vec<Span>)>,
}

/// A mapping, by its document and its own bytes.
type Section = (usize, Span);

impl Sections {
    fn of(decoded: &Decoded) -> Self {
        let mappings = |tree: &crate::yaml::Tree| {
            let all = tree.ids().map(|id| tree.node(id));
            let mut spans: Vec<Span> = all.filter(|node| node.kind == Kind::Mapping).map(|node| node.span).collect();
            spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
            spans
        };
        let documents = decoded.trees.iter().map(|document| (document.piece.span, mappings(&document.tree))).collect();
        Self { documents }
    }

    fn document(&self, place: Place) -> Option<usize> {
        let Place::Rendered(span) = place else { return None };
        let after = self.documents.partition_point(|(document, _)| document.start <= span.start);
        after.checked_sub(1)
    }

    /// The innermost mapping around a place; the whole document where there is none.
    fn section(&self, place: Place) -> Option<Section> {
        let Place::Rendered(span) = place else { return None };
        let document = self.document(place)?;
        let (whole, mappings) = &self.documents[document];
        let before = mappings.partition_point(|mapping| mapping.start <= span.start);
        // A place that begins where a mapping does is its first key, or the mapping itself.
        let inner = mappings[..before]
            .iter()
            .rev()
            .take(1000)
            .find(|mapping| mapping.end >= span.end || mapping.start == span.start);
        Some((document, inner.copied().unwrap_or(*whole)))
    }
}

/// What was said already, by section.
#[derive(Default)]
struct Told {
    broken: HashMap<usize, usize>,
    second_meta: HashMap<usize, usize>,
    unknown_keys: HashMap<Section, usize>,
    headless: HashMap<Section, usize>,
    sides: HashMap<(Section, usize), usize>,
}

fn side(finding: &Finding) -> Option<usize> {
    SIDES.iter().position(|group| group.contains(&finding.rule.0))
}

impl Told {
    fn by(findings: &[Finding], text: &[u8], sections: &Sections) -> Self {
        let mut told = Self::default();
        for (index, finding) in findings.iter().enumerate().filter(|(_, finding)| finding.fatal) {
            let (Some(section), Place::Rendered(span)) = (sections.section(finding.place), finding.place) else {
                continue;
            };
            if let Some(side) = side(finding) {
                told.sides.entry((section, side)).or_insert(index);
            }
            match finding.rule.0 {
                "yaml-syntax" => _ = told.broken.entry(section.0).or_insert(index),
                "duplicate-meta" => _ = told.second_meta.entry(section.0).or_insert(index),
                "unknown-field" => _ = told.unknown_keys.entry(section).or_insert(index),
                "duplicate-key" if text.get(span.range()).is_some_and(|key| HEADS.contains(&key)) => {
                    told.headless.entry(section).or_insert(index);
                }
                _ => {}
            }
        }
        told
    }

    /// Whether a finding only repeats another one that is kept.
    fn covers(&self, index: usize, finding: &Finding, sections: &Sections) -> bool {
        let Some(section) = sections.section(finding.place) else { return false };
        let rule = finding.rule.0;
        let by_other = |told: Option<&usize>| told.is_some_and(|other| *other != index);
        let is_lacking = LACKING.contains(&rule);
        (ABOUT_FORM.contains(&rule) || is_lacking) && by_other(self.broken.get(&section.0))
            || by_other(self.second_meta.get(&section.0))
            || is_lacking && by_other(self.unknown_keys.get(&section))
            || (rule == "duplicate-key" || is_lacking) && by_other(self.headless.get(&section))
            || side(finding).is_some_and(|side| by_other(self.sides.get(&(section, side))))
    }
}
