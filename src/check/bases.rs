//! Base images beyond werf's own checks: what loads and then builds something else, something different every day, or nothing.
//!
//! In: the decoded documents and the images of a configuration. Out: findings that never stop werf. Each function is one rule; its
//! page says why. Never: a finding where werf itself already has one at that place.

use std::cell::{Cell, OnceCell};
use std::collections::{BTreeSet, HashSet};

use crate::analysis::{Provenance, Snapshot};
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::model::config::{RawKind, StapelImage};
use crate::model::reference::{self, Reference};
use crate::model::validate::{self, EdgeKind, Follow, Image, Target, Use, Validated};
use crate::model::{Decoded, Field};
use crate::source::Span;
use crate::yaml::{self, Resolved};

/// What these rules look at.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// The line of werf.
    pub dialect: Dialect,
    /// The documents.
    pub decoded: &'a Decoded,
    /// The images, and werf's own findings about them.
    pub validated: &'a Validated,
    /// Places of the rendered text at which werf stops.
    errors: HashSet<Span>,
    /// Where the text came from, if that is known.
    provenance: Option<&'a Provenance>,
    /// Whether every image of the file is known: a name that is none of them then comes from a registry.
    has_all_names: bool,
    /// The bases of all images, each place once; made when first asked for.
    bases: OnceCell<Vec<(&'a Image, &'a Use)>>,
    /// Those that come from a registry; made when first asked for.
    external: OnceCell<Vec<(&'a Image, &'a Use)>>,
    /// Guesses left at what a name was meant to be; each costs a look at all names.
    guesses: Cell<usize>,
}

/// Names that one rule looks at while it guesses.
const LOOKS: usize = 1_000_000;

/// Tags that move by custom: what they name changes without notice.
const MOVING_TAGS: &[&str] = &[
    "latest", "stable", "edge", "rolling", "nightly", "testing", "unstable", "dev", "develop", "main", "master",
    "head", "current", "canary",
];

/// Repositories that everybody takes from the registry, so that a similar image name in the file is no hint at a mistake.
const WELL_KNOWN: &[&str] = &[
    "alpine",
    "amazonlinux",
    "busybox",
    "caddy",
    "centos",
    "composer",
    "debian",
    "docker",
    "elixir",
    "fedora",
    "golang",
    "gradle",
    "haproxy",
    "httpd",
    "java",
    "mariadb",
    "maven",
    "memcached",
    "mongo",
    "mysql",
    "nginx",
    "node",
    "openjdk",
    "perl",
    "php",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "ruby",
    "rust",
    "scratch",
    "traefik",
    "ubuntu",
];

