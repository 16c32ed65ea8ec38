//! Changes of a document's text that keep its form: quotes, anchors, comments, indentation and line ends stay as they are.
//!
//! In: a tree and a node, or a text and an offset. Out: an [`Edit`], a range with what replaces it, or nothing where the form of the text does not allow a
//! change in place (block scalars, scalars over several lines). Never: files, or changes of more lines than the one that is meant.

use super::resolve::{Resolved, resolve};
use super::tree::{Kind, NodeId, Style, Tree};
use crate::source::Span;

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
    fn lines_end_as_the_others_do() {
        let line = |text: &str, offset| insert_line(text.as_bytes(), offset, "---").map(|edit| edit.text);
        assert_eq!(line("a: 1\nb: 2\n", 5).as_deref(), Some("---\n"));
        assert_eq!(line("a: 1\r\nb: 2\r\n", 6).as_deref(), Some("---\r\n"));
        assert_eq!(line("a: 1\r\nb: 2", 6).as_deref(), Some("---\r\n"));
        assert_eq!(line("a: 1", 0).as_deref(), Some("---\n"));
        assert_eq!(line("a: 1\nb: 2\n", 6), None);
    }
}
