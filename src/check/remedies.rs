//! Mechanical remedies of findings about values: what to write instead, in the form in which the value is written.
//!
//! In: a snapshot and its findings. Out: the same findings, those with a remedy carry a [`Fix`]. Never: a remedy for a value that is not written where the
//! finding stands (provenance drops those later), judgement.

use std::collections::{BTreeSet, HashMap};

use super::rules::is_same;
use crate::analysis::Snapshot;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place};
use crate::dialect::Dialect;
use crate::grammar::{Section, unique_nearest};
use crate::model::config::RawKind;
use crate::model::paths;
use crate::model::validate::{Image, Use, dependency_kinds};
use crate::source::Span;
use crate::yaml::{Entry, Kind, NodeId, Style, Tree, edit};

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
    /// Another name for the key, or no key where that one stands already.
    RenameOrRemove(&'static str),
    /// No such key.
    Remove(Applicability),
    /// No second key where both say the same.
    RemoveRepeated,
    /// No empty item.
    RemoveItem,
    /// The one number there is.
    Number(&'static str),
    /// The word that the check has found, in the form of the value.
    Found,
    /// Images in place of all artifacts.
    Artifacts,
    /// A line `---` above the image keys of the meta section.
    Separator,
}

/// The remedies by rule.
const REMEDIES: &[(&str, Remedy)] = &[
    ("add-not-absolute", Remedy::Absolute),
    ("artifact-deprecated", Remedy::Artifacts),
    ("base-not-text", Remedy::Quote),
    ("base-unknown", Remedy::ImageName(Applicability::Unsafe)),
    ("build-arg-unknown", Remedy::Found),
    ("clear-labels-no-effect", Remedy::Remove(Applicability::Safe)),
    ("clear-werf-labels-deprecated", Remedy::Remove(Applicability::Safe)),
    ("config-version", Remedy::Number("1")),
    ("context-add-not-relative", Remedy::Relative),
    ("context-not-relative", Remedy::Relative),
    ("crash-null-item", Remedy::RemoveItem),
    ("dependency-image-deprecated", Remedy::Rename("from")),
    ("dependency-import-type", Remedy::Kind),
    ("dependency-stage-forbidden", Remedy::Remove(Applicability::Unsafe)),
    ("dependency-stage-value", Remedy::Word(&["install", "setup"])),
    ("dockerfile-not-relative", Remedy::Relative),
    ("duplicate-key", Remedy::RemoveRepeated),
    ("exclude-not-relative", Remedy::Relative),
    ("external-from-untagged", Remedy::ImageName(Applicability::Unsafe)),
    ("external-import-untagged", Remedy::ImageName(Applicability::Unsafe)),
    ("from-image-deprecated", Remedy::Rename("from")),
    ("from-latest-useless", Remedy::Remove(Applicability::Safe)),
    ("git-ref-local", Remedy::Remove(Applicability::Unsafe)),
    ("helm-chart-dir-empty", Remedy::Remove(Applicability::Unsafe)),
    ("helm-release-empty", Remedy::Remove(Applicability::Unsafe)),
    ("image-name-type", Remedy::Quote),
    ("image-not-found", Remedy::ImageName(Applicability::Safe)),
    ("import-image-deprecated", Remedy::Rename("from")),
    ("import-source-stage-value", Remedy::Word(&["beforeInstall", "install", "beforeSetup", "setup"])),
    ("import-stage-value", Remedy::Word(&["install", "setup"])),
    ("include-not-relative", Remedy::Relative),
    ("limit-operator", Remedy::Word(&["And", "Or"])),
    ("mount-from-value", Remedy::Word(&["tmp_dir", "build_dir"])),
    ("mount-to", Remedy::Absolute),
    ("namespace-empty", Remedy::Remove(Applicability::Unsafe)),
    ("scratch-from-latest", Remedy::Remove(Applicability::Unsafe)),
    ("stage-dependency-not-relative", Remedy::Relative),
    ("string-or-list", Remedy::Quote),
    ("target-env-forbidden", Remedy::RenameOrRemove("targetBuildArg")),
    ("target-unknown", Remedy::Found),
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
    let remedy = REMEDIES[known].1;
    (finding.fix.is_none() != matches!(remedy, Remedy::Found)).then_some(remedy)
}

/// Adds a fix to every finding that has a remedy and none yet.
pub(super) fn attach(snapshot: &Snapshot, findings: &mut [Finding]) {
    if findings.iter().all(|finding| remedy(finding).is_none()) {
        return;
    }
    let places = findings.iter().filter_map(|finding| match finding.place {
        Place::Rendered(span) => remedy(finding).map(|_| span),
        Place::File(_) | Place::Project => None,
    });
    let mut remedies = Remedies::of(snapshot, &places.collect());
    for finding in findings {
        if let (Some(remedy), Place::Rendered(span)) = (remedy(finding), finding.place) {
            let found = finding.fix.take();
            finding.fix = remedies.fix(remedy, span, found);
        }
    }
}

/// A scalar that is written out.
#[derive(Clone, Copy)]
struct Written<'a> {
    tree: &'a Tree,
    node: NodeId,
    /// The mapping whose key or value it is.
    pair: Option<(NodeId, Entry)>,
}

