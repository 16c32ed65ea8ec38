//! Checks of `dependencies` items (config spec §10.6, table DEP).

use std::collections::HashMap;

use super::conversion::Conversion;
use super::sink::refusal;
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{Dependency, DependencyImport};
use crate::model::field::{Sections, Spanned, Text};
use crate::source::Span;

/// The directive that names the target of a dependency: `from` where it is set (3), else `image`.
#[must_use]
pub fn target_of(dependency: &Dependency) -> &Text {
    if dependency.from.is_empty() && !dependency.from.is_invalid() { &dependency.image } else { &dependency.from }
}

/// The checks of each item, one after the other. `in_stapel`: in a stapel document, else in a Dockerfile document.
pub fn check_each(conversion: &mut Conversion<'_, '_>, dependencies: &Sections<Dependency>, in_stapel: bool) {
    for dependency in &dependencies.value {
        conversion.crashes_before(dependencies, dependency.span);
        for import in &dependency.value.imports.value {
            check_import(conversion, import, in_stapel);
        }
        check(conversion, dependency, in_stapel);
    }
    conversion.crashes_of(dependencies);
}

fn check_import(conversion: &mut Conversion<'_, '_>, import: &Spanned<DependencyImport>, in_stapel: bool) {
    let DependencyImport { kind, target_env, target_build_arg } = &import.value;
    let kinds = dependency_kinds(conversion.dialect());
    if !kind.is_invalid() && !kinds.contains(&kind.value.as_str()) {
        let list = kinds.iter().map(|kind| format!("`{kind}`")).collect::<Vec<_>>().join(", ");
        let message = if kind.is_empty() {
            format!("an import of a dependency needs `type`: one of {list}")
        } else if kind.value == "ImageID" {
            "`ImageID` was removed in werf 3".to_owned()
        } else {
            format!("`type` of a dependency import is one of {list}, not `{}`", kind.value)
        };
        conversion.push(refusal(RuleId("dependency-import-type"), kind.span, message));
    }
    if in_stapel {
        if target_env.is_empty() && !target_env.is_invalid() {
            let message = "an import of a dependency needs `targetEnv`, the variable that receives the value";
            conversion.push(refusal(RuleId("target-env-missing"), target_env.span, message));
        }
        if !target_build_arg.is_empty() {
            let message = "`targetBuildArg` is for Dockerfile images; a stapel image takes `targetEnv`";
            conversion.push(refusal(RuleId("target-build-arg-forbidden"), target_build_arg.key, message));
        }
        return;
    }
    if target_build_arg.is_empty() && !target_build_arg.is_invalid() {
        let message = "an import of a dependency needs `targetBuildArg`, the build argument that receives the value";
        conversion.push(refusal(RuleId("target-build-arg-missing"), target_build_arg.span, message));
    }
    if !target_env.is_empty() {
        let message = "`targetEnv` is for stapel images; a Dockerfile image takes `targetBuildArg`";
        conversion.push(refusal(RuleId("target-env-forbidden"), target_env.key, message));
    }
}

/// What an import of a dependency can pass on.
#[must_use]
pub fn dependency_kinds(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::V3 => &["ImageName", "ImageTag", "ImageRepo", "ImageDigest"],
        _ => &["ImageName", "ImageTag", "ImageRepo", "ImageDigest", "ImageID"],
    }
}

fn check(conversion: &mut Conversion<'_, '_>, dependency: &Spanned<Dependency>, in_stapel: bool) {
    let Dependency { before, after, imports, .. } = &dependency.value;
    let target = target_of(&dependency.value);
    if target.is_empty() && !target.is_invalid() {
        let message = "a dependency has to name an image";
        conversion.push(refusal(RuleId("dependency-name-missing"), target.span, message));
    }
    if in_stapel {
        check_stage(conversion, before, after);
    } else {
        for (name, stage) in [("before", before), ("after", after)] {
            if !stage.is_empty() {
                let message = format!("`{name}` has no meaning in a Dockerfile image");
                conversion.push(refusal(RuleId("dependency-stage-forbidden"), stage.key, message));
            }
        }
    }
    let targets = |field: fn(&DependencyImport) -> &Text| {
        imports.value.iter().map(|import| field(&import.value)).collect::<Vec<_>>()
    };
    for (duplicate, first, name) in duplicates(&targets(|import| &import.target_env)) {
        let message = format!("`{name}` receives two values in this dependency");
        conversion.push(
            refusal(RuleId("target-env-duplicate"), duplicate, message)
                .with_related(Place::Rendered(first), "the first one"),
        );
    }
    for (duplicate, first, name) in duplicates(&targets(|import| &import.target_build_arg)) {
        let message = format!("build argument `{name}` receives two values in this dependency");
        conversion.push(
            refusal(RuleId("target-build-arg-duplicate"), duplicate, message)
                .with_related(Place::Rendered(first), "the first one"),
        );
    }
}

fn check_stage(conversion: &mut Conversion<'_, '_>, before: &Text, after: &Text) {
    if before.is_invalid() || after.is_invalid() {
        return;
    }
    match (before.is_empty(), after.is_empty()) {
        (true, true) => conversion.push(
            refusal(RuleId("dependency-stage-missing"), before.span, "a dependency needs `before` or `after`")
                .with_help(
                    "say which stage uses it: `before: install`, `after: install`, `before: setup` or `after: setup`",
                ),
        ),
        (false, false) => conversion.push(
            refusal(RuleId("dependency-stage-both"), after.key, "a dependency takes `before` or `after`, not both")
                .with_related(Place::Rendered(before.key), "the other one"),
        ),
        _ => {}
    }
    for (name, stage) in [("before", before), ("after", after)] {
        if !stage.is_empty() && stage.value != "install" && stage.value != "setup" {
            let message = format!("`{name}` is `install` or `setup`, not `{}`", stage.value);
            conversion.push(refusal(RuleId("dependency-stage-value"), stage.span, message));
        }
    }
}

/// Later occurrences of a non-empty text: its place, that of the first one, the text.
fn duplicates(texts: &[&Text]) -> Vec<(Span, Span, String)> {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| !text.is_empty()) {
        match seen.get(text.value.as_str()) {
            Some(&first) => found.push((text.span, first, text.value.clone())),
            None => {
                seen.insert(&text.value, text.span);
            }
        }
    }
    found
}
