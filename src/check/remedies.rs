//! Mechanical remedies of findings about values: what to write instead, in the form in which the value is written.
//!
//! In: a snapshot and its findings. Out: the same findings, those with a remedy carry a [`Fix`]. Never: a remedy for a value that is not written where the
//! finding stands (provenance drops those later), judgement.

use std::collections::HashMap;

use super::rules::is_same;
use crate::analysis::Snapshot;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place};
use crate::dialect::Dialect;
use crate::grammar::{Section, unique_nearest};
use crate::model::config::RawKind;
use crate::model::paths;
use crate::model::validate::{Image, Use, dependency_kinds};
use crate::source::Span;
use crate::yaml::{Kind, NodeId, Tree, edit};

/// What is done to the value at which a finding stands.
#[derive(Clone, Copy)]
enum Remedy {
    /// One of these words, if exactly one of them is near.
    Word(&'static [&'static str]),
    /// A kind of value that the dialect's dependencies pass on.
    Kind,
    /// Quotes around a number or boolean.
    Quote,
    /// A slash in front.
    Absolute,
    /// No slash in front.
    Relative,
    /// No slash at the end.
    NoTrailingSlash,
    /// The name of the image of the file that is near.
    ImageName(Applicability),
    /// Another name for the key.
    Rename(&'static str),
    /// A line `---` above the image keys of the meta section.
    Separator,
}

/// The remedies by rule.
const REMEDIES: &[(&str, Remedy)] = &[
    ("add-not-absolute", Remedy::Absolute),
    ("base-not-text", Remedy::Quote),
    ("base-unknown", Remedy::ImageName(Applicability::Unsafe)),
    ("context-add-not-relative", Remedy::Relative),
    ("context-not-relative", Remedy::Relative),
    ("dependency-image-deprecated", Remedy::Rename("from")),
    ("dependency-import-type", Remedy::Kind),
    ("dependency-stage-value", Remedy::Word(&["install", "setup"])),
    ("dockerfile-not-relative", Remedy::Relative),
    ("exclude-not-relative", Remedy::Relative),
    ("external-from-untagged", Remedy::ImageName(Applicability::Unsafe)),
    ("external-import-untagged", Remedy::ImageName(Applicability::Unsafe)),
    ("from-image-deprecated", Remedy::Rename("from")),
    ("image-name-type", Remedy::Quote),
    ("image-not-found", Remedy::ImageName(Applicability::Safe)),
    ("import-image-deprecated", Remedy::Rename("from")),
    ("import-source-stage-value", Remedy::Word(&["beforeInstall", "install", "beforeSetup", "setup"])),
    ("import-stage-value", Remedy::Word(&["install", "setup"])),
    ("include-not-relative", Remedy::Relative),
    ("limit-operator", Remedy::Word(&["And", "Or"])),
    ("mount-from-value", Remedy::Word(&["tmp_dir", "build_dir"])),
    ("stage-dependency-not-relative", Remedy::Relative),
    ("string-or-list", Remedy::Quote),
    ("to-not-absolute", Remedy::Absolute),
    ("to-trailing-slash", Remedy::NoTrailingSlash),
    ("unknown-field", Remedy::Separator),
];

/// Whether a rule is in the list.
pub(super) const fn has_remedy(id: &str) -> bool {
    let mut index = 0;
    while index < REMEDIES.len() {
        if is_same(REMEDIES[index].0, id) {
            return true;
        }
        index += 1;
    }
    false
}

/// Guesses at names of images in one project: each costs a look at all names.
const GUESSES: usize = 50;

fn remedy(finding: &Finding) -> Option<Remedy> {
    let known = REMEDIES.binary_search_by(|(rule, _)| rule.cmp(&finding.rule.0)).ok()?;
    finding.fix.is_none().then(|| REMEDIES[known].1)
}

/// Adds a fix to every finding that has a remedy and none yet.
pub(super) fn attach(snapshot: &Snapshot, findings: &mut [Finding]) {
    if findings.iter().all(|finding| remedy(finding).is_none()) {
        return;
    }
    let mut remedies = Remedies::of(snapshot);
    for finding in findings {
        if let (Some(remedy), Place::Rendered(span)) = (remedy(finding), finding.place) {
            finding.fix = remedies.fix(remedy, span);
        }
    }
}

/// What the remedies look at.
struct Remedies<'a> {
    snapshot: &'a Snapshot,
    /// Scalars that are written out, by their bytes; keys with their mapping.
    scalars: HashMap<Span, (&'a Tree, NodeId, Option<NodeId>)>,
    /// Uses of images by the place of their name, with the image that uses.
    uses: HashMap<Span, (&'a Image, &'a Use)>,
    guesses: usize,
}

fn single(title: String, edit: edit::Edit, applicability: Applicability) -> Fix {
    Fix { title, edits: vec![placed(edit)], applicability }
}

fn placed(edit: edit::Edit) -> Edit {
    Edit { place: Place::Rendered(edit.span), text: edit.text }
}

