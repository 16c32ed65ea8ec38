//! SARIF 2.1.0: one run with the rules that were met, their pages as help, and a result per diagnostic.
//!
//! Addresses of files are relative to the directory of the call (`%SRCROOT%`), columns count characters from 1.

use std::collections::HashMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::fingerprint::Fingerprints;
use super::places::{Places, display_path, subject_path};
use super::{Lines, Style, printable};
use crate::check::{self, Linted, Origin};
use crate::diagnostic::{Diagnostic, Fix, Place, RuleId, Severity};
use crate::source::Location;

/// The name that stands for the directory of the call.
const ROOT: &str = "%SRCROOT%";

/// The most text of a region that a report repeats, in bytes.
const SNIPPET: usize = 400;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(projects: &[Linted], _style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = Rules::default();
    let mut fingerprints = Fingerprints::default();
    let mut results = Vec::new();
    for project in projects {
        let mut places = Places::new(&project.snapshot.sources);
        for diagnostic in &project.diagnostics {
            results.push(result(project, diagnostic, &mut places, &mut rules, &mut fingerprints));
        }
    }
    let mut driver = Map::new();
    driver.insert("name".to_owned(), json!("werfkit"));
    driver.insert("fullName".to_owned(), json!(concat!("werfkit ", env!("CARGO_PKG_VERSION"))));
    driver.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    driver.insert("semanticVersion".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    driver.insert("shortDescription".to_owned(), json!({ "text": env!("CARGO_PKG_DESCRIPTION") }));
    driver.insert("language".to_owned(), json!("en"));
    if !env!("CARGO_PKG_REPOSITORY").is_empty() {
        driver.insert("informationUri".to_owned(), json!(env!("CARGO_PKG_REPOSITORY")));
    }
    driver.insert("rules".to_owned(), Value::Array(rules.list));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            // No address: where the sources lie on this machine is nobody's business.
            "originalUriBaseIds": { ROOT: { "description": { "text": "The directory in which werfkit was called." } } },
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

/// The rules met so far, and where each stands.
#[derive(Default)]
struct Rules {
    list: Vec<Value>,
    index: HashMap<RuleId, usize>,
}

impl Rules {
    fn index(&mut self, diagnostic: &Diagnostic) -> usize {
        *self.index.entry(diagnostic.rule).or_insert_with(|| {
            let mut rule = json!({
                "id": diagnostic.rule.0,
                "name": pascal_case(diagnostic.rule.0),
                "defaultConfiguration": { "level": level(diagnostic.severity) },
            });
            if let Some(known) = check::find(diagnostic.rule.0) {
                rule["shortDescription"] = json!({ "text": known.summary() });
                rule["fullDescription"] = json!({ "text": known.description() });
                rule["help"] = json!({ "text": known.page, "markdown": known.page });
                // As code scanning orders and filters: a verdict that is werf's own is certain.
                let precision = match known.origin {
                    Origin::Werf => "very-high",
                    Origin::Layer | Origin::Check(_) => "high",
                };
                rule["properties"] = json!({
                    "tags": ["werf", known.area],
                    "precision": precision,
                    "fixable": known.fixable,
                    "problem.severity": problem_severity(diagnostic.severity),
                });
                if let Some(url) = known.url() {
                    rule["helpUri"] = json!(url);
                }
            }
            self.list.push(rule);
            self.list.len() - 1
        })
    }
}

fn result(
    project: &Linted,
    diagnostic: &Diagnostic,
    places: &mut Places<'_>,
    rules: &mut Rules,
    fingerprints: &mut Fingerprints,
) -> Value {
    let snapshot = &project.snapshot;
    let path = subject_path(snapshot, diagnostic);
    let text = match &diagnostic.help {
        Some(help) => {
            let stop = if help.ends_with(['?', '.', '!']) { "" } else { "." };
            format!("{}. Help: {help}{stop}", diagnostic.message)
        }
        None => format!("{}.", diagnostic.message),
    };
    let mut place = json!({ "artifactLocation": artifact(&path) });
    if let Some(location) = diagnostic.location {
        place["region"] = region(location, places);
        if let Some(text) = snippet(project, location) {
            place["region"]["snippet"] = json!({ "text": text });
        }
    }
    let mut result = json!({
        "ruleId": diagnostic.rule.0,
        "ruleIndex": rules.index(diagnostic),
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": { "werfkitFinding/v1": fingerprints.of(diagnostic, &path, places) },
        "properties": { "werf": snapshot.dialect.name(), "fatal": diagnostic.fatal },
    });
    let path_of = |location: Location| display_path(&snapshot.root, &snapshot.sources.get(location.file).path);
    if !diagnostic.related.is_empty() {
        let related = diagnostic.related.iter().enumerate().map(|(id, related)| {
            json!({
                "id": id + 1,
                "message": { "text": related.message },
                "physicalLocation": {
                    "artifactLocation": artifact(&path_of(related.location)),
                    "region": region(related.location, places),
                },
            })
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = diagnostic.fix.as_ref().and_then(|fix| fix_of(fix, places, path_of)) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// A fix, the replacements of each file together; `None` where one of them has no exact place in a file.
fn fix_of(fix: &Fix, places: &mut Places<'_>, path_of: impl Fn(Location) -> String) -> Option<Value> {
    let mut files: Vec<(String, Vec<Value>)> = Vec::new();
    for edit in &fix.edits {
        let Place::File(location) = edit.place else { return None };
        let path = path_of(location);
        let replacement =
            json!({ "deletedRegion": region(location, places), "insertedContent": { "text": edit.text } });
        match files.iter_mut().find(|(other, _)| *other == path) {
            Some((_, replacements)) => replacements.push(replacement),
            None => files.push((path, vec![replacement])),
        }
    }
    let changes: Vec<Value> = files
        .iter()
        .map(|(path, replacements)| json!({ "artifactLocation": artifact(path), "replacements": replacements }))
        .collect();
    (!changes.is_empty()).then(|| json!({ "description": { "text": fix.title }, "artifactChanges": changes }))
}

/// The text at a place, unless it is empty or long.
fn snippet(project: &Linted, location: Location) -> Option<String> {
    let text = &project.snapshot.sources.get(location.file).text;
    let text = text.get(location.span.start as usize..location.span.end as usize)?;
    (1..=SNIPPET).contains(&text.len()).then(|| printable(&String::from_utf8_lossy(text), Lines::Keep))
}

fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "recommendation",
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

fn region(location: Location, places: &mut Places<'_>) -> Value {
    let start = places.position(location.file, location.span.start as usize);
    let end = places.position(location.file, location.span.end as usize);
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

/// A file by its address: relative to the sources where it lies below the directory of the call.
fn artifact(path: &str) -> Value {
    if path.starts_with('/') {
        return json!({ "uri": format!("file://{}", encoded(path)) });
    }
    if path == ".." || path.starts_with("../") {
        return json!({ "uri": encoded(path) });
    }
    json!({ "uri": encoded(path), "uriBaseId": ROOT })
}

/// A path as part of a URI: everything but unreserved characters and slashes as `%XX`.
fn encoded(path: &str) -> String {
    use std::fmt::Write as _;
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// `from-latest` as `FromLatest`.
fn pascal_case(id: &str) -> String {
    id.split('-')
        .flat_map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            [first.to_ascii_uppercase(), rest.to_owned()]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_valid_uris() {
        assert_eq!(artifact("a b/ü:%.yaml")["uri"], "a%20b/%C3%BC%3A%25.yaml");
        assert_eq!(artifact("../x")["uriBaseId"], Value::Null);
        assert_eq!(artifact("/x")["uri"], "file:///x");
        assert_eq!(pascal_case("from-latest"), "FromLatest");
    }
}
