//! What names of images refer to: missing ones, external ones, cycles (config spec §10.8 F5–F9; 1.1 E5–E13).

use super::graph::{self, Cycle, Edge, EdgeKind};
use super::images::{Image, Images, Target, Use};
use super::sink::{Sink, refusal};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::model::reference;
use crate::source::Span;

/// Unknown names that get a suggestion; each costs a look at all names.
const SUGGESTIONS: usize = 50;

/// F5–F7: external images of werf 3 that say neither tag nor digest.
pub fn check_external(sink: &mut Sink, images: &Images) {
    if images.has_hidden_names {
        return;
    }
    let mut suggestions = Suggestions::new(images);
    for image in &images.list {
        if let Some(base) = &image.base {
            match base.target {
                // werf leaves the image altogether, its imports are not looked at.
                Target::Scratch => continue,
                Target::External if !is_pinned(&base.name) => {
                    let finding = untagged(RuleId("external-from-untagged"), base, &mut suggestions);
                    sink.push(finding);
                }
                _ => {}
            }
        }
        for one in image.uses.iter().filter(|one| one.kind == EdgeKind::Import) {
            match one.target {
                Target::Scratch => {
                    let message = "`scratch` is empty: there is nothing to import from it";
                    sink.push(refusal(RuleId("import-from-scratch"), one.span, message));
                }
                Target::External if !is_pinned(&one.name) => {
                    let finding = untagged(RuleId("external-import-untagged"), one, &mut suggestions);
                    sink.push(finding);
                }
                _ => {}
            }
        }
    }
}

fn is_pinned(name: &str) -> bool {
    reference::parse(name).is_some_and(|reference| reference.is_pinned_by_name())
}

fn untagged(rule: RuleId, one: &Use, suggestions: &mut Suggestions<'_>) -> Finding {
    let message = match reference::parse(&one.name) {
        Some(_) => format!(
            "`{}` is no image of this file, and as an image of a registry it has neither tag nor digest",
            one.name
        ),
        None => format!("`{}` is no image of this file, and no valid reference to one of a registry", one.name),
    };
    let finding = refusal(rule, one.span, message);
    match suggestions.help(one) {
        Some(help) => finding.with_help(help),
        None => finding.with_help("werf 3 wants `name:tag` or `name@sha256:…` for images of a registry"),
    }
}

/// F8, and E6, E8, E10, E11 of 1.1: names of images that the file does not have.
pub fn check_unknown(sink: &mut Sink, images: &Images, dialect: Dialect) {
    if dialect == Dialect::V1_1 {
        check_bases_1_1(sink, images);
    }
    if images.has_hidden_names {
        return;
    }
    let mut suggestions = Suggestions::new(images);
    for image in &images.list {
        let base = image.base.as_ref().filter(|_| dialect != Dialect::V1_1);
        for one in base.into_iter().chain(image.uses.iter()) {
            if one.target == Target::Unknown {
                sink.push(unknown(one, dialect, &mut suggestions));
            }
        }
    }
}

/// Each image's base, by the value in the document (also for its layers): first whether it is the image itself, then whether it exists.
fn check_bases_1_1(sink: &mut Sink, images: &Images) {
    let mut suggestions = Suggestions::new(images);
    let mut document_base: Option<(usize, &Use)> = None;
    for image in &images.list {
        let is_chained = document_base.is_some_and(|(document, base)| {
            document == image.document && image.base.as_ref().is_some_and(|own| own.span != base.span)
        });
        let base = match (&image.base, document_base) {
            (_, Some((_, base))) if is_chained => base,
            (Some(base), _) => {
                document_base = Some((image.document, base));
                base
            }
            (None, _) => continue,
        };
        if base.directive == "from" {
            continue;
        }
        if base.name == image.name {
            let message = format!("`{}` of `{}` names the image itself", base.directive, image.name);
            sink.push(refusal(RuleId("from-self"), base.span, message));
        } else if base.target == Target::Unknown && !images.has_hidden_names {
            sink.push(unknown(base, Dialect::V1_1, &mut suggestions));
        }
    }
}

fn unknown(one: &Use, dialect: Dialect, suggestions: &mut Suggestions<'_>) -> Finding {
    let wants_artifact = matches!(one.directive, "artifact" | "fromArtifact" | "fromImageArtifact");
    let what = if wants_artifact { "artifact" } else { "image" };
    let finding = refusal(RuleId("image-not-found"), one.span, format!("this file has no {what} `{}`", one.name));
    if dialect == Dialect::V1_1
        && let Some(help) = suggestions.other_kind(one, wants_artifact)
    {
        return finding.with_help(help);
    }
    match suggestions.help(one) {
        Some(help) => finding.with_help(help),
        None => finding,
    }
}

