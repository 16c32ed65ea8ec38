//! What the pages of the base rules do not show: limits of the rules, circles through a mix of uses, and that nothing is told twice.

#[path = "support/git_fixture.rs"]
mod git_fixture;

use werfkit::analysis::Request;
use werfkit::check;
use werfkit::diagnostic::Diagnostic;
use werfkit::dialect::Dialect;
use werfkit::source::LineIndex;

const META: &str = "configVersion: 1\nproject: p\n---\n";

fn lint(dialect: Dialect, config: &str) -> (String, Vec<Diagnostic>) {
    let text = format!("{META}{config}");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = [("werf.yaml".to_owned(), git_fixture::Entry::file(text.as_bytes()))].into_iter().collect();
    git_fixture::Repository::create(folder.path(), &files)
        .and_then(|repository| repository.write_index())
        .expect("a repository");
    let mut request = Request::new(folder.path(), folder.path());
    request.dialect = Some(dialect);
    request.loose_giterminism = dialect != Dialect::V1_1;
    let linted = check::lint(&request).expect("a project that can be read");
    let diagnostics = linted.diagnostics.into_iter().filter(|found| !OTHER_SUBJECTS.contains(&found.rule.0)).collect();
    (text, diagnostics)
}

/// What is said about these texts besides.
const OTHER_SUBJECTS: &[&str] = &["loose-giterminism-flag", "yaml-portability"];

/// `rule@line`, lines counted from the first of `config`.
fn found(dialect: Dialect, config: &str) -> Vec<String> {
    let (text, diagnostics) = lint(dialect, config);
    let index = LineIndex::new(text.as_bytes());
    let line = |offset: u32| index.line(offset as usize) + 1 - META.lines().count();
    diagnostics
        .iter()
        .map(|found| format!("{}@{}", found.rule, found.location.map_or(0, |location| line(location.span.start))))
        .collect()
}

#[test]
fn well_known_repositories_are_no_misspelt_images() {
    let config = "image: nodes\nfrom: alpine:3\n---\nimage: app\nfrom: node\n";
    assert_eq!(found(Dialect::V2, config), ["base-untagged@5"]);
    assert_eq!(found(Dialect::V2, &config.replace("from: node\n", "from: nodez\n")), ["base-unknown@5"]);
}

#[test]
fn a_tag_says_that_the_registry_is_meant() {
    assert!(found(Dialect::V2, "image: builder\nfrom: alpine:3\n---\nimage: app\nfrom: bulder:1\n").is_empty());
}

#[test]
fn names_are_not_judged_where_one_cannot_be_read() {
    let config =
        "image: yes\nfrom: alpine:3\n---\nimage: app\nfrom: bulder\ndependencies:\n- image: y\n  before: setup\n";
    assert_eq!(found(Dialect::V2, config), ["image-name-type@1"]);
}

#[test]
fn from_means_a_registry_before_2() {
    let config = "image: base\nfrom: alpine:3\n---\nimage: app\nfrom: base\n";
    assert_eq!(found(Dialect::V1_1, config), ["base-unknown@5"]);
    assert_eq!(found(Dialect::V1_2, config), ["base-unknown@5"]);
    assert!(found(Dialect::V2, config).is_empty());
}

#[test]
fn images_and_artifacts_of_1_1_are_told_apart() {
    let config = "image: app\nfromImage: tools\n---\nartifact: tools\nfrom: alpine:3\n";
    let (_, diagnostics) = lint(Dialect::V1_1, config);
    let help = diagnostics[0].help.as_deref().unwrap_or_default();
    assert_eq!(help, "`tools` is an artifact: use `fromImageArtifact`");
}

#[test]
fn digests_need_no_lookup_and_moving_tags_are_known_in_any_case() {
    let digest = "0123456789abcdef".repeat(4);
    let config = format!("image: app\nfrom: alpine:latest@sha256:{digest}\nfromLatest: true\n");
    assert_eq!(found(Dialect::V2, &config), ["from-latest-useless@3"]);
    assert_eq!(found(Dialect::V2, "image: app\nfrom: alpine:Edge\n"), ["base-untagged@2"]);
    assert_eq!(found(Dialect::V2, "image: app\nfrom: localhost:5000/alpine\n"), ["base-untagged@2"]);
}

#[test]
fn a_circle_shows_the_place_of_every_use() {
    let config = "image: a\nfrom: b\n---\nimage: b\nfrom: alpine:3\nimport:\n- image: c\n  add: /x\n  before: setup\n---\n\
                  image: c\nfrom: alpine:3\ndependencies:\n- image: a\n  after: install\n---\nimage: d\nfrom: a\n";
    let (_, diagnostics) = lint(Dialect::V2, config);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    assert_eq!(diagnostics[0].rule.0, "base-cycle");
    assert!(!diagnostics[0].fatal);
    assert_eq!(diagnostics[0].message, "images need each other in a circle: a -> b -> c -> a");
    let related: Vec<&str> = diagnostics[0].related.iter().map(|related| related.message.as_str()).collect();
    assert_eq!(related, ["`b` imports from `c`", "`c` depends on `a`"]);
}

#[test]
fn circles_that_werf_sees_are_told_once() {
    let config = "image: a\nfrom: b\n---\nimage: b\nfrom: alpine:3\nimport:\n- image: b\n  add: /x\n  before: setup\n";
    assert_eq!(found(Dialect::V2, config), ["image-cycle@7"]);
    assert_eq!(found(Dialect::V1_1, "image: a\nfromImage: b\n---\nimage: b\nfromImage: a\n"), ["crash-base-cycle@2"]);
}

#[test]
fn missing_values_are_one_finding() {
    assert_eq!(found(Dialect::V2, "image: app\nfrom: {{ .nope }}\n"), ["no-value-text@2"]);
}

#[test]
fn a_cache_version_may_be_a_number_that_everybody_reads_alike() {
    assert!(found(Dialect::V2, "image: app\nfrom: alpine:3\nfromCacheVersion: 12\n").is_empty());
    assert_eq!(found(Dialect::V2, "image: app\nfrom: alpine:3\nfromCacheVersion: 012\n"), ["base-not-text@3"]);
}
