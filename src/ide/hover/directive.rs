//! Directives in words, from the grammar's table.
//!
//! In: a row of the table. Out: Markdown. Never: facts that the table does not have.

use super::markdown::{block, code};
use crate::dialect::Dialect;
use crate::grammar::{Dialects, Directive, Section, nearest};
use crate::ide::yaml_at::YamlAt;

/// All there is to say about a directive.
pub fn describe(section: Section, directive: &Directive, dialect: Dialect) -> String {
    let mut text = format!("**{}** in {}\n\n{}", code(directive.key), section.name(), sentence(directive.meaning));
    text.push_str(&deprecation(section, directive, dialect));
    let mut facts = vec![format!("Value: {}", directive.value.describe())];
    let allowed: Vec<String> = directive.allowed_in(dialect).map(code).collect();
    if !allowed.is_empty() {
        facts.push(format!("Allowed: {}", allowed.join(", ")));
    }
    if !directive.default.is_empty() {
        facts.push(format!("Default: {}", directive.default));
    }
    if let Some(lines) = lines_of_werf(directive) {
        facts.push(lines);
    }
    text.push_str("\n\n");
    for fact in facts {
        text.push_str("- ");
        text.push_str(&fact);
        text.push('\n');
    }
    if !directive.example.is_empty() {
        text.push_str(&block(&directive.written(), "yaml", 12));
    }
    text.trim_end().to_owned()
}

/// What to know about the directive of a value.
pub fn brief(section: Section, directive: &Directive, value: &str, dialect: Dialect) -> String {
    let mut text = format!("{} in {}: {}", code(directive.key), section.name(), directive.meaning);
    let allowed: Vec<&str> = directive.allowed_in(dialect).collect();
    if !allowed.is_empty() && !allowed.contains(&value) {
        let allowed: Vec<String> = allowed.into_iter().map(code).collect();
        text.push_str(&format!(". Allowed: {}", allowed.join(", ")));
    } else if !directive.default.is_empty() {
        text.push_str(&format!(". Default: {}", directive.default));
    }
    text.push_str(&deprecation(section, directive, dialect));
    text
}

/// What to know about a key that is no directive where it stands.
pub fn unknown(found: &YamlAt<'_>, dialect: Dialect) -> Option<String> {
    let step = found.step()?;
    let section = step.section?;
    let key = found.value();
    if let Some(elsewhere) = section.directives().find(|row| row.key == key) {
        let lines = elsewhere.dialects.iter().map(Dialect::name).collect::<Vec<_>>().join(", ");
        let replacement = section.replacement(elsewhere, dialect);
        let instead = replacement.map(|name| format!(" Use {} instead.", code(name))).unwrap_or_default();
        return Some(format!(
            "{} is a directive of werf {lines}, not of {dialect}.{instead}\n\n{}",
            code(key),
            sentence(elsewhere.meaning)
        ));
    }
    let known = section.directives().filter(|row| row.dialects.contains(dialect)).map(|row| row.key);
    let meant = nearest(key, known)?;
    Some(format!("{} is not known in {}; did you mean {}?", code(key), section.name(), code(meant)))
}

fn deprecation(section: Section, directive: &Directive, dialect: Dialect) -> String {
    if !directive.deprecated.contains(dialect) {
        return String::new();
    }
    match section.replacement(directive, dialect) {
        Some(replacement) => format!("\n\n**Deprecated** in werf {dialect}: use {} instead.", code(replacement)),
        None => format!("\n\n**Deprecated** in werf {dialect}."),
    }
}

/// Where a directive exists; nothing for those that exist everywhere.
fn lines_of_werf(directive: &Directive) -> Option<String> {
    let all = directive.dialects == Dialects::ALL;
    let names = |dialects: Dialects| dialects.iter().map(Dialect::name).collect::<Vec<_>>().join(", ");
    let since = if directive.since.is_empty() { String::new() } else { format!(", since {}", directive.since) };
    if all && since.is_empty() {
        return None;
    }
    Some(format!("werf {}{since}", names(directive.dialects)))
}

/// A meaning of the table as a sentence.
fn sentence(meaning: &str) -> String {
    let mut letters = meaning.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}
