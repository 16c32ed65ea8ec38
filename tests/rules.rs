//! Rules and their pages: the registry, the pages and the ids used in the sources agree with each other, and every example
//! of a page is judged as the page says.

#[path = "support/git_fixture.rs"]
mod git_fixture;
#[path = "rules/pages.rs"]
mod pages;

#[path = "support/skipped.rs"]
mod skipped;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use pages::{Example, Expected};
use werfkit::analysis::{Request, Verdict};
use werfkit::check::{self, Linted, Origin, Rule};
use werfkit::diagnostic::{Diagnostic, Place, Severity};
use werfkit::dialect::Dialect;
use werfkit::source::LineIndex;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the repository") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            files_below(&path, extension, found);
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
}

#[test]
fn every_page_has_a_rule_and_every_rule_its_page() {
    let folder = repository().join("src/check/rules");
    let mut files = Vec::new();
    files_below(&folder, "md", &mut files);
    let pages: BTreeSet<String> = files
        .iter()
        .map(|file| file.strip_prefix(&folder).expect("below").with_extension("").to_string_lossy().replace('\\', "/"))
        .collect();
    let mut rules = BTreeSet::new();
    for rule in check::rules::all() {
        assert!(rules.insert(format!("{}/{}", rule.area, rule.id)), "{rule:?} is registered twice");
    }
    assert_eq!(pages, rules);
    let ids: BTreeSet<&str> = check::rules::all().map(|rule| rule.id.0).collect();
    assert_eq!(ids.len(), rules.len(), "an id is used in two areas");
}

#[test]
fn every_id_in_the_sources_is_a_rule() {
    let mut files = Vec::new();
    files_below(&repository().join("src"), "rs", &mut files);
    let mut unknown = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).expect("a source file");
        for (start, opening) in text.match_indices("RuleId(\"") {
            let id = text[start + opening.len()..].split('"').next().unwrap_or_default();
            if check::find(id).is_none() {
                unknown.push(format!("{}: `{id}`", file.display()));
            }
        }
    }
    assert!(unknown.is_empty(), "ids without a rule and page:\n{}", unknown.join("\n"));
}

/// Rules of `rules.tsv` whose severity here differs from werf's on purpose, with the reason.
const OTHER_SEVERITY: &[(&str, &str)] = &[
    ("loose-giterminism-flag", "advice about an option the user just typed: information, not a warning"),
    ("from-and-from-image", "werf 2 accepts the pair in silence; the warning there is ours"),
];

