//! Permissions: what to write into `werf-giterminism.yaml` so that a finding about giterminism goes away.
//!
//! In: a linted project and one of its findings. Out: the change of that file, or the whole file where there is none. Never: a decision; whoever asks has
//! decided. Files whose form does not allow a line to be added stay as they are.

use crate::analysis::Mode;
use crate::check::Linted;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::yaml::{self, Kind, NodeId, Style, Tree};

/// The file, relative to the project directory.
pub const FILE: &str = "werf-giterminism.yaml";

/// What a permission is.
enum Grant {
    /// A switch.
    On,
    /// An item of a list.
    Item(String),
}

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
    let (path, grant): (&[&str], Grant) = match diagnostic.rule.0 {
        "env-not-allowed" => {
            (&["config", "goTemplateRendering", "allowEnvVariables"], Grant::Item(literal(written)?.to_owned()))
        }
        "from-latest-not-allowed" => (&["config", "stapel", "allowFromLatest"], Grant::On),
        "git-branch-not-allowed" => (&["config", "stapel", "git", "allowBranch"], Grant::On),
        "mount-build-dir-not-allowed" => (&["config", "stapel", "mount", "allowBuildDir"], Grant::On),
        "mount-from-path-not-allowed" => {
            (&["config", "stapel", "mount", "allowFromPaths"], Grant::Item(plain(written)?.to_owned()))
        }
        _ => return None,
    };
    let what = match &grant {
        Grant::On => format!("Permit this in `{FILE}`: `{}`", path.last()?),
        Grant::Item(item) => format!("Permit `{item}` in `{FILE}`"),
    };
    let lines = |indent: usize, from: usize, end: &str| lines(&path[from..], &grant, indent, end);
    let Some(file) = snapshot.sources.find(FILE) else {
        let text = format!("giterminismConfigVersion: 1\n{}", lines(0, 0, "\n"));
        return Some(Permission { title: what, place: None, text });
    };
    let text = &snapshot.sources.get(file).text;
    let tree = yaml::parse(text, &Limits::default());
    let (span, text) = insertion(text, &tree, path, &grant)?;
    Some(Permission { title: what, place: Some((file, span)), text })
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

/// The keys of a path below each other, with the value at the end.
fn lines(path: &[&str], grant: &Grant, indent: usize, end: &str) -> String {
    let mut text = String::new();
    for (depth, key) in path.iter().enumerate() {
        let pad = " ".repeat(indent + 2 * depth);
        let is_last = depth + 1 == path.len();
        match grant {
            Grant::On if is_last => text.push_str(&format!("{pad}{key}: true{end}")),
            Grant::Item(item) if is_last => text.push_str(&format!("{pad}{key}:{end}{pad}- {item}{end}")),
            _ => text.push_str(&format!("{pad}{key}:{end}")),
        }
    }
    text
}

