//! Conversion of Dockerfile documents: phase D of the config spec (§10.6); 1.1 D1.

use std::collections::HashMap;

use super::conversion::{Conversion, Facts, lists_of_dockerfile};
use super::permissions::Answer;
use super::sink::{Sink, refusal};
use super::{dependencies, secrets, stapel};
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{DockerfileImage, RawDocument};
use crate::model::paths;
use crate::source::Span;

/// Runs all checks of a document; one without image names is never converted.
pub fn convert(facts: Facts<'_>, sink: &mut Sink, document: &RawDocument, raw: &DockerfileImage) {
    if raw.image.names.is_empty() {
        return;
    }
    let mut conversion = Conversion::new(facts, sink, document, &lists_of_dockerfile(raw));
    let conversion = &mut conversion;
    conversion.stray_crashes();
    if facts.dialect == Dialect::V1_1 {
        conversion.check_strings("addHost", &raw.add_host);
        return;
    }
    conversion.check_strings("contextAddFile", &raw.context_add_file);
    conversion.check_strings("contextAddFiles", &raw.context_add_files);
    if !raw.context_add_file.items().is_empty() && !raw.context_add_files.items().is_empty() {
        conversion.push(
            refusal(
                RuleId("context-add-both"),
                raw.context_add_file.key,
                "`contextAddFile` is the old spelling of `contextAddFiles`: only one may be used",
            )
            .with_related(Place::Rendered(raw.context_add_files.key), "`contextAddFiles` is here")
            .with_help("move all paths to `contextAddFiles`"),
        );
    }
    conversion.check_strings("addHost", &raw.add_host);
    dependencies::check_each(conversion, &raw.dependencies, false);
    secrets::check_each(conversion, &raw.secrets);
    stapel::warn_of_clear_labels(conversion, &raw.image_spec);
    check_paths(conversion, raw);
    check_build_args(conversion, raw);
}

fn check_paths(conversion: &mut Conversion<'_, '_>, raw: &DockerfileImage) {
    let has_context = !raw.context.is_invalid() && paths::is_relative_inside(&raw.context);
    if !has_context && !raw.context.is_invalid() {
        let message = format!("`context` is a path inside the project, relative to it; `{}` is not", raw.context.value);
        conversion.push(refusal(RuleId("context-not-relative"), raw.context.span, message));
    }
    let dockerfile = &raw.dockerfile;
    let is_inside = if conversion.dialect() == Dialect::V3 {
        !paths::is_absolute(dockerfile)
            && (!has_context || paths::is_relative_inside(&paths::join(&raw.context, dockerfile)))
    } else {
        paths::is_relative_inside(dockerfile)
    };
    if !dockerfile.is_empty() && !is_inside {
        let message = if paths::is_absolute(dockerfile) {
            format!("`dockerfile` is relative to `context`, `{}` is absolute", dockerfile.value)
        } else if conversion.dialect() == Dialect::V3 {
            format!("`dockerfile` may not leave the project, `{}` does", dockerfile.value)
        } else {
            format!("`dockerfile` may not leave `context`, `{}` does", dockerfile.value)
        };
        conversion.push(refusal(RuleId("dockerfile-not-relative"), dockerfile.span, message));
    }
    // The plural form is used unless only the old one is there.
    let added = if raw.context_add_files.items().is_empty() { &raw.context_add_file } else { &raw.context_add_files };
    for path in added.items() {
        if !paths::is_relative_inside(path) {
            let message =
                format!("files are added by their path inside `context`, relative to it; `{}` is not", path.value);
            conversion.push(refusal(RuleId("context-add-not-relative"), path.span, message));
        }
    }
    if !has_context {
        return;
    }
    for path in added.items().iter().filter(|path| paths::is_relative_inside(path)) {
        let in_project = paths::join(&raw.context, path);
        match conversion.permissions().allows_context_add_file(&in_project) {
            Answer::Yes => {}
            Answer::No => conversion.push(
                refusal(
                    RuleId("context-add-not-allowed"),
                    path.span,
                    format!("giterminism does not permit `{in_project}` from the work tree in the build context"),
                )
                .with_help("list it under `config.dockerfile.allowContextAddFiles` in `werf-giterminism.yaml`"),
            ),
            Answer::BadGlob(glob) => conversion.bad_glob(path.span, "config.dockerfile.allowContextAddFiles", &glob),
        }
    }
}

fn check_build_args(conversion: &mut Conversion<'_, '_>, raw: &DockerfileImage) {
    let args: HashMap<&str, Span> = raw.args.value.iter().map(|(name, _)| (name.value.as_str(), name.span)).collect();
    for dependency in &raw.dependencies.value {
        for import in &dependency.value.imports.value {
            let target = &import.value.target_build_arg;
            let Some(&place) = args.get(target.value.as_str()) else { continue };
            if target.is_empty() {
                continue;
            }
            conversion.push(
                refusal(
                    RuleId("build-arg-conflict"),
                    place,
                    format!("build argument `{}` is given here and by a dependency", target.value),
                )
                .with_related(Place::Rendered(target.span), "the dependency sets it here"),
            );
        }
    }
}
