//! Checks of the base directives of one document (config spec §10.7 E7–E8, E18–E25; 1.1 D26–D30).

use super::conversion::Conversion;
use super::sink::{refusal, warning};
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{RawDocument, StapelImage};
use crate::model::field::Text;
use crate::source::Span;

/// The base directives of a dialect, in the order of its messages.
fn directives(raw: &StapelImage, dialect: Dialect) -> Vec<(&'static str, &Text)> {
    let mut list = vec![("from", &raw.from), ("fromImage", &raw.from_image)];
    match dialect {
        Dialect::V1_1 => list.push(("fromImageArtifact", &raw.from_image_artifact)),
        Dialect::V1_2 | Dialect::V2 => list.push(("fromArtifact", &raw.from_artifact)),
        Dialect::V3 => {}
    }
    list
}

/// `from` and its old spelling together, and the old spelling as such (3).
pub fn check_from_image_alias(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    if raw.from_image.is_empty() {
        return;
    }
    if !raw.from.is_empty() {
        conversion.push(
            refusal(
                RuleId("from-and-from-image"),
                raw.from_image.key,
                "`fromImage` is the old spelling of `from`: only one may stand here",
            )
            .with_related(Place::Rendered(raw.from.key), "`from` is here"),
        );
        return;
    }
    conversion.push(
        warning(RuleId("from-image-deprecated"), raw.from_image.key, "`fromImage` is deprecated")
            .with_help("write `from`"),
    );
}

/// No base at all. `name`: the image, for 2, where one without base and without name gets by.
pub fn check_missing(conversion: &mut Conversion<'_, '_>, document: &RawDocument, raw: &StapelImage, name: &str) {
    let dialect = conversion.dialect();
    let directives = directives(raw, dialect);
    if directives.iter().any(|(_, text)| !text.is_empty() || text.is_invalid()) {
        return;
    }
    if dialect == Dialect::V2 && name.is_empty() {
        return;
    }
    let empty = directives.iter().find(|(_, text)| text.is_present());
    let place = empty.map_or(document.head, |(_, text)| if text.span.is_empty() { text.key } else { text.span });
    let message = match empty {
        Some((directive, _)) => format!("the image has no base: `{directive}` is empty"),
        None => "the image has no base".to_owned(),
    };
    let help = match dialect {
        Dialect::V1_1 => {
            "add `from` with an image of a registry, `fromImage` with an image of this file, or `fromImageArtifact`"
        }
        Dialect::V1_2 => "add `from` with an image of a registry, or `fromImage` with an image of this file",
        Dialect::V2 | Dialect::V3 => "add `from` with an image of this file or of a registry",
    };
    conversion.push(refusal(RuleId("from-missing"), place, message).with_help(help));
}

/// `fromLatest` on an empty base (3).
pub fn check_scratch_latest(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    let base = base_3(raw);
    if is_scratch_latest(conversion, raw) {
        conversion.push(
            refusal(
                RuleId("scratch-from-latest"),
                raw.from_latest.key,
                "`scratch` is in no registry: `fromLatest` cannot look it up",
            )
            .with_related(Place::Rendered(base.span), "the empty base"),
        );
    }
}

/// The base in 3.
fn base_3(raw: &StapelImage) -> &Text {
    if raw.from.is_empty() { &raw.from_image } else { &raw.from }
}

fn is_scratch_latest(conversion: &Conversion<'_, '_>, raw: &StapelImage) -> bool {
    conversion.dialect() == Dialect::V3 && raw.from_latest.value && base_3(raw).value == "scratch"
}

/// `fromLatest` without permission (1.2, 2, 3).
pub fn check_latest_permitted(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    if is_scratch_latest(conversion, raw) {
        return;
    }
    if raw.from_latest.value && !conversion.permissions().allows_from_latest() {
        conversion.push(
            refusal(
                RuleId("from-latest-not-allowed"),
                raw.from_latest.key,
                "giterminism does not permit `fromLatest`: the build would depend on what the registry holds at that moment",
            )
            .with_help("pin the base by tag or digest and renew it with `fromCacheVersion`, or set `config.stapel.allowFromLatest: true` in `werf-giterminism.yaml`"),
        );
    }
}

