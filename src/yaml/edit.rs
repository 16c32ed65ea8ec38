//! Changes of a document's text that keep its form: quotes, anchors, comments, indentation and line ends stay as they are.
//!
//! In: a tree and a node, or a text and an offset. Out: an [`Edit`], a range with what replaces it, or nothing where the form of the text does not allow a
//! change in place (block scalars, scalars over several lines). Never: files, or changes of more lines than the one that is meant.

use std::ops::Range;

use super::resolve::{Resolved, resolve};
use super::tree::{Entry, Kind, NodeId, Style, Tree};
use crate::source::{Span, line_begin, line_end};

/// One replacement in the text that the tree was read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Gives a scalar another text. Quotes stay; a plain scalar gets quotes only where its new text needs them. Keys are scalars too.
#[must_use]
pub fn replace_scalar(tree: &Tree, node: NodeId, value: &str) -> Option<Edit> {
    let scalar = tree.node(node);
    let Kind::Scalar(style) = scalar.kind else { return None };
    if value.chars().any(char::is_control) || spans_lines(tree, node) {
        return None;
    }
    let text = match style {
        Style::Plain if is_plain_text(value) => value.to_owned(),
        Style::Plain => quoted(value),
        Style::SingleQuoted => value.replace('\'', "''"),
        Style::DoubleQuoted => escaped(value),
        Style::Literal | Style::Folded => return None,
    };
    Some(Edit { span: scalar.content, text })
}

/// Puts a plain scalar in quotes, so that its text is what it says and no number or boolean.
#[must_use]
pub fn quote_scalar(tree: &Tree, node: NodeId) -> Option<Edit> {
    let scalar = tree.node(node);
    let is_plain = scalar.kind == Kind::Scalar(Style::Plain) && scalar.tag_span.is_none();
    if !is_plain || scalar.content.is_empty() || spans_lines(tree, node) {
        return None;
    }
    Some(Edit { span: scalar.content, text: quoted(tree.value(node)) })
}

/// Puts a line in front of the one that begins at `offset`, with the line end that the text has there; nothing where `offset` is no begin of a line.
#[must_use]
pub fn insert_line(text: &[u8], offset: usize, line: &str) -> Option<Edit> {
    let before = text.get(..offset)?;
    if !before.is_empty() && before.last() != Some(&b'\n') {
        return None;
    }
    // The line that follows says which line ends the file has; a last line without one asks the line above.
    let rest = text.get(offset..)?;
    let is_crlf = match rest.iter().position(|byte| *byte == b'\n') {
        Some(end) => end > 0 && rest[end - 1] == b'\r',
        None => before.ends_with(b"\r\n"),
    };
    let end = if is_crlf { "\r\n" } else { "\n" };
    Some(Edit { span: Span::empty(offset), text: format!("{line}{end}") })
}

/// Makes a list of one item of a scalar, in brackets where it stands.
#[must_use]
pub fn wrap_in_list(tree: &Tree, node: NodeId) -> Option<Edit> {
    let scalar = tree.node(node);
    let value = tree.value(node);
    if scalar.anchor.is_some() || scalar.tag_span.is_some() || value.is_empty() || spans_lines(tree, node) {
        return None;
    }
    let item = match scalar.kind {
        Kind::Scalar(Style::Plain) if !value.contains(['[', ']', '{', '}', ',']) => value.to_owned(),
        Kind::Scalar(Style::Plain | Style::DoubleQuoted) => quoted(value),
        Kind::Scalar(Style::SingleQuoted) => format!("'{}'", value.replace('\'', "''")),
        _ => return None,
    };
    Some(Edit { span: scalar.span, text: format!("[{item}]") })
}

/// Makes the only item of a list of a mapping: a dash takes the place of two blanks in front of its first key. `parent` is the key of the mapping.
#[must_use]
pub fn put_dash(text: &[u8], tree: &Tree, mapping: NodeId, parent: Span) -> Option<Edit> {
    let node = tree.node(mapping);
    if node.kind != Kind::Mapping || node.flow || node.anchor.is_some() || node.tag_span.is_some() {
        return None;
    }
    let first = tree.node(tree.entry(mapping, 0)?.key).span.start as usize;
    let indentation = text.get(line_of(text, first).start..first)?;
    let outer = (parent.start as usize).checked_sub(line_of(text, parent.start as usize).start)?;
    if indentation.len() < outer + 2 || indentation.iter().any(|byte| *byte != b' ') {
        return None;
    }
    Some(Edit { span: Span::new(first - 2, first), text: "- ".to_owned() })
}