impl<'a> Remedies<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let mut scalars = HashMap::new();
        for document in &snapshot.decoded.trees {
            let tree = &document.tree;
            let written = tree.ids().filter(|node| matches!(tree.node(*node).kind, Kind::Scalar(_)));
            scalars.extend(written.map(|node| (tree.node(node).span, (tree, node, None))));
            for mapping in tree.ids() {
                let keys = tree.entries(mapping).map(|entry| entry.key);
                let written = keys.filter(|key| matches!(tree.node(*key).kind, Kind::Scalar(_)));
                scalars.extend(written.map(|key| (tree.node(key).span, (tree, key, Some(mapping)))));
            }
        }
        let images = &snapshot.validated.images.list;
        let uses = images
            .iter()
            .flat_map(|image| image.base.iter().chain(image.uses.iter()).map(move |one| (one.span, (image, one))))
            .collect();
        Self { snapshot, scalars, uses, guesses: GUESSES }
    }

    fn fix(&mut self, remedy: Remedy, span: Span) -> Option<Fix> {
        let (tree, node, mapping) = *self.scalars.get(&span)?;
        let value = tree.value(node);
        // A finding about a value that is missing stands at the key.
        if mapping.is_some() != matches!(remedy, Remedy::Rename(_) | Remedy::Separator) {
            return None;
        }
        let replace = |new: &str, applicability| {
            let edit = edit::replace_scalar(tree, node, new)?;
            Some(single(format!("replace `{value}` by `{new}`"), edit, applicability))
        };
        match remedy {
            Remedy::Word(words) => replace(unique_nearest(value, words.iter().copied())?, Applicability::Safe),
            Remedy::Kind => {
                let kinds = dependency_kinds(self.snapshot.dialect);
                replace(unique_nearest(value, kinds.iter().copied())?, Applicability::Safe)
            }
            // An item that is null, or no number at all, was not meant as a text.
            Remedy::Quote if !value.starts_with(|first: char| first.is_ascii_alphanumeric()) || value == "null" => None,
            Remedy::Quote => {
                let edit = edit::quote_scalar(tree, node)?;
                Some(single(format!("put `{value}` in quotes"), edit, Applicability::Safe))
            }
            Remedy::Absolute if value.is_empty() || value.starts_with('.') => None,
            Remedy::Absolute => replace(&format!("/{value}"), Applicability::Unsafe),
            Remedy::Relative => {
                let relative = value.trim_start_matches('/');
                let is_mended = !relative.is_empty() && relative != value && paths::is_relative_inside(relative);
                if is_mended { replace(relative, Applicability::Unsafe) } else { None }
            }
            Remedy::NoTrailingSlash => match value.trim_end_matches('/') {
                "" => replace("/", Applicability::Safe),
                trimmed => replace(trimmed, Applicability::Safe),
            },
            Remedy::Rename(name) if mapping.is_none_or(|mapping| tree.get(mapping, name).is_some()) => None,
            Remedy::Rename(name) => {
                let edit = edit::replace_scalar(tree, node, name)?;
                Some(single(format!("rename `{value}` to `{name}`"), edit, Applicability::Safe))
            }
            Remedy::ImageName(applicability) => {
                let name = self.meant_image(span, value)?;
                replace(name, applicability)
            }
            Remedy::Separator => self.separator(tree, node),
        }
    }

    /// The one image of the file whose name is near, the using image itself left aside.
    fn meant_image(&mut self, span: Span, written: &str) -> Option<&'a str> {
        self.guesses = self.guesses.checked_sub(1)?;
        let (user, one) = *self.uses.get(&span)?;
        let is_old = matches!(self.snapshot.dialect, Dialect::V1_1 | Dialect::V1_2);
        if is_old && one.directive == "from" {
            return None;
        }
        let wants_artifact = matches!(one.directive, "artifact" | "fromArtifact" | "fromImageArtifact");
        let names = self.snapshot.validated.images.list.iter().filter(|image| {
            let fits = self.snapshot.dialect == Dialect::V3 || image.is_artifact == wants_artifact;
            fits && !image.is_layer && !image.name.is_empty() && image.name != user.name
        });
        let name = unique_nearest(written, names.map(|image| image.name.as_str()))?;
        (name != written).then_some(name)
    }

    /// Only where a clean cut makes two sections: all keys of the meta section stand above, all of an image below, and the image has its name.
    fn separator(&self, tree: &Tree, node: NodeId) -> Option<Fix> {
        let dialect = self.snapshot.dialect;
        let span = tree.node(node).span;
        let document = self.snapshot.decoded.documents.iter().find(|document| {
            matches!(document.kind, RawKind::Meta(_))
                && document.span.start <= span.start
                && span.end <= document.span.end
        })?;
        let root = self.snapshot.decoded.trees.get(document.tree as usize)?.tree.root()?;
        if tree.node(root).flow {
            return None;
        }
        let keys: Vec<(NodeId, &str)> =
            tree.entries(tree.target(root)).map(|entry| (entry.key, tree.value(tree.target(entry.key)))).collect();
        let cut = keys.iter().position(|(key, _)| *key == node)?;
        let (above, below) = keys.split_at(cut);
        let is_meta = |key: &str| Section::Meta.directive(key, dialect).is_some();
        let is_dockerfile = below.iter().any(|(_, key)| *key == "dockerfile");
        let section = if is_dockerfile { Section::DockerfileImage } else { Section::StapelImage };
        let has_name = below.iter().any(|(_, key)| *key == "image" || (*key == "artifact" && dialect != Dialect::V3));
        let is_clean = cut > 0
            && has_name
            && above.iter().all(|(_, key)| is_meta(key))
            && below.iter().all(|(_, key)| !is_meta(key) && section.directive(key, dialect).is_some());
        if !is_clean {
            return None;
        }
        let edit = edit::insert_line(&self.snapshot.text, span.start as usize, "---")?;
        Some(single("put a line `---` above the image".to_owned(), edit, Applicability::Safe))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::rules;

    #[test]
    fn the_list_is_sorted_and_names_fixable_rules() {
        assert!(REMEDIES.is_sorted_by_key(|(rule, _)| *rule));
        for (id, _) in REMEDIES {
            assert!(rules::all().any(|rule| rule.id.0 == *id && rule.fixable), "{id}");
        }
    }
}
