//! Names of images where a reference goes.

use std::collections::{BTreeMap, HashSet};

use super::{Candidate, Kind, Scene, Typed};
use crate::dialect::Dialect;
use crate::grammar::Section;
use crate::ide::Analysis;
use crate::model::validate::{EdgeKind, Target};

/// What a directive may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    images: bool,
    artifacts: bool,
    /// Base images of a registry.
    external: bool,
}

/// What a directive names; `None` for those that name no images.
pub(super) fn wanted(section: Section, key: &str, dialect: Dialect) -> Option<Wanted> {
    let shares_names = dialect != Dialect::V1_1;
    let wanted = match (section, key) {
        (Section::StapelImage, "from") => {
            Wanted { images: dialect >= Dialect::V2, artifacts: dialect >= Dialect::V2, external: true }
        }
        (Section::StapelImage, "fromImage") => Wanted { images: true, artifacts: shares_names, external: false },
        (Section::StapelImage, "fromArtifact" | "fromImageArtifact") | (Section::Import, "artifact") => {
            Wanted { images: shares_names, artifacts: true, external: false }
        }
        (Section::Import, "from") => Wanted { images: true, artifacts: true, external: true },
        (Section::Import, "image") => Wanted { images: true, artifacts: shares_names, external: false },
        (Section::Dependency, "from" | "image") => Wanted { images: true, artifacts: true, external: false },
        _ => return None,
    };
    Some(wanted)
}

/// Names for a reference.
pub(super) fn images(
    scene: &Scene<'_, '_>,
    section: Section,
    key: &str,
    wanted: Wanted,
    typed: &Typed,
    found: &mut Vec<Candidate>,
) {
    let analysis = scene.at.analysis;
    let own = own_images(scene, analysis);
    let own_names: HashSet<&str> = own
        .iter()
        .filter_map(|index| Some(analysis.snapshot().validated.images.list.get(*index)?.name.as_str()))
        .collect();
    let mut seen = HashSet::new();
    let word = String::from_utf8_lossy(scene.at.text().get(typed.replace.range()).unwrap_or_default()).into_owned();
    let others = taken(scene);
    let kind = match section {
        Section::Import => EdgeKind::Import,
        Section::Dependency => EdgeKind::Dependency,
        _ => EdgeKind::Base,
    };
    for from in scene.analyses() {
        let list = &from.snapshot().validated.images.list;
        let users = users(from);
        let behind = if std::ptr::eq(from, analysis) { dependants(from, &own) } else { HashSet::new() };
        for (index, image) in list.iter().enumerate() {
            let is_wanted = if image.is_artifact { wanted.artifacts } else { wanted.images };
            let is_own =
                own.contains(&index) && std::ptr::eq(from, analysis) || own_names.contains(image.name.as_str());
            if image.name.is_empty() || image.is_layer || !is_wanted || is_own || !seen.insert(image.name.clone()) {
                continue;
            }
            let used = users.get(&index).copied().unwrap_or_default();
            let is_intermediate = image.is_artifact || !image.is_final;
            let mut rank = 300;
            if is_intermediate {
                rank -= 40;
            }
            let [alike, otherwise] = used.by_kind(kind);
            if alike > 0 {
                rank -= 30 + u32::try_from(alike.min(8)).unwrap_or(0);
            } else if otherwise > 0 {
                rank += 20;
            } else if is_intermediate {
                // It is there for others, and nobody uses it yet.
                rank -= 60;
            }
            if matches!(key, "artifact" | "fromArtifact" | "fromImageArtifact") && image.is_artifact {
                rank -= 30;
            }
            rank -= 2 * kinship(&image.name, &own_names).min(15);
            if others.contains(&(image.name.clone(), kind)) {
                // An artifact is imported from several times; what a dependency hands over is said once.
                rank = if kind == EdgeKind::Import { rank - 50 } else { rank + 80 };
            }
            if behind.contains(&index) {
                rank += 1_000;
            }
            let what = match (image.is_artifact, image.is_final) {
                (true, _) => "artifact",
                (_, false) => "image, not final",
                _ => "image",
            };
            found.push(Candidate::new(Kind::Image, &image.name, rank).detail(format!("{what}, {}", image.kind.name())));
        }
    }
    if wanted.external {
        external(scene, section, key, &word, found);
    }
}

