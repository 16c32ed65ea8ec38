//! Lines above the definitions of images that say who uses them.
//!
//! In: an analysed project and a file of it. Out: words with the places that they speak of. Never: work for other files.

use std::collections::BTreeSet;

use super::Analysis;
use super::images::Definition;
use crate::model::validate::EdgeKind;
use crate::source::{FileId, Location, Span};

/// A lens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lens {
    /// The name above which it stands.
    pub span: Span,
    /// What it says.
    pub title: String,
    /// The places to show when it is clicked.
    pub places: Vec<Location>,
    /// The images that are defined there, by their index.
    pub images: Vec<usize>,
}

/// Names in a lens before it only counts.
const NAMES: usize = 3;

/// One lens for each place at which images are defined.
#[must_use]
pub fn lenses(analysis: &Analysis, file: FileId) -> Vec<Lens> {
    let images = analysis.images();
    let mut here: Vec<&Definition> = images.definitions.iter().filter(|one| one.site.file == file).collect();
    here.sort_by_key(|one| (one.site.span, one.image));
    let mut groups: Vec<(Span, BTreeSet<usize>)> = Vec::new();
    for one in here {
        match groups.last_mut() {
            Some((span, group)) if *span == one.site.span => _ = group.insert(one.image),
            _ => groups.push((one.site.span, BTreeSet::from([one.image]))),
        }
    }
    // One pass over the uses for all lenses of the file.
    let mut group_of = vec![None; analysis.snapshot().validated.images.list.len()];
    for (number, (_, group)) in groups.iter().enumerate() {
        for image in group {
            if let Some(place) = group_of.get_mut(*image) {
                *place = Some(number);
            }
        }
    }
    let mut users: Vec<Users> = groups.iter().map(|_| Users::default()).collect();
    for used in &images.uses {
        let group = used.target.and_then(|target| group_of.get(target).copied().flatten());
        let Some(users) = group.and_then(|group| users.get_mut(group)) else { continue };
        match used.kind {
            EdgeKind::Base => users.based.insert(used.user),
            EdgeKind::Import => users.importing.insert(used.user),
            EdgeKind::Dependency => users.depending.insert(used.user),
        };
        users.places.insert(used.site);
    }
    let lens = |((span, group), users): ((Span, BTreeSet<usize>), Users)| Lens {
        span,
        title: users.title(analysis, group.len()),
        places: users.places.into_iter().collect(),
        images: group.into_iter().collect(),
    };
    groups.into_iter().zip(users).map(lens).collect()
}

/// The images that use those of one place.
#[derive(Default)]
struct Users {
    based: BTreeSet<usize>,
    importing: BTreeSet<usize>,
    depending: BTreeSet<usize>,
    places: BTreeSet<Location>,
}

impl Users {
    fn title(&self, analysis: &Analysis, count: usize) -> String {
        let mut words = Vec::new();
        if count > 1 {
            words.push(format!("{count} images"));
        }
        let all: BTreeSet<usize> =
            [&self.based, &self.importing, &self.depending].into_iter().flatten().copied().collect();
        match all.len() {
            0 => words.push("used by no other image".to_owned()),
            1 => words.push("used by 1 image".to_owned()),
            many => words.push(format!("used by {many} images")),
        }
        for (verb, users) in
            [("base of", &self.based), ("imported by", &self.importing), ("needed by", &self.depending)]
        {
            if !users.is_empty() {
                words.push(format!("{verb} {}", named(analysis, users)));
            }
        }
        words.join(" · ")
    }
}

/// The names of a few images, the number of many.
fn named(analysis: &Analysis, users: &BTreeSet<usize>) -> String {
    if users.len() > NAMES {
        return users.len().to_string();
    }
    let list = &analysis.snapshot().validated.images.list;
    let names = users.iter().filter_map(|image| list.get(*image)).map(|image| image.name.as_str());
    names.map(|name| if name.is_empty() { "~" } else { name }).collect::<Vec<_>>().join(", ")
}
