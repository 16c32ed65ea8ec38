//! The images of a configuration, and what each uses.
//!
//! In: decoded documents. Out: images in configuration order, with bases, imports and dependencies resolved as the dialect resolves
//! them. Never: findings.

use std::collections::HashMap;
use std::sync::Arc;

use super::dependencies;
use super::graph::EdgeKind;
use super::layers;
use super::mappings;
use crate::dialect::Dialect;
use crate::grammar::nearest;
use crate::model::config::{ImageForm, ImageNames, RawDocument, RawKind, StapelImage};
use crate::model::field::{Section, Sections, Spanned, Text};
use crate::model::reference;
use crate::source::Span;

/// How an image is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageKind {
    /// By werf's own stages.
    Stapel,
    /// By a Dockerfile.
    Dockerfile,
}

impl ImageKind {
    /// The word of werf's reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Stapel => "stapel",
            Self::Dockerfile => "dockerfile",
        }
    }
}

/// An image or an artifact.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its name; empty for the nameless image.
    pub name: String,
    /// Where the name is written; of the nameless image and of layers, the key or the name they come from.
    pub span: Span,
    /// How it is built.
    pub kind: ImageKind,
    /// Whether it is an artifact (1.1, 1.2, 2).
    pub is_artifact: bool,
    /// Whether it is final: built for use, not only for other images.
    pub is_final: bool,
    /// Index of its document.
    pub document: usize,
    /// Whether it is a layer that `asLayers` puts below the image of the document (1.1).
    pub is_layer: bool,
    /// Its base; nothing for Dockerfile images, and where none is given.
    pub base: Option<Use>,
    /// Imports, then dependencies, in the order of the document.
    pub uses: Arc<[Use]>,
}

/// One image's use of another.
#[derive(Clone, Debug)]
pub struct Use {
    /// How.
    pub kind: EdgeKind,
    /// The directive that names it: `from`, `fromImage`, `fromArtifact`, `fromImageArtifact`, `image`, `artifact`.
    pub directive: &'static str,
    /// The text of the directive; in 2 with `:latest` where werf adds that.
    pub name: String,
    /// Where the text is written.
    pub span: Span,
    /// What it means.
    pub target: Target,
}

/// What the name of an image means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// The image with that index.
    Image(usize),
    /// An image of a registry.
    External,
    /// The empty base (3).
    Scratch,
    /// Nothing: werf finds no such image.
    Unknown,
}

/// All images of a configuration.
#[derive(Clone, Debug, Default)]
pub struct Images {
    /// In configuration order: 1.1: stapel images, Dockerfile images, artifacts; else Dockerfile images, then the others.
    pub list: Vec<Image>,
    /// Index of the first image of a name, artifacts included where they share the name space.
    names: HashMap<String, usize>,
    /// Index of the first artifact of a name, where artifacts have a name space of their own (1.1).
    artifacts: HashMap<String, usize>,
    /// Whether some document's names are not known, so that a name may be missing for that reason.
    pub has_hidden_names: bool,
    /// Whether there are more images than the budget allows; the list ends there.
    pub is_cut: bool,
}

