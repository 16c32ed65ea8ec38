//! The documents of a subject that rules about builds may judge.
//!
//! In: an analysed project. Out: its documents without those that are broken; none at all when the text was not rendered to its end. Never: findings of
//! werf's own.

use super::Subject;
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::model::config::{DockerfileImage, ImageSpec, Meta, RawDocument, RawKind, StapelImage};
use crate::source::Span;

impl<'a> Subject<'a> {
    /// Documents of which everything is known.
    pub(super) fn documents(&self) -> impl Iterator<Item = &'a RawDocument> + use<'a> {
        let is_whole = self.snapshot.rendered.is_some();
        self.snapshot.decoded.documents.iter().map(AsRef::as_ref).filter(move |document| is_whole && !document.broken)
    }

    /// Documents with `image` or `artifact`.
    pub(super) fn stapels(&self) -> impl Iterator<Item = &'a StapelImage> + use<'a> {
        self.documents().filter_map(|document| match &document.kind {
            RawKind::Stapel(raw) => Some(raw.as_ref()),
            _ => None,
        })
    }

    /// Documents with `dockerfile`.
    pub(super) fn dockerfile_images(&self) -> impl Iterator<Item = (&'a RawDocument, &'a DockerfileImage)> + use<'a> {
        self.documents().filter_map(|document| match &document.kind {
            RawKind::Dockerfile(raw) => Some((document, raw.as_ref())),
            _ => None,
        })
    }

    /// The meta section.
    pub(super) fn metas(&self) -> impl Iterator<Item = (&'a RawDocument, &'a Meta)> + use<'a> {
        self.documents().filter_map(|document| match &document.kind {
            RawKind::Meta(raw) => Some((document, raw.as_ref())),
            _ => None,
        })
    }

    /// All sections `imageSpec`.
    pub(super) fn image_specs(&self) -> impl Iterator<Item = &'a ImageSpec> + use<'a> {
        self.documents().filter_map(|document| {
            let section = match &document.kind {
                RawKind::Meta(raw) => &raw.build.as_deref()?.value.image_spec,
                RawKind::Dockerfile(raw) => &raw.image_spec,
                RawKind::Stapel(raw) => &raw.image_spec,
            };
            Some(&section.as_deref()?.value)
        })
    }

    /// A remark, unless werf itself stops at that place or nobody knows what stands there.
    pub(super) fn remark(&self, rule: &'static str, span: Span, message: impl Into<String>) -> Option<Finding> {
        if self.view.has_error_at(span) || self.view.is_unknown(span) {
            return None;
        }
        Some(Finding::new(RuleId(rule), Severity::Warning, Place::Rendered(span), message))
    }
}
