//! New keys and items in a document of block mappings, each on a line of its own where its neighbours are.
//!
//! In: a text, its tree, a path of keys. Out: one [`Edit`], or nothing where the form of the text does not allow a line to be added. Never: changes of what
//! stands there already, but for the value of the last key.

use super::edit::Edit;
use super::tree::{Kind, NodeId, Style, Tree};
use crate::source::{Span, line_begin};

/// Nesting that is followed to the end of a collection.
const DEPTH: usize = 200;

/// What is written at the end of a path of keys.
#[derive(Clone, Copy, Debug)]
pub enum New<'a> {
    /// The value of the last key, in place of what it has.
    Value(&'a str),
    /// One more item of the last key's list.
    Item(&'a str),
}

/// The keys of a path below each other, with the value at the end.
fn lines(path: &[&str], new: New<'_>, indent: usize, end: &str) -> String {
    let mut text = String::new();
    for (depth, key) in path.iter().enumerate() {
        let pad = " ".repeat(indent + 2 * depth);
        let is_last = depth + 1 == path.len();
        match new {
            New::Value(value) if is_last => text.push_str(&format!("{pad}{key}: {value}{end}")),
            New::Item(item) if is_last => text.push_str(&format!("{pad}{key}:{end}{pad}- {item}{end}")),
            _ => text.push_str(&format!("{pad}{key}:{end}")),
        }
    }
    text
}

/// The column of a byte, in bytes.
fn column(text: &[u8], offset: u32) -> usize {
    let before = &text[..(offset as usize).min(text.len())];
    before.len() - line_begin(before, before.len())
}

/// Writes a value or an item below a path of keys; keys that are not there yet are added behind their neighbours. Nothing where a mapping on the way is
/// written in brackets, is no mapping, or the text has mistakes.
#[must_use]
pub fn insert(text: &[u8], tree: &Tree, path: &[&str], new: New<'_>) -> Option<Edit> {
    let end = if text.windows(2).any(|pair| pair == b"\r\n") { "\r\n" } else { "\n" };
    if !tree.errors.is_empty() {
        return None;
    }
    let Some(mut node) = tree.root() else {
        return Some(behind(text, text.len(), &lines(path, new, 0, end), end));
    };
    for depth in 0..path.len() {
        let mapping = tree.node(node);
        if mapping.kind != Kind::Mapping || mapping.flow {
            return None;
        }
        let indent = column(text, tree.node(tree.entries(node).next()?.key).span.start);
        let Some(entry) = tree.get(node, path[depth]) else {
            return Some(behind(text, last_byte(tree, node), &lines(&path[depth..], new, indent, end), end));
        };
        let value = tree.node(entry.value);
        let is_empty = value.kind == Kind::Scalar(Style::Plain) && tree.value(entry.value).is_empty();
        let is_leaf = depth + 1 == path.len();
        if is_empty {
            // `key:` without a value: what belongs below it follows.
            let below = match (is_leaf, new) {
                (false, _) => lines(&path[depth + 1..], new, indent + 2, end),
                (true, New::Item(item)) => format!("{}- {item}{end}", " ".repeat(indent)),
                (true, New::Value(value)) => {
                    let at = tree.node(entry.key).span.end as usize + 1;
                    return Some(Edit { span: Span::empty(at.min(text.len())), text: format!(" {value}") });
                }
            };
            return Some(behind(text, tree.node(entry.key).span.end as usize, &below, end));
        }
        if !is_leaf {
            node = entry.value;
            continue;
        }
        return match new {
            New::Value(text) => Some(Edit { span: value.content, text: text.to_owned() }),
            New::Item(item) if value.kind == Kind::Sequence && value.flow => {
                let close = (value.span.end as usize).checked_sub(1)?;
                let comma = if tree.items(entry.value).is_empty() { "" } else { ", " };
                Some(Edit { span: Span::empty(close), text: format!("{comma}{item}") })
            }
            New::Item(item) if value.kind == Kind::Sequence => {
                let dash = column(text, value.span.start);
                Some(behind(text, last_byte(tree, entry.value), &format!("{}- {item}{end}", " ".repeat(dash)), end))
            }
            New::Item(_) => None,
        };
    }
    None
}

/// The end of the last thing written in a collection.
fn last_byte(tree: &Tree, node: NodeId) -> usize {
    let mut node = node;
    for _ in 0..DEPTH {
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
fn behind(text: &[u8], offset: usize, lines: &str, end: &str) -> Edit {
    let (at, text) = match text[offset..].iter().position(|byte| *byte == b'\n') {
        Some(at) => (offset + at + 1, lines.to_owned()),
        None if text.is_empty() || text.ends_with(b"\n") => (text.len(), lines.to_owned()),
        // The last line has no end yet.
        None => (text.len(), format!("{end}{}", lines.trim_end_matches(end))),
    };
    Edit { span: Span::empty(at), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::limits::Limits;
    use crate::yaml;

    const ENV: &[&str] = &["config", "goTemplateRendering", "allowEnvVariables"];

    fn written(text: &str, path: &[&str], new: New<'_>) -> String {
        let tree = yaml::parse(text.as_bytes(), &Limits::default());
        let edit = insert(text.as_bytes(), &tree, path, new).expect("there is a place");
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        text
    }

    #[test]
    fn an_item_is_added_where_its_list_is_or_should_be() {
        let item = New::Item("B");
        let list = "a: 1\nconfig:\n  goTemplateRendering:\n    allowEnvVariables:\n    - A # x\n  stapel: {}\n";
        assert_eq!(written(list, ENV, item), list.replace("- A # x\n", "- A # x\n    - B\n"));
        let flow = "config:\n  goTemplateRendering:\n    allowEnvVariables: [A]\n";
        assert_eq!(written(flow, ENV, item), flow.replace("[A]", "[A, B]"));
        let missing = "giterminismConfigVersion: 1\nconfig:\n    helm:\n        allowUncommittedFiles:\n        - x";
        let expected = format!("{missing}\n    goTemplateRendering:\n      allowEnvVariables:\n      - B");
        assert_eq!(written(missing, ENV, item), expected);
        assert_eq!(
            written("giterminismConfigVersion: 1\r\n", ENV, item),
            "giterminismConfigVersion: 1\r\nconfig:\r\n  goTemplateRendering:\r\n    allowEnvVariables:\r\n    - B\r\n"
        );
        assert_eq!(
            written("config:\n  goTemplateRendering:\n", ENV, item),
            "config:\n  goTemplateRendering:\n    allowEnvVariables:\n    - B\n"
        );
    }

    #[test]
    fn a_value_is_changed_or_added() {
        let path = &["config", "stapel", "allowFromLatest"];
        assert_eq!(
            written("config:\n  stapel:\n    allowFromLatest: false # no\n", path, New::Value("true")),
            "config:\n  stapel:\n    allowFromLatest: true # no\n"
        );
        assert_eq!(
            written("config:\n  stapel:\n", path, New::Value("true")),
            "config:\n  stapel:\n    allowFromLatest: true\n"
        );
    }

    #[test]
    fn what_is_in_brackets_or_wrong_stays() {
        for text in ["config: {}\n", "config: [a]\n", "- config\n", "config: {\n"] {
            let tree = yaml::parse(text.as_bytes(), &Limits::default());
            assert_eq!(insert(text.as_bytes(), &tree, ENV, New::Item("B")), None, "{text}");
        }
    }
}