impl Images {
    /// The image of that name; in 1.1 no artifact.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).copied()
    }

    /// The artifact of that name.
    #[must_use]
    pub fn find_artifact(&self, name: &str) -> Option<usize> {
        self.artifacts
            .get(name)
            .copied()
            .or_else(|| self.find(name).filter(|&index| self.list.get(index).is_some_and(|image| image.is_artifact)))
    }

    /// The name of an image that `name` was probably meant to be: the same one, or the nearest.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<&str> {
        if let Some(same) = self.find(name).and_then(|index| self.list.get(index)) {
            return Some(&same.name);
        }
        // Only what can be near at all is measured: there may be hundreds of names.
        let first = |text: &str| text.bytes().next().map(|b| b.to_ascii_lowercase());
        let is_similar = |candidate: &&str| {
            candidate.len().abs_diff(name.len()) <= 3
                && (first(candidate) == first(name) || candidate.bytes().next_back() == name.bytes().next_back())
        };
        nearest(name, self.list.iter().map(|image| image.name.as_str()).filter(is_similar))
    }

    /// Collects the images of all documents; `budget` bounds the number of images and of their uses.
    #[must_use]
    pub fn collect(documents: &[Arc<RawDocument>], dialect: Dialect, has_hidden_names: bool, budget: usize) -> Self {
        let mut images = Self { has_hidden_names, ..Self::default() };
        let mut budget = budget;
        for group in groups(dialect) {
            for (index, document) in documents.iter().enumerate() {
                images.collect_document(index, document, dialect, *group, &mut budget);
            }
        }
        images.index_names(dialect);
        images.resolve(documents, dialect);
        images
    }

    fn collect_document(
        &mut self,
        index: usize,
        document: &RawDocument,
        dialect: Dialect,
        group: Group,
        budget: &mut usize,
    ) {
        let mut add = |images: &mut Self, image: Image| {
            let cost = 1 + image.uses.len();
            match budget.checked_sub(cost) {
                Some(rest) => {
                    *budget = rest;
                    images.list.push(image);
                }
                None => images.is_cut = true,
            }
        };
        match &document.kind {
            RawKind::Meta(_) => {}
            RawKind::Dockerfile(raw) => {
                if group != Group::Dockerfiles {
                    return;
                }
                self.note_hidden_names(document, &raw.image);
                let uses = uses_of_dependencies(&raw.dependencies);
                for name in &raw.image.names {
                    let image = Image {
                        name: name.value.clone(),
                        span: name.span,
                        kind: ImageKind::Dockerfile,
                        is_artifact: false,
                        is_final: raw.is_final.value.unwrap_or(true),
                        document: index,
                        is_layer: false,
                        base: None,
                        uses: Arc::clone(&uses),
                    };
                    add(self, image);
                }
            }
            RawKind::Stapel(raw) => {
                let is_artifact = !raw.artifact.is_empty() && raw.image.names.is_empty();
                let is_meant = match group {
                    Group::Dockerfiles => false,
                    Group::StapelImages => !is_artifact,
                    Group::Artifacts => is_artifact,
                    Group::Stapels => true,
                };
                if !is_meant {
                    return;
                }
                self.note_hidden_names(document, &raw.image);
                if dialect == Dialect::V1_1 && raw.as_layers.value {
                    for (name, span) in names_of(raw) {
                        for image in layers::chain(raw, name, span, index) {
                            add(self, image);
                            if self.is_cut {
                                return;
                            }
                        }
                    }
                    return;
                }
                let mut uses = uses_of_imports(&raw.import);
                uses.extend(uses_of_dependencies(&raw.dependencies).iter().cloned());
                let uses: Arc<[Use]> = uses.into();
                for (name, span) in names_of(raw) {
                    let image = Image {
                        name: name.to_owned(),
                        span,
                        kind: ImageKind::Stapel,
                        is_artifact,
                        is_final: !is_artifact && raw.is_final.value.unwrap_or(true),
                        document: index,
                        is_layer: false,
                        base: base_of(raw, name, dialect),
                        uses: Arc::clone(&uses),
                    };
                    add(self, image);
                }
            }
        }
    }

    fn note_hidden_names(&mut self, document: &RawDocument, names: &ImageNames) {
        if names.form == ImageForm::Invalid || (document.broken && names.names.is_empty()) {
            self.has_hidden_names = true;
        }
    }

    fn index_names(&mut self, dialect: Dialect) {
        for (index, image) in self.list.iter().enumerate() {
            let space =
                if dialect == Dialect::V1_1 && image.is_artifact { &mut self.artifacts } else { &mut self.names };
            space.entry(image.name.clone()).or_insert(index);
        }
    }

    fn resolve(&mut self, documents: &[Arc<RawDocument>], dialect: Dialect) {
        // Images of one document share their uses, so each list is resolved once.
        let mut resolved: Vec<Option<Arc<[Use]>>> = vec![None; documents.len()];
        let mut list = std::mem::take(&mut self.list);
        for image in &mut list {
            if let Some(base) = &mut image.base {
                base.target = self.target_of(base, dialect);
            }
            let known = match resolved.get(image.document) {
                Some(Some(uses)) if !image.is_layer && uses.len() == image.uses.len() => Arc::clone(uses),
                _ => {
                    // A list that other images share is copied first.
                    for one in Arc::make_mut(&mut image.uses) {
                        one.target = self.target_of(one, dialect);
                    }
                    Arc::clone(&image.uses)
                }
            };
            if dialect != Dialect::V1_1
                && let Some(place) = resolved.get_mut(image.document)
            {
                *place = Some(Arc::clone(&known));
            }
            image.uses = known;
        }
        self.list = list;
    }

    fn target_of(&self, one: &Use, dialect: Dialect) -> Target {
        let image = self.names.get(&one.name).map_or(Target::Unknown, |&index| Target::Image(index));
        let or_external = if image == Target::Unknown { Target::External } else { image };
        let names_artifact = matches!(one.directive, "artifact" | "fromImageArtifact");
        match (dialect, one.kind) {
            (Dialect::V1_1, _) if names_artifact => {
                self.artifacts.get(&one.name).map_or(Target::Unknown, |&index| Target::Image(index))
            }
            (Dialect::V1_1 | Dialect::V1_2, EdgeKind::Base) if one.directive == "from" => Target::External,
            (Dialect::V2, EdgeKind::Base) if one.directive != "fromArtifact" => or_external,
            (Dialect::V2, EdgeKind::Import) if !names_artifact && is_external_by_text(&one.name) => Target::External,
            (Dialect::V3, EdgeKind::Base | EdgeKind::Import) if one.name == "scratch" => Target::Scratch,
            (Dialect::V3, EdgeKind::Base | EdgeKind::Import) => or_external,
            _ => image,
        }
    }
}