impl Written<'_> {
    fn is_key(&self) -> bool {
        self.pair.is_some_and(|(_, entry)| entry.key == self.node)
    }
}

/// What the remedies look at.
struct Remedies<'a> {
    snapshot: &'a Snapshot,
    /// Scalars at which findings stand, by their bytes.
    scalars: HashMap<Span, Written<'a>>,
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
    fn of(snapshot: &'a Snapshot, places: &BTreeSet<Span>) -> Self {
        let mut scalars = HashMap::new();
        for document in &snapshot.decoded.trees {
            let (tree, piece) = (&document.tree, document.piece.span);
            if places
                .range(Span::empty(piece.start as usize)..=Span { start: piece.end, end: u32::MAX })
                .next()
                .is_none()
            {
                continue;
            }
            let is_written = |node: NodeId| {
                let node = tree.node(node);
                matches!(node.kind, Kind::Scalar(_)) && places.contains(&node.span)
            };
            let written = tree.ids().filter(|node| is_written(*node));
            scalars.extend(written.map(|node| (tree.node(node).span, Written { tree, node, pair: None })));
            for mapping in tree.ids() {
                for entry in tree.entries(mapping) {
                    for node in [entry.value, entry.key].into_iter().filter(|node| is_written(*node)) {
                        scalars.insert(tree.node(node).span, Written { tree, node, pair: Some((mapping, entry)) });
                    }
                }
            }
        }
        let images = &snapshot.validated.images.list;
        let uses = images
            .iter()
            .flat_map(|image| image.base.iter().chain(image.uses.iter()).map(move |one| (one.span, (image, one))))
            .collect();
        Self { snapshot, scalars, uses, guesses: GUESSES }
    }

    fn fix(&mut self, remedy: Remedy, span: Span, found: Option<Fix>) -> Option<Fix> {
        if matches!(remedy, Remedy::RemoveItem) {
            let edit = edit::remove_empty_item(&self.snapshot.text, span.start as usize)?;
            return Some(single("remove the empty item".to_owned(), edit, Applicability::Safe));
        }
        let written = *self.scalars.get(&span)?;
        match remedy {
            Remedy::Found => reformed(written, found?),
            Remedy::Rename(name) => rename(written, name, Applicability::Safe),
            Remedy::RenameOrRemove(name) => {
                rename(written, name, Applicability::Unsafe).or_else(|| self.removal(written, Applicability::Unsafe))
            }
            Remedy::Remove(applicability) => self.removal(written, applicability),
            Remedy::RemoveRepeated => self.repeated(written),
            Remedy::Separator => self.separator(written.tree, written.node),
            Remedy::Artifacts => self.artifacts(),
            // A finding about a value that is missing stands at the key.
            _ if written.is_key() => None,
            Remedy::ImageName(applicability) => {
                let name = self.meant_image(span, written.tree.value(written.node))?;
                replace(written, name, applicability)
            }
            Remedy::Kind => {
                let kinds = dependency_kinds(self.snapshot.dialect);
                near(written, kinds)
            }
            Remedy::Word(words) => near(written, words),
            value => in_place(value, written),
        }
    }

    fn removal(&self, written: Written<'_>, applicability: Applicability) -> Option<Fix> {
        let (mapping, entry) = written.pair?;
        let tree = written.tree;
        let edit = edit::remove_entry(&self.snapshot.text, tree, mapping, entry)?;
        Some(single(format!("remove `{}`", tree.value(entry.key)), edit, applicability))
    }

    /// The second of two keys with the same plain value.
    fn repeated(&self, written: Written<'_>) -> Option<Fix> {
        let (mapping, entry) = written.pair?;
        let tree = written.tree;
        let form = |node: NodeId| (tree.node(node).kind, tree.node(node).implicit, tree.value(node));
        let is_same = |other: &Entry| {
            other.key != entry.key
                && tree.value(other.key) == tree.value(entry.key)
                && matches!(tree.node(other.value).kind, Kind::Scalar(_))
                && form(other.value) == form(entry.value)
        };
        let is_repeated = tree.entries(mapping).any(|other| is_same(&other));
        if is_repeated { self.removal(written, Applicability::Safe) } else { None }
    }

    /// `image` with `final: false` in place of every `artifact`, and the names of directives that go with it. werf tells of artifacts once, so all of them
    /// are one mistake.
    fn artifacts(&self) -> Option<Fix> {
        let mut edits = Vec::new();
        let mut rename = |tree: &Tree, entry: Entry, name: &str| {
            edits.push(placed(edit::replace_scalar(tree, entry.key, name)?));
            Some(())
        };
        let mut sections = Vec::new();
        for document in &self.snapshot.decoded.documents {
            let RawKind::Stapel(image) = &document.kind else { continue };
            let tree = &self.snapshot.decoded.trees.get(document.tree as usize)?.tree;
            let root = tree.root()?;
            if image.artifact.is_present() {
                let entry = tree.get(root, "artifact")?;
                if tree.node(tree.target(root)).flow || tree.get(root, "final").is_some() {
                    return None;
                }
                rename(tree, entry, "image")?;
                sections.push((entry, tree));
            }
            if image.from_artifact.is_present() {
                rename(tree, tree.get(root, "fromArtifact")?, "fromImage")?;
            }
            for import in tree.get(root, "import").map_or(&[][..], |entry| tree.items(tree.target(entry.value))) {
                if let Some(entry) = tree.get(*import, "artifact") {
                    rename(tree, entry, "image")?;
                }
            }
        }
        for (entry, tree) in sections {
            let end = tree.node(entry.value).span.end as usize;
            edits.push(placed(edit::insert_line_behind(&self.snapshot.text, end, "final: false")?));
        }
        let title = "make images with `final: false` of the artifacts".to_owned();
        Some(Fix { title, edits, applicability: Applicability::Unsafe })
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
        // A key that is misspelt besides has a fix of its own.
        let known = || section.directives().filter(|row| row.dialects.contains(dialect)).map(|row| row.key);
        let is_image = |key: &str| section.directive(key, dialect).is_some() || unique_nearest(key, known()).is_some();
        let has_name = below.iter().any(|(_, key)| *key == "image" || (*key == "artifact" && dialect != Dialect::V3));
        let is_clean = cut > 0
            && has_name
            && above.iter().all(|(_, key)| is_meta(key))
            && below.iter().all(|(_, key)| !is_meta(key) && is_image(key));
        if !is_clean {
            return None;
        }
        let edit = edit::insert_line(&self.snapshot.text, span.start as usize, "---")?;
        Some(single("put a line `---` above the image".to_owned(), edit, Applicability::Safe))
    }
}

