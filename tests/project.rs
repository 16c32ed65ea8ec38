//! Reading projects: discovery, giterminism, includes, `.Files` and `env`, against what werf answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use werfkit::dialect::Dialect;
use werfkit::project::{Options, Project, ProjectHost};
use werfkit::template::host::{EnvAnswer, Host};

#[path = "support/txtar.rs"]
mod txtar;

/// Rules that this layer alone decides, whatever the templates do.
const READING: &[&str] = &[
    "config-not-found",
    "config-unreadable",
    "config-stat-failed",
    "config-untracked",
    "config-uncommitted",
    "template-unreadable",
    "templates-dir-unreadable",
    "template-file-untracked",
    "template-file-uncommitted",
    "link-target-not-accepted",
    "giterminism-file-untracked",
    "giterminism-file-uncommitted",
    "giterminism-yaml",
    "giterminism-schema",
    "giterminism-unknown-key",
    "crash-giterminism-type",
    "git-worktree-missing",
    "head-missing",
    "includes-yaml",
    "lock-missing",
    "lock-yaml",
    "lock-ref",
    "lock-empty",
    "lock-entry-missing",
];

fn decides(rule: &str) -> bool {
    READING.contains(&rule) || (rule.starts_with("include-") && rule != "include-not-relative")
}

/// Rules behind calls of templates, which the host decides.
const CALLS: &[&str] = &[
    "files-get-missing",
    "files-get-directory",
    "files-get-link",
    "files-get-untracked",
    "files-get-uncommitted",
    "files-glob-untracked",
    "files-glob-uncommitted",
    "files-glob-empty",
    "env-not-allowed",
    "allow-env-bad-regex",
    "env-unset",
];

fn conformance() -> Option<PathBuf> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let own = manifest.join("tests/data/conformance");
    let shared = manifest.parent().map(|parent| parent.join("shared/conformance")).unwrap_or_default();
    let named = std::env::var_os("WERFKIT_CONFORMANCE").map(PathBuf::from);
    named.or(Some(own).filter(|path| path.exists())).or(Some(shared)).filter(|path| path.exists())
}

fn expectations(folder: &Path, dialect: Dialect) -> Vec<Value> {
    let path = folder.join(format!("expected/v{dialect}.jsonl"));
    let text = fs::read_to_string(path).expect("the expected verdicts");
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

fn options(meta: &txtar::CaseMeta, dialect: Dialect, loose: bool) -> Options {
    let mut options = Options::new(dialect, &meta.project_dir);
    options.loose = loose;
    options.env = meta.env.clone();
    options.config = meta.config.clone();
    options.environ = meta.environ.clone();
    options
}

/// The first fatal rule of everything that is read before rendering.
fn first_fatal(project: &Project) -> Option<&'static str> {
    let templates = project.read_templates();
    let config = project.read_config();
    let all = project.findings().iter().chain(&templates.findings).chain(&config.findings);
    all.filter(|finding| finding.fatal).map(|finding| finding.rule.0).next()
}

/// The rules behind all calls of `.Files` and `env` with one literal argument in the main file and the templates.
fn call_rules(project: &Project) -> BTreeSet<&'static str> {
    let calls =
        regex::Regex::new(r#"(\.Files\.Get|\.Files\.Glob|env) "([^"]*)"(\s*"[^"]*")?"#).expect("a valid expression");
    let mut texts: Vec<Vec<u8>> = project.read_templates().files.iter().map(|file| file.source.text.to_vec()).collect();
    texts.extend(project.read_config().text.map(|source| source.text.to_vec()));
    let mut host = ProjectHost::new(project);
    let mut rules = BTreeSet::new();
    for text in texts {
        for call in calls.captures_iter(&String::from_utf8_lossy(&text)) {
            let argument = call[2].as_bytes();
            let error = match &call[1] {
                ".Files.Get" => host.files_get(argument).err(),
                ".Files.Glob" => host.files_glob(argument).err(),
                _ => match host.env(argument) {
                    Err(error) => Some(error),
                    Ok(EnvAnswer::Unset) if call.get(3).is_none() => host.unset_env(argument),
                    Ok(_) => None,
                },
            };
            rules.extend(error.map(|error| error.rule.0));
        }
    }
    rules.extend(host.findings.iter().map(|(_, finding)| finding.rule.0));
    rules
}