impl<'a> View<'a> {
    /// Looks at a configuration that was read and judged.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let view = Self::new(snapshot.dialect, &snapshot.decoded, &snapshot.validated);
        let has_all_names = view.has_all_names && snapshot.rendered.is_some();
        Self { provenance: Some(&snapshot.provenance), has_all_names, ..view }
    }

    /// The same from its parts.
    #[must_use]
    pub fn new(dialect: Dialect, decoded: &'a Decoded, validated: &'a Validated) -> Self {
        let findings = decoded.findings.iter().chain(&validated.findings).filter(|finding| finding.fatal);
        let errors = findings.filter_map(|finding| match finding.place {
            Place::Rendered(span) => Some(span),
            Place::File(_) | Place::Project => None,
        });
        Self {
            dialect,
            decoded,
            validated,
            errors: errors.collect(),
            provenance: None,
            has_all_names: !validated.images.has_hidden_names,
            bases: OnceCell::new(),
            external: OnceCell::new(),
            guesses: Cell::new(LOOKS / validated.images.list.len().max(1)),
        }
    }

    fn stapels(&self) -> impl Iterator<Item = &'a StapelImage> {
        self.decoded.documents.iter().filter_map(|document| match &document.kind {
            RawKind::Stapel(raw) => Some(raw.as_ref()),
            RawKind::Meta(_) | RawKind::Dockerfile(_) => None,
        })
    }

    /// The bases of all images, each place once.
    fn bases(&self) -> impl Iterator<Item = (&'a Image, &'a Use)> + '_ {
        let find = || {
            let mut seen = HashSet::new();
            let all = self.validated.images.list.iter().filter_map(|image| Some((image, image.base.as_ref()?)));
            all.filter(|(_, base)| seen.insert((base.span, base.name.as_str()))).collect()
        };
        self.bases.get_or_init(find).iter().copied()
    }

    /// Bases that come from a registry.
    fn external_bases(&self) -> impl Iterator<Item = (&'a Image, &'a Use)> + '_ {
        let is_judged = |base: &Use| self.is_external(base) && !has_no_value(&base.name) && !self.is_unknown(base.span);
        let find = || self.bases().filter(|(_, base)| is_judged(base)).collect();
        self.external.get_or_init(find).iter().copied()
    }

    /// Whether a base certainly comes from a registry; in 2 and 3 an image that was not read may have the name.
    fn is_external(&self, base: &Use) -> bool {
        let is_certain = self.has_all_names || matches!(self.dialect, Dialect::V1_1 | Dialect::V1_2);
        base.target == Target::External && is_certain
    }

    pub(super) fn has_error_at(&self, span: Span) -> bool {
        self.errors.contains(&span)
    }

    /// Whether the text there stands for a value that nobody knows yet.
    pub(super) fn is_unknown(&self, span: Span) -> bool {
        self.provenance.is_some_and(|provenance| provenance.is_unknown(span))
    }

    fn stapel_of(&self, image: &Image) -> Option<&'a StapelImage> {
        match &self.decoded.documents.get(image.document)?.kind {
            RawKind::Stapel(raw) => Some(raw),
            RawKind::Meta(_) | RawKind::Dockerfile(_) => None,
        }
    }

    /// The image of the file that a base of a registry was probably meant to be.
    fn meant_image(&self, image: &Image, base: &Use) -> Option<&'a str> {
        let is_pinned = || reference::parse(&base.name).is_some_and(|name| name.is_pinned_by_name());
        if !self.has_all_names || is_pinned() || WELL_KNOWN.contains(&base.name.as_str()) {
            return None;
        }
        self.guesses.set(self.guesses.get().checked_sub(1)?);
        let meant = self.validated.images.nearest(&base.name)?;
        // The same name is another image only where `from` never means an image of the file.
        let is_old = matches!(self.dialect, Dialect::V1_1 | Dialect::V1_2);
        (meant != base.name || (is_old && meant != image.name)).then_some(meant)
    }
}

fn remark(rule: RuleId, severity: Severity, span: Span, message: impl Into<String>) -> Finding {
    Finding::new(rule, severity, Place::Rendered(span), message)
}

fn has_no_value(name: &str) -> bool {
    name.contains("<no value>")
}

/// How Docker reads the base, in either grammar.
fn parse(name: &str) -> Option<Reference<'_>> {
    reference::parse(name)
}

/// `base-unknown`: a base of a registry that was probably meant to be an image of the file.
pub fn base_unknown(view: &View<'_>, findings: &mut Vec<Finding>) {
    for (image, base) in view.external_bases() {
        if view.has_error_at(base.span) || base.name.ends_with(":latest") {
            continue;
        }
        let Some(meant) = view.meant_image(image, base) else { continue };
        let is_old = matches!(view.dialect, Dialect::V1_1 | Dialect::V1_2);
        if meant == base.name {
            findings.push(
                remark(
                    RuleId("base-unknown"),
                    Severity::Warning,
                    base.span,
                    format!("`from` names an image of a registry here, not the image `{meant}` of this file"),
                )
                .with_help(format!("write `fromImage: {meant}` if that is meant")),
            );
            continue;
        }
        let help =
            if is_old { format!("did you mean `fromImage: {meant}`?") } else { format!("did you mean `{meant}`?") };
        findings.push(
            remark(
                RuleId("base-unknown"),
                Severity::Warning,
                base.span,
                format!("this file has no image `{}`, so werf looks for it in a registry", base.name),
            )
            .with_help(help),
        );
    }
}

