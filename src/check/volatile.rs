//! What makes a piece of the rendered text another one in every run or with every commit.
//!
//! In: a place in the rendered text. Out: the cause in words, for messages. Never: a guess where the text came from a file.

use crate::analysis::Snapshot;
use crate::source::Span;
use crate::template::text::{CallId, Origin};
use crate::template::trace::Input;

/// Variables of CI systems that differ from run to run or from commit to commit.
const VOLATILE_VARIABLES: &[&str] = &[
    "BUILD_ID",
    "BUILD_NUMBER",
    "BUILD_TAG",
    "CI_COMMIT_BEFORE_SHA",
    "CI_COMMIT_SHA",
    "CI_COMMIT_SHORT_SHA",
    "CI_COMMIT_TIMESTAMP",
    "CI_JOB_ID",
    "CI_JOB_STARTED_AT",
    "CI_PIPELINE_CREATED_AT",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_IID",
    "GIT_COMMIT",
    "GITHUB_RUN_ATTEMPT",
    "GITHUB_RUN_ID",
    "GITHUB_RUN_NUMBER",
    "GITHUB_SHA",
    "TRAVIS_BUILD_NUMBER",
    "TRAVIS_COMMIT",
];

/// Runs of one origin that are looked at; a value has a handful.
const RUNS: usize = 64;

/// Why the text there changes, or nothing.
#[must_use]
pub fn cause(snapshot: &Snapshot, span: Span) -> Option<String> {
    let segments = &snapshot.provenance.segments;
    let first = segments.partition_point(|segment| segment.end <= span.start);
    let mut begin = if first == 0 { 0 } else { segments.get(first - 1)?.end };
    for segment in segments.iter().skip(first).take(RUNS) {
        if begin >= span.end {
            return None;
        }
        let cause = match segment.origin {
            Origin::File { .. } => None,
            Origin::Unknown(call) => unpredictable(snapshot, call),
            Origin::Derived(call) | Origin::Padding(call) => variable(snapshot, call),
            Origin::Data => {
                let run = Span { start: begin.max(span.start), end: segment.end.min(span.end) };
                snapshot.text.get(run.range()).and_then(commit_fact)
            }
        };
        if cause.is_some() {
            return cause;
        }
        begin = segment.end;
    }
    None
}

/// The function behind an unknown value: one that was called in the same activation, else any; an unset variable is none.
fn unpredictable(snapshot: &Snapshot, call: CallId) -> Option<String> {
    let calls = &snapshot.provenance.calls;
    let frame = calls.get(call.0 as usize)?.frame;
    let uses = || {
        snapshot.trace.inputs.iter().filter_map(|used| match used.input {
            Input::Unpredictable(name) => Some((used.call, name)),
            _ => None,
        })
    };
    let is_env = snapshot.trace.inputs.iter().any(|used| used.call == call && matches!(used.input, Input::Env { .. }));
    if is_env {
        return None;
    }
    let own = uses().find(|(used, _)| *used == call);
    let near = || uses().find(|(used, _)| calls.get(used.0 as usize).is_some_and(|site| site.frame == frame));
    let (_, name) = own.or_else(near).or_else(|| uses().next())?;
    Some(format!("`{name}`"))
}

fn variable(snapshot: &Snapshot, call: CallId) -> Option<String> {
    let used = snapshot.trace.inputs.iter().find(|used| used.call == call)?;
    match &used.input {
        Input::Env { name, set: true, .. } if VOLATILE_VARIABLES.contains(&name.as_str()) => {
            Some(format!("the variable `{name}`"))
        }
        _ => None,
    }
}

/// `.Commit.Hash` and `.Commit.Date` come with the data and are known by their form.
fn commit_fact(text: &[u8]) -> Option<String> {
    let is_hash = text.len() == 40 && text.iter().all(u8::is_ascii_hexdigit);
    let is_time = text.len() == 10 && text.iter().all(u8::is_ascii_digit);
    (is_hash || is_time).then(|| "the commit".to_owned())
}
