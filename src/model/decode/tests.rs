//! What is found where: each case is a text and, in order, the findings as `rule@bytes`.

use super::decode;
use crate::diagnostic::Place;
use crate::dialect::Dialect::{self, V1_1, V1_2, V2, V3};
use crate::limits::Limits;
use crate::model::{Presence, RawKind, StringOrList};

fn found(text: &str, dialect: Dialect) -> Vec<String> {
    let decoded = decode(text.as_bytes(), dialect, &Limits::default());
    let place = |place: Place| match place {
        Place::Rendered(span) => text.get(span.range()).unwrap_or("?").to_owned(),
        _ => "?".to_owned(),
    };
    decoded.findings.iter().map(|finding| format!("{}@{}", finding.rule, place(finding.place))).collect()
}

fn help(text: &str, dialect: Dialect) -> String {
    let decoded = decode(text.as_bytes(), dialect, &Limits::default());
    decoded.findings.into_iter().next().and_then(|finding| finding.help).unwrap_or_default()
}

#[test]
fn a_failed_check_below_comes_before_type_errors_and_before_its_parents() {
    let text = "image: a\nfrom: [x]\nfoo: 1\ngit:\n- to: /a\n  bar: 1\n";
    assert_eq!(found(text, V2), ["unknown-field@bar", "type-mismatch@[x]", "unknown-field@foo"]);
}

#[test]
fn checks_of_a_mapping_with_a_type_error_come_last() {
    let text = "configVersion: 2\nproject: A\ndeploy: {helmReleaseSlug: 5}\n";
    assert_eq!(found(text, V2), ["type-mismatch@5", "config-version@2", "project-name@A"]);
}

#[test]
fn every_document_is_looked_at() {
    let text =
        "configVersion: 1\nproject: a\n---\nimage: [1]\n---\nfoo: 1\n---\n- x\n---\nconfigVersion: 1\nproject: b\n";
    assert_eq!(
        found(text, V2),
        ["image-name-type@1", "unrecognized-document@foo", "document-not-mapping@- x", "duplicate-meta@configVersion"]
    );
}

#[test]
fn a_merge_makes_werf_forget_the_name_and_the_unknown_keys_before_it() {
    let text = "image: a\nfoo: 1\n<<: {from: x}\n";
    assert_eq!(found(text, V2), ["image-name-missing@image"]);
    assert_eq!(found("<<: {from: x}\nimage: a\n", V2), Vec::<String>::new());
    assert_eq!(found("dockerfile: D\nimage: a\n<<: {target: x}\n", V2), Vec::<String>::new());
}

#[test]
fn names() {
    assert_eq!(found("image: ~\nfrom: x\n", V1_2), Vec::<String>::new());
    assert_eq!(found("image: ~\nfrom: x\n", V3), ["image-nameless@image"]);
    assert_eq!(found("image: []\nfrom: x\n", V2), ["image-name-missing@[]"]);
    assert_eq!(found("image: 2020-01-01\nfrom: x\n", V1_1), Vec::<String>::new());
    assert_eq!(found("image: yes\nfrom: x\n", V1_1), ["image-name-type@yes"]);
    assert_eq!(found("image: a\nartifact: b\nfrom: x\n", V2), ["image-and-artifact@artifact"]);
    assert_eq!(found("artifact: b\nfrom: x\n", V3), ["unrecognized-document@artifact"]);
}

#[test]
fn nulls() {
    assert_eq!(found("image: a\nshell: ~\ngit: null\n", V2), Vec::<String>::new());
    assert_eq!(found("image: a\nshell: Null\n", V2), ["crash-null-section@Null"]);
    assert_eq!(found("configVersion: 1\nproject: p\ndeploy: {namespace: ~}\n", V2), Vec::<String>::new());
    assert_eq!(found("configVersion: 1\nproject: p\ndeploy: {namespace: NULL}\n", V2), ["namespace-empty@NULL"]);
    let decoded = decode(b"image: a\ngit: [~]\n", V2, &Limits::default());
    assert!(decoded.findings.is_empty());
    assert_eq!(decoded.documents[0].crashes.len(), 1);
}

