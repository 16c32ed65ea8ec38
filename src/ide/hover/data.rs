//! The data of templates in words: `.Env`, `.Commit`, `.Files`, environment variables, keys that `set` stored.
//!
//! In: words of actions, the trace of the rendering. Out: Markdown. Never: values that look like secrets.

use super::markdown::{code, count, place};
use super::value;
use crate::dialect::Dialect;
use crate::ide::At;
use crate::ide::links::project_path;
use crate::ide::secrets::{HIDDEN, Secrets, looks_secret};
use crate::ide::templates::actions;
use crate::ide::tokens::{Token, TokenKind, keyword};
use crate::source::Location;
use crate::template::trace::Input;

/// Places told of one key.
const MOST: usize = 6;

/// What every project's data has.
const KNOWN: &[(&str, &str)] = &[
    (".Env", "the environment that `--env` or `WERF_ENV` names"),
    (".Commit", "the commit that is built"),
    (".Commit.Hash", "the hash of the commit that is built"),
    (".Commit.Date", "the date of the commit that is built"),
    (".Commit.Date.Human", "the date of the commit for people"),
    (".Commit.Date.Unix", "the date of the commit in seconds since 1970"),
    (".Files", "the files of the project"),
    (".Files.Get", "`.Files.Get PATH` → string: the text of a file of the project, relative to the project directory"),
    (".Files.Glob", "`.Files.Glob PATTERN` → dict: the texts of all files that match, by their paths"),
    (".Files.Exists", "`.Files.Exists PATH` → bool: whether the project has that file"),
    (".Files.IsDir", "`.Files.IsDir PATH` → bool: whether the project has that directory"),
];

/// A field with those before it: `.Commit.Date`.
pub fn field(at: &At<'_>, words: &[Token], index: usize) -> Option<String> {
    let text = at.text();
    let mut first = index;
    while let Some(before) = first.checked_sub(1).map(|before| words[before])
        && before.kind == TokenKind::Field
        && before.span.end == words[first].span.start
    {
        first -= 1;
    }
    let path: String = words[first..=index].iter().map(|word| word.text(text)).collect();
    let owner =
        first.checked_sub(1).map(|before| words[before]).filter(|word| word.span.end == words[first].span.start);
    let is_root = match owner {
        Some(owner) => owner.text(text) == "$",
        None => !is_moved(at),
    };
    if path == "." {
        return None;
    }
    let snapshot = at.analysis.snapshot();
    let mut parts = Vec::new();
    if is_root {
        // Of these, 1.1 has the files alone.
        let is_there = at.analysis.dialect() > Dialect::V1_1 || path.starts_with(".Files");
        let known = KNOWN.iter().find(|(name, _)| is_there && *name == path);
        if let Some((name, meaning)) = known {
            parts.push(format!("**{}**: {meaning}", code(name)));
        }
        if let Some(found) = snapshot.trace.data.iter().find(|data| data.path == path) {
            let is_secret = Secrets::new(at.analysis, at.file).is_secret(text, &words[first..=index]);
            let told = if is_secret {
                HIDDEN.to_owned()
            } else if found.value.text.is_empty() && path == ".Env" {
                "empty here, as no environment is named".to_owned()
            } else {
                value::known(&found.value)
            };
            parts.push(format!("Value: {told}"));
        }
        if known.is_some() {
            return Some(parts.join("\n\n"));
        }
    }
    let name = words[index].text(text).trim_start_matches('.');
    if let Some(stored) = key(at, name) {
        parts.insert(0, stored);
    }
    (!parts.is_empty()).then(|| parts.join("\n\n"))
}

/// Whether `.` may be something else than the template's data: inside of `range` and `with`.
fn is_moved(at: &At<'_>) -> bool {
    let text = at.text();
    let mut open: Vec<bool> = Vec::new();
    for action in actions(text) {
        if action.span.end as usize > at.offset {
            break;
        }
        match keyword(text, &action) {
            Some("range" | "with") => open.push(true),
            Some("if" | "define" | "block") => open.push(false),
            Some("end") => {
                open.pop();
            }
            _ => {}
        }
    }
    open.contains(&true)
}

/// A key that templates store with `set`.
pub fn key(at: &At<'_>, name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    let snapshot = at.analysis.snapshot();
    let mut places: Vec<Location> = snapshot
        .trace
        .stored
        .iter()
        .filter(|stored| stored.key == name)
        .filter_map(|stored| snapshot.provenance.calls.get(stored.call.0 as usize)?.place)
        .collect();
    places.sort_unstable();
    places.dedup();
    if places.is_empty() {
        return None;
    }
    let shown: Vec<String> = places.iter().take(MOST).map(|found| place(at.analysis, *found)).collect();
    let more = if places.len() > MOST { format!(" and {} more", places.len() - MOST) } else { String::new() };
    Some(format!("**{}**, stored by `set` at {}{more}", code(name), shown.join(", ")))
}

/// An environment variable.
pub fn environment(at: &At<'_>, name: &str) -> String {
    let inputs = at.analysis.snapshot().trace.inputs.iter();
    let mut states: Vec<String> = Vec::new();
    for used in inputs {
        let Input::Env { name: read, default, set } = &used.input else { continue };
        if read != name {
            continue;
        }
        let state = match (set, default) {
            (true, _) => "set here".to_owned(),
            (false, Some(_)) if looks_secret(name) => "not set here: its default is used".to_owned(),
            (false, Some(default)) => format!("not set here: the default {} is used", code(default)),
            (false, None) => "not set here, and without a default".to_owned(),
        };
        if !states.contains(&state) && states.len() < MOST {
            states.push(state);
        }
    }
    let mut shown = format!("**{}**, an environment variable", code(name));
    match states.as_slice() {
        [] => shown.push_str(" that this rendering did not read"),
        states => shown.push_str(&format!(", {}", states.join("; "))),
    }
    if looks_secret(name) {
        shown.push_str(&format!("\n\nValue {HIDDEN}"));
    }
    shown
}

/// The argument of a method of `.Files`.
pub fn file(at: &At<'_>, before: &[Token], literal: &str) -> Option<String> {
    let text = at.text();
    let is_method = |name: &str| crate::ide::links::is_files_method(text, before, name);
    if is_method("Glob") {
        return Some(format!("{}: a pattern for files of the project", code(literal)));
    }
    if !is_method("Get") && !is_method("Exists") && !is_method("IsDir") {
        return None;
    }
    let path = project_path(literal);
    let analysis = at.analysis;
    let mut shown = match analysis.file(&path) {
        Some(file) => {
            let size = analysis.text(file).len();
            format!("**{}**, a file of {}", code(&path), count(size, "byte", "bytes"))
        }
        None => format!("**{}**, which this rendering did not read", code(&path)),
    };
    let offset = before.last().map_or(at.offset, |word| word.span.end as usize);
    let mut told: Vec<&str> = Vec::new();
    for diagnostic in &analysis.linted.diagnostics {
        let is_here = diagnostic.location.is_some_and(|place| place.file == at.file && place.span.touches(offset));
        if is_here && diagnostic.rule.0.starts_with("files-") && !told.contains(&diagnostic.message.as_str()) {
            told.push(&diagnostic.message);
            shown.push_str(&format!("\n\n{}", diagnostic.message));
        }
    }
    Some(shown)
}
