//! Decoding against recorded verdicts: wherever the rendered text of a record is known (a main file, a recorded text, a recorded
//! rendering of the corpus), phase A must say what werf says, and nothing fatal where werf came further.
//!
//! The data folders are named by `WERFKIT_CONFORMANCE`, `WERFKIT_GOLDEN` and `WERFKIT_CORPUS`; the defaults are the repository's own
//! copy and the folder beside the checkout. Without data the test says so.

#[path = "support/records.rs"]
mod records;
#[path = "support/skipped.rs"]
mod skipped;
#[path = "support/txtar.rs"]
mod txtar;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest, Sha256};

use werfkit::diagnostic::Place;
use werfkit::dialect::Dialect;
use werfkit::limits::Limits;
use werfkit::model::{self, RawKind};
use werfkit::source::LineIndex;
use werfkit::yaml::ParseCache;

/// Rules that decoding decides; of all others it must not say anything fatal.
const PHASE_A: &[&str] = &[
    "yaml-syntax",
    "duplicate-key",
    "document-not-mapping",
    "duplicate-meta",
    "unrecognized-document",
    "type-mismatch",
    "unknown-field",
    "crash-null-item",
    "crash-null-section",
    "limit-operator",
    "policy-ref-missing",
    "policy-ref-both",
    "policy-ref-regex",
    "policy-references-missing",
    "helm-chart-dir-empty",
    "helm-release-empty",
    "namespace-empty",
    "config-version",
    "project-empty",
    "project-name",
    "secret-source-many",
    "import-from-and-image",
    "dependency-from-and-image",
    "ansible-task-ambiguous",
    "ansible-task-unsupported",
    "image-name-type",
    "image-nameless",
    "image-and-artifact",
    "image-name-missing",
];

fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files_below(&path, found),
            Ok(kind) if kind.is_file() => found.push(path),
            _ => {}
        }
    }
}

fn digest(text: &[u8]) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All texts that may be a rendered text, by their digest.
fn texts() -> BTreeMap<String, Vec<u8>> {
    let mut texts = BTreeMap::new();
    let mut add = |text: Vec<u8>| {
        texts.insert(digest(&text), text);
    };
    let mut paths = Vec::new();
    if let Some(folder) = records::data_folder("conformance") {
        files_below(&folder.join("cases"), &mut paths);
    }
    for path in paths.drain(..) {
        let Ok(case) = fs::read(&path).and_then(|text| txtar::parse(&text)) else { continue };
        for entry in case.files.into_values() {
            if let txtar::git_fixture::Entry::File { content, .. } = entry {
                add(content);
            }
        }
    }
    for corpus in ["golden/corpus-public/rendered", "golden/corpus-werf/rendered"] {
        if let Some(folder) = records::data_folder(corpus) {
            files_below(&folder, &mut paths);
        }
    }
    if let Some(folder) = records::data_folder("corpus") {
        let mut all = Vec::new();
        files_below(&folder, &mut all);
        paths.extend(all.into_iter().filter(|path| path.extension().is_some_and(|end| end == "yaml" || end == "yml")));
    }
    for path in paths {
        if let Ok(text) = fs::read(&path) {
            add(text);
        }
    }
    texts
}

#[derive(Default)]
struct Score {
    passed: usize,
    total: usize,
}

fn first_fatal(decoded: &model::Decoded) -> Option<&'static str> {
    let said = decoded.findings.iter().find(|finding| finding.fatal).map(|finding| finding.rule.0);
    let waiting = || decoded.documents.iter().flat_map(|document| &document.crashes).next().map(|crash| crash.rule.0);
    said.or_else(waiting)
}

/// A record whose rendered text is known.
struct Known {
    suite: &'static str,
    dialect: Dialect,
    record: Value,
    text: Vec<u8>,
}

impl Known {
    fn word(&self, key: &str) -> &str {
        self.record[key].as_str().unwrap_or_default()
    }

    fn name(&self) -> String {
        format!("{} {} {}", self.dialect, self.word("id"), self.word("mode"))
    }