/// `fromLatest` without acknowledgement (1.1).
pub fn check_latest_acknowledged(conversion: &mut Conversion<'_, '_>, raw: &StapelImage, is_acknowledged: bool) {
    if raw.from_latest.value && !is_acknowledged && !raw.admits_from_latest.is_invalid() {
        let message = if raw.admits_from_latest.value {
            "`fromLatest` is refused here: with `asLayers` an image loses its acknowledgement"
        } else {
            "`fromLatest` needs an acknowledgement: the registry's digest becomes part of the signatures, so builds are not reproducible"
        };
        conversion.push(refusal(RuleId("from-latest-unacknowledged"), raw.from_latest.key, message).with_help(
            "pin the base by tag and renew it with `fromCacheVersion`, or set `herebyIAdmitThatFromLatestMightBreakReproducibility: true`",
        ));
    }
}

/// An image whose base is itself (2, 3).
pub fn check_self(conversion: &mut Conversion<'_, '_>, raw: &StapelImage, name: &str, name_span: Span) {
    if name.is_empty() {
        return;
    }
    let candidates: &[(&str, &Text)] = match conversion.dialect() {
        Dialect::V1_1 | Dialect::V1_2 => return,
        Dialect::V2 => &[("fromImage", &raw.from_image), ("fromArtifact", &raw.from_artifact)],
        Dialect::V3 => &[("from", &raw.from), ("fromImage", &raw.from_image)],
    };
    for (directive, text) in candidates {
        if text.value == name {
            conversion.push(
                refusal(
                    RuleId("from-self"),
                    text.span,
                    format!("`{directive}` of image `{name}` names the image itself"),
                )
                .with_related(Place::Rendered(name_span), "named here"),
            );
            return;
        }
    }
}

/// More than one kind of base. `name`: the image, for 2, which puts `:latest` to an own name.
pub fn check_conflict(conversion: &mut Conversion<'_, '_>, raw: &StapelImage, name: &str) {
    let dialect = conversion.dialect();
    let given: Vec<(&str, &Text)> = directives(raw, dialect).into_iter().filter(|(_, text)| !text.is_empty()).collect();
    if dialect == Dialect::V2 {
        let Some((_, artifact)) = given.iter().find(|(directive, _)| *directive == "fromArtifact") else { return };
        match given.first() {
            Some((directive, other)) if *directive != "fromArtifact" => {
                conflict(conversion, (directive, other), ("fromArtifact", artifact));
            }
            _ if name.is_empty() => conversion.push(
                refusal(
                    RuleId("base-conflict"),
                    artifact.key,
                    "a nameless image cannot be based on an artifact: werf takes its missing `from` for `:latest`",
                )
                .with_help("give the image a name"),
            ),
            _ => {}
        }
        return;
    }
    if dialect != Dialect::V3
        && let [first, second, ..] = given.as_slice()
    {
        conflict(conversion, *first, *second);
    }
}

/// With layers below the top, only `fromImage` with `fromImageArtifact` is noticed (1.1 §7).
pub fn check_conflict_of_layers(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    if !raw.from_image.is_empty() && !raw.from_image_artifact.is_empty() {
        conflict(conversion, ("fromImage", &raw.from_image), ("fromImageArtifact", &raw.from_image_artifact));
    }
}

fn conflict(conversion: &mut Conversion<'_, '_>, first: (&str, &Text), second: (&str, &Text)) {
    let (earlier, later) = if first.1.key <= second.1.key { (first, second) } else { (second, first) };
    conversion.push(
        refusal(
            RuleId("base-conflict"),
            later.1.key,
            format!("an image has one base, `{}` and `{}` give two", earlier.0, later.0),
        )
        .with_related(Place::Rendered(earlier.1.key), "the other one")
        .with_help("keep the one that is meant"),
    );
}

/// Bases that are artifacts (1.1).
pub fn warn_of_artifact_base(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    if !raw.from_image_artifact.is_empty() {
        conversion.push(
            warning(
                RuleId("from-image-artifact-deprecated"),
                raw.from_image_artifact.key,
                "a base that is an artifact is deprecated: artifacts do not follow changes in git unless `stageDependencies` say so",
            )
            .with_help("make the artifact an image and name it with `fromImage`"),
        );
    }
}
