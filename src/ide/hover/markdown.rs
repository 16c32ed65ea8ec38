//! Pieces of Markdown.
//!
//! In: texts of users. Out: Markdown that shows them letter by letter. Never: Markdown of users that is executed as such.

use crate::ide::Analysis;
use crate::source::Location;

/// Longest text shown on one line.
const LONGEST: usize = 120;

/// A text as code, on one line, cut when it is long.
pub fn code(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    if shown.is_empty() {
        return "an empty text".to_owned();
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let is_padded = shown.starts_with('`') || shown.ends_with('`') || (shown.starts_with(' ') && shown.ends_with(' '));
    let pad = if is_padded { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

/// A value: on one line as code, else as a block of at most `lines` lines.
pub fn value(text: &str, language: &str, lines: usize) -> String {
    let text = text.trim_matches('\n');
    if !text.contains('\n') {
        return code(text.trim());
    }
    block(text, language, lines)
}

/// A block of code of at most `lines` lines.
pub fn block(text: &str, language: &str, lines: usize) -> String {
    let mut shown: Vec<&str> = text.lines().take(lines).collect();
    if text.lines().nth(lines).is_some() {
        shown.push("…");
    }
    let body = shown.join("\n");
    let longest = body.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n\n{fence}{language}\n{body}\n{fence}\n")
}

/// A place as `path:line`.
pub fn place(analysis: &Analysis, location: Location) -> String {
    let text = analysis.text(location.file);
    let offset = (location.span.start as usize).min(text.len());
    let line = text[..offset].iter().filter(|byte| **byte == b'\n').count() + 1;
    code(&format!("{}:{line}", analysis.path(location.file)))
}

/// Names as code, separated by commas, at most `most` of them.
pub fn names<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let all: Vec<&str> = names.into_iter().collect();
    let mut shown: Vec<String> = all.iter().take(most).map(|name| code(name)).collect();
    if all.len() > most {
        shown.push(format!("and {} more", all.len() - most));
    }
    shown.join(", ")
}

/// A number with its noun.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