#[test]
fn what_is_read_before_rendering_stops_where_werf_stops() {
    let Some(folder) = conformance() else {
        println!("no conformance data");
        return;
    };
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let mut cases: BTreeMap<String, txtar::CaseMeta> = BTreeMap::new();
    let mut wrong = Vec::new();
    for dialect in Dialect::ALL {
        let (mut reading, mut reading_good, mut other, mut other_good, mut calls, mut calls_good) = (0, 0, 0, 0, 0, 0);
        for line in expectations(&folder, dialect) {
            let id = line["id"].as_str().expect("an id").to_owned();
            let mode = line["mode"].as_str().unwrap_or_default().to_owned();
            let meta = cases.entry(id.clone()).or_insert_with(|| {
                let path = folder.join("cases").join(format!("{id}.txtar"));
                txtar::materialise(&path, &scratch.path().join(id.replace('/', "--")))
                    .expect("the case is materialised")
            });
            let project = Project::open(options(meta, dialect, mode == "loose"));
            let found = first_fatal(&project);
            let check = line["check"].as_str().filter(|_| line["ok"] != true);
            let wanted = check.filter(|check| decides(check));
            let good = found == wanted;
            if wanted.is_some() {
                reading += 1;
                reading_good += usize::from(good);
            } else {
                other += 1;
                other_good += usize::from(good);
            }
            if !good {
                wrong.push(format!("{dialect} {mode} {id}: werf {wanted:?}, werfkit {found:?}"));
            }
            if let Some(check) = check.filter(|check| CALLS.contains(check)) {
                calls += 1;
                let rules = call_rules(&project);
                if rules.contains(check) {
                    calls_good += 1;
                } else {
                    wrong.push(format!("{dialect} {mode} {id}: werf {check} in a call, werfkit {rules:?}"));
                }
            }
        }
        println!(
            "{dialect}: stopped by reading {reading_good} of {reading}, not stopped {other_good} of {other}, calls {calls_good} of {calls}"
        );
    }
    for line in &wrong {
        println!("{line}");
    }
    assert!(wrong.is_empty(), "{} disagreements", wrong.len());
}

#[test]
fn a_case_becomes_the_repository_that_git_would_make() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let case = folder.path().join("case.txtar");
    let text = concat!(
        "words\n-- .case --\n{\"env\": \"dev\", \"worktree\": {\"a.txt\": \"changed\\n\", \"new.txt\": \"new\\n\"}, \"exec\": [\"run.sh\"], \"symlinks\": {\"link\": \"a.txt\"}}\n",
        "-- werf.yaml --\nproject: demo\n-- a.txt --\nx\n-- run.sh --\n#!/bin/sh\n-- deep/er/file --\ny\n-- deep.txt --\nz\n"
    );
    fs::write(&case, text).expect("the case is written");
    let meta = txtar::materialise(&case, &folder.path().join("out")).expect("the case is materialised");
    assert_eq!(meta.env.as_deref(), Some("dev"));
    assert_eq!(meta.dialects.len(), 4);
    let Ok(status) = std::process::Command::new("git")
        .args(["status", "--porcelain"])
        .current_dir(&meta.root)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("HOME", &meta.home)
        .output()
    else {
        return;
    };
    assert_eq!(
        String::from_utf8_lossy(&status.stdout),
        " M a.txt\n?? new.txt\n",
        "{}",
        String::from_utf8_lossy(&status.stderr)
    );
    let check = std::process::Command::new("git")
        .args(["fsck", "--strict"])
        .current_dir(&meta.root)
        .output()
        .expect("git ran before");
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stderr));
}
