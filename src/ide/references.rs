//! All places at which what stands at a place is named: the inverse of definition.
//!
//! In: a place. Out: places in files of the project, sorted. Never: places that only look alike.

use super::At;
use super::occurrence::{self, Occurrence};

/// All places of the name at a place, in the order of files and bytes; its definitions only when asked for.
#[must_use]
pub fn references(at: &At<'_>, with_definitions: bool) -> Vec<Occurrence> {
    let mut found: Vec<Occurrence> = Vec::new();
    for hit in occurrence::meant(at) {
        let places = occurrence::places(at, &hit);
        found.extend(places.into_iter().filter(|place| with_definitions || !place.part.is_definition()));
    }
    found.sort_unstable();
    found.dedup_by_key(|one| one.location);
    found
}
