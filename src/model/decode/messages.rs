//! The words of phase A.

use super::mapping::Unknown;
use super::walk::Walk;
use crate::diagnostic::{Applicability, Edit, Finding, Fix, Place, RuleId};
use crate::grammar::{Directive, Section, ValueType, explain_unknown};
use crate::source::Span;
use crate::yaml::resolve::{Resolved, resolve};
use crate::yaml::{Kind, NodeId, Style, Tree, edit, typed};

/// A replacement of one span that keeps what was certainly meant.
pub(super) fn replace(title: impl Into<String>, span: Span, text: impl Into<String>) -> Fix {
    let edit = Edit { place: Place::Rendered(span), text: text.into() };
    Fix { title: title.into(), edits: vec![edit], applicability: Applicability::Safe }
}

/// What a value is, with its article.
pub(super) fn found(tree: &Tree, node: NodeId) -> &'static str {
    match tree.node(tree.target(node)).kind {
        Kind::Sequence => "a list",
        Kind::Mapping => "a mapping",
        Kind::Scalar(_) | Kind::Alias => match typed::scalar(tree, node) {
            Ok(Some(Resolved::Null)) => "null",
            Ok(Some(Resolved::Bool(_))) => "a boolean",
            Ok(Some(Resolved::Int(_) | Resolved::Uint(_) | Resolved::Float(_))) => "a number",
            _ => "a text",
        },
    }
}

/// Longest value that is repeated in a message, in characters.
const SHOWN: usize = 40;

/// A value in a message: what it is and, of scalars, its text.
fn shown(tree: &Tree, node: NodeId) -> String {
    let what = found(tree, node);
    let target = tree.target(node);
    let value = tree.value(target);
    let one_line = !value.is_empty() && !value.contains('\n') && value.chars().count() <= SHOWN;
    if matches!(tree.node(target).kind, Kind::Scalar(_)) && one_line && what != "null" {
        return match (what, is_quoted(tree, target)) {
            ("a text", true) => format!("the quoted text `{value}`"),
            (what, _) => format!("{} `{value}`", what.replacen("a ", "the ", 1)),
        };
    }
    what.to_owned()
}

fn is_quoted(tree: &Tree, node: NodeId) -> bool {
    matches!(tree.node(node).kind, Kind::Scalar(Style::SingleQuoted | Style::DoubleQuoted))
}

/// A6.
pub(super) fn type_mismatch(tree: &Tree, name: &str, wanted: ValueType, node: NodeId, place: Span) -> Finding {
    let message = format!("`{name}` is {}, here is {}", wanted.describe(), shown(tree, node));
    let finding = Finding::fatal(RuleId("type-mismatch"), Place::Rendered(place), message);
    let target = tree.target(node);
    let is_alias = target != node;
    let value = tree.value(target);
    let unquoted = is_quoted(tree, target).then(|| resolve(None, value).ok()).flatten();
    let fits = match unquoted {
        Some(Resolved::Bool(_)) => matches!(wanted, ValueType::Bool | ValueType::OptBool),
        Some(Resolved::Int(_)) => matches!(wanted, ValueType::OptInt | ValueType::OptUInt),
        _ => false,
    };
    if fits && !is_alias {
        // `"yes"` becomes `true`: other readers of YAML take the word for a text.
        let plain = match unquoted {
            Some(Resolved::Bool(flag)) => flag.to_string(),
            _ => value.to_owned(),
        };
        return finding.with_help("remove the quotes").with_fix(replace("remove the quotes", place, plain));
    }
    match wanted {
        ValueType::Bool | ValueType::OptBool => {
            finding.with_help("only `true`, `false` and the like without quotes are booleans")
        }
        ValueType::OptDuration => {
            finding.with_help("the units are `h`, `m`, `s`, `ms`, `us`, `ns`; seven days are `168h`")
        }
        ValueType::StrList if matches!(tree.node(target).kind, Kind::Scalar(_)) => {
            finding.with_help(format!("write it as a list: `{name}: [{}]`", value.lines().next().unwrap_or_default()))
        }
        ValueType::Objects(_) if tree.node(target).kind == Kind::Mapping => {
            finding.with_help("put a `-` before the first key of the mapping")
        }
        ValueType::StrMap | ValueType::AnyMap if tree.node(target).kind == Kind::Sequence => {
            finding.with_help("write `NAME: value` without the `-`")
        }
        _ => finding,
    }
}

/// What makes the list that is wanted of the one value that is there.
pub(super) fn as_list(text: &[u8], tree: &Tree, wanted: ValueType, node: NodeId, key: Span) -> Option<Fix> {
    let (title, edit) = match wanted {
        ValueType::StrList => (format!("make a list of `{}`", tree.value(node)), edit::wrap_in_list(tree, node)?),
        ValueType::Objects(_) => ("put a `-` before the first key".to_owned(), edit::put_dash(text, tree, node, key)?),
        _ => return None,
    };
    Some(replace(title, edit.span, edit.text))
}

/// A6 for an item of a list of mappings.
pub(super) fn item_mismatch(tree: &Tree, name: &str, node: NodeId, place: Span) -> Finding {
    let message = format!("an item of `{name}` is a mapping, here is {}", shown(tree, node));
    Finding::fatal(RuleId("type-mismatch"), Place::Rendered(place), message)
}

/// A2.
pub(super) fn duplicate_key(name: &str, place: Span, first: Option<Span>) -> Finding {
    let finding =
        Finding::fatal(RuleId("duplicate-key"), Place::Rendered(place), format!("the key `{name}` occurs twice"));
    match first {
        Some(first) => finding.with_related(Place::Rendered(first), "it is already here"),
        None => finding,
    }
}

/// `Null` or `NULL` where a section stands.
pub(super) fn crash_null_section(place: Span) -> Finding {
    let message = "werf crashes on a section that is spelled `Null` or `NULL`";
    Finding::fatal(RuleId("crash-null-section"), Place::Rendered(place), message)
        .with_help("write `null`, or remove the key")
        .with_fix(replace("write `null`", place, "null"))
}

/// A9.
pub(super) fn crash_null_item(name: &str, place: Span) -> Finding {
    let message = format!("werf crashes on an empty item in `{name}`");
    Finding::fatal(RuleId("crash-null-item"), Place::Rendered(place), message).with_help("remove the lone `-`")
}

/// Adds how to make a text of a number or boolean.
pub(super) fn quote_help(finding: Finding, found: &str) -> Finding {
    match found {
        "a number" | "a boolean" => finding.with_help("put it in quotes"),
        _ => finding,
    }
}

/// A7 and A8 for one key; also the directive it certainly stands for.
pub(super) fn unknown_field(
    walk: &Walk<'_>,
    section: Section,
    unknown: &Unknown,
) -> (Finding, Option<&'static Directive>) {
    let key = &unknown.name;
    let place = if unknown.key.is_empty() { walk.span(unknown.value) } else { unknown.key };
    let explained = explain_unknown(key, section, walk.document, walk.dialect);
    let mut finding = Finding::fatal(RuleId("unknown-field"), Place::Rendered(place), explained.message);
    finding.help = explained.help;
    if let Some(instead) = explained.instead
        && walk.tree.node(unknown.node).kind == Kind::Scalar(Style::Plain)
    {
        finding.fix = Some(replace(format!("rename `{key}` to `{instead}`"), place, instead));
    }
    let Some(meant) = explained.meant else { return (finding, None) };
    (finding, section.directive(meant, walk.dialect))
}