/// Names that the document uses already, and how.
fn taken(scene: &Scene<'_, '_>) -> HashSet<(String, EdgeKind)> {
    let analysis = scene.at.analysis;
    let own = own_images(scene, analysis);
    let list = &analysis.snapshot().validated.images.list;
    own.iter()
        .filter_map(|index| list.get(*index))
        .flat_map(|image| image.uses.iter().chain(image.base.iter()))
        .map(|used| (used.name.clone(), used.kind))
        .collect()
}

/// The images of the document with the cursor.
fn own_images(scene: &Scene<'_, '_>, analysis: &Analysis) -> Vec<usize> {
    let snapshot = analysis.snapshot();
    let document = scene.context.rendered.or_else(|| analysis.reverse().point(scene.at.file, scene.at.offset));
    let list = || snapshot.validated.images.list.iter().enumerate();
    if let Some(point) = document {
        let number = snapshot.decoded.documents.iter().position(|document| document.span.touches(point));
        if let Some(number) = number {
            return list().filter(|(_, image)| image.document == number).map(|(index, _)| index).collect();
        }
    }
    let named = |sibling: &&crate::ide::context::Sibling| matches!(sibling.key.as_str(), "image" | "artifact");
    let Some(name) = scene.context.document.iter().find(named).map(|sibling| &sibling.value) else { return Vec::new() };
    list().filter(|(_, image)| image.name == *name).map(|(index, _)| index).collect()
}

/// How often an image is used.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    base: usize,
    import: usize,
    dependency: usize,
}

impl Used {
    /// Uses of that kind, and others.
    fn by_kind(self, kind: EdgeKind) -> [usize; 2] {
        let Self { base, import, dependency } = self;
        match kind {
            EdgeKind::Base => [base, import + dependency],
            EdgeKind::Import => [import, base + dependency],
            EdgeKind::Dependency => [dependency, base + import],
        }
    }
}

/// How often each image is used.
fn users(analysis: &Analysis) -> BTreeMap<usize, Used> {
    let mut users: BTreeMap<usize, Used> = BTreeMap::new();
    for image in &analysis.snapshot().validated.images.list {
        for used in image.base.iter().chain(image.uses.iter()) {
            let Target::Image(target) = used.target else { continue };
            let count = users.entry(target).or_default();
            match used.kind {
                EdgeKind::Base => count.base += 1,
                EdgeKind::Import => count.import += 1,
                EdgeKind::Dependency => count.dependency += 1,
            }
        }
    }
    users
}

/// Images that use one of these, directly or not: a reference to them would close a cycle.
fn dependants(analysis: &Analysis, own: &[usize]) -> HashSet<usize> {
    let list = &analysis.snapshot().validated.images.list;
    let mut above: Vec<Vec<usize>> = vec![Vec::new(); list.len()];
    for (index, image) in list.iter().enumerate() {
        for used in image.base.iter().chain(image.uses.iter()) {
            if let Target::Image(target) = used.target
                && let Some(above) = above.get_mut(target)
            {
                above.push(index);
            }
        }
    }
    let mut found = HashSet::new();
    let mut open: Vec<usize> = own.to_vec();
    while let Some(next) = open.pop() {
        for index in above.get(next).into_iter().flatten() {
            if found.insert(*index) {
                open.push(*index);
            }
        }
    }
    found
}

/// Letters that a name shares with the beginning of one of the user's names.
fn kinship(name: &str, own: &HashSet<&str>) -> u32 {
    let shared = |other: &&str| name.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let most = own.iter().map(shared).max().unwrap_or(0);
    if most < 3 { 0 } else { u32::try_from(most).unwrap_or(0) }
}

/// Base images that the project takes from registries elsewhere.
fn external(scene: &Scene<'_, '_>, section: Section, key: &str, word: &str, found: &mut Vec<Candidate>) {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for analysis in scene.analyses() {
        for image in &analysis.snapshot().validated.images.list {
            for used in image.base.iter().chain(image.uses.iter()) {
                let is_external = matches!(used.target, Target::External | Target::Scratch);
                if is_external && used.name != word && !used.name.is_empty() && used.directive == key {
                    *counts.entry(used.name.as_str()).or_insert(0) += 1;
                }
            }
        }
    }
    let base = if section == Section::StapelImage { 200 } else { 400 };
    for (name, count) in counts {
        let candidate =
            Candidate::new(Kind::Image, name, base - count.min(20)).detail("base image, used elsewhere in the project");
        found.push(candidate);
    }
    if section == Section::StapelImage && scene.dialect == Dialect::V3 {
        found.push(Candidate::new(Kind::Image, "scratch", 400).detail("the empty base"));
    }
}