/// Removes a key with its value, which must be alone on one line and have a neighbour in a mapping that is not in brackets. A comment on the line stays.
#[must_use]
pub fn remove_entry(text: &[u8], tree: &Tree, mapping: NodeId, entry: Entry) -> Option<Edit> {
    let (key, value) = (tree.node(entry.key), tree.node(entry.value));
    if tree.node(mapping).flow || tree.entries(mapping).len() < 2 || value.anchor.is_some() {
        return None;
    }
    let span = if value.span.is_empty() { key.span } else { key.span.cover(value.span) };
    let after = text.get(span.end as usize..)?;
    // Without a value there is still the colon.
    let colon =
        if value.span.is_empty() { after.iter().position(|byte| *byte == b':').map(|colon| colon + 1)? } else { 0 };
    remove_alone(text, Span::new(span.start as usize, span.end as usize + colon))
}

/// Removes an empty item of a list: a dash, and nothing or a null behind it. A comment on the line stays.
#[must_use]
pub fn remove_empty_item(text: &[u8], offset: usize) -> Option<Edit> {
    let line = line_of(text, offset);
    let written = std::str::from_utf8(text.get(line.clone())?).ok()?;
    let start = line.start + (written.len() - written.trim_start().len());
    let words = written.split(" #").next()?.trim();
    matches!(words, "-" | "- ~" | "- null").then(|| remove_alone(text, Span::new(start, start + words.len())))?
}

/// Removes bytes that fill their line but for blanks and a comment: with the line, or all before the comment.
fn remove_alone(text: &[u8], span: Span) -> Option<Edit> {
    let line = line_of(text, span.start as usize);
    let before = text.get(line.start..span.start as usize)?;
    let after = text.get(span.end as usize..line.end)?;
    let blanks = after.iter().take_while(|byte| **byte == b' ').count();
    if before.iter().any(|byte| *byte != b' ') {
        return None;
    }
    match &after[blanks..] {
        [] | [b'\n'] | [b'\r', b'\n'] => Some(remove_line(text, line)),
        [b'#', ..] if blanks > 0 => {
            Some(Edit { span: Span::new(span.start as usize, span.end as usize + blanks), text: String::new() })
        }
        _ => None,
    }
}

/// Puts a line behind the one in which `offset` lies.
#[must_use]
pub fn insert_line_behind(text: &[u8], offset: usize, line: &str) -> Option<Edit> {
    let end = line_of(text, offset).end;
    if end == text.len() {
        return None;
    }
    insert_line(text, end, line)
}

/// The line in which an offset lies, its end included.
fn line_of(text: &[u8], offset: usize) -> Range<usize> {
    let offset = offset.min(text.len());
    line_begin(text, offset)..(line_end(text, offset) + 1).min(text.len())
}

/// Takes a line away; of the last one without an end, the end of the line before.
fn remove_line(text: &[u8], line: Range<usize>) -> Edit {
    let mut start = line.start;
    if !text[line.clone()].ends_with(b"\n") {
        let ends = ["\r\n", "\n"];
        let end = ends.iter().find(|end| text[..start].ends_with(end.as_bytes()));
        start -= end.map_or(0, |end| end.len());
    }
    Edit { span: Span::new(start, line.end), text: String::new() }
}

/// Whether the written form of a scalar is not the one line that its text is: folded lines have more bytes than text only then.
fn spans_lines(tree: &Tree, node: NodeId) -> bool {
    let value = tree.value(node);
    let written = tree.node(node).content.len();
    match tree.node(node).kind {
        Kind::Scalar(Style::Plain) => written != value.len() || value.contains('\n'),
        // Escapes make it longer, line breaks too: only the text without either is certainly one line.
        _ => written != value.len(),
    }
}