/// The column of a byte, in bytes.
fn column(text: &[u8], offset: u32) -> usize {
    let before = &text[..(offset as usize).min(text.len())];
    before.len() - before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

/// Where a path of keys is to be written, and what.
fn insertion(text: &[u8], tree: &Tree, path: &[&str], grant: &Grant) -> Option<(Span, String)> {
    let end = if text.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    if !tree.errors.is_empty() {
        return None;
    }
    let Some(mut node) = tree.root() else {
        return Some(behind(
            text,
            text.len(),
            &format!("giterminismConfigVersion: 1{end}{}", lines(path, grant, 0, end)),
            end,
        ));
    };
    for depth in 0..path.len() {
        let mapping = tree.node(node);
        if mapping.kind != Kind::Mapping || mapping.flow {
            return None;
        }
        let indent = column(text, tree.node(tree.entries(node).next()?.key).span.start);
        let Some(entry) = tree.get(node, path[depth]) else {
            return Some(behind(text, last_byte(tree, node), &lines(&path[depth..], grant, indent, end), end));
        };
        let value = tree.node(entry.value);
        let is_empty = value.kind == Kind::Scalar(Style::Plain) && tree.value(entry.value).is_empty();
        let is_leaf = depth + 1 == path.len();
        if is_empty {
            // `key:` without a value: what belongs below it follows.
            let below = match (is_leaf, grant) {
                (false, _) => lines(&path[depth + 1..], grant, indent + 2, end),
                (true, Grant::Item(item)) => format!("{}- {item}{end}", " ".repeat(indent)),
                (true, Grant::On) => {
                    let at = tree.node(entry.key).span.end as usize + 1;
                    return Some((Span::empty(at.min(text.len())), " true".to_owned()));
                }
            };
            return Some(behind(text, tree.node(entry.key).span.end as usize, &below, end));
        }
        if !is_leaf {
            node = entry.value;
            continue;
        }
        return match grant {
            Grant::On => Some((value.content, "true".to_owned())),
            Grant::Item(item) if value.kind == Kind::Sequence && value.flow => {
                let close = (value.span.end as usize).checked_sub(1)?;
                let comma = if tree.items(entry.value).is_empty() { "" } else { ", " };
                Some((Span::empty(close), format!("{comma}{item}")))
            }
            Grant::Item(item) if value.kind == Kind::Sequence => {
                let dash = column(text, value.span.start);
                Some(behind(text, last_byte(tree, entry.value), &format!("{}- {item}{end}", " ".repeat(dash)), end))
            }
            Grant::Item(_) => None,
        };
    }
    None
}

/// The end of the last thing written in a collection.
fn last_byte(tree: &Tree, node: NodeId) -> usize {
    let mut node = node;
    // As deep as a file of permissions goes, and a little further.
    for _ in 0..32 {
        let last = match tree.node(node).kind {
            Kind::Mapping if !tree.node(node).flow => tree.entries(node).next_back().map(|entry| {
                let is_written = !tree.node(entry.value).span.is_empty();
                if is_written { entry.value } else { entry.key }
            }),
            Kind::Sequence if !tree.node(node).flow => tree.items(node).last().copied(),
            _ => None,
        };
        let Some(last) = last else { break };
        node = last;
    }
    tree.node(node).span.end as usize
}

/// Whole lines behind the line of an offset.
fn behind(text: &[u8], offset: usize, lines: &str, end: &str) -> (Span, String) {
    match text[offset..].iter().position(|byte| *byte == b'\n') {
        Some(at) => (Span::empty(offset + at + 1), lines.to_owned()),
        // The last line has no end yet.
        None if text.is_empty() || text.ends_with(b"\n") => (Span::empty(text.len()), lines.to_owned()),
        None => (Span::empty(text.len()), format!("{end}{}", lines.trim_end_matches(end))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENV: &[&str] = &["config", "goTemplateRendering", "allowEnvVariables"];

    fn written(text: &str, path: &[&str], grant: &Grant) -> String {
        let tree = yaml::parse(text.as_bytes(), &Limits::default());
        let (span, new) = insertion(text.as_bytes(), &tree, path, grant).expect("there is a place");
        let mut text = text.to_owned();
        text.replace_range(span.range(), &new);
        text
    }

    #[test]
    fn a_variable_is_added_where_its_list_is_or_should_be() {
        let item = Grant::Item("B".to_owned());
        let list = "a: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n    - A # x\n  stapel: {}\n";
        assert_eq!(written(list, ENV, &item), list.replace("- A # x\n", "- A # x\n    - B\n"));
        let flow = "config:\n  goTemplateRendering:\n    allowEnvVariables: [A]\n";
        assert_eq!(written(flow, ENV, &item), flow.replace("[A]", "[A, B]"));
        let missing = "giterminismConfigVersion: 1\nconfig:\n    helm:\n        allowUncommittedFiles:\n        - x";
        let expected = format!("{missing}\n    goTemplateRendering:\n      allowEnvVariables:\n      - B");
        assert_eq!(written(missing, ENV, &item), expected);
        assert_eq!(
            written("giterminismConfigVersion: 1\r\n", ENV, &item),
            "giterminismConfigVersion: 1\r\nconfig:\r\n  goTemplateRendering:\r\n    allowEnvVariables:\r\n    - B\r\n"
        );
        assert_eq!(
            written("config:\n  goTemplateRendering:\n", ENV, &item),
            "config:\n  goTemplateRendering:\n    allowEnvVariables:\n    - B\n"
        );
    }

    #[test]
    fn a_switch_is_turned_on() {
        let path = &["config", "stapel", "allowFromLatest"];
        assert_eq!(
            written("config:\n  stapel:\n    allowFromLatest: false # no\n", path, &Grant::On),
            "config:\n  stapel:\n    allowFromLatest: true # no\n"
        );
        assert_eq!(
            written("config:\n  stapel:\n", path, &Grant::On),
            "config:\n  stapel:\n    allowFromLatest: true\n"
        );
    }
}
