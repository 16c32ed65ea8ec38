//! Reports for programs: held against what their readers demand, and several of them in one run.

#[path = "support/program.rs"]
mod program;
#[path = "support/skipped.rs"]
mod skipped;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use program::{repository, stdout, text, tool, werfkit};
use serde_json::Value;

/// Findings of all severities, with related places, in a template and in the main file, one with text that formats must escape.
const CONFIG: &str = "project: p
configVersion: 1
---
{{ include \"app\" . }}
---
image: \"<x>&%\"
fromm: nginx:1.27
---
image: other
from: nginx
";
const TEMPLATE: &str = "{{ define \"app\" }}
image: app
from: nginx
fromCacheversion: \"1\" # привет
{{ end }}
";

fn project() -> tempfile::TempDir {
    repository(&[("a b/werf.yaml", CONFIG), ("a b/.werf/app,1.tmpl", TEMPLATE)])
}

fn report(folder: &Path, format: &str) -> String {
    let output = werfkit(folder, &["lint", "--werf", "2", "a b", "--format", format]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    stdout(&output)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The text without the pages of rules, which have tests of their own and change often.
fn without_pages(sarif: &str) -> String {
    let mut value = json(sarif);
    for rule in value["runs"][0]["tool"]["driver"]["rules"].as_array_mut().expect("a list") {
        for key in ["help", "shortDescription", "fullDescription"] {
            rule[key] = Value::from("…");
        }
    }
    serde_json::to_string_pretty(&value).expect("JSON")
}

#[test]
fn every_format_of_one_project() {
    let folder = project();
    for format in ["github", "gitlab", "junit", "checkstyle", "rdjson"] {
        insta::assert_snapshot!(format, report(folder.path(), format));
    }
    insta::assert_snapshot!("sarif", without_pages(&report(folder.path(), "sarif")));
}

#[test]
fn sarif_has_what_code_scanning_demands() {
    let folder = project();
    let log = json(&report(folder.path(), "sarif"));
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let mut fingerprints = BTreeSet::new();
    let results = run["results"].as_array().expect("results");
    assert!(results.len() >= 4, "{results:#?}");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("a number") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let description = rules[index]["fullDescription"]["text"].as_str().expect("a description");
        assert!(!description.is_empty() && description.len() < 4_000 && !description.contains("```"), "{description}");
        assert!(rules[index]["properties"]["problem.severity"].is_string());
        assert!(rules[index]["help"]["markdown"].as_str().is_some_and(|page| page.starts_with("# ")));
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        let uri = place["artifactLocation"]["uri"].as_str().expect("an address");
        assert!(uri.starts_with("a%20b/") && !uri.contains([' ', ',', '\\']), "{uri}");
        assert!(place["region"]["startLine"].as_u64() >= Some(1));
        assert!(place["region"]["snippet"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let fingerprint = result["partialFingerprints"]["werfkitFinding/v1"].as_str().expect("a mark");
        assert!(fingerprints.insert(fingerprint.to_owned()), "two findings have one mark");
    }
    assert!(results.iter().any(|result| result["relatedLocations"].is_array()), "no way through the include");
}

#[test]
fn sarif_passes_the_validator_of_its_makers() {
    let Some(multitool) = tool("WERFKIT_SARIF_MULTITOOL", "sarif-multitool") else { return };
    let folder = project();
    let clean = repository(&[("werf.yaml", "project: p\nconfigVersion: 1\n---\nimage: a\nfrom: alpine:3.20\n")]);
    let outside = tempfile::tempdir().expect("a folder");
    let none = stdout(&werfkit(outside.path(), &["lint", "--format", "sarif", "nothing-here"]));
    let empty = stdout(&werfkit(clean.path(), &["lint", "--format", "sarif"]));
    for (name, report) in [("some", report(folder.path(), "sarif")), ("empty", empty), ("none", none)] {
        let file = folder.path().join(format!("{name}.sarif"));
        let answer = folder.path().join(format!("{name}.answer.sarif"));
        fs::write(&file, report).expect("a file");
        let output = Command::new(&multitool)
            .arg("validate")
            .arg(&file)
            .arg("--output")
            .arg(&answer)
            .args(["--log", "ForceOverwrite"])
            .output()
            .expect("the validator runs");
        let answer = json(&fs::read_to_string(&answer).unwrap_or_else(|_| panic!("{}", text(&output))));
        let errors: Vec<&Value> = answer["runs"][0]["results"]
            .as_array()
            .expect("results")
            .iter()
            .filter(|result| result["level"] == "error")
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn sarif_passes_its_schema() {
    let Some(check) = tool("WERFKIT_CHECK_JSONSCHEMA", "check-jsonschema") else { return };
    let Some(schema) = program::file("WERFKIT_SARIF_SCHEMA", "the schema of SARIF 2.1.0") else { return };
    let folder = project();
    let file = folder.path().join("some.sarif");
    fs::write(&file, report(folder.path(), "sarif")).expect("a file");
    let output = Command::new(check)
        .args(["--regex-variant", "nonunicode", "--schemafile"])
        .arg(schema)
        .arg(&file)
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn rdjson_passes_its_schema() {
    let Some(check) = tool("WERFKIT_CHECK_JSONSCHEMA", "check-jsonschema") else { return };
    let Some(schema) = program::file("WERFKIT_RDJSON_SCHEMA", "DiagnosticResult.json of reviewdog") else { return };
    let folder = project();
    let file = folder.path().join("some.json");
    fs::write(&file, report(folder.path(), "rdjson")).expect("a file");
    let output = Command::new(check).arg("--schemafile").arg(schema).arg(&file).output().expect("it runs");
    assert!(output.status.success(), "{}", text(&output));
}

/// What reviewdog reads out of three of the formats is what the report for people says.
#[test]
fn reviewdog_understands_the_reports() {
    let Some(reviewdog) = tool("WERFKIT_REVIEWDOG", "reviewdog") else { return };
    let folder = project();
    let findings: BTreeSet<String> = report(folder.path(), "concise")
        .lines()
        .filter_map(|line| line.split_once(": ").filter(|(_, rest)| rest.contains('[')))
        .map(|(place, _)| place.to_owned())
        .collect();
    assert!(findings.len() >= 4, "{findings:?}");
    let read = |format: &str| -> (BTreeSet<String>, String) {
        let file = folder.path().join("report");
        fs::write(&file, report(folder.path(), format)).expect("a file");
        let output = Command::new(&reviewdog)
            .current_dir(folder.path())
            .args([&format!("-f={format}"), "-reporter=local", "-filter-mode=nofilter", "-diff=git diff"])
            .stdin(fs::File::open(&file).expect("the file"))
            .output()
            .expect("reviewdog runs");
        assert!(output.stderr.is_empty(), "{format}: {}", text(&output));
        let printed = stdout(&output);
        let places = printed.lines().filter_map(place_of_reviewdog).collect();
        (places, printed)
    };
    for format in ["checkstyle", "rdjson", "sarif"] {
        let (places, printed) = read(format);
        assert_eq!(places, findings, "{format}: {printed}");
    }
}

/// `file:line:column` of a line that the local reporter of reviewdog prints: that form itself, the message with the names of its fields, or the result
/// of SARIF.
fn place_of_reviewdog(line: &str) -> Option<String> {
    if let Ok(result) = serde_json::from_str::<Value>(line) {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str()?.replace("%20", " ").replace("%2C", ",");
        return Some(format!("{uri}:{}:{}", place["region"]["startLine"], place["region"]["startColumn"]));
    }
    if let Some((_, place)) = line.split_once("location:{path:\"") {
        let (path, rest) = place.split_once('"')?;
        let number = |name: &str| {
            let (_, rest) = rest.split_once(name)?;
            rest.split(|letter: char| !letter.is_ascii_digit()).next()
        };
        return Some(format!("{path}:{}:{}", number("line:")?, number("column:")?));
    }
    line.split_once(": ").map(|(place, _)| place.to_owned())
}

/// One annotation: its level, its properties as written, its message as written.
fn annotation(line: &str) -> (&str, BTreeSet<&str>, &str) {
    let (head, message) = line.strip_prefix("::").and_then(|rest| rest.split_once("::")).expect("a command");
    let (level, properties) = head.split_once(' ').expect("properties");
    (level, properties.split(',').collect(), message)
}

/// What the runner reads, written by the library of the runner's makers, is what is written here.
#[test]
fn github_gets_what_its_own_library_writes() {
    const SCRIPT: &str = r"
        const core = require(process.argv[1]);
        const plain = (text) => text.replaceAll('%0A', '\n').replaceAll('%3A', ':').replaceAll('%2C', ',').replaceAll('%25', '%');
        const names = {line: 'startLine', col: 'startColumn'};
        for (const {level, properties, message} of JSON.parse(process.argv[2])) {
            const entries = properties.map((one) => one.split('=')).map(([name, ...rest]) => [names[name] ?? name, plain(rest.join('='))]);
            core[level](plain(message), Object.fromEntries(entries));
        }";
    let Some(library) = std::env::var_os("WERFKIT_ACTIONS_CORE") else {
        skipped::say("WERFKIT_ACTIONS_CORE names no library; `.ci/peers` installs it");
        return;
    };
    let folder = project();
    let ours = report(folder.path(), "github");
    let ours: BTreeSet<_> = ours.lines().map(annotation).collect();
    let data: Vec<_> = ours
        .iter()
        .map(|(level, properties, message)| serde_json::json!({"level": level, "properties": properties, "message": message}))
        .collect();
    let mut command = Command::new("node");
    command.arg("-e").arg(SCRIPT).arg(library).arg(serde_json::Value::from(data).to_string());
    let output = command.output().expect("node runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let theirs = stdout(&output);
    assert_eq!(theirs.lines().map(annotation).collect::<BTreeSet<_>>(), ours);
}

/// The fields that GitLab's parser requires (the schema in its sources asks for a description, a fingerprint, a severity and a location, lines as whole
/// numbers), those that its documentation adds, and its list of severities.
#[test]
fn gitlab_gets_what_it_requires() {
    let folder = project();
    let report = json(&report(folder.path(), "gitlab"));
    let issues = report.as_array().expect("a list");
    let mut fingerprints = BTreeSet::new();
    for issue in issues {
        for key in ["description", "check_name", "fingerprint"] {
            assert!(issue[key].as_str().is_some_and(|text| !text.is_empty()), "{issue:#?}");
        }
        assert!(fingerprints.insert(issue["fingerprint"].to_string()));
        let severity = issue["severity"].as_str().expect("a severity");
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity));
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.starts_with("./") && folder.path().join(path).is_file(), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
    }
    let clean = repository(&[("werf.yaml", "project: p\nconfigVersion: 1\n---\nimage: a\nfrom: alpine:3.20\n")]);
    assert_eq!(stdout(&werfkit(clean.path(), &["lint", "--format", "gitlab"])), "[]\n");
}

#[test]
fn marks_survive_lines_put_in_above() {
    let folder = project();
    let marks = |text: &str| -> BTreeSet<String> {
        json(text).as_array().expect("a list").iter().map(|issue| issue["fingerprint"].to_string()).collect()
    };
    let before = marks(&report(folder.path(), "gitlab"));
    fs::write(folder.path().join("a b/werf.yaml"), format!("# one\n# two\n{CONFIG}")).expect("a file");
    program::git(folder.path(), &["commit", "-q", "-am", "comments"]);
    assert_eq!(marks(&report(folder.path(), "gitlab")), before);
}

#[test]
fn xml_reports_are_well_formed() {
    let Some(xmllint) = tool("WERFKIT_XMLLINT", "xmllint") else { return };
    let folder = project();
    for format in ["junit", "checkstyle"] {
        let file = folder.path().join(format);
        fs::write(&file, report(folder.path(), format)).expect("a file");
        let mut command = Command::new(&xmllint);
        command.arg("--noout");
        let schema = (format == "junit").then(|| program::file("WERFKIT_JUNIT_XSD", "junit-10.xsd")).flatten();
        if let Some(schema) = schema {
            command.arg("--schema").arg(schema);
        }
        let output = command.arg(&file).output().expect("xmllint runs");
        assert!(output.status.success(), "{}", text(&output));
    }
}

#[test]
fn several_reports_in_one_run() {
    let folder = project();
    let sarif = format!("sarif={}", folder.path().join("out.sarif").display());
    let gitlab = "gitlab=quality.json";
    let output = werfkit(folder.path(), &["lint", "--werf", "2", "a b", "--output", &sarif, "--output", gitlab]);
    assert_eq!(output.status.code(), Some(1));
    // People still read the log.
    assert!(stdout(&output).contains("unknown-field"), "{}", text(&output));
    assert_eq!(json(&fs::read_to_string(folder.path().join("out.sarif")).expect("a file"))["version"], "2.1.0");
    assert!(json(&fs::read_to_string(folder.path().join("quality.json")).expect("a file")).is_array());
    let output = werfkit(folder.path(), &["lint", "a b", "--output", "sarif=-", "--output", gitlab]);
    assert_eq!(json(&stdout(&output))["version"], "2.1.0");
    let output = werfkit(folder.path(), &["lint", "a b", "--quiet", "--output", "json=all.json"]);
    assert!(!stdout(&output).contains("base-untagged"), "{}", text(&output));
    assert!(fs::read_to_string(folder.path().join("all.json")).expect("a file").contains("base-untagged"));
}

#[test]
fn outputs_that_cannot_be_are_refused() {
    let folder = project();
    let calls: [&[&str]; 6] = [
        &["lint", "a b", "--output", "sarif"],
        &["lint", "a b", "--output", "xml=x"],
        &["lint", "a b", "--output", "sarif=-", "--output", "json=-"],
        &["lint", "a b", "--output", "sarif=-", "--format", "json"],
        &["lint", "a b", "--output", "sarif=x", "--output", "json=x"],
        &["lint", "a b", "--output", "sarif=no-such-folder/x"],
    ];
    for call in calls {
        let output = werfkit(folder.path(), call);
        assert_eq!(output.status.code(), Some(2), "{call:?}: {}", text(&output));
        assert!(!output.stderr.is_empty(), "{call:?} says nothing");
    }
}