/// `base-untagged`: a base without tag, or with one that moves.
pub fn base_untagged(view: &View<'_>, findings: &mut Vec<Finding>) {
    for (image, base) in view.external_bases() {
        let is_renewed_on_purpose = view.stapel_of(image).is_some_and(|raw| raw.from_latest.value);
        if is_renewed_on_purpose
            || view.has_error_at(base.span)
            || is_own_latest(image, base)
            || view.meant_image(image, base).is_some()
        {
            continue;
        }
        let Some(name) = parse(&base.name) else { continue };
        // A bare number has a finding of its own: `base-not-text`.
        if name.digest.is_some() || other_reading(&base.name).is_some() {
            continue;
        }
        let message = match name.tag {
            None => format!("`{}` has no tag: `latest` is taken, whatever that is on the day of the build", base.name),
            Some(tag) if is_moving(tag) => format!("tag `{tag}` moves: the same commit gets another base later"),
            Some(_) => continue,
        };
        findings.push(
            remark(RuleId("base-untagged"), Severity::Warning, base.span, message).with_help(
                "name a version, or pin with `@sha256:…`; what was built stays in use until the text or `fromCacheVersion` changes",
            ),
        );
    }
}

fn is_moving(tag: &str) -> bool {
    MOVING_TAGS.iter().any(|moving| tag.eq_ignore_ascii_case(moving))
}

fn is_own_latest(image: &Image, base: &Use) -> bool {
    base.name.strip_suffix(":latest").is_some_and(|name| name == image.name)
}

/// `base-ref-syntax`: a base that is no registry reference; werf finds out when it builds.
pub fn base_ref_syntax(view: &View<'_>, findings: &mut Vec<Finding>) {
    if view.dialect == Dialect::V3 {
        return;
    }
    for (image, base) in view.external_bases() {
        if view.has_error_at(base.span) || is_own_latest(image, base) || parse(&base.name).is_some() {
            continue;
        }
        let message = format!("`{}` is no valid name of an image in a registry", base.name);
        let finding = remark(RuleId("base-ref-syntax"), Severity::Error, base.span, message);
        let help = if base.name.bytes().any(|b| b.is_ascii_uppercase()) {
            "repositories are written in lower case"
        } else if base.name.contains(char::is_whitespace) {
            "there is a blank in it"
        } else {
            "the form is `registry/repository:tag`, `repository:tag` or `repository@sha256:…`"
        };
        findings.push(finding.with_help(help));
    }
}

/// `from-latest`: what `fromLatest` does where it is permitted.
pub fn from_latest(view: &View<'_>, findings: &mut Vec<Finding>) {
    for (image, base, place) in latest_bases(view) {
        let is_judged = view.is_external(base) && !is_pinned_by_digest(base);
        let is_told =
            view.has_error_at(place) || view.has_error_at(base.span) || view.meant_image(image, base).is_some();
        if !is_judged || is_told {
            continue;
        }
        let what = if view.dialect == Dialect::V1_1 { "signatures" } else { "digests" };
        findings.push(
            remark(
                RuleId("from-latest"),
                Severity::Warning,
                place,
                format!("with `fromLatest` the registry's digest of `{}` becomes part of the stage {what}: the same commit can give other ones later", base.name),
            )
            .with_related(Place::Rendered(base.span), "the base that is looked up")
            .with_help(
                "when the tag moves during a pipeline, later jobs and re-runs of earlier ones miss the stages that were built; \
                 pin the base with `@sha256:…` or a full version, and renew it with `fromCacheVersion`",
            ),
        );
    }
}

/// `from-latest-useless`: `fromLatest` on a base that no registry is asked for.
pub fn from_latest_useless(view: &View<'_>, findings: &mut Vec<Finding>) {
    for (_, base, place) in latest_bases(view) {
        if view.has_error_at(place) {
            continue;
        }
        let message = match base.target {
            Target::Image(_) => format!("`fromLatest` has no effect: `{}` is an image of this file", base.name),
            Target::External if is_pinned_by_digest(base) => {
                "`fromLatest` has no effect: the base is pinned by its digest".to_owned()
            }
            _ => continue,
        };
        findings.push(
            remark(RuleId("from-latest-useless"), Severity::Warning, place, message)
                .with_related(Place::Rendered(base.span), "the base")
                .with_help("remove it"),
        );
    }
}