/// 2 takes an import source for external when its text alone says so (config spec §11.5).
#[must_use]
pub fn is_external_by_text(name: &str) -> bool {
    reference::parse_normalized(name).is_some_and(|reference| reference.is_pinned_by_name())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Dockerfiles,
    StapelImages,
    Artifacts,
    Stapels,
}

fn groups(dialect: Dialect) -> &'static [Group] {
    match dialect {
        Dialect::V1_1 => &[Group::StapelImages, Group::Dockerfiles, Group::Artifacts],
        _ => &[Group::Dockerfiles, Group::Stapels],
    }
}

/// The names of a stapel document with their places: its images, or its artifact.
pub fn names_of(raw: &StapelImage) -> impl Iterator<Item = (&str, Span)> {
    let artifact = (raw.image.names.is_empty() && !raw.artifact.is_empty())
        .then_some((raw.artifact.value.as_str(), raw.artifact.span));
    raw.image.names.iter().map(|name| (name.value.as_str(), name.span)).chain(artifact)
}

fn made(kind: EdgeKind, directive: &'static str, name: &str, span: Span) -> Use {
    Use { kind, directive, name: name.to_owned(), span, target: Target::Unknown }
}

/// The base that the dialect takes; of several kinds, the one that wins where werf lets them pass.
#[must_use]
pub fn base_of(raw: &StapelImage, name: &str, dialect: Dialect) -> Option<Use> {
    let use_of = |directive: &'static str, text: &Text| {
        (!text.is_empty()).then(|| made(EdgeKind::Base, directive, &text.value, text.span))
    };
    match dialect {
        Dialect::V1_1 => use_of("from", &raw.from)
            .or_else(|| use_of("fromImage", &raw.from_image))
            .or_else(|| use_of("fromImageArtifact", &raw.from_image_artifact)),
        Dialect::V1_2 => use_of("from", &raw.from)
            .or_else(|| use_of("fromImage", &raw.from_image))
            .or_else(|| use_of("fromArtifact", &raw.from_artifact)),
        Dialect::V2 => use_of("fromImage", &raw.from_image).or_else(|| {
            // An image cannot be its own base: werf takes the registry's image of that name, also when both are empty.
            if raw.from.value == name && raw.from_artifact.is_empty() && !raw.from.is_invalid() {
                return Some(made(EdgeKind::Base, "from", &format!("{name}:latest"), raw.from.span));
            }
            use_of("from", &raw.from).or_else(|| use_of("fromArtifact", &raw.from_artifact))
        }),
        Dialect::V3 => use_of("from", &raw.from).or_else(|| use_of("fromImage", &raw.from_image)),
    }
}

/// The uses that imports make, in order; imports without a source make none.
#[must_use]
pub fn uses_of_imports(imports: &Sections<crate::model::config::Import>) -> Vec<Use> {
    imports.value.iter().filter_map(|import| use_of_import(&import.value)).collect()
}

/// The use that one import makes.
#[must_use]
pub fn use_of_import(import: &crate::model::config::Import) -> Option<Use> {
    let source = mappings::image_source_of(import);
    if !source.is_empty() && !import.artifact.is_empty() {
        // Refused as `import-source-many`: nobody knows which one is meant.
        return None;
    }
    if !source.is_empty() {
        let directive = if import.from.is_empty() { "image" } else { "from" };
        return Some(made(EdgeKind::Import, directive, &source.value, source.span));
    }
    let artifact = &import.artifact;
    (!artifact.is_empty()).then(|| made(EdgeKind::Import, "artifact", &artifact.value, artifact.span))
}

fn uses_of_dependencies(list: &Sections<crate::model::config::Dependency>) -> Arc<[Use]> {
    list.value
        .iter()
        .filter_map(|dependency: &Spanned<_>| {
            let target = dependencies::target_of(&dependency.value);
            let directive = if dependency.value.from.is_empty() { "image" } else { "from" };
            (!target.is_empty()).then(|| made(EdgeKind::Dependency, directive, &target.value, target.span))
        })
        .collect()
}

/// The section, for reading on: nothing when it is absent.
#[must_use]
pub fn section<T>(section: &Section<T>) -> Option<&T> {
    section.as_deref().map(|spanned| &spanned.value)
}
