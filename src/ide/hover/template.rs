//! Words of actions: functions, variables, fields, strings, keywords; and what the action renders to.
//!
//! In: a place in an action, complete or not. Out: Markdown. Never: values that look like secrets.

use super::markdown::{block, code, count, place};
use super::{Hover, conditions, data, value};
use crate::ide::At;
use crate::ide::function_docs::{page, signature};
use crate::ide::secrets::{HIDDEN, Secrets};
use crate::ide::templates::{Action, TemplateFile, Variable};
use crate::ide::tokens::{Token, TokenKind, tokens};
use crate::source::{Location, Span};
use crate::template::trace::{FrameKind, VariableValue};

/// The word at an offset: one that begins there goes before one that ends there.
fn word_at(words: &[Token], offset: usize) -> Option<usize> {
    let begins = |word: &Token| (word.span.start as usize) <= offset && offset < word.span.end as usize;
    words.iter().position(begins).or_else(|| words.iter().position(|word| word.span.touches(offset)))
}

/// What there is to say about a place in an action.
pub fn hover(at: &At<'_>, action: &Action) -> Option<Hover> {
    if action.is_comment {
        return None;
    }
    let text = at.text();
    let words = tokens(text, action);
    let mut span = action.span;
    let mut parts: Vec<String> = Vec::new();
    if let Some(index) = word_at(&words, at.offset) {
        let word = words[index];
        let said = match word.kind {
            TokenKind::Keyword => conditions::keyword(at, action, word.text(text)),
            TokenKind::Function => function(at, word.text(text)),
            TokenKind::Variable => variable(at, &word),
            TokenKind::Field => data::field(at, &words, index),
            TokenKind::String => string(at, &words, index),
            _ => None,
        };
        let is_word = !matches!(word.kind, TokenKind::Delimiter | TokenKind::Operator);
        if is_word && (said.is_some() || word.kind != TokenKind::Keyword) {
            span = word.span;
        }
        parts.extend(said);
    }
    parts.extend(value::of_action(at, action.span.start as usize));
    (!parts.is_empty()).then(|| Hover { span, markdown: parts.join("\n\n---\n\n") })
}

fn function(at: &At<'_>, name: &str) -> Option<String> {
    let dialect = at.analysis.dialect();
    let Some(function) = crate::ide::templates::function(name, dialect) else {
        let others: Vec<&str> = crate::dialect::Dialect::ALL
            .into_iter()
            .filter(|other| crate::ide::templates::function(name, *other).is_some())
            .map(crate::dialect::Dialect::name)
            .collect();
        let known = if others.is_empty() { String::new() } else { format!("; werf {} has it", others.join(", ")) };
        return (!name.is_empty()).then(|| format!("{} is no function of werf {dialect}{known}", code(name)));
    };
    let name = function.name;
    Some(page(name, dialect).unwrap_or_else(|| block(&signature(name, Some(function)), "go", 1).trim().to_owned()))
}

/// The variable that a word means: of broken text, the nearest declaration before it.
fn declaration<'a>(template: &'a TemplateFile, word: &Token, name: &str) -> Option<&'a Variable> {
    let offset = word.span.start as usize + 1;
    template
        .variable_at(offset)
        .filter(|variable| variable.name == name)
        .or_else(|| template.variables_in_scope(offset).into_iter().find(|variable| variable.name == name))
        .or_else(|| {
            let before = |variable: &&Variable| variable.name == name && variable.declared.start <= word.span.start;
            template.variables.iter().rev().find(before)
        })
}

fn variable(at: &At<'_>, word: &Token) -> Option<String> {
    let text = at.text();
    let name = word.text(text);
    if name == "$" {
        return Some(format!(
            "{}: what the template got as `.` when it was called; in the main file the project's data: `.Env`, `.Commit`, `.Files` and what `set` adds",
            code("$")
        ));
    }
    let template = at.analysis.template(at.file)?;
    let variable = declaration(template, word, name)?;
    let declared = Location { file: at.file, span: variable.declared };
    let value = template.source.node(variable.value).span;
    let mut shown = format!("**{}**, a variable declared at {}", code(name), place(at.analysis, declared));
    let source = text.get(value.range()).map(String::from_utf8_lossy).unwrap_or_default();
    shown.push_str(&block(&source, "", 6));
    if let Some(last) = last_value(at, variable) {
        let is_secret = Secrets::new(at.analysis, at.file).is_secret(text, &[*word]);
        let told = if is_secret { HIDDEN.to_owned() } else { value::known(&last.value) };
        shown.push_str(&format!("\nLast value: {told}"));
        if last.place.span != variable.declared {
            shown.push_str(&format!(", given at {}", place(at.analysis, last.place)));
        }
    }
    Some(shown)
}

/// The value that a variable was given last, at its declaration or an assignment.
fn last_value<'a>(at: &At<'a>, variable: &Variable) -> Option<&'a VariableValue> {
    let known = &at.analysis.snapshot().trace.variables;
    let at_span = |span: Span| {
        let place = Location { file: at.file, span };
        let first = known.partition_point(|value| value.place < place);
        known.get(first..)?.iter().take_while(|value| value.place == place).last()
    };
    let places = std::iter::once(variable.declared).chain(variable.uses.iter().copied());
    places.filter_map(at_span).max_by_key(|value| value.order)
}

fn string(at: &At<'_>, words: &[Token], index: usize) -> Option<String> {
    let text = at.text();
    let (literal, _) = words[index].literal(text)?;
    let before = &words[..index];
    let head = before.last()?;
    match (head.kind, head.text(text)) {
        (TokenKind::Function, "env") => Some(data::environment(at, literal)),
        (TokenKind::Function, "include") => Some(named(at, literal)),
        (TokenKind::Keyword, "template" | "define" | "block") => Some(named(at, literal)),
        (TokenKind::Field, _) => data::file(at, before, literal),
        _ => data::key(at, literal),
    }
}

/// A template by its name.
fn named(at: &At<'_>, name: &str) -> String {
    let snapshot = at.analysis.snapshot();
    let places: Vec<Location> =
        snapshot.trace.definitions.iter().filter(|one| one.name == name).filter_map(|one| one.place).collect();
    let mut shown = match places.as_slice() {
        [] => format!("**{}**: no template has that name", code(name)),
        [.., last] if last.span.len() <= 1 => {
            format!("**{}**, the template of the file {}", code(name), code(at.analysis.path(last.file)))
        }
        [.., last] => format!("**{}**, a template defined at {}", code(name), place(at.analysis, *last)),
    };
    if places.len() > 1 {
        let others: Vec<String> =
            places[..places.len() - 1].iter().take(5).map(|other| place(at.analysis, *other)).collect();
        shown.push_str(&format!("; this hides the definition at {}", others.join(", ")));
    }
    let mut sites: Vec<Location> = Vec::new();
    let mut times = 0;
    for frame in &snapshot.provenance.frames {
        if matches!(&frame.kind, FrameKind::Include(called) | FrameKind::Template(called) if called == name) {
            times += 1;
            sites.extend(frame.place);
        }
    }
    sites.sort_unstable();
    sites.dedup();
    if !places.is_empty() {
        shown.push_str(&match (times, sites.len()) {
            (0, _) => "\n\nNot called in this rendering".to_owned(),
            (times, sites) => {
                format!("\n\nCalled {} from {}", count(times, "time", "times"), count(sites, "place", "places"))
            }
        });
    }
    shown
}
