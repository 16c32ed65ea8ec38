//! Conversion of stapel documents: phase E of the config spec (§10.7), phase D of the 1.1 spec (§8.5).
//!
//! In: one document. Out: its findings in werf's order.

use super::bases;
use super::conversion::{Conversion, Facts, lists_of_stapel};
use super::exports::{self, Outcome};
use super::layers::{self, Layer, Point};
use super::mappings;
use super::sink::{Sink, refusal, warning};
use super::{dependencies, images, mounts, secrets};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{Ansible, Docker, ImageSpec, Import, RawDocument, Shell, StapelImage};
use crate::model::field::{Field, Section, Spanned};
use crate::source::Span;

/// What the run carries from document to document.
#[derive(Debug)]
pub struct Progress {
    /// Path comparisons left for overlapping exports.
    pub comparisons: u64,
    /// Whether the deprecation of artifacts was told: werf tells it once per run.
    pub told_artifacts: bool,
}

/// Runs all checks of a document.
pub fn convert(facts: Facts<'_>, sink: &mut Sink, document: &RawDocument, raw: &StapelImage, progress: &mut Progress) {
    let mut conversion = Conversion::new(facts, sink, document, &lists_of_stapel(raw));
    conversion.stray_crashes();
    match facts.dialect {
        Dialect::V1_1 if raw.as_layers.value => convert_layers(&mut conversion, document, raw),
        Dialect::V1_1 => convert_1_1(&mut conversion, document, raw),
        _ => convert_later(&mut conversion, document, raw, progress),
    }
}

fn convert_1_1(conversion: &mut Conversion<'_, '_>, document: &RawDocument, raw: &StapelImage) {
    mounts::check_each(conversion, &raw.mount);
    mappings::check_git(conversion, &raw.git);
    check_shell(conversion, &raw.shell);
    mappings::check_imports(conversion, &raw.import, |_| true);
    bases::check_latest_acknowledged(conversion, raw, raw.admits_from_latest.value);
    bases::check_missing(conversion, document, raw, "");
    mounts::check_targets(conversion, &raw.mount);
    bases::check_conflict(conversion, raw, "");
    bases::warn_of_artifact_base(conversion, raw);
    check_kind_1_1(conversion, raw);
    check_builders(conversion, &raw.shell, &raw.ansible);
}

fn check_kind_1_1(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    if is_artifact(raw) {
        check_artifact_docker(conversion, &raw.docker);
    } else {
        check_docker(conversion, &raw.docker);
    }
}

/// With `asLayers` only the top layer is judged as a whole (1.1 §7).
fn convert_layers(conversion: &mut Conversion<'_, '_>, document: &RawDocument, raw: &StapelImage) {
    check_shell(conversion, &raw.shell);
    let plan = layers::plan(raw);
    // Every layer has all mounts; what is wrong with them shows at the first one.
    let mut has_mounts_checked = false;
    let mut check_mounts = |conversion: &mut Conversion<'_, '_>| {
        if !std::mem::replace(&mut has_mounts_checked, true) {
            mounts::check_each(conversion, &raw.mount);
        }
    };
    for layer in &plan {
        match layer {
            Layer::Instruction(..) => check_mounts(conversion),
            Layer::Git => {
                check_mounts(conversion);
                mappings::check_git(conversion, &raw.git);
            }
            Layer::Imports(_, point) => {
                mappings::check_imports(conversion, &raw.import, |import| point.takes(import));
                check_mounts(conversion);
            }
            Layer::Top => {
                check_mounts(conversion);
                if !is_artifact(raw) {
                    mappings::check_imports(conversion, &raw.import, |import| Point::AfterSetup.takes(import));
                    check_docker(conversion, &raw.docker);
                }
            }
        }
    }
    if plan.len() == 1 {
        // The acknowledgement is copied to the layers of artifacts only.
        bases::check_latest_acknowledged(conversion, raw, is_artifact(raw) && raw.admits_from_latest.value);
        bases::check_missing(conversion, document, raw, "");
    }
    mounts::check_targets(conversion, &raw.mount);
    if plan.len() == 1 {
        bases::check_conflict(conversion, raw, "");
    } else {
        bases::check_conflict_of_layers(conversion, raw);
    }
    bases::warn_of_artifact_base(conversion, raw);
    if is_artifact(raw) {
        check_artifact_docker(conversion, &raw.docker);
    }
}

