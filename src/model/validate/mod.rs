//! werf's checks over decoded documents: phases B to F of the config spec (§10.5–§10.8), C to E of the 1.1 spec (§8.4–§8.6).
//!
//! In: the documents of one configuration, the dialect, and what giterminism permits. Out: the images with their uses of each
//! other, and findings in the order in which werf would meet them: the first fatal one is werf's own verdict. werf stops there;
//! the checks go on, but say nothing twice, and nothing that follows only from what is broken already. Never: file access.

mod bases;
mod conversion;
mod dependencies;
mod dockerfiles;
pub mod exports;
pub mod graph;
pub mod images;
mod layers;
mod mappings;
mod mounts;
mod names;
pub mod permissions;
mod platforms;
mod references;
mod secrets;
mod sink;
mod stapel;

pub use dependencies::dependency_kinds;
pub use graph::{Cycle, Edge, EdgeKind};
pub use images::{Image, ImageKind, Images, Target, Use};
pub use names::is_valid_name;
pub use permissions::{Answer, Everything, Permissions, SecretSource};
pub use references::{Follow, cycle_finding, cycles};

use std::sync::Arc;

use self::conversion::Facts;
use self::sink::{Sink, refusal, warning};
use self::stapel::Progress;
use super::Decoded;
use super::config::{RawDocument, RawKind};
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::limits::Limits;
use crate::source::Span;

/// What the checks need to know besides the documents.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// The line of werf.
    pub dialect: Dialect,
    /// What giterminism permits: [`Everything`] in 1.1 and in the loose mode.
    pub permissions: &'a dyn Permissions,
    /// The platform that an image without `platform` is taken to have: `linux/amd64`.
    pub machine_platform: &'a str,
    /// The budgets.
    pub limits: &'a Limits,
}

/// What the checks made of a configuration.
#[derive(Debug, Default)]
pub struct Validated {
    /// The images, and what each uses.
    pub images: Images,
    /// Findings in werf's order, those of decoding not among them.
    pub findings: Vec<Finding>,
}

/// Runs all checks.
#[must_use]
pub fn validate(decoded: &Decoded, settings: Settings<'_>) -> Validated {
    let Settings { dialect, permissions, limits, .. } = settings;
    let documents = decoded.documents.as_slice();
    let mut sink = Sink::default();
    let is_incomplete = has_findings_outside(documents, &decoded.findings);
    let images = Images::collect(documents, dialect, is_incomplete, limits.images);
    if images.is_cut {
        let message = format!("more than {} images and uses of images: the rest is not judged", limits.images);
        sink.push(Finding::new(RuleId("limit-exceeded"), Severity::Error, Place::Project, message));
    }
    let facts = Facts { dialect, permissions };
    if matches!(dialect, Dialect::V2 | Dialect::V3) {
        platforms::check(facts, &mut sink, documents, &images, settings);
    }
    if !is_incomplete && !documents.iter().any(|document| matches!(document.kind, RawKind::Meta(_))) {
        sink.push(meta_missing(documents));
    }
    let mut progress = Progress { comparisons: limits.comparisons, told_artifacts: false };
    for document in documents {
        match &document.kind {
            RawKind::Dockerfile(raw) => dockerfiles::convert(facts, &mut sink, document, raw),
            RawKind::Meta(raw) if dialect == Dialect::V3 => warn_of_global_labels(&mut sink, raw),
            _ => {}
        }
    }
    for document in documents {
        if let RawKind::Stapel(raw) = &document.kind {
            stapel::convert(facts, &mut sink, document, raw, &mut progress);
        }
    }
    if dialect == Dialect::V1_1 {
        check_whole_1_1(&mut sink, documents, &images, &mut progress);
    } else {
        names::check(&mut sink, &images, documents, dialect);
        if dialect == Dialect::V3 {
            references::check_external(&mut sink, &images);
        }
        references::check_unknown(&mut sink, &images, dialect);
        references::check_cycles(&mut sink, &images, dialect);
    }
    Validated { images, findings: sink.into_findings() }
}

fn check_whole_1_1(sink: &mut Sink, documents: &[Arc<RawDocument>], images: &Images, progress: &mut Progress) {
    names::check_1_1(sink, images);
    references::check_unknown(sink, images, Dialect::V1_1);
    references::check_base_cycles_1_1(sink, images);
    for wants_artifacts in [false, true] {
        for document in documents {
            let RawKind::Stapel(raw) = &document.kind else { continue };
            let is_artifact = raw.image.names.is_empty();
            if is_artifact == wants_artifacts {
                stapel::check_exports_1_1(sink, raw, progress);
            }
        }
    }
    references::check_cycles(sink, images, Dialect::V1_1);
}

/// Whether decoding refused something outside of all documents that have a kind: names may be hidden there.
fn has_findings_outside(documents: &[Arc<RawDocument>], findings: &[Finding]) -> bool {
    findings.iter().filter(|finding| finding.fatal).any(|finding| match finding.place {
        Place::Rendered(span) => {
            let after = documents.partition_point(|document| document.span.start <= span.start);
            !after
                .checked_sub(1)
                .and_then(|index| documents.get(index))
                .is_some_and(|document| document.span.touches(span.start as usize))
        }
        Place::File(_) | Place::Project => true,
    })
}

fn meta_missing(documents: &[Arc<RawDocument>]) -> Finding {
    let place = documents.first().map_or(Span::empty(0), |document| document.head);
    refusal(RuleId("meta-missing"), place, "the meta section is missing").with_help(
        "put `configVersion: 1` and `project: NAME` into a document of their own, with `---` after it; \
         the name becomes part of image names and releases, so it is hard to change later",
    )
}

fn warn_of_global_labels(sink: &mut Sink, meta: &super::config::Meta) {
    let image_spec = images::section(&meta.build).and_then(|build| images::section(&build.image_spec));
    let config = image_spec.and_then(|image_spec| images::section(&image_spec.config));
    if let Some(config) = config
        && config.clear_werf_labels.value
    {
        let message = "`clearWerfLabels` has no effect any more";
        sink.push(warning(RuleId("clear-werf-labels-deprecated"), config.clear_werf_labels.key, message));
    }
}
