//! Where a stage that is named beside an import or a dependency is described.
//!
//! In: a place on the value of `before`, `after` or `stage`. Out: the directive of that stage in the image itself, for `stage` in the image that is imported from. Never:
//! stages that no directive describes.

use super::{At, site};
use crate::model::config::{RawDocument, RawKind, StapelImage};
use crate::model::field::{Sections, Text};
use crate::model::validate::Target;
use crate::model::validate::images::{section, use_of_import};
use crate::source::{Location, Span};

/// The directives of stages at a place, each with the bytes that name it.
#[must_use]
pub fn stages(at: &At<'_>) -> Vec<(Span, Location)> {
    let snapshot = at.analysis.snapshot();
    let touched = |text: &Text| {
        let place = text.is_given().then(|| site::site(snapshot, text.span)).flatten()?;
        (place.file == at.file && place.span.touches(at.offset)).then_some(place.span)
    };
    let mut found = Vec::new();
    for (index, document) in snapshot.decoded.documents.iter().enumerate() {
        let RawKind::Stapel(image) = &document.kind else { continue };
        let mut push = |origin: Span, owner: &RawDocument, stage: &str| {
            let place = directive(owner, stage).and_then(|key| Some(snapshot.provenance.locate(key)?.location));
            found.extend(place.map(|place| (origin, place)));
        };
        for text in points(image) {
            if let Some(origin) = touched(text) {
                push(origin, document, &text.value);
            }
        }
        for import in &image.import.value {
            let Some(origin) = touched(&import.stage) else { continue };
            let Some(used) = use_of_import(&import.value) else { continue };
            let own = snapshot.validated.images.list.iter().filter(|one| one.document == index);
            let target = own.flat_map(|one| one.uses.iter()).find(|one| one.span == used.span).map(|one| one.target);
            if let Some(Target::Image(target)) = target
                && let Some(target) = snapshot.validated.images.list.get(target)
                && let Some(owner) = snapshot.decoded.documents.get(target.document)
            {
                push(origin, owner, &import.stage.value);
            }
        }
    }
    found
}

/// The points in time that an image's imports and dependencies name.
fn points(image: &StapelImage) -> impl Iterator<Item = &Text> {
    fn both<T>(list: &Sections<T>, texts: fn(&T) -> [&Text; 2]) -> impl Iterator<Item = &Text> {
        list.value.iter().flat_map(move |one| texts(&one.value))
    }
    both(&image.import, |one| [&one.before, &one.after])
        .chain(both(&image.dependencies, |one| [&one.before, &one.after]))
}

/// The key of the directive that describes a stage.
fn directive(document: &RawDocument, stage: &str) -> Option<Span> {
    let RawKind::Stapel(image) = &document.kind else { return None };
    let is = |name: &str| stage.eq_ignore_ascii_case(name);
    if is("from") {
        let bases = [&image.from, &image.from_image, &image.from_artifact, &image.from_image_artifact];
        return bases.into_iter().find(|base| base.is_present()).map(|base| base.key);
    }
    let shell = section(&image.shell).and_then(|shell| {
        let (names, fields) = (STAGES, [&shell.before_install, &shell.install, &shell.before_setup, &shell.setup]);
        let (_, field) = names.into_iter().zip(fields).find(|(name, _)| is(name))?;
        field.is_present().then_some(field.key)
    });
    shell.or_else(|| {
        let ansible = section(&image.ansible)?;
        let fields = [&ansible.before_install, &ansible.install, &ansible.before_setup, &ansible.setup];
        let (_, field) = STAGES.into_iter().zip(fields).find(|(name, _)| is(name))?;
        field.is_present().then_some(field.key)
    })
}

/// The stages of the user's own instructions.
const STAGES: [&str; 4] = ["beforeInstall", "install", "beforeSetup", "setup"];
