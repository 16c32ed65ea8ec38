//! Checks of `git` and `import` items (config spec §10.7, tables GIT and IMP; 1.1 D6–D15 and D17–D25).

use super::conversion::Conversion;
use super::exports;
use super::sink::{refusal, warning};
use crate::diagnostic::{Place, RuleId};
use crate::dialect::Dialect;
use crate::model::config::{Export, Git, Import, StageDependencies};
use crate::model::field::{Sections, Spanned, StringOrList, Strings, Text};
use crate::model::paths;
use crate::source::Span;

/// The directive that names the source image of an import, `artifact` aside: `from` where it is set, else `image`.
#[must_use]
pub fn image_source_of(import: &Import) -> &Text {
    if import.from.is_empty() && !import.from.is_invalid() { &import.image } else { &import.from }
}

/// The checks of each git mapping, one after the other.
pub fn check_git(conversion: &mut Conversion<'_, '_>, mappings: &Sections<Git>) {
    for mapping in &mappings.value {
        conversion.crashes_before(mappings, mapping.span);
        check_paths(conversion, &mapping.value.export, &mapping.value.export.to);
        if let Some(stages) = &mapping.value.stage_dependencies {
            check_stage_dependencies(conversion, stages);
        }
        check_reference(conversion, mapping);
    }
    conversion.crashes_of(mappings);
}

/// The checks of those imports that `is_meant` picks, one after the other.
pub fn check_imports(
    conversion: &mut Conversion<'_, '_>,
    imports: &Sections<Import>,
    is_meant: impl Fn(&Import) -> bool,
) {
    for import in &imports.value {
        conversion.crashes_before(imports, import.span);
        if is_meant(&import.value) {
            check_import(conversion, import);
        }
    }
    conversion.crashes_of(imports);
}

/// The export of a mapping whose own checks passed, for the comparison with the others; nothing if they did not.
#[must_use]
pub fn git_export(mapping: &Git) -> Option<exports::Export<'_>> {
    export(&mapping.export, &mapping.export.to, false)
}

/// As [`git_export`], of an import.
#[must_use]
pub fn import_export(import: &Import) -> Option<exports::Export<'_>> {
    export(&import.export, import_target(&import.export), true)
}

/// `to` of an import is by default its `add`.
fn import_target(export: &Export) -> &Text {
    if export.to.is_empty() && !export.to.is_invalid() { &export.add } else { &export.to }
}

fn export<'a>(export: &'a Export, to: &'a Text, is_import: bool) -> Option<exports::Export<'a>> {
    let to = paths::cleaned(to);
    let lists = [&export.include_paths, &export.exclude_paths];
    if !paths::is_absolute(&to) || lists.iter().any(|list| list.is_invalid() || list.value.wrong().is_some()) {
        return None;
    }
    let [include_paths, exclude_paths] =
        lists.map(|list| list.items().iter().map(|path| paths::cleaned(path)).collect());
    Some(exports::Export { to, include_paths, exclude_paths, is_import })
}

fn is_relative(dialect: Dialect, path: &str) -> bool {
    if dialect == Dialect::V1_1 { !paths::is_absolute(path) } else { paths::is_relative_inside(path) }
}

fn check_paths(conversion: &mut Conversion<'_, '_>, export: &Export, to: &Text) {
    let dialect = conversion.dialect();
    if to.len() > 1 && to.ends_with('/') {
        check_trailing_slash(conversion, to);
    }
    conversion.check_strings("includePaths", &export.include_paths);
    conversion.check_strings("excludePaths", &export.exclude_paths);
    let add = &export.add;
    if !add.is_invalid() && !paths::is_absolute(add) {
        let message = if add.is_empty() {
            "`add` has to be an absolute path in the source".to_owned()
        } else {
            format!("`add` has to be an absolute path in the source, `{}` is not", add.value)
        };
        conversion.push(refusal(RuleId("add-not-absolute"), add.span, message));
    }
    // Without `to` of its own an import takes `add`, which has had its say.
    if !to.is_invalid() && !paths::is_absolute(to) && (to.is_empty() || to.span != add.span) {
        let message = if to.is_empty() {
            "`to`, an absolute path in the image, is missing".to_owned()
        } else {
            format!("`to` has to be an absolute path in the image, `{}` is not", to.value)
        };
        conversion.push(refusal(RuleId("to-not-absolute"), to.span, message));
    }
    let lists = [
        (RuleId("include-not-relative"), "includePaths", &export.include_paths),
        (RuleId("exclude-not-relative"), "excludePaths", &export.exclude_paths),
    ];
    for (rule, name, list) in lists {
        for path in list.items() {
            if !is_relative(dialect, path) {
                conversion.push(refusal(rule, path.span, not_relative(name, path, "`add`")));
            }
        }
    }
}