#[test]
fn values_keep_their_text_and_their_place() {
    let text =
        "image: a\nfrom: 1.10\ngit:\n- add: ~\n  to: /a\n  includePaths: [b, 'c']\n  excludePaths: 8080\n- to: /b\n";
    let decoded = decode(text.as_bytes(), V2, &Limits::default());
    let RawKind::Stapel(image) = &decoded.documents[0].kind else { panic!("a stapel image") };
    assert_eq!(image.from.as_str(), "1.10");
    assert_eq!(&text[image.from.span.range()], "1.10");
    assert_eq!(image.from_image.presence, Presence::Absent);
    let git = &image.git.value[0];
    assert_eq!((git.export.add.as_str(), git.export.add.presence), ("", Presence::Null));
    assert_eq!(git.export.include_paths.items().len(), 2);
    assert!(matches!(&git.export.exclude_paths.value, StringOrList::Wrong(wrong) if wrong.found == "a number"));
    assert_eq!(image.git.value[1].export.add.as_str(), "/");
}

#[test]
fn what_to_do() {
    assert_eq!(help("image: a\nform: x\n", V2), "did you mean `from`?");
    assert_eq!(help("image: a\nfromArtifact: x\n", V3), "it was removed after werf 2: use `from`");
    assert_eq!(help("image: a\nimageSpec: {}\n", V1_2), "it exists since werf 2.24: use `docker`");
    assert!(help("configVersion: 1\nproject: p\nimage: x\n", V2).contains("`---`"));
    assert_eq!(
        help("image: a\ninstall: x\n", V2),
        "`install` is a key of `git[].stageDependencies` or `shell` or `ansible`, not of a stapel image"
    );
    assert_eq!(help("image: a\nfromLatest: \"true\"\n", V2), "remove the quotes");
}

#[test]
fn tasks() {
    let task = |task: &str| found(&format!("image: a\nansible: {{install: [{task}]}}\n"), V2);
    assert_eq!(task("{command: x, name: y}"), Vec::<String>::new());
    assert_eq!(task("~"), Vec::<String>::new());
    assert_eq!(task("{block: [{command: x}], shell: a, raw: b}"), Vec::<String>::new());
    assert_eq!(task("{command: x, shell: y}"), ["ansible-task-ambiguous@shell"]);
    assert_eq!(task("{command: ~, name: y}"), ["ansible-task-unsupported@command"]);
    assert_eq!(task("{block: [{comand: x}]}"), ["ansible-task-unsupported@comand"]);
}

#[test]
fn expressions_of_policies() {
    let policy = |branch: &str, dialect| {
        found(
            &format!(
                "configVersion: 1\nproject: p\ncleanup: {{keepPolicies: [{{references: {{branch: '{branch}'}}}}]}}\n"
            ),
            dialect,
        )
    };
    assert_eq!(policy("/a(/", V2), ["policy-ref-regex@'/a(/'"]);
    assert_eq!(policy("/(?=a)/", V1_1), ["policy-ref-regex@'/(?=a)/'"]);
    assert_eq!(policy("/a{1001}/", V2), ["policy-ref-regex@'/a{1001}/'"]);
    assert_eq!(policy("/\\Qa(\\E/", V2), Vec::<String>::new());
    assert_eq!(policy("a(", V2), Vec::<String>::new());
    assert_eq!(policy("/", V1_1), Vec::<String>::new());
    assert_eq!(policy("", V2), ["policy-ref-missing@references"]);
}

#[test]
fn behind_a_syntax_error_nothing_is_an_echo() {
    let text = "configVersion: 1\nproject: p\n---\nimage: a\nform: x\nfrom: \"y\nshell:\n";
    let found = found(text, V2);
    assert_eq!(found.first().map(|first| first.starts_with("yaml-syntax@")), Some(true), "{found:?}");
    assert!(found.iter().all(|one| one.starts_with("yaml-syntax") || one == "unknown-field@form"), "{found:?}");
}

#[test]
fn deep_blocks_end() {
    let deep = format!("image: a\nansible: {{install: [{}{}]}}\n", "{block: [".repeat(3000), "]}".repeat(3000));
    assert!(!found(&deep, V2).is_empty());
}