fn replace(written: Written<'_>, new: &str, applicability: Applicability) -> Option<Fix> {
    let edit = edit::replace_scalar(written.tree, written.node, new)?;
    let value = written.tree.value(written.node);
    Some(single(format!("replace `{value}` by `{new}`"), edit, applicability))
}

fn near(written: Written<'_>, words: &[&str]) -> Option<Fix> {
    let word = unique_nearest(written.tree.value(written.node), words.iter().copied())?;
    replace(written, word, Applicability::Safe)
}

fn rename(written: Written<'_>, name: &str, applicability: Applicability) -> Option<Fix> {
    let (mapping, entry) = written.pair?;
    if written.tree.get(mapping, name).is_some() {
        return None;
    }
    let edit = edit::replace_scalar(written.tree, entry.key, name)?;
    let old = written.tree.value(entry.key);
    Some(single(format!("rename `{old}` to `{name}`"), edit, applicability))
}

/// A fix that replaces a whole scalar, in the form in which the scalar is written.
fn reformed(written: Written<'_>, fix: Fix) -> Option<Fix> {
    let [Edit { text, .. }] = fix.edits.as_slice() else { return None };
    // A key may stand in its mapping only once.
    if written.is_key() && written.pair.is_some_and(|(mapping, _)| written.tree.get(mapping, text).is_some()) {
        return None;
    }
    replace(written, text, fix.applicability)
}

/// Remedies that need nothing but the value.
fn in_place(remedy: Remedy, written: Written<'_>) -> Option<Fix> {
    let (tree, node) = (written.tree, written.node);
    let value = tree.value(node);
    match remedy {
        // An item that is null, or no number at all, was not meant as a text.
        Remedy::Quote if !value.starts_with(|first: char| first.is_ascii_alphanumeric()) || value == "null" => None,
        Remedy::Quote => {
            let edit = edit::quote_scalar(tree, node)?;
            Some(single(format!("put `{value}` in quotes"), edit, Applicability::Safe))
        }
        Remedy::Absolute if value.is_empty() || value.starts_with('.') => None,
        Remedy::Absolute => replace(written, &format!("/{value}"), Applicability::Unsafe),
        Remedy::Relative => {
            let relative = value.trim_start_matches('/');
            let is_mended = !relative.is_empty() && relative != value && paths::is_relative_inside(relative);
            if is_mended { replace(written, relative, Applicability::Unsafe) } else { None }
        }
        Remedy::NoTrailingSlash => match value.trim_end_matches('/') {
            "" => replace(written, "/", Applicability::Safe),
            trimmed => replace(written, trimmed, Applicability::Safe),
        },
        Remedy::Number(number) => {
            let scalar = tree.node(node);
            let is_plain = scalar.kind == Kind::Scalar(Style::Plain) && scalar.tag_span.is_none();
            let edit = edit::Edit { span: scalar.content, text: number.to_owned() };
            let title = format!("replace `{value}` by `{number}`");
            (is_plain && !value.is_empty()).then(|| single(title, edit, Applicability::Unsafe))
        }
        _ => None,
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