fn not_relative(name: &str, path: &str, base: &str) -> String {
    if paths::is_absolute(path) {
        format!("`{name}` is relative to {base}, `{path}` is absolute")
    } else {
        format!("`{name}` may not leave {base}, `{path}` does")
    }
}

fn check_trailing_slash(conversion: &mut Conversion<'_, '_>, to: &Text) {
    let trimmed = to.trim_end_matches('/');
    let help = format!(
        "write `{}`; files from `add` go there, not into a directory below it",
        if trimmed.is_empty() { "/" } else { trimmed }
    );
    match conversion.dialect() {
        Dialect::V1_1 => {}
        Dialect::V1_2 | Dialect::V2 => conversion.push(
            warning(RuleId("to-trailing-slash"), to.span, "the slash at the end of `to` has no meaning for werf")
                .with_help(help),
        ),
        Dialect::V3 => conversion.push(
            refusal(RuleId("to-trailing-slash"), to.span, "`to` may not end with a slash in werf 3").with_help(help),
        ),
    }
}

fn check_stage_dependencies(conversion: &mut Conversion<'_, '_>, stages: &Spanned<StageDependencies>) {
    let StageDependencies { install, before_setup, setup } = &stages.value;
    let by_time: [(&str, &Strings); 3] = [("install", install), ("beforeSetup", before_setup), ("setup", setup)];
    for (name, list) in by_time {
        conversion.check_strings(name, list);
    }
    let in_order_of_checks: [(&str, &Strings); 3] =
        [("install", install), ("setup", setup), ("beforeSetup", before_setup)];
    for (name, list) in in_order_of_checks {
        for path in list.items() {
            if !is_relative(conversion.dialect(), path) {
                let message = not_relative(name, path, "`add` of the mapping");
                conversion.push(refusal(RuleId("stage-dependency-not-relative"), path.span, message));
            }
        }
    }
}

fn check_reference(conversion: &mut Conversion<'_, '_>, mapping: &Spanned<Git>) {
    let Git { url, branch, tag, commit, admits_branch, .. } = &mapping.value;
    if url.is_invalid() {
        return;
    }
    let given: Vec<(&str, &Text)> = [("branch", branch), ("tag", tag), ("commit", commit)]
        .into_iter()
        .filter(|(_, reference)| !reference.is_empty())
        .collect();
    if url.is_empty() {
        if let Some((name, reference)) = given.first() {
            conversion.push(
                refusal(RuleId("git-ref-local"), reference.key, format!("`{name}` needs a remote repository"))
                    .with_help("add `url`, or leave it out: a local mapping takes the files of the current commit"),
            );
        }
        return;
    }
    if [branch, tag, commit].iter().any(|reference| reference.is_invalid()) {
        return;
    }
    if !branch.is_empty() || given.is_empty() {
        let place = if branch.is_empty() { url.span } else { branch.key };
        let message = if branch.is_empty() {
            "without `tag` or `commit` this mapping follows the default branch of the repository"
        } else {
            "a mapping by branch changes whenever the branch moves"
        };
        if conversion.dialect() == Dialect::V1_1 {
            if !admits_branch.value && !admits_branch.is_invalid() {
                conversion.push(refusal(RuleId("git-branch-unacknowledged"), place, message).with_help(
                    "give `tag` or `commit`, or set `herebyIAdmitThatBranchMightBreakReproducibility: true`",
                ));
            }
        } else if !conversion.permissions().allows_git_branch() {
            conversion.push(
                refusal(
                    RuleId("git-branch-not-allowed"),
                    place,
                    format!("{message}, which giterminism does not permit"),
                )
                .with_help(
                    "give `tag` or `commit`, or set `config.stapel.git.allowBranch: true` in `werf-giterminism.yaml`",
                ),
            );
        }
    }
    if let [first, second, ..] = given.as_slice() {
        let message = format!("`{}` and `{}` cannot both say which commit is meant", first.0, second.0);
        conversion.push(
            refusal(RuleId("git-ref-many"), second.1.key, message)
                .with_related(Place::Rendered(first.1.key), "the other one"),
        );
    }
}