/// Images with `fromLatest`, their base, and the place of the directive, each place once.
fn latest_bases<'a>(view: &View<'a>) -> impl Iterator<Item = (&'a Image, &'a Use, Span)> {
    let mut seen = HashSet::new();
    view.validated.images.list.iter().filter(|image| !image.is_layer || image.base.is_some()).filter_map(move |image| {
        let raw = view.stapel_of(image)?;
        let base = image.base.as_ref()?;
        (raw.from_latest.value && seen.insert(raw.from_latest.key)).then_some((image, base, raw.from_latest.key))
    })
}

fn is_pinned_by_digest(base: &Use) -> bool {
    parse(&base.name).is_some_and(|name| name.digest.is_some())
}

/// `from-and-from-image` in 2, where `from` gives way silently.
pub fn from_and_from_image(view: &View<'_>, findings: &mut Vec<Finding>) {
    if view.dialect != Dialect::V2 {
        return;
    }
    for raw in view.stapels() {
        if raw.from.is_empty() || raw.from_image.is_empty() {
            continue;
        }
        let message = format!("`from` is ignored: `fromImage: {}` stands beside it and wins", raw.from_image.value);
        findings.push(
            remark(RuleId("from-and-from-image"), Severity::Warning, raw.from.key, message)
                .with_related(Place::Rendered(raw.from_image.key), "`fromImage` is here")
                .with_help("keep the one that is meant"),
        );
    }
}

/// `self-base-latest` in 2: a base with the image's own name becomes `NAME:latest` of the registry.
pub fn self_base_latest(view: &View<'_>, findings: &mut Vec<Finding>) {
    for (image, base) in view.bases() {
        let Some(raw) = view.stapel_of(image) else { continue };
        if view.dialect == Dialect::V2
            && !image.name.is_empty()
            && is_own_latest(image, base)
            && raw.from.value == image.name
        {
            let message = format!("an image cannot be its own base: werf takes `{}` from a registry", base.name);
            findings.push(
                remark(RuleId("self-base-latest"), Severity::Warning, base.span, message)
                    .with_related(Place::Rendered(image.span), "the image of that name")
                    .with_help("write the tag that is meant, or give the image another name"),
            );
        }
    }
}

/// `base-missing-nameless` in 2: a nameless image without base loads, with the impossible base `:latest`.
pub fn base_missing_nameless(view: &View<'_>, findings: &mut Vec<Finding>) {
    if view.dialect != Dialect::V2 {
        return;
    }
    for image in view.validated.images.list.iter().filter(|image| image.name.is_empty()) {
        let Some(raw) = view.stapel_of(image) else { continue };
        let is_without_base =
            [&raw.from, &raw.from_image, &raw.from_artifact].iter().all(|text| text.is_empty() && !text.is_invalid());
        if is_without_base && !view.has_error_at(image.span) {
            findings.push(
                remark(
                    RuleId("base-missing-nameless"),
                    Severity::Warning,
                    image.span,
                    "the image has no base: werf loads this, but cannot build it",
                )
                .with_help("add `from` with an image of this file or of a registry, and give the image a name"),
            );
        }
    }
}

/// `base-empty`: a base directive without value beside one that has a value.
pub fn base_empty(view: &View<'_>, findings: &mut Vec<Finding>) {
    for raw in view.stapels() {
        let directives: [(&str, &Field<String>); 4] = [
            ("from", &raw.from),
            ("fromImage", &raw.from_image),
            ("fromArtifact", &raw.from_artifact),
            ("fromImageArtifact", &raw.from_image_artifact),
        ];
        if directives.iter().all(|(_, text)| text.is_empty()) {
            continue;
        }
        for (name, text) in directives {
            if text.is_present() && text.is_empty() && !text.is_invalid() && !view.has_error_at(text.key) {
                findings.push(
                    remark(
                        RuleId("base-empty"),
                        Severity::Warning,
                        text.key,
                        format!("`{name}` is empty and has no effect"),
                    )
                    .with_help("remove it, or find out why its template gives nothing"),
                );
            }
        }
    }
}