fn convert_later(
    conversion: &mut Conversion<'_, '_>,
    document: &RawDocument,
    raw: &StapelImage,
    progress: &mut Progress,
) {
    let dialect = conversion.dialect();
    mounts::check_each(conversion, &raw.mount);
    if dialect == Dialect::V3 {
        bases::check_from_image_alias(conversion, raw);
    }
    let errors_before_exports = conversion.error_count();
    mappings::check_git(conversion, &raw.git);
    check_shell(conversion, &raw.shell);
    if let Some(ansible) = &raw.ansible {
        conversion.push(
            warning(RuleId("ansible-deprecated"), ansible.key, "`ansible` is deprecated and gone in werf 3")
                .with_help("write the instructions as commands under `shell`"),
        );
    }
    mappings::check_imports(conversion, &raw.import, |_| true);
    for import in &raw.import.value {
        warn_of_artifacts(conversion, progress, &import.value.artifact);
    }
    check_exports(conversion, document, raw, progress, errors_before_exports);
    if is_artifact(raw) && !raw.dependencies.value.is_empty() {
        let message = "an artifact cannot have `dependencies`";
        conversion.push(
            refusal(RuleId("artifact-dependencies"), raw.dependencies.key, message)
                .with_help("make it an image with `final: false`"),
        );
    }
    dependencies::check_each(conversion, &raw.dependencies, true);
    secrets::check_each(conversion, &raw.secrets);
    warn_of_clear_labels(conversion, &raw.image_spec);
    if dialect == Dialect::V3 {
        bases::check_missing(conversion, document, raw, "");
        bases::check_scratch_latest(conversion, raw);
    }
    bases::check_latest_permitted(conversion, raw);
    for (index, (name, span)) in images::names_of(raw).enumerate() {
        if dialect != Dialect::V3 {
            bases::check_missing(conversion, document, raw, name);
        }
        bases::check_self(conversion, raw, name, span);
        if index == 0 {
            mounts::check_targets(conversion, &raw.mount);
        }
        bases::check_conflict(conversion, raw, name);
    }
    warn_of_artifacts(conversion, progress, &raw.from_artifact);
    if dialect == Dialect::V3 {
        return;
    }
    if is_artifact(raw) {
        check_artifact(conversion, raw);
        warn_of_artifacts(conversion, progress, &raw.artifact);
    } else {
        check_image(conversion, raw);
    }
    check_builders(conversion, &raw.shell, &raw.ansible);
}

fn is_artifact(raw: &StapelImage) -> bool {
    raw.image.names.is_empty() && !raw.artifact.is_empty()
}

fn check_image(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    check_docker(conversion, &raw.docker);
    if let Some(docker) = &raw.docker
        && conversion.dialect() == Dialect::V2
    {
        conversion.push(
            warning(RuleId("docker-deprecated"), docker.key, "`docker` is deprecated and gone in werf 3")
                .with_help("use `imageSpec`"),
        );
        if let Some(image_spec) = &raw.image_spec {
            conversion.push(
                refusal(RuleId("docker-and-image-spec"), docker.key, "`docker` and `imageSpec` cannot be combined")
                    .with_related(Place::Rendered(image_spec.key), "`imageSpec` is here"),
            );
        }
    }
    if let Some(nameless) = raw.image.names.iter().find(|name| name.value.is_empty()) {
        conversion.push(
            warning(
                RuleId("image-nameless-deprecated"),
                nameless.span,
                "nameless images are deprecated and gone in werf 3",
            )
            .with_help("give the image a name"),
        );
    }
}

fn check_artifact(conversion: &mut Conversion<'_, '_>, raw: &StapelImage) {
    check_artifact_docker(conversion, &raw.docker);
    if raw.is_final.is_given() {
        let message = "an artifact is never final: `final` has no place in it";
        conversion.push(refusal(RuleId("artifact-final"), raw.is_final.key, message));
    }
    if raw.disable_git_after_patch.value {
        let place = raw.disable_git_after_patch.key;
        let message = "an artifact never takes later patches: `disableGitAfterPatch` has no place in it";
        conversion.push(refusal(RuleId("artifact-disable-git-after-patch"), place, message));
    }
}

fn check_artifact_docker(conversion: &mut Conversion<'_, '_>, docker: &Section<Docker>) {
    if let Some(docker) = docker {
        let message = "an artifact has no image configuration: `docker` has no place in it";
        conversion.push(refusal(RuleId("artifact-docker"), docker.key, message));
    }
}

fn check_docker(conversion: &mut Conversion<'_, '_>, docker: &Section<Docker>) {
    let Some(docker) = images::section(docker) else { return };
    conversion.check_strings("VOLUME", &docker.volume);
    conversion.check_strings("EXPOSE", &docker.expose);
    conversion.check_strings("CMD", &docker.cmd);
    conversion.check_strings("ENTRYPOINT", &docker.entrypoint);
}

fn check_shell(conversion: &mut Conversion<'_, '_>, shell: &Section<Shell>) {
    let Some(shell) = images::section(shell) else { return };
    conversion.check_strings("beforeInstall", &shell.before_install);
    conversion.check_strings("install", &shell.install);
    conversion.check_strings("beforeSetup", &shell.before_setup);
    conversion.check_strings("setup", &shell.setup);
}

fn check_builders(conversion: &mut Conversion<'_, '_>, shell: &Section<Shell>, ansible: &Section<Ansible>) {
    let (Some(shell), Some(ansible)) = (shell, ansible) else { return };
    conversion.push(
        refusal(
            RuleId("shell-and-ansible"),
            shell.key.max(ansible.key),
            "an image takes `shell` or `ansible`, not both",
        )
        .with_related(Place::Rendered(shell.key.min(ansible.key)), "the other one"),
    );
}