/// Guesses at what an unknown name was meant to be.
struct Suggestions<'a> {
    images: &'a Images,
    left: usize,
}

impl<'a> Suggestions<'a> {
    fn new(images: &'a Images) -> Self {
        Self { images, left: SUGGESTIONS }
    }

    fn help(&mut self, one: &Use) -> Option<String> {
        self.left = self.left.checked_sub(1)?;
        self.images.nearest(&one.name).map(|name| format!("did you mean `{name}`?"))
    }

    /// In 1.1 images and artifacts are named by different directives.
    fn other_kind(&self, one: &Use, wants_artifact: bool) -> Option<String> {
        let (found, kind, directive) = if wants_artifact {
            let directive = if one.kind == EdgeKind::Base { "fromImage" } else { "image" };
            (self.images.find(&one.name), "an image", directive)
        } else {
            let directive = if one.kind == EdgeKind::Base { "fromImageArtifact" } else { "artifact" };
            (self.images.find_artifact(&one.name), "an artifact", directive)
        };
        found.map(|_| format!("`{}` is {kind}: use `{directive}`", one.name))
    }
}

/// Which uses a search for cycles follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follow {
    /// Those that werf follows when it loads the configuration.
    WhatWerfFollows,
    /// Bases only.
    Bases,
    /// All.
    All,
}

/// The cycles of a configuration.
#[must_use]
pub fn cycles(images: &Images, dialect: Dialect, follow: Follow) -> Vec<Cycle> {
    let edges: Vec<Vec<Edge>> = images.list.iter().map(|image| edges_of(image, dialect, follow)).collect();
    graph::cycles(&edges)
}

fn edges_of(image: &Image, dialect: Dialect, follow: Follow) -> Vec<Edge> {
    let is_followed = |one: &&Use| match (follow, one.kind) {
        (Follow::All, _) | (Follow::Bases, EdgeKind::Base) => true,
        (Follow::Bases, _) => false,
        (Follow::WhatWerfFollows, EdgeKind::Base) => match dialect {
            Dialect::V1_1 | Dialect::V1_2 => true,
            Dialect::V2 => one.directive == "fromArtifact",
            Dialect::V3 => false,
        },
        (Follow::WhatWerfFollows, _) => true,
    };
    image
        .base
        .iter()
        .chain(image.uses.iter())
        .filter(is_followed)
        .filter_map(|one| match one.target {
            Target::Image(target) => Some(Edge { target, kind: one.kind, span: one.span }),
            _ => None,
        })
        .collect()
}

/// E9 of 1.1: bases in a circle of two and more overflow werf's stack.
pub fn check_base_cycles_1_1(sink: &mut Sink, images: &Images) {
    for cycle in cycles(images, Dialect::V1_1, Follow::Bases) {
        if cycle.steps.len() > 1 {
            sink.push(cycle_finding(RuleId("crash-base-cycle"), images, &cycle));
        }
    }
}

/// F9, and E13 of 1.1.
pub fn check_cycles(sink: &mut Sink, images: &Images, dialect: Dialect) {
    for cycle in cycles(images, dialect, Follow::WhatWerfFollows) {
        sink.push(cycle_finding(RuleId("image-cycle"), images, &cycle));
    }
}

/// A finding about a cycle, at its first use, with the place of every other one.
#[must_use]
pub fn cycle_finding(rule: RuleId, images: &Images, cycle: &Cycle) -> Finding {
    let name = |index: usize| match images.list.get(index) {
        Some(image) if !image.name.is_empty() => image.name.as_str(),
        _ => "~",
    };
    let steps = cycle.steps.as_slice();
    let place = steps.first().map_or(Span::default(), |(_, edge)| edge.span);
    // Long circles are shortened for reading; the places follow one by one.
    let shown: Vec<&str> =
        steps.iter().map(|(image, _)| name(*image)).chain(steps.first().map(|(image, _)| name(*image))).collect();
    let path = if shown.len() > 12 {
        format!("{} -> … -> {}", shown[..6].join(" -> "), shown[shown.len() - 5..].join(" -> "))
    } else {
        shown.join(" -> ")
    };
    let message = match steps {
        [(image, edge)] => format!("image `{}` {} itself", name(*image), edge.kind.phrase()),
        _ => format!("images need each other in a circle: {path}"),
    };
    let mut finding = refusal(rule, place, message);
    for (image, edge) in steps.iter().skip(1).take(20) {
        let message = format!("`{}` {} `{}`", name(*image), edge.kind.phrase(), name(edge.target));
        finding = finding.with_related(Place::Rendered(edge.span), message);
    }
    finding
}