    /// The rule, where decoding decides it. In 2 the check of `import-from-and-image` belongs to a later phase.
    fn rule(&self) -> &str {
        let check = self.word("check");
        let later = check == "import-from-and-image" && self.dialect == Dialect::V2;
        if PHASE_A.contains(&check) && !later { check } else { "" }
    }
}

fn known_records() -> Vec<Known> {
    let texts = texts();
    let mut known = Vec::new();
    for dialect in Dialect::ALL {
        let mut suites = Vec::new();
        for (suite, path) in [
            ("conformance", "conformance/expected"),
            ("corpus", "golden/corpus-public"),
            ("werf", "golden/corpus-werf"),
        ] {
            suites.extend(records::data_folder(path).map(|folder| (suite, folder)));
        }
        for (suite, folder) in suites {
            let records = fs::read_to_string(folder.join(format!("v{dialect}.jsonl"))).unwrap_or_default();
            for line in records.lines() {
                let record: Value = serde_json::from_str(line).expect("a record");
                if !["ok", "config", "crash"].contains(&record["phase"].as_str().unwrap_or_default()) {
                    continue;
                }
                let recorded = record["rendered"].as_str().map(|text| text.as_bytes().to_vec());
                let digest = record["rendered_sha256"].as_str().unwrap_or_default();
                if let Some(text) = recorded.or_else(|| texts.get(digest).cloned()) {
                    known.push(Known { suite, dialect, record, text });
                }
            }
        }
    }
    if known.is_empty() {
        skipped::say("no recorded verdicts on this machine");
    }
    known
}

/// Agreement by group, and what disagrees.
#[derive(Default)]
struct Board {
    scores: BTreeMap<String, Score>,
    misses: Vec<String>,
}

impl Board {
    fn count(&mut self, group: String, same: bool, detail: impl FnOnce() -> String) {
        let score = self.scores.entry(group).or_default();
        score.total += 1;
        score.passed += usize::from(same);
        if !same {
            self.misses.push(detail());
        }
    }

    fn finish(self) {
        for (name, score) in &self.scores {
            println!("{name:<32} {:>5} of {:>5}", score.passed, score.total);
        }
        let shown = &self.misses[..self.misses.len().min(60)];
        assert!(self.misses.is_empty(), "{} misses\n{}", self.misses.len(), shown.join("\n"));
    }
}

#[test]
fn phase_a_says_what_werf_says() {
    let mut board = Board::default();
    for known in known_records() {
        let decoded = model::decode(&known.text, known.dialect, &Limits::default());
        let said = first_fatal(&decoded).unwrap_or_default();
        let rule = known.rule();
        // Where werf dies any refusal is right.
        let same = said == rule || rule.starts_with("crash-") && !said.is_empty();
        let area = match known.suite {
            "conformance" => known.word("id").split('/').next().unwrap_or_default(),
            suite => suite,
        };
        board.count(format!("{area} {}", known.dialect), same, || {
            format!("{}: werf `{rule}`, decoded `{said}`", known.name())
        });
    }
    board.finish();
}

/// All that decoding made, in words.
fn shown(decoded: &model::Decoded) -> String {
    format!("{:?}", (&decoded.documents, &decoded.trees, &decoded.findings))
}

#[test]
fn remembered_documents_are_what_decoding_makes_of_them_where_they_stand() {
    let mut board = Board::default();
    let limits = Limits::default();
    for known in known_records() {
        let (documents, trees) = (model::DocumentCache::default(), ParseCache::default());
        let text = String::from_utf8_lossy(&known.text);
        // The same again, behind more lines, behind another document, twice, back where it was.
        for text in [
            text.to_string(),
            text.to_string(),
            format!("# a comment\n---\n{text}"),
            format!("image: first\nfrom: alpine\n---\n{text}"),
            format!("{text}\n---\n{text}"),
            text.to_string(),
        ] {
            documents.begin();
            let remembered = model::decode_remembering(text.as_bytes(), known.dialect, &limits, &documents, &trees);
            let fresh = model::decode(text.as_bytes(), known.dialect, &limits);
            let (remembered, fresh) = (shown(&remembered), shown(&fresh));
            board.count(format!("remembered {}", known.dialect), remembered == fresh, || {
                let same = remembered.bytes().zip(fresh.bytes()).take_while(|(ours, fresh)| ours == fresh).count();
                let around = |text: &str| text.chars().skip(same.saturating_sub(60)).take(120).collect::<String>();
                format!("{}:\n{}\n{}", known.name(), around(&remembered), around(&fresh))
            });
        }
    }
    board.finish();
}

