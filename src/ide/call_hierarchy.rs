//! The images of a project as a hierarchy: what an image is made from, and what is made from it.
//!
//! In: a place or an image. Out: images with the places of their uses. Never: images of registries.

use super::{Analysis, At};
use crate::model::validate::EdgeKind;
use crate::source::Location;

/// An image as an item of the hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Index in the project's list of images.
    pub image: usize,
    /// Its name; `~` for a nameless one.
    pub name: String,
    /// What it is and from what.
    pub detail: String,
    /// Whether it is an artifact: in 1.1 an image may have the same name.
    pub is_artifact: bool,
    /// Where its name is written.
    pub location: Location,
}

/// A step of the hierarchy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The other image.
    pub item: Item,
    /// The kinds of use, in the order of the document.
    pub kinds: Vec<EdgeKind>,
    /// Where the one that uses names the one that is used.
    pub places: Vec<Location>,
}

/// An image as an item.
#[must_use]
pub fn item(analysis: &Analysis, image: usize) -> Option<Item> {
    let known = analysis.snapshot().validated.images.list.get(image)?;
    let definition = analysis.images().definition(image)?;
    Some(Item {
        image,
        name: if known.name.is_empty() { "~".to_owned() } else { known.name.clone() },
        detail: super::symbols::detail(known),
        is_artifact: known.is_artifact,
        location: definition.location,
    })
}

/// The item with that name, for a client that comes back with it after a change.
#[must_use]
pub fn find(analysis: &Analysis, name: &str, is_artifact: bool) -> Option<Item> {
    let name = if name == "~" { "" } else { name };
    let list = &analysis.snapshot().validated.images.list;
    let index = list.iter().position(|image| image.name == name && image.is_artifact == is_artifact);
    item(analysis, index?)
}

/// The images that a place is about.
#[must_use]
pub fn prepare(at: &At<'_>) -> Vec<Item> {
    at.analysis.images().at(at.file, at.offset).into_iter().filter_map(|image| item(at.analysis, image)).collect()
}

/// The images that use an image.
#[must_use]
pub fn incoming(analysis: &Analysis, image: usize) -> Vec<Call> {
    collect(analysis, |used| (used.target == Some(image)).then_some(used.user))
}

/// The images that an image uses.
#[must_use]
pub fn outgoing(analysis: &Analysis, image: usize) -> Vec<Call> {
    collect(analysis, |used| used.target.filter(|_| used.user == image))
}

fn collect(analysis: &Analysis, other: impl Fn(&super::images::ImageUse) -> Option<usize>) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for used in &analysis.images().uses {
        let Some(other) = other(used) else { continue };
        let index = match calls.iter().position(|call| call.item.image == other) {
            Some(index) => index,
            None => {
                let Some(item) = item(analysis, other) else { continue };
                calls.push(Call { item, kinds: Vec::new(), places: Vec::new() });
                calls.len() - 1
            }
        };
        let call = &mut calls[index];
        if !call.kinds.contains(&used.kind) {
            call.kinds.push(used.kind);
        }
        if !call.places.contains(&used.site) {
            call.places.push(used.site);
        }
    }
    calls
}
