//! Base images beyond werf's own checks: what loads and then builds something else, something different every day, or nothing.
//!
//! In: the decoded documents and the images of a configuration. Out: findings that never stop werf. Each function is one rule; its
//! page says why. Never: a finding where werf itself already has one at that place.

use std::collections::{BTreeSet, HashSet};

use crate::analysis::Snapshot;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place, RuleId, Severity};
use crate::dialect::Dialect;
use crate::grammar::nearest;
use crate::model::config::{RawKind, StapelImage};
use crate::model::reference::{self, Reference};
use crate::model::validate::{self, EdgeKind, Follow, Image, Target, Use, Validated};
use crate::model::{Decoded, DocumentTree, Field};
use crate::source::Span;
use crate::yaml::{self, Kind, Resolved, Style};

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
}

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

/// Runs all rules of this file that need nothing but the view.
pub fn check(view: &View<'_>, findings: &mut Vec<Finding>) {
    let rules: [fn(&View<'_>, &mut Vec<Finding>); 12] = [
        base_unknown,
        base_untagged,
        base_ref_syntax,
        from_latest,
        from_latest_useless,
        from_and_from_image,
        self_base_latest,
        base_missing_nameless,
        base_empty,
        base_not_text,
        no_value_text,
        base_cycle,
    ];
    for rule in rules {
        rule(view, findings);
    }
}

impl<'a> View<'a> {
    /// Looks at a configuration that was read and judged.
    #[must_use]
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self::new(snapshot.dialect, &snapshot.decoded, &snapshot.validated)
    }

    /// The same from its parts.
    #[must_use]
    pub fn new(dialect: Dialect, decoded: &'a Decoded, validated: &'a Validated) -> Self {
        let findings = decoded.findings.iter().chain(&validated.findings).filter(|finding| finding.fatal);
        let errors = findings.filter_map(|finding| match finding.place {
            Place::Rendered(span) => Some(span),
            Place::File(_) | Place::Project => None,
        });
        Self { dialect, decoded, validated, errors: errors.collect() }
    }

    fn stapels(&self) -> impl Iterator<Item = &'a StapelImage> {
        self.decoded.documents.iter().filter_map(|document| match &document.kind {
            RawKind::Stapel(raw) => Some(raw.as_ref()),
            RawKind::Meta(_) | RawKind::Dockerfile(_) => None,
        })
    }

    /// The bases of all images, each place once.
    fn bases(&self) -> impl Iterator<Item = (&'a Image, &'a Use)> {
        let mut seen = HashSet::new();
        self.validated
            .images
            .list
            .iter()
            .filter_map(|image| Some((image, image.base.as_ref()?)))
            .filter(move |(_, base)| seen.insert((base.span, base.name.as_str())))
    }

    /// Bases that come from a registry.
    fn external_bases(&self) -> impl Iterator<Item = (&'a Image, &'a Use)> {
        self.bases().filter(|(_, base)| base.target == Target::External && !has_no_value(&base.name))
    }

    fn has_error_at(&self, span: Span) -> bool {
        self.errors.contains(&span)
    }

    fn stapel_of(&self, image: &Image) -> Option<&'a StapelImage> {
        match &self.decoded.documents.get(image.document)?.kind {
            RawKind::Stapel(raw) => Some(raw),
            RawKind::Meta(_) | RawKind::Dockerfile(_) => None,
        }
    }

    /// The image of the file that a base of a registry was probably meant to be.
    fn meant_image(&self, base: &Use) -> Option<&'a str> {
        if self.validated.images.has_hidden_names
            || reference::parse(&base.name).is_some_and(|name| name.is_pinned_by_name())
        {
            return None;
        }
        if WELL_KNOWN.contains(&base.name.as_str()) {
            return None;
        }
        // Only what can be near at all is measured: there may be hundreds of names.
        let is_similar = |name: &&str| {
            name.len().abs_diff(base.name.len()) <= 3
                && (name.bytes().next().map(|b| b.to_ascii_lowercase())
                    == base.name.bytes().next().map(|b| b.to_ascii_lowercase())
                    || name.bytes().next_back() == base.name.bytes().next_back())
        };
        let names = self.validated.images.list.iter().map(|image| image.name.as_str()).filter(is_similar);
        nearest(&base.name, names)
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
        let Some(meant) = view.meant_image(base) else { continue };
        let is_old = matches!(view.dialect, Dialect::V1_1 | Dialect::V1_2);
        if meant == base.name {
            // In 1.1 and 1.2 `from` never means an image of the file.
            if is_old && meant != image.name {
                findings.push(
                    remark(
                        RuleId("base-unknown"),
                        Severity::Warning,
                        base.span,
                        format!("`from` names an image of a registry here, not the image `{meant}` of this file"),
                    )
                    .with_help(format!("write `fromImage: {meant}` if that is meant")),
                );
            }
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
            || view.meant_image(base).is_some()
        {
            continue;
        }
        let Some(name) = parse(&base.name) else { continue };
        if name.digest.is_some() {
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
    for (_, base, place) in latest_bases(view) {
        if base.target != Target::External || is_pinned_by_digest(base) || view.has_error_at(place) {
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
fn latest_bases<'a>(view: &'a View<'a>) -> impl Iterator<Item = (&'a Image, &'a Use, Span)> {
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

/// `base-not-text`: a base directive whose scalar other readers of YAML take for a number, a boolean or a date.
pub fn base_not_text(view: &View<'_>, findings: &mut Vec<Finding>) {
    for document in &view.decoded.documents {
        let RawKind::Stapel(raw) = &document.kind else { continue };
        let Some(DocumentTree { tree, .. }) = view.decoded.trees.get(document.tree as usize) else { continue };
        let Some(root) = tree.root() else { continue };
        for (name, text) in
            [("from", &raw.from), ("fromImage", &raw.from_image), ("fromCacheVersion", &raw.from_cache_version)]
        {
            let Some(entry) = tree.get(root, name).filter(|_| text.is_given()) else { continue };
            if tree.node(entry.value).kind != Kind::Scalar(Style::Plain) || tree.tag(entry.value).is_some() {
                continue;
            }
            let Some(what) = other_reading(&text.value) else { continue };
            if name == "fromCacheVersion" && is_plain_number(&text.value) {
                // Every reader writes it the same way again.
                continue;
            }
            let message =
                format!("`{}` is {what} for other readers of this file; werf takes the text as it stands", text.value);
            findings.push(
                remark(RuleId("base-not-text"), Severity::Warning, text.span, message)
                    .with_help("put it in quotes")
                    .with_fix(quote(text.span)),
            );
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

fn is_plain_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

fn quote(span: Span) -> Fix {
    let mark =
        |offset: u32| Edit { place: Place::Rendered(Span { start: offset, end: offset }), text: "\"".to_owned() };
    Fix {
        title: "put it in quotes".to_owned(),
        edits: vec![mark(span.start), mark(span.end)],
        applicability: Applicability::Safe,
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
                findings.push(
                    remark(RuleId("no-value-text"), Severity::Warning, span, format!("`{text}`: a value that the template wanted is missing"))
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
            let members: BTreeSet<usize> = cycle.steps().iter().map(|(image, _)| *image).collect();
            let is_new =
                cycle.steps().iter().any(|(image, edge)| is_unseen(*image, edge.kind)) && known.insert(members);
            if !is_new || cycle.steps().first().is_some_and(|(_, edge)| view.has_error_at(edge.span)) {
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