/// The warning about a label directive without effect (3; Dockerfile images too).
pub fn warn_of_clear_labels(conversion: &mut Conversion<'_, '_>, image_spec: &Section<ImageSpec>) {
    if conversion.dialect() != Dialect::V3 {
        return;
    }
    let config = images::section(image_spec).and_then(|image_spec| images::section(&image_spec.config));
    if let Some(config) = config
        && config.clear_werf_labels.value
    {
        let message = "`clearWerfLabels` has no effect any more";
        conversion.push(warning(RuleId("clear-werf-labels-deprecated"), config.clear_werf_labels.key, message));
    }
}

fn warn_of_artifacts(conversion: &mut Conversion<'_, '_>, progress: &mut Progress, directive: &Field<String>) {
    let is_used = !directive.is_empty() && conversion.dialect() != Dialect::V3;
    if !is_used || std::mem::replace(&mut progress.told_artifacts, true) {
        return;
    }
    let message = "artifacts (`artifact`, `fromArtifact`, `import.artifact`) are deprecated and gone in werf 3";
    conversion.push(
        warning(RuleId("artifact-deprecated"), directive.key, message)
            .with_help("make the artifact an image with `final: false`, and name it with `image` or `fromImage`"),
    );
}

fn check_exports(
    conversion: &mut Conversion<'_, '_>,
    document: &RawDocument,
    raw: &StapelImage,
    progress: &mut Progress,
    errors_before: usize,
) {
    if document.broken && conversion.error_count() > errors_before {
        return;
    }
    let exports = exports_of(raw, true, |_| true);
    if let Some(finding) = conflict(conversion.dialect(), exports, progress) {
        conversion.push(finding);
    }
}

/// The comparison of exports in 1.1, which comes after the checks of names; with `asLayers` each layer is compared alone.
pub fn check_exports_1_1(sink: &mut Sink, raw: &StapelImage, progress: &mut Progress) {
    let mut groups: Vec<Vec<PlacedExport<'_>>> = Vec::new();
    if raw.as_layers.value {
        for layer in layers::plan(raw) {
            groups.push(match layer {
                Layer::Git => exports_of(raw, true, |_| false),
                Layer::Imports(_, point) => exports_of(raw, false, |import| point.takes(import)),
                Layer::Top if !is_artifact(raw) => exports_of(raw, false, |import| Point::AfterSetup.takes(import)),
                Layer::Top | Layer::Instruction(..) => Vec::new(),
            });
        }
    } else {
        groups.push(exports_of(raw, true, |_| true));
    }
    for exports in groups {
        if let Some(finding) = conflict(Dialect::V1_1, exports, progress) {
            sink.push(finding);
        }
    }
}

/// An export and the place of its target.
type PlacedExport<'a> = (exports::Export<'a>, Span);

/// The exports of a document in werf's order: local git, remote git, imports.
fn exports_of(raw: &StapelImage, takes_git: bool, takes_import: impl Fn(&Import) -> bool) -> Vec<PlacedExport<'_>> {
    let mut exports: Vec<PlacedExport<'_>> = Vec::new();
    if takes_git {
        for is_remote in [false, true] {
            let group = raw.git.value.iter().filter(|mapping| mapping.value.url.is_empty() != is_remote);
            exports.extend(
                group.filter_map(|mapping| Some((mappings::git_export(&mapping.value)?, mapping.value.export.to.span))),
            );
        }
    }
    let imports = raw.import.value.iter().filter(|import| takes_import(&import.value));
    exports.extend(imports.filter_map(|import: &Spanned<_>| {
        let export = &import.value.export;
        let place = if export.to.is_empty() { export.add.span } else { export.to.span };
        Some((mappings::import_export(&import.value)?, place))
    }));
    exports
}

/// What is wrong with exports when they are compared.
fn conflict(dialect: Dialect, placed: Vec<PlacedExport<'_>>, progress: &mut Progress) -> Option<Finding> {
    let (mut exports, places): (Vec<exports::Export<'_>>, Vec<Span>) = placed.into_iter().unzip();
    match exports::resolve(&mut exports, dialect, &mut progress.comparisons) {
        Outcome::Resolved => None,
        Outcome::Conflict(own, other) => {
            let (export, place) = (exports.get(own.max(other))?, places.get(own.max(other))?);
            let first = places.get(own.min(other))?;
            let message = format!("two mappings of this image write to `{}`", export.to);
            Some(
                refusal(RuleId("export-conflict"), *place, message)
                    .with_related(Place::Rendered(*first), "the other one")
                    .with_help("give each its own `to`, or split the files with `includePaths` and `excludePaths`"),
            )
        }
        Outcome::OverBudget => {
            let place = places.first()?;
            let message = "too many mappings to compare: overlaps from here on are not judged";
            Some(Finding { fatal: false, ..refusal(RuleId("limit-exceeded"), *place, message) })
        }
    }
}