/// The words in backquotes of a text.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn unknown_fields_are_those_that_werf_names() {
    let mut board = Board::default();
    for known in known_records() {
        let first = known.word("error").lines().next().unwrap_or_default();
        if known.rule() != "unknown-field" || !first.starts_with("unknown fields") {
            continue;
        }
        let mut names = quoted(first);
        names.sort_unstable();
        let decoded = model::decode(&known.text, known.dialect, &Limits::default());
        let fatal = decoded.findings.iter().filter(|finding| finding.fatal).take(names.len());
        let mut ours: Vec<&str> = fatal.filter_map(|finding| quoted(&finding.message).into_iter().next()).collect();
        ours.sort_unstable();
        let same = ours == names;
        board.count(format!("unknown fields {}", known.dialect), same, || {
            format!("{}: {names:?}, decoded {ours:?}", known.name())
        });
    }
    board.finish();
}

#[test]
fn collected_errors_stand_on_the_line_that_werf_names() {
    let mut board = Board::default();
    for known in known_records() {
        let rule = known.rule();
        let (Some(line), true) =
            (known.record["at"]["line"].as_u64(), ["type-mismatch", "duplicate-key"].contains(&rule))
        else {
            continue;
        };
        let decoded = model::decode(&known.text, known.dialect, &Limits::default());
        let place = decoded.findings.iter().find(|finding| finding.fatal).map(|finding| finding.place);
        let Some(Place::Rendered(span)) = place else { continue };
        let ours = LineIndex::new(&known.text).line(span.start as usize) as u64 + 1;
        // Of a repeated key werf names the line of the value, which may be the next one; we show the key.
        let same = ours == line || rule == "duplicate-key" && ours + 1 == line;
        board.count(format!("{rule} {}", known.dialect), same, || {
            format!("{}: line {line}, decoded {ours}: {:?}", known.name(), known.word("error").lines().nth(1))
        });
    }
    board.finish();
}

/// Names of all images in werf's order, from documents that no later phase changes.
fn image_names(decoded: &model::Decoded, dialect: Dialect) -> Option<Vec<String>> {
    let (mut stapel, mut dockerfile, mut artifacts) = (Vec::new(), Vec::new(), Vec::new());
    for document in &decoded.documents {
        match &document.kind {
            RawKind::Meta(_) => {}
            RawKind::Dockerfile(image) => dockerfile.extend(image.image.names.iter().map(|name| name.value.clone())),
            RawKind::Stapel(image) if image.as_layers.value => return None,
            RawKind::Stapel(image) if image.artifact.is_empty() || dialect != Dialect::V1_1 => {
                stapel.extend(image.image.names.iter().map(|name| name.value.clone()));
                stapel.extend(Some(image.artifact.value.clone()).filter(|name| !name.is_empty()));
            }
            RawKind::Stapel(image) => artifacts.push(image.artifact.value.clone()),
        }
    }
    let groups =
        if dialect == Dialect::V1_1 { [stapel, dockerfile, artifacts] } else { [dockerfile, stapel, artifacts] };
    Some(groups.into_iter().flatten().collect())
}