/// Whether a text means itself without quotes, in any place of a document.
fn is_plain_text(text: &str) -> bool {
    let first = |character: char| character.is_ascii_alphanumeric() || matches!(character, '/' | '.' | '_');
    let inner = |character: char| first(character) || matches!(character, '-' | ':' | '@' | '+');
    text.starts_with(first)
        && text.chars().all(inner)
        && !text.ends_with(':')
        && matches!(resolve(None, text), Ok(Resolved::Str))
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::yaml;

    /// The text with the value of its first key changed.
    fn changed(text: &str, edit: impl Fn(&Tree, NodeId) -> Option<Edit>) -> Option<String> {
        let tree = yaml::parse(text.as_bytes(), &Limits::default());
        let entry = tree.entry(tree.root()?, 0)?;
        let Edit { span, text: new } = edit(&tree, entry.value)?;
        let mut text = text.to_owned();
        text.replace_range(span.range(), &new);
        Some(text)
    }

    #[test]
    fn scalars_keep_their_form() {
        let to = |value: &'static str| move |tree: &Tree, node: NodeId| replace_scalar(tree, node, value);
        for (text, value, expected) in [
            ("add: app # x\n", "/app", Some("add: /app # x\n")),
            ("add: 'app'\r\nto: /x", "/app", Some("add: '/app'\r\nto: /x")),
            ("add: \"app\"", "/a\"", Some("add: \"/a\\\"\"")),
            ("add: &a app", "/app", Some("add: &a /app")),
            ("add: app", "a b", Some("add: \"a b\"")),
            ("add: app", "1", Some("add: \"1\"")),
            ("add: |\n  app\n", "/app", None),
            ("add: a\n  b\n", "/app", None),
            ("add: \"a\\x41\"\n", "/app", None),
            ("add: [a]\n", "/app", None),
        ] {
            assert_eq!(changed(text, to(value)).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_quoted() {
        assert_eq!(changed("a: 1.10 # x\n", quote_scalar).as_deref(), Some("a: \"1.10\" # x\n"));
        assert_eq!(changed("a: &x yes\n", quote_scalar).as_deref(), Some("a: &x \"yes\"\n"));
        for text in ["a: '1'\n", "a:\n", "a: !!int 1\n", "a: [1]\n"] {
            assert_eq!(changed(text, quote_scalar), None, "{text}");
        }
    }

    #[test]
    fn lists_are_made_of_what_is_there() {
        for (text, expected) in [
            ("a: b # x\n", Some("a: [b] # x\n")),
            ("a: b, c\n", Some("a: [\"b, c\"]\n")),
            ("a: 'b'\n", Some("a: ['b']\n")),
            ("a: &x b\n", None),
        ] {
            assert_eq!(changed(text, wrap_in_list).as_deref(), expected, "{text}");
        }
        let dash = |text: &'static str| {
            changed(text, |tree, node| {
                let key = tree.node(tree.entry(tree.root()?, 0)?.key).span;
                put_dash(text.as_bytes(), tree, node, key)
            })
        };
        assert_eq!(dash("git:\n  add: /\n  to: /\n").as_deref(), Some("git:\n- add: /\n  to: /\n"));
        assert_eq!(dash("git:\n    add: /\n").as_deref(), Some("git:\n  - add: /\n"));
        for text in ["git:\n add: /\n", "git: {add: /}\n", "git: &a\n  add: /\n"] {
            assert_eq!(dash(text), None, "{text}");
        }
    }

    #[test]
    fn a_line_goes_whole() {
        let removed = |text: &str| {
            let tree = yaml::parse(text.as_bytes(), &Limits::default());
            let Edit { span, .. } = remove_entry(text.as_bytes(), &tree, tree.root()?, tree.entry(tree.root()?, 1)?)?;
            let mut text = text.to_owned();
            text.replace_range(span.range(), "");
            Some(text)
        };
        for (text, expected) in [
            ("a: 1\r\nb: 2\r\nc: 3\r\n", Some("a: 1\r\nc: 3\r\n")),
            ("a: 1\nb:\nc: 3\n", Some("a: 1\nc: 3\n")),
            ("a: 1\r\nb: 2", Some("a: 1")),
            ("a: 1\nb: 2 # why\n", Some("a: 1\n# why\n")),
            ("a: 1\nb: &x 2\n", None),
            ("a: 1\nb:\n  c: 1\n", None),
            ("{a: 1, b: 2}\n", None),
        ] {
            assert_eq!(removed(text).as_deref(), expected, "{text}");
        }
        let item = |text: &str, offset| remove_empty_item(text.as_bytes(), offset).map(|edit| edit.span);
        assert_eq!(item("a:\n- \n- b\n", 3), Some(Span::new(3, 6)));
        assert_eq!(item("a:\n- # why\n- b\n", 3), Some(Span::new(3, 5)));
        assert_eq!(item("a:\n- b\n", 3), None);
    }

    #[test]
    fn lines_end_as_the_others_do() {
        let line = |text: &str, offset| insert_line(text.as_bytes(), offset, "---").map(|edit| edit.text);
        assert_eq!(line("a: 1\nb: 2\n", 5).as_deref(), Some("---\n"));
        assert_eq!(line("a: 1\r\nb: 2\r\n", 6).as_deref(), Some("---\r\n"));
        assert_eq!(line("a: 1\r\nb: 2", 6).as_deref(), Some("---\r\n"));
        assert_eq!(line("a: 1", 0).as_deref(), Some("---\n"));
        assert_eq!(line("a: 1\nb: 2\n", 6), None);
    }
}
