//! Where images are named: their definitions and every use, as places in files.
//!
//! In: an analysed project. Out: a table for definition, references, rename, lenses and hierarchies. Never: names that only a registry knows, except as uses
//! without a definition.

use std::collections::HashSet;

use crate::analysis::Snapshot;
use crate::model::validate::{EdgeKind, Target};
use crate::source::{FileId, Location, Span};

/// A place at which an image gets its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Index in the analysed project's list of images.
    pub image: usize,
    /// The bytes of the name; the key `image` of a nameless one.
    pub location: Location,
    /// The same in the rendered text.
    pub rendered: Span,
    /// Whether these bytes are the name, letter by letter.
    pub exact: bool,
}

/// A place at which an image is used by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageUse {
    /// Index of the image that uses it.
    pub user: usize,
    /// Index of the image that is used; `None` for images of a registry and for names that nothing has.
    pub target: Option<usize>,
    /// What is meant by the name.
    pub meaning: Target,
    /// How it is used.
    pub kind: EdgeKind,
    /// The directive.
    pub directive: &'static str,
    /// The name as it is rendered.
    pub name: String,
    /// The bytes of the name.
    pub location: Location,
    /// The same in the rendered text.
    pub rendered: Span,
    /// Whether these bytes are the name, letter by letter.
    pub exact: bool,
}

/// All places at which images are named.
#[derive(Clone, Debug, Default)]
pub struct ImageNames {
    /// In the order of the images.
    pub definitions: Vec<Definition>,
    /// In the order of the images that use.
    pub uses: Vec<ImageUse>,
}

impl ImageNames {
    /// Collects them.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut names = Self::default();
        let mut seen = HashSet::new();
        for (index, image) in snapshot.validated.images.list.iter().enumerate() {
            if let Some(origins) = snapshot.provenance.locate(image.span)
                && !image.is_layer
            {
                let is_name = !image.name.is_empty() && image.span.len() >= image.name.len();
                names.definitions.push(Definition {
                    image: index,
                    location: origins.location,
                    rendered: image.span,
                    exact: origins.exact && is_name,
                });
            }
            for used in image.base.iter().chain(image.uses.iter()) {
                // Images of one document share its imports, a loop shares its places: each pair of place and meaning counts once per user.
                let Some(origins) = snapshot.provenance.locate(used.span) else { continue };
                if !seen.insert((index, used.span)) {
                    continue;
                }
                let target = if let Target::Image(target) = used.target { Some(target) } else { None };
                names.uses.push(ImageUse {
                    user: index,
                    target,
                    meaning: used.target,
                    kind: used.kind,
                    directive: used.directive,
                    name: used.name.clone(),
                    location: origins.location,
                    rendered: used.span,
                    exact: origins.exact,
                });
            }
        }
        names
    }

    /// The definition of an image.
    #[must_use]
    pub fn definition(&self, image: usize) -> Option<&Definition> {
        self.definitions.iter().find(|definition| definition.image == image)
    }

    /// Definitions whose name is written at an offset.
    pub fn definitions_at(&self, file: FileId, offset: usize) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().filter(move |one| one.location.file == file && one.location.span.touches(offset))
    }

    /// Uses that are written at an offset.
    pub fn uses_at(&self, file: FileId, offset: usize) -> impl Iterator<Item = &ImageUse> {
        self.uses.iter().filter(move |one| one.location.file == file && one.location.span.touches(offset))
    }

    /// Uses of an image.
    pub fn uses_of(&self, image: usize) -> impl Iterator<Item = &ImageUse> {
        self.uses.iter().filter(move |one| one.target == Some(image))
    }

    /// All images that a place is about: those defined there, and those used there.
    #[must_use]
    pub fn at(&self, file: FileId, offset: usize) -> Vec<usize> {
        let defined = self.definitions_at(file, offset).map(|one| one.image);
        let mut found: Vec<usize> = defined.chain(self.uses_at(file, offset).filter_map(|one| one.target)).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}
