//! Short notes between the words: what an action renders to, how many turns a loop takes.
//!
//! In: a file and the range that is seen. Out: places with labels. Never: values that look like secrets; notes on what is written as it is rendered.

use super::Analysis;
use super::outputs::Outputs;
use super::secrets::Secrets;
use super::templates::{Action, actions};
use super::tokens::{Token, TokenKind, tokens};
use crate::source::{FileId, Span};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlayHint {
    /// Where it goes: behind the action.
    pub offset: usize,
    /// Its text.
    pub label: String,
}

/// Longest value that is noted, in characters.
const LONGEST: usize = 40;

/// Actions of one range that are looked at.
const MOST: usize = 2_000;

/// The notes in a range of a file, in order.
#[must_use]
pub fn inlay_hints(analysis: &Analysis, file: FileId, range: Span) -> Vec<InlayHint> {
    let Some(outputs) = Outputs::new(analysis, file) else { return Vec::new() };
    let text = analysis.text(file);
    let touches = |action: &Action| action.span.start <= range.end && range.start <= action.span.end;
    let seen = actions(text).into_iter().filter(|action| touches(action) && action.is_closed && !action.is_comment);
    let secrets = Secrets::new(analysis, file);
    let mut found = Vec::new();
    for action in seen.take(MOST) {
        let words = tokens(text, &action);
        let label = match words.get(1).filter(|word| word.kind == TokenKind::Keyword).map(|word| word.text(text)) {
            Some("range") => turns(&outputs, &action),
            Some(_) => None,
            None if !is_worth_it(text, &words) || secrets.is_secret(text, &words) => None,
            None => value(analysis, &outputs, &secrets, &action),
        };
        found.extend(label.map(|label| InlayHint { offset: action.span.end as usize, label }));
    }
    found
}

/// Whether an action's value is something that a reader does not see in it.
fn is_worth_it(text: &[u8], words: &[Token]) -> bool {
    let mut names =
        words.iter().filter(|word| matches!(word.kind, TokenKind::Function | TokenKind::Variable | TokenKind::Field));
    let includes = words.iter().any(|word| matches!(word.text(text), "include" | "tpl"));
    !includes && names.next().is_some()
}

fn turns(outputs: &Outputs<'_>, action: &Action) -> Option<String> {
    let range = outputs.statement_at(action.span.start as usize + 2)?;
    let counts = outputs.turns(range)?;
    let (least, most) = (*counts.iter().min()?, *counts.iter().max()?);
    let noun = if most == 1 { "turn" } else { "turns" };
    Some(if least == most { format!("{most} {noun}") } else { format!("{least} to {most} {noun}") })
}

fn value(analysis: &Analysis, outputs: &Outputs<'_>, secrets: &Secrets<'_>, action: &Action) -> Option<String> {
    let snapshot = analysis.snapshot();
    let spans = outputs.of_action(action.span.start as usize);
    let mut value: Option<&[u8]> = None;
    for span in spans {
        if secrets.is_secret_output(span) || snapshot.provenance.is_unknown(span) || snapshot.provenance.is_guess(span)
        {
            return None;
        }
        let bytes = snapshot.text.get(span.range())?.trim_ascii();
        if value.is_some_and(|value| value != bytes) {
            return None;
        }
        value = Some(bytes);
    }
    let value = std::str::from_utf8(value?).ok()?;
    let is_short = !value.is_empty() && value.chars().count() <= LONGEST && !value.contains(char::is_control);
    is_short.then(|| value.to_owned())
}
