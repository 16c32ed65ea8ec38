//! Permissions: what to write into `werf-giterminism.yaml` so that a finding about giterminism goes away.
//!
//! In: a linted project and one of its findings. Out: the change of that file, or the whole file where there is none. Never: a decision; whoever asks has
//! decided. Files whose form does not allow a line to be added stay as they are.

use crate::analysis::Mode;
use crate::check::Linted;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::yaml::insert::{New, insert};
use crate::yaml::{self, Tree};

/// The file, relative to the project directory.
pub const FILE: &str = "werf-giterminism.yaml";

/// The file with nothing permitted.
const EMPTY: &str = "giterminismConfigVersion: 1\n";

/// A permission to write down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Words for a menu.
    pub title: String,
    /// The file, where there is one, and the bytes to replace.
    pub place: Option<(FileId, Span)>,
    /// What replaces them, or the text of a new file.
    pub text: String,
}

/// The permission that removes a finding.
#[must_use]
pub fn permission(linted: &Linted, diagnostic: &Diagnostic) -> Option<Permission> {
    let snapshot = &linted.snapshot;
    if snapshot.mode != Mode::Strict {
        return None;
    }
    let place = diagnostic.location?;
    let written = snapshot.sources.get(place.file).text.get(place.span.range())?;
    let written = std::str::from_utf8(written).ok()?;
    let (path, grant): (&[&str], New<'_>) = match diagnostic.rule.0 {
        "env-not-allowed" => (&["config", "goTemplateRendering", "allowEnvVariables"], New::Item(literal(written)?)),
        "from-latest-not-allowed" => (&["config", "stapel", "allowFromLatest"], New::Value("true")),
        "git-branch-not-allowed" => (&["config", "stapel", "git", "allowBranch"], New::Value("true")),
        "mount-build-dir-not-allowed" => (&["config", "stapel", "mount", "allowBuildDir"], New::Value("true")),
        "mount-from-path-not-allowed" => (&["config", "stapel", "mount", "allowFromPaths"], New::Item(plain(written)?)),
        _ => return None,
    };
    let title = match grant {
        New::Value(_) => format!("Permit this in `{FILE}`: `{}`", path.last()?),
        New::Item(item) => format!("Permit `{item}` in `{FILE}`"),
    };
    let read = |text: &[u8]| -> Tree { yaml::parse(text, &Limits::default()) };
    let file = snapshot.sources.find(FILE);
    if let Some(file) = file {
        let text = &snapshot.sources.get(file).text;
        let tree = read(text);
        if tree.root().is_some() || !tree.errors.is_empty() {
            let edit = insert(text, &tree, path, grant)?;
            return Some(Permission { title, place: Some((file, edit.span)), text: edit.text });
        }
    }
    // There is no file, or nothing in it.
    let edit = insert(EMPTY.as_bytes(), &read(EMPTY.as_bytes()), path, grant)?;
    let mut text = EMPTY.to_owned();
    text.replace_range(edit.span.range(), &edit.text);
    let end = file.map(|file| (file, Span::empty(snapshot.sources.get(file).text.len())));
    Some(Permission { title, place: end, text })
}

/// The text of the first string literal of an action.
fn literal(action: &str) -> Option<&str> {
    let start = action.find(['"', '`'])?;
    let quote = &action[start..=start];
    plain(action[start + 1..].split(quote).next()?)
}

/// A text that needs no quotes in a list.
fn plain(text: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let starts = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '/' | '.'));
    (starts && text.chars().all(is_plain)).then_some(text)
}