#[test]
fn accepted_documents_hold_what_werf_read() {
    let mut board = Board::default();
    for known in known_records() {
        if known.record["ok"] != true {
            continue;
        }
        let dialect = known.dialect;
        let decoded = model::decode(&known.text, dialect, &Limits::default());
        if let (Some(images), Some(ours)) = (known.record["images"].as_array(), image_names(&decoded, dialect)) {
            let names: Vec<&str> = images.iter().filter_map(|image| image["name"].as_str()).collect();
            board.count(format!("names {dialect}"), ours == names, || {
                format!("{}: {names:?}, decoded {ours:?}", known.name())
            });
        }
        let meta = decoded
            .documents
            .iter()
            .find_map(|document| if let RawKind::Meta(meta) = &document.kind { Some(meta) } else { None });
        let full = &known.record["meta"]["full"];
        let (Some(meta), true) = (meta, full.is_object()) else { continue };
        let ours = shown_meta(meta, dialect);
        for (path, ours) in ours {
            let theirs = path.split('.').fold(full, |value, key| &value[key]);
            let theirs =
                if theirs.is_array() && theirs.as_array().is_some_and(Vec::is_empty) { &Value::Null } else { theirs };
            // WERF_PROJECT_NAME replaces the name after decoding, and is not checked.
            if path == "Project" && !theirs.as_str().is_some_and(model::is_project_name) {
                continue;
            }
            board.count(format!("meta {dialect}"), *theirs == ours, || {
                format!("{} {path}: {theirs}, decoded {ours}", known.name())
            });
        }
    }
    board.finish();
}

/// Values of a meta document by the paths of werf's own structure.
fn shown_meta(meta: &model::config::Meta, dialect: Dialect) -> Vec<(&'static str, Value)> {
    use serde_json::json;
    let deploy = meta.deploy.as_deref().map(|deploy| deploy.value.clone()).unwrap_or_default();
    let cleanup = meta.cleanup.as_deref().map(|cleanup| cleanup.value.clone()).unwrap_or_default();
    let worktree = meta.git_worktree.as_deref().map(|worktree| worktree.value.clone()).unwrap_or_default();
    let build = meta.build.as_deref().map(|build| build.value.clone()).unwrap_or_default();
    let texts = |list: &model::field::TextList| {
        let texts: Vec<&str> = list.value.iter().map(|text| text.value.as_str()).collect();
        if texts.is_empty() { Value::Null } else { json!(texts) }
    };
    let section = if dialect == Dialect::V1_1 { "DeployTemplates" } else { "Deploy" };
    let path = |name: &'static str| match (section, name) {
        ("Deploy", "HelmRelease") => "Deploy.HelmRelease",
        ("Deploy", "HelmReleaseSlug") => "Deploy.HelmReleaseSlug",
        ("Deploy", "Namespace") => "Deploy.Namespace",
        ("Deploy", _) => "Deploy.NamespaceSlug",
        (_, "HelmRelease") => "DeployTemplates.HelmRelease",
        (_, "HelmReleaseSlug") => "DeployTemplates.HelmReleaseSlug",
        (_, "Namespace") => "DeployTemplates.Namespace",
        _ => "DeployTemplates.NamespaceSlug",
    };
    let mut shown = vec![
        ("ConfigVersion", json!(meta.config_version.value)),
        ("Project", json!(meta.project.value)),
        (path("HelmRelease"), json!(deploy.helm_release.value)),
        (path("HelmReleaseSlug"), json!(deploy.helm_release_slug.value)),
        (path("Namespace"), json!(deploy.namespace.value)),
        (path("NamespaceSlug"), json!(deploy.namespace_slug.value)),
    ];
    if dialect != Dialect::V1_1 {
        shown.push(("Deploy.HelmChartDir", json!(deploy.helm_chart_dir.value)));
        shown.push(("Cleanup.DisableKubernetesBasedPolicy", json!(cleanup.disable_kubernetes_based_policy.value)));
        shown.push(("Cleanup.DisableGitHistoryBasedPolicy", json!(cleanup.disable_git_history_based_policy.value)));
        shown.push(("GitWorktree.ForceShallowClone", json!(worktree.force_shallow_clone.value)));
        shown.push(("GitWorktree.AllowUnshallow", json!(worktree.allow_unshallow.value)));
        shown.push(("Build.Platform", texts(&build.platform)));
    }
    if dialect >= Dialect::V2 {
        shown.push(("Build.CacheVersion", json!(build.cache_version.value)));
        shown.push(("Build.Staged", json!(build.staged.value)));
        shown.push(("Cleanup.DisableCleanup", json!(cleanup.disable.value)));
    }
    shown
}