fn check_import(conversion: &mut Conversion<'_, '_>, import: &Spanned<Import>) {
    let dialect = conversion.dialect();
    let Import { export, image, from, artifact, before, after, stage } = &import.value;
    check_paths(conversion, export, import_target(export));
    if dialect == Dialect::V2 && !image.is_empty() && !from.is_empty() {
        conversion.push(
            refusal(RuleId("import-from-and-image"), later(image, from), "an import takes `from` or `image`, not both")
                .with_related(Place::Rendered(earlier(image, from)), "the other one"),
        );
    }
    let source = image_source_of(&import.value);
    if [image, from, artifact].iter().all(|source| source.is_empty() && !source.is_invalid()) {
        let help = match dialect {
            Dialect::V3 => "add `from` with the name of an image",
            Dialect::V2 => "add `from` or `image` with the name of an image",
            Dialect::V1_1 | Dialect::V1_2 => "add `image` or `artifact` with a name",
        };
        conversion.push(
            refusal(RuleId("import-source-missing"), image.span, "an import has to name the image that it copies from")
                .with_help(help),
        );
    }
    if !artifact.is_empty() && !source.is_empty() {
        conversion.push(
            refusal(
                RuleId("import-source-many"),
                later(artifact, source),
                "an import copies from one source, an image or an artifact",
            )
            .with_related(Place::Rendered(earlier(artifact, source)), "the other source"),
        );
    }
    check_stage(conversion, before, after);
    if !stage.is_empty() && !["beforeInstall", "install", "beforeSetup", "setup"].contains(&stage.value.as_str()) {
        let message = format!("`stage` is `beforeInstall`, `install`, `beforeSetup` or `setup`, not `{}`", stage.value);
        conversion.push(refusal(RuleId("import-source-stage-value"), stage.span, message));
    }
    let has_includes = match &export.include_paths.value {
        StringOrList::None => false,
        StringOrList::One(_) | StringOrList::Wrong(_) => true,
        StringOrList::Many(list) => !list.is_empty(),
    };
    if matches!(dialect, Dialect::V2 | Dialect::V3)
        && export.add.is_given()
        && paths::cleaned(&export.add) == "/"
        && !has_includes
        && !export.include_paths.is_invalid()
    {
        conversion.push(
            refusal(RuleId("import-root-without-include"), export.add.span, "an import of `/` copies the whole image")
                .with_help("list what is wanted under `includePaths`, or name a directory in `add`"),
        );
    }
}

fn check_stage(conversion: &mut Conversion<'_, '_>, before: &Text, after: &Text) {
    if before.is_invalid() || after.is_invalid() {
        return;
    }
    match (before.is_empty(), after.is_empty()) {
        (false, false) => conversion.push(
            refusal(RuleId("import-stage-both"), later(before, after), "an import takes `before` or `after`, not both")
                .with_related(Place::Rendered(earlier(before, after)), "the other one"),
        ),
        (true, true) => conversion.push(
            refusal(RuleId("import-stage-missing"), before.span, "an import needs `before` or `after`").with_help(
                "say when it happens: `before: install`, `after: install`, `before: setup` or `after: setup`",
            ),
        ),
        _ => {}
    }
    for (name, stage) in [("before", before), ("after", after)] {
        if !stage.is_empty() && stage.value != "install" && stage.value != "setup" {
            let message = format!("`{name}` of an import is `install` or `setup`, not `{}`", stage.value);
            conversion.push(refusal(RuleId("import-stage-value"), stage.span, message));
        }
    }
}

fn later(first: &Text, second: &Text) -> Span {
    first.key.max(second.key)
}

fn earlier(first: &Text, second: &Text) -> Span {
    first.key.min(second.key)
}
