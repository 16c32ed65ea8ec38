//! Rendered values and where they came from.
//!
//! In: the copies of a place in the rendered text. Out: Markdown. Never: values that look like secrets.

use super::markdown::{code, count, place, value};
use crate::ide::outputs::Outputs;
use crate::ide::secrets::{HIDDEN, Secrets};
use crate::ide::yaml_at::{Part, YamlAt};
use crate::ide::{Analysis, At};
use crate::source::Span;

/// Different values told at one place.
const MOST: usize = 6;

/// Lines told of a value.
const LINES: usize = 15;

/// The values of the scalar at a place, when they are not simply what is written there.
pub fn describe(at: &At<'_>, copies: &[YamlAt<'_>], is_written: bool) -> Option<String> {
    let scalars: Vec<&YamlAt<'_>> = copies.iter().filter(|copy| copy.part == Part::Value).collect();
    let spans: Vec<Span> = scalars.iter().map(|copy| copy.span).collect();
    if is_written {
        let first = spans.first()?;
        let frame = at.analysis.snapshot().provenance.locate(*first)?.frame;
        let way = chain(at.analysis, frame);
        return (!way.is_empty()).then(|| format!("Rendered {}\n{way}", count(copies.len(), "time", "times")));
    }
    list(at, &spans)
}

/// Ranges of the rendered text as values, equal ones once.
pub fn list(at: &At<'_>, spans: &[Span]) -> Option<String> {
    if spans.is_empty() {
        return None;
    }
    let analysis = at.analysis;
    let snapshot = analysis.snapshot();
    let secrets = Secrets::new(analysis, at.file);
    let mut told: Vec<(String, Span, usize)> = Vec::new();
    for span in spans {
        let shown = if secrets.is_secret_output(*span) {
            HIDDEN.to_owned()
        } else if snapshot.provenance.is_unknown(*span) {
            format!("not known here: {}", text(analysis, *span))
        } else {
            text(analysis, *span)
        };
        match told.iter_mut().find(|(known, ..)| *known == shown) {
            Some((.., times)) => *times += 1,
            None => told.push((shown, *span, 1)),
        }
    }
    let first = told.first()?;
    let frame = |span: Span| snapshot.provenance.locate(span).map(|origins| origins.frame);
    if told.len() == 1 {
        let times = if first.2 > 1 { format!(" ({} times)", first.2) } else { String::new() };
        let mut shown = format!("Renders to {}{times}", first.0);
        if let Some(frame) = frame(first.1) {
            let way = chain(analysis, frame);
            if !way.is_empty() {
                shown.push('\n');
                shown.push_str(&way);
            }
        }
        return Some(shown);
    }
    let mut shown = format!("Renders to {}:\n", count(told.len(), "value", "values"));
    for (text, span, times) in told.iter().take(MOST) {
        let turn = frame(*span).and_then(|frame| innermost(analysis, frame)).unwrap_or_default();
        let times = if *times > 1 { format!(" ({times} times)") } else { String::new() };
        shown.push_str(&format!("\n- {text}{times}{turn}"));
    }
    if told.len() > MOST {
        shown.push_str(&format!("\n- … and {} more", told.len() - MOST));
    }
    Some(shown)
}

fn text(analysis: &Analysis, span: Span) -> String {
    let bytes = analysis.snapshot().text.get(span.range()).unwrap_or_default();
    value(&String::from_utf8_lossy(bytes), "yaml", LINES)
}

/// The way a text took, as a list.
pub fn chain(analysis: &Analysis, frame: crate::template::text::FrameId) -> String {
    let chain = analysis.snapshot().provenance.chain(frame);
    let lines: Vec<String> =
        chain.into_iter().map(|(words, location)| format!("\n- {words}: {}", place(analysis, location))).collect();
    lines.concat()
}

/// The innermost turn or call that a text came through, in brackets.
fn innermost(analysis: &Analysis, frame: crate::template::text::FrameId) -> Option<String> {
    let chain = analysis.snapshot().provenance.chain(frame);
    let (words, location) =
        chain.iter().find(|(words, _)| words.starts_with("in iteration")).or_else(|| chain.first())?;
    Some(format!(", {words} ({})", place(analysis, *location)))
}

/// What the action around the place renders to.
pub fn of_action(at: &At<'_>, offset: usize) -> Option<String> {
    let outputs = Outputs::new(at.analysis, at.file)?;
    list(at, &outputs.of_action(offset))
}

/// A value of the trace.
pub fn known(known: &crate::template::trace::Known) -> String {
    let kind = match known.kind.as_str() {
        "string" | "nil" => String::new(),
        kind => format!(" ({})", code(kind)),
    };
    match (known.is_unknown, known.kind.as_str()) {
        (true, _) => "not known here".to_owned(),
        (false, "nil") => "nothing".to_owned(),
        _ => format!("{}{kind}", value(&known.text, "", LINES)),
    }
}
