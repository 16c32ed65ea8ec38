//! `if`, `with`, `range`, `else`, `end` in words: what was taken, how many turns it took, what is closed.
//!
//! In: an action with a keyword. Out: Markdown. Never: a guess at what other data would do.

use super::markdown::{block, count, names, place};
use crate::ide::At;
use crate::ide::folding::{TemplateBlock, template_blocks};
use crate::ide::function_docs::page;
use crate::ide::outputs::Outputs;
use crate::ide::templates::Action;
use crate::ide::tokens::keyword as keyword_of;
use crate::source::{Location, Span};
use crate::template::trace::Branch;

/// Names of turns that are told.
const MOST: usize = 12;

/// What there is to say about a keyword of an action.
pub fn keyword(at: &At<'_>, action: &Action, word: &str) -> Option<String> {
    match word {
        "if" | "with" => condition(at, action),
        "range" => turns(at, action),
        "else" => {
            let opener = opener(at, action)?;
            let own = condition(at, action);
            let of = condition(at, &opener).map(|text| format!("\n\n{text}")).unwrap_or_default();
            Some(own.unwrap_or_else(|| format!("{}{of}", belongs(at, "Otherwise", &opener))))
        }
        "end" => Some(belongs(at, "Closes", &opener(at, action)?)),
        word => page(word, at.analysis.dialect()),
    }
}

/// The action that begins the part that this one ends.
fn opener(at: &At<'_>, closer: &Action) -> Option<Action> {
    let blocks = template_blocks(at.text());
    let mut found = blocks.iter().find(|block| block.closer.span == closer.span)?;
    // `else` parts are followed back to the head.
    let is_else = |block: &TemplateBlock| keyword_of(at.text(), &block.opener) == Some("else");
    if keyword_of(at.text(), closer) == Some("end") {
        for _ in 0..blocks.len() {
            if !is_else(found) {
                break;
            }
            found = blocks.iter().find(|block| block.closer.span == found.opener.span)?;
        }
    }
    Some(found.opener)
}

fn belongs(at: &At<'_>, word: &str, opener: &Action) -> String {
    let source = at.text().get(opener.span.range()).map(String::from_utf8_lossy).unwrap_or_default();
    let location = Location { file: at.file, span: opener.span };
    format!("{word}, from {}:{}", place(at.analysis, location), block(&source, "", 4)).trim_end().to_owned()
}

fn branch(at: &At<'_>, inner: Span) -> Option<Branch> {
    let branches = &at.analysis.snapshot().trace.branches;
    let first =
        branches.partition_point(|branch| (branch.place.file, branch.place.span.start) < (at.file, inner.start));
    let found = branches.get(first)?;
    (found.place.file == at.file && found.place.span.start <= inner.end).then_some(*found)
}

fn condition(at: &At<'_>, action: &Action) -> Option<String> {
    let Some(Branch { taken, otherwise, unknown, .. }) = branch(at, action.inner) else {
        return is_known(at).then(|| "Not reached in this rendering".to_owned());
    };
    let times = |number: u32| count(number as usize, "time", "times");
    Some(match (taken, otherwise, unknown) {
        (1, 0, 0) => "The condition holds here".to_owned(),
        (taken, 0, 0) => format!("The condition holds here, all {taken} times"),
        (0, 1, 0) => "The condition does not hold here".to_owned(),
        (0, otherwise, 0) => format!("The condition does not hold here, none of {otherwise} times"),
        (taken, otherwise, 0) => format!("The condition holds {} and does not {}", times(taken), times(otherwise)),
        (0, 0, _) => {
            "Whether the condition holds is not known: it depends on a value that is not known here".to_owned()
        }
        (taken, otherwise, unknown) => format!(
            "The condition holds {}, does not {}, and {} it is not known",
            times(taken),
            times(otherwise),
            times(unknown)
        ),
    })
}

/// Whether the file's actions were run at all.
fn is_known(at: &At<'_>) -> bool {
    !at.analysis.snapshot().text.is_empty()
}

fn turns(at: &At<'_>, action: &Action) -> Option<String> {
    let outputs = Outputs::new(at.analysis, at.file)?;
    let range = outputs.statement_at(action.span.start as usize + 2)?;
    let Some(counts) = outputs.turns(range) else {
        return is_known(at).then(|| "No turn in this rendering".to_owned());
    };
    let total: usize = counts.iter().sum();
    let mut shown = count(total, "turn", "turns");
    if counts.len() > 1 {
        shown.push_str(&format!(" in {} runs of the loop", counts.len()));
    }
    let named = outputs.turn_names(range, total.min(MOST + 1));
    let named: Vec<&str> = named.into_iter().filter(|name| !name.is_empty()).collect();
    if !named.is_empty() && counts.len() == 1 {
        let rest = if total > MOST { ", …" } else { "" };
        shown.push_str(&format!(": {}{rest}", names(named.iter().take(MOST).copied(), MOST)));
    }
    Some(shown)
}