/// What a plain scalar is besides text.
fn other_reading(text: &str) -> Option<&'static str> {
    match yaml::resolve(None, text) {
        Ok(Resolved::Bool(_)) => Some("a boolean"),
        Ok(Resolved::Int(_) | Resolved::Uint(_) | Resolved::Float(_)) => Some("a number"),
        Ok(Resolved::Timestamp) => Some("a date"),
        Ok(Resolved::Str) if yaml::resolve::is_timestamp(text) => Some("a date"),
        Ok(Resolved::Null | Resolved::Str | Resolved::Binary) | Err(_) => None,
    }
}

/// `no-value-text`: the words that a template prints for a missing value, in the name of an image.
pub fn no_value_text(view: &View<'_>, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for image in &view.validated.images.list {
        let name = std::iter::once((image.name.as_str(), image.span));
        let uses = image.base.iter().chain(image.uses.iter()).map(|one| (one.name.as_str(), one.span));
        for (text, span) in name.chain(uses) {
            if has_no_value(text) && seen.insert(span) && !view.has_error_at(span) {
                let message = format!("`{text}`: a value that the template wanted is missing");
                findings.push(
                    remark(RuleId("no-value-text"), Severity::Warning, span, message)
                        .with_help("`<no value>` is what templates print for a key that is not there: mend its spelling, or give a `default`"),
                );
            }
        }
    }
}

/// `base-cycle` in 2 and 3: circles through bases, which werf does not see when it loads the configuration.
pub fn base_cycle(view: &View<'_>, findings: &mut Vec<Finding>) {
    if matches!(view.dialect, Dialect::V1_1 | Dialect::V1_2) {
        return;
    }
    let images = &view.validated.images;
    let is_unseen = |image: usize, kind: EdgeKind| {
        let base = images.list.get(image).and_then(|image| image.base.as_ref());
        kind == EdgeKind::Base && base.is_some_and(|base| base.directive != "fromArtifact")
    };
    let mut known: HashSet<BTreeSet<usize>> = HashSet::new();
    for follow in [Follow::Bases, Follow::All] {
        for cycle in validate::cycles(images, view.dialect, follow) {
            let members: BTreeSet<usize> = cycle.steps.iter().map(|(image, _)| *image).collect();
            let is_new = cycle.steps.iter().any(|(image, edge)| is_unseen(*image, edge.kind)) && known.insert(members);
            if !is_new || cycle.steps.first().is_some_and(|(_, edge)| view.has_error_at(edge.span)) {
                continue;
            }
            let help = if view.dialect == Dialect::V2 {
                "werf 2 loads this and then never ends: break the circle at one of these places"
            } else {
                "werf 3 loads this and then refuses to build it: break the circle at one of these places"
            };
            let finding = validate::cycle_finding(RuleId("base-cycle"), images, &cycle);
            findings.push(Finding { fatal: false, ..finding }.with_help(help));
        }
    }
}

/// `from-cache-version-volatile`: a `fromCacheVersion` that is another one in every run. `volatile` says for bytes of the rendered text
/// what makes them change, in words: "the clock", "`randAlphaNum`".
pub fn from_cache_version_volatile(
    view: &View<'_>,
    volatile: impl Fn(Span) -> Option<String>,
    findings: &mut Vec<Finding>,
) {
    for raw in view.stapels() {
        let version = &raw.from_cache_version;
        if version.is_empty() {
            continue;
        }
        let Some(cause) = volatile(version.span) else { continue };
        findings.push(
            remark(
                RuleId("from-cache-version-volatile"),
                Severity::Warning,
                version.span,
                format!("`fromCacheVersion` changes with {cause}, so the image is built anew from its base every time"),
            )
            .with_help("use a text that changes only when the base has to be taken again, such as a number or a month"),
        );
    }
}
