//! Image names by themselves: form, reserved names, two images of one name, the nameless image (config spec §10.8 F1–F4; 1.1 E1–E4).

use std::collections::HashMap;
use std::sync::Arc;

use super::images::{Image, ImageKind, Images};
use super::sink::{Sink, refusal};
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::RawDocument;
use crate::source::Span;

/// F1–F4 of 1.2, 2 and 3.
pub fn check(sink: &mut Sink, images: &Images, documents: &[Arc<RawDocument>], dialect: Dialect) {
    if dialect == Dialect::V3 {
        for image in &images.list {
            // Without name in a broken document: `image-nameless` was raised there.
            let is_told =
                image.name.is_empty() && documents.get(image.document).is_some_and(|document| document.broken);
            if !is_told {
                check_syntax(sink, image);
            }
        }
    }
    let final_count = images.list.iter().filter(|image| image.is_final).count();
    let mut seen: HashMap<&str, &Image> = HashMap::new();
    for image in &images.list {
        if dialect != Dialect::V3 && image.name.is_empty() && final_count > 1 {
            nameless_with_others(sink, image);
        }
        if dialect == Dialect::V3 && image.name == "scratch" {
            let message = "`scratch` means the empty base: no image can have that name";
            sink.push(refusal(RuleId("image-name-reserved"), image.span, message));
        }
        check_duplicate(sink, &mut seen, image);
    }
}

/// E1–E4 of 1.1.
pub fn check_1_1(sink: &mut Sink, images: &Images) {
    let count = |kind: ImageKind| images.list.iter().filter(|image| !image.is_artifact && image.kind == kind).count();
    let nameless_is_wrong = count(ImageKind::Stapel) > 1 || count(ImageKind::Dockerfile) > 1;
    let mut taken: HashMap<&str, &Image> = HashMap::new();
    for image in images.list.iter().filter(|image| !image.is_artifact) {
        if image.name.is_empty() && nameless_is_wrong {
            nameless_with_others(sink, image);
        }
        check_duplicate(sink, &mut taken, image);
    }
    let mut artifacts: HashMap<&str, &Image> = HashMap::new();
    for artifact in images.list.iter().filter(|image| image.is_artifact) {
        check_duplicate(sink, &mut artifacts, artifact);
        if let Some(image) = taken.get(artifact.name.as_str()) {
            duplicate(sink, artifact, image);
        }
    }
}

fn check_duplicate<'a>(sink: &mut Sink, seen: &mut HashMap<&'a str, &'a Image>, image: &'a Image) {
    match seen.get(image.name.as_str()) {
        Some(first) => duplicate(sink, image, first),
        None => {
            seen.insert(&image.name, image);
        }
    }
}

fn duplicate(sink: &mut Sink, image: &Image, first: &Image) {
    let name = if image.name.is_empty() {
        "two nameless images".to_owned()
    } else {
        format!("two images are called `{}`", image.name)
    };
    let message = match (image.is_layer, first.is_layer) {
        (false, false) => name,
        _ => format!("{name}: `asLayers` makes one of them"),
    };
    let span = if first.span == image.span { Span::empty(image.span.start as usize) } else { image.span };
    sink.push(
        refusal(RuleId("image-name-duplicate"), span, message)
            .with_related(Place::Rendered(first.span), "the first one"),
    );
}

fn nameless_with_others(sink: &mut Sink, image: &Image) {
    let message = if image.is_layer {
        "the layers of a nameless image count as images beside it"
    } else {
        "an image without name cannot stand beside other images"
    };
    sink.push(refusal(RuleId("nameless-with-others"), image.span, message).with_help("give the image a name"));
}

fn check_syntax(sink: &mut Sink, image: &Image) {
    if is_valid_name(&image.name) {
        return;
    }
    let message = if image.name.is_empty() {
        "an image needs a name in werf 3".to_owned()
    } else {
        format!("`{}` is no valid image name in werf 3", image.name)
    };
    sink.push(refusal(RuleId("image-name-syntax"), image.span, message).with_help(
        "a name consists of letters, digits, `.`, `_` and `-`, and begins and ends with a letter or digit; `/` joins several such parts",
    ));
}

/// The form of names in werf 3 (config spec §9.5; the reference release takes no `+`, in spite of what is written there).
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    name.split('/').all(|segment| {
        let bytes = segment.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
        first.is_ascii_alphanumeric()
            && last.is_ascii_alphanumeric()
            && bytes.iter().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(b))
    })
}