#[test]
fn rules_of_werf_have_the_severity_that_werf_gives_them() {
    let Some(folder) = conformance() else { return };
    let table = fs::read_to_string(folder.join("rules.tsv")).expect("rules.tsv");
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let mut columns = line.split('\t');
        let (Some(id), Some(errors), Some(warnings)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let Some(rule) = check::find(id) else {
            wrong.push(format!("{id}: no such rule"));
            continue;
        };
        if OTHER_SEVERITY.iter().any(|(known, _)| *known == id) {
            continue;
        }
        for dialect in Dialect::ALL {
            let within = |list: &str| list.split(',').any(|name| name == dialect.name());
            let severity = match (within(errors), within(warnings)) {
                (true, _) => Some(Severity::Error),
                (_, true) => Some(Severity::Warning),
                _ => None,
            };
            if rule.severity(dialect) != severity {
                wrong.push(format!("{id}: {:?} in {dialect}, werf {severity:?}", rule.severity(dialect)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The folder with `rules.tsv`: named by the environment, in the repository, or beside it.
fn conformance() -> Option<PathBuf> {
    let root = repository();
    let named = std::env::var_os("WERFKIT_CONFORMANCE").map(PathBuf::from);
    let places = named.into_iter().chain([root.join("tests/data/conformance"), root.join("../shared/conformance")]);
    let found = places.into_iter().find(|folder| folder.join("rules.tsv").is_file());
    if found.is_none() {
        skipped::say("no conformance data with rules.tsv here");
    }
    found
}

#[test]
fn pages_have_the_agreed_form() {
    let mut wrong = Vec::new();
    for rule in check::rules::all() {
        let mut complain = |text: String| wrong.push(format!("{}/{}: {text}", rule.area, rule.id));
        if rule.page.lines().next() != Some(format!("# {}", rule.id).as_str()) {
            complain("the title is not the rule's name".to_owned());
        }
        if !rule.summary().ends_with('.') || rule.summary().len() > 130 {
            complain(format!("the summary is no short sentence: {}", rule.summary()));
        }
        let mut code = false;
        for line in rule.page.lines() {
            code ^= line.starts_with("```");
            if line.chars().count() > 120 && !code {
                complain(format!("a long line: {line}"));
            }
        }
        for reference in rule.page.split('`').skip(1).step_by(2) {
            let looks_like_a_rule =
                reference.contains('-') && reference.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let prefix = reference.split('-').next().unwrap_or_default();
            let areas = ["from", "crash", "base", "image", "config", "files", "env", "import", "dependency"];
            if looks_like_a_rule && areas.contains(&prefix) && check::find(reference).is_none() {
                complain(format!("`{reference}` is no rule"));
            }
        }
        match pages::examples(rule.page) {
            Err(error) => complain(error),
            Ok(examples) => examples.iter().for_each(|example| check_expectations(rule, example, &mut complain)),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What can be said about an example without linting it.
fn check_expectations(rule: &Rule, example: &Example, complain: &mut impl FnMut(String)) {
    let line = example.page_line;
    if example.fixed != example.expected.is_empty() && !example.fix {
        complain(format!("line {line}: a fixed block expects nothing, every other something"));
    }
    for dialect in dialects(rule, example) {
        if !example.fixed && rule.severity(dialect).is_none() {
            complain(format!("line {line}: the rule does not exist in {dialect}"));
        }
        for expected in &example.expected {
            match check::find(&expected.rule).map(|found| found.severity(dialect).map(Severity::name)) {
                None => complain(format!("line {line}: `{}` is no rule", expected.rule)),
                Some(severity) if severity != Some(expected.severity.as_str()) => {
                    complain(format!("line {line}: `{}` is {severity:?} in {dialect}", expected.rule));
                }
                Some(_) => {}
            }
        }
    }
}

fn dialects(rule: &Rule, example: &Example) -> Vec<Dialect> {
    let all = Dialect::ALL.into_iter().filter(|dialect| rule.severity(*dialect).is_some());
    example.dialects.clone().unwrap_or_else(|| all.collect())
}

/// Lints files as a project with one commit.
fn lint_text(files: &BTreeMap<String, String>, dialect: Dialect, loose: bool) -> Result<Linted, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let files = files.iter().map(|(path, text)| (path.clone(), git_fixture::Entry::file(text.as_bytes()))).collect();
    git_fixture::Repository::create(folder.path(), &files)
        .and_then(|repository| repository.write_index())
        .map_err(|error| error.to_string())?;
    let mut request = Request::new(folder.path(), folder.path());
    request.dialect = Some(dialect);
    request.loose_giterminism = loose;
    check::lint(&request).map_err(|error| error.message)
}

#[test]
fn examples_are_judged_as_their_pages_say() {
    let mut wrong = Vec::new();
    let (mut judged, mut right) = (0, 0);
    for rule in check::rules::all() {
        let examples = pages::examples(rule.page).expect("well formed: see the other test");
        for (index, example) in examples.iter().enumerate() {
            let mut files: BTreeMap<String, String> = example.files.iter().cloned().collect();
            files.insert("werf.yaml".to_owned(), example.config.clone());
            for dialect in dialects(rule, example) {
                judged += 1;
                let before = wrong.len();
                let mut complain = |text: String| {
                    wrong.push(format!("{}/{}.md:{} in {dialect}: {text}", rule.area, rule.id, example.page_line));
                };
                match lint_text(&files, dialect, example.loose) {
                    Err(error) => complain(error),
                    Ok(linted) => {
                        compare(rule, example, &linted, &mut complain);
                        if example.fix {
                            let fixed = apply_fixes(rule, &linted, &example.config);
                            match examples.get(index + 1) {
                                Some(next) if same_text(&next.config, &fixed) => {}
                                _ => complain(format!("the fix makes\n{fixed}")),
                            }
                        }
                    }
                }
                right += usize::from(wrong.len() == before);
            }
        }
    }
    println!("{right} of {judged} examples judged as their pages say");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn compare(rule: &Rule, example: &Example, linted: &Linted, complain: &mut impl FnMut(String)) {
    for diagnostic in &linted.diagnostics {
        if check::find(diagnostic.rule.0).is_none() {
            complain(format!("`{}` is raised and has no page", diagnostic.rule));
        }
    }
    if example.fixed {
        if let Verdict::Refused { rule, message } = &linted.snapshot.verdict {
            complain(format!("refused by {rule}: {message}"));
        }
        if linted.diagnostics.iter().any(|diagnostic| diagnostic.rule == rule.id) {
            complain("the fixed block still has the finding".to_owned());
        }
        return;
    }
    let found: Vec<(Option<usize>, &Diagnostic)> =
        linted.diagnostics.iter().map(|diagnostic| (line_in_config(linted, diagnostic), diagnostic)).collect();
    for expected in &example.expected {
        if !found.iter().any(|(line, diagnostic)| matches(expected, *line, diagnostic)) {
            let near: Vec<String> =
                found.iter().map(|(line, d)| format!("{line:?} {}[{}]", d.severity.name(), d.rule)).collect();
            complain(format!("no {expected:?}; found {near:?}"));
        }
    }
    for (line, diagnostic) in &found {
        let expected = example.expected.iter().any(|expected| matches(expected, *line, diagnostic));
        if !expected && (diagnostic.rule == rule.id || diagnostic.fatal) {
            complain(format!(
                "unexpected {}[{}] at {line:?}: {}",
                diagnostic.severity.name(),
                diagnostic.rule,
                diagnostic.message
            ));
        }
    }
}

/// The line of a diagnostic in `werf.yaml`, from 1; `None` when it is about the project as a whole or another file.
fn line_in_config(linted: &Linted, diagnostic: &Diagnostic) -> Option<usize> {
    let location = diagnostic.location?;
    let file = linted.snapshot.sources.get(location.file);
    (file.path == "werf.yaml").then(|| LineIndex::new(&file.text).line(location.span.start as usize) + 1)
}

fn matches(expected: &Expected, line: Option<usize>, diagnostic: &Diagnostic) -> bool {
    diagnostic.rule.0 == expected.rule
        && diagnostic.severity.name() == expected.severity
        && (line.is_none() || line == Some(expected.line))
}

/// Whether two texts are the same apart from the expectations in their comments.
fn same_text(left: &str, right: &str) -> bool {
    let bare = |text: &str| -> Vec<String> {
        let line = |line: &str| {
            let words = ["# error[", "# warning[", "# info[", "# hint["];
            match words.iter().find_map(|word| line.find(word)) {
                Some(0) => None,
                Some(start) => Some(line[..start].trim_end().to_owned()).filter(|line| !line.is_empty()),
                None => Some(line.to_owned()),
            }
        };
        text.lines().filter_map(line).collect()
    };
    bare(left) == bare(right)
}

fn apply_fixes(rule: &Rule, linted: &Linted, config: &str) -> String {
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for fix in linted.diagnostics.iter().filter(|found| found.rule == rule.id).filter_map(|found| found.fix.as_ref()) {
        for edit in &fix.edits {
            if let Place::File(location) = edit.place {
                edits.push((location.span.range(), edit.text.clone()));
            }
        }
    }
    edits.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut text = config.to_owned();
    for (range, replacement) in edits {
        text.replace_range(range, &replacement);
    }
    text
}

/// Fixable rules whose findings stand in other files than werf.yaml, which pages cannot show; `fix_command.rs` does.
const ABOUT_OTHER_FILES: &[&str] = &["giterminism-unknown-key"];

#[test]
fn fixable_rules_show_a_fix_on_their_page() {
    for rule in check::rules::all().filter(|rule| rule.fixable && !ABOUT_OTHER_FILES.contains(&rule.id.0)) {
        let shows = pages::examples(rule.page).is_ok_and(|examples| examples.iter().any(|example| example.fix));
        assert!(shows, "{rule:?} is fixable and its page has no `fix` block");
    }
}

#[test]
fn rules_with_a_function_are_ours() {
    let Some(folder) = conformance() else { return };
    let table = fs::read_to_string(folder.join("rules.tsv")).expect("rules.tsv");
    let of_werf: BTreeSet<&str> = table.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
    for rule in check::rules::all() {
        let werf = of_werf.contains(rule.id.0);
        match rule.origin {
            Origin::Werf => assert!(werf, "{rule:?} is not in rules.tsv"),
            Origin::Layer => assert!(!werf, "{rule:?} is one of werf's"),
            Origin::Check(_) => {}
        }
    }
}
