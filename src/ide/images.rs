//! Where images are named: their definitions and every use, as places in files.
//!
//! In: an analysed project. Out: a table for definition, references, rename, lenses and hierarchies. Never: names that only a registry knows, except as uses
//! without a definition.

use std::collections::HashSet;

use super::site::{content, site};
use crate::analysis::Snapshot;
use crate::model::validate::{EdgeKind, Target};
use crate::source::{FileId, Location, Span};

/// A place at which an image gets its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Index in the analysed project's list of images.
    pub image: usize,
    /// The bytes of the name, wherever they are written (a literal, a data file); of a name that is computed, the site; the key `image` of a nameless one.
    pub location: Location,
    /// The value of the directive as it stands in its document: the name itself, or the actions that make it.
    pub site: Location,
    /// The bytes of the name in the rendered text, quotes left out.
    pub rendered: Span,
    /// Whether `location` is the name, letter by letter.
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
    /// The bytes of the name, wherever they are written; of a name that is computed, the site.
    pub location: Location,
    /// The value of the directive as it stands in its document: the name itself, or the actions that make it.
    pub site: Location,
    /// The bytes of the name in the rendered text, quotes left out.
    pub rendered: Span,
    /// Whether `location` is the name, letter by letter.
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
        let list = &snapshot.validated.images.list;
        let mut owner = 0;
        for (index, image) in list.iter().enumerate() {
            let place = place(snapshot, image.span, &image.name);
            if let Some(place) = &place
                && !image.is_layer
            {
                let Place { location, site, rendered, exact } = *place;
                names.definitions.push(Definition { image: index, location, site, rendered, exact });
            }
            // What a layer uses counts for the image that it is a layer of, which follows it.
            if owner < index || !image.is_layer {
                owner = (index..list.len()).find(|later| !list[*later].is_layer).unwrap_or(index);
            }
            for used in image.base.iter().chain(image.uses.iter()) {
                // The layers of an image are named nowhere. Images of one document share its imports, a loop shares its places: each place counts once
                // per user.
                if used.span == image.span || !seen.insert((owner, used.span)) {
                    continue;
                }
                let target = if let Target::Image(target) = used.target { Some(target) } else { None };
                let name = target.and_then(|target| list.get(target)).map_or(&used.name, |image| &image.name);
                let Some(Place { location, site, rendered, exact }) = self::place(snapshot, used.span, name) else {
                    continue;
                };
                names.uses.push(ImageUse {
                    user: owner,
                    target,
                    meaning: used.target,
                    kind: used.kind,
                    directive: used.directive,
                    name: used.name.clone(),
                    location,
                    site,
                    rendered,
                    exact,
                });
            }
        }
        names
    }

    /// The definition of an image.
    #[must_use]
    pub fn definition(&self, image: usize) -> Option<&Definition> {
        let index = self.definitions.binary_search_by_key(&image, |definition| definition.image).ok()?;
        self.definitions.get(index)
    }

    /// Definitions whose name or site is written at an offset.
    pub fn definitions_at(&self, file: FileId, offset: usize) -> impl Iterator<Item = &Definition> {
        self.definitions.iter().filter(move |one| touch(one.location, file, offset) || touch(one.site, file, offset))
    }

    /// Uses whose name or site is written at an offset.
    pub fn uses_at(&self, file: FileId, offset: usize) -> impl Iterator<Item = &ImageUse> {
        self.uses.iter().filter(move |one| touch(one.location, file, offset) || touch(one.site, file, offset))
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

fn touch(location: Location, file: FileId, offset: usize) -> bool {
    location.file == file && location.span.touches(offset)
}

/// Where a name is written.
struct Place {
    location: Location,
    site: Location,
    rendered: Span,
    exact: bool,
}

fn place(snapshot: &Snapshot, span: Span, name: &str) -> Option<Place> {
    let rendered = content(&snapshot.text, span);
    let is_name = !name.is_empty() && snapshot.text.get(rendered.range()) == Some(name.as_bytes());
    let written = snapshot.provenance.locate(rendered)?;
    let site = site(snapshot, span).unwrap_or(written.location);
    let exact = is_name && written.exact;
    let outer = site.span;
    let inner = written.location.span;
    let is_within = site.file == written.location.file && outer.start <= inner.start && inner.end <= outer.end;
    Some(Place {
        location: if exact { written.location } else { site },
        site: if exact && is_within { written.location } else { site },
        rendered,
        exact,
    })
}
