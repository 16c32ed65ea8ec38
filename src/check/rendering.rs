//! Rules about rendering: what makes the configuration depend on more than the project.
//!
//! In: what the templates did, and where the rendered bytes came from. Out: findings that never stop werf. Never: the
//! meaning of sections.

use std::collections::{BTreeMap, HashSet};

use crate::analysis::Provenance;
use crate::diagnostic::{Finding, Place, RuleId, Severity};
use crate::source::{Location, SourceMap, Span, line_begin, line_end};
use crate::template::text::{CallId, Origin};
use crate::template::trace::{Input, Trace};

/// One rendering.
#[derive(Clone, Copy, Debug)]
pub struct Rendering<'a> {
    /// The rendered text.
    pub text: &'a [u8],
    /// Where its bytes came from.
    pub provenance: &'a Provenance,
    /// What the templates did.
    pub trace: &'a Trace,
    /// The files.
    pub sources: &'a SourceMap,
}

impl Rendering<'_> {
    fn call_place(&self, call: CallId) -> Place {
        let place = self.provenance.calls.get(call.0 as usize).and_then(|site| site.place);
        place.map_or(Place::Project, Place::File)
    }
}

/// `template-nondeterministic`: calls whose result nobody can predict.
pub fn template_nondeterministic(rendering: Rendering<'_>, findings: &mut Vec<Finding>) {
    let mut seen = Vec::new();
    for used in &rendering.trace.inputs {
        let Input::Unpredictable(name) = used.input else { continue };
        let place = rendering.call_place(used.call);
        if seen.contains(&place) || seen.len() > 100 {
            continue;
        }
        seen.push(place);
        let message =
            format!("`{name}` gives another result in every run, so the same commit does not give the same images");
        let finding = Finding::new(RuleId("template-nondeterministic"), Severity::Warning, place, message);
        findings.push(finding.with_help("use a fixed text, or a fact of the commit such as `.Commit.Date.Unix`"));
    }
}

/// `env-without-default`: variables that are not set here. Not for strict mode, where werf itself stops at them.
pub fn env_without_default(rendering: Rendering<'_>, findings: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for used in &rendering.trace.inputs {
        let Input::Env { name, default: None, set: false } = &used.input else { continue };
        let place = rendering.call_place(used.call);
        if !seen.insert((name.as_str(), used.call)) {
            continue;
        }
        let message = format!("`{name}` is not set here and has no default: what follows from it is not judged");
        let finding = Finding::new(RuleId("env-without-default"), Severity::Info, place, message);
        findings.push(finding.with_help(format!("give a default, or tell the value: `--set-env {name}=…`")));
    }
}

/// `no-value-text`: missing keys whose `<no value>` reached the rendered text. `known` are places that have the finding already.
pub fn no_value_text(rendering: Rendering<'_>, known: &[Location], findings: &mut Vec<Finding>) {
    const TEXT: &[u8] = b"<no value>";
    let missing = &rendering.trace.no_values;
    if missing.is_empty() || memchr::memmem::find(rendering.text, TEXT).is_none() {
        return;
    }
    let mut seen = HashSet::new();
    for printed in missing {
        let Some(location) = printed.place else { continue };
        let is_known = known.iter().any(|known| {
            known.file == location.file && known.span.start < location.span.end && location.span.start < known.span.end
        });
        if !seen.insert(location) || is_known {
            continue;
        }
        let message = format!("`{}` is missing here, and prints as `<no value>`", printed.expression);
        let finding = Finding::new(RuleId("no-value-text"), Severity::Warning, Place::File(location), message);
        let of_helm = [".Values", ".Chart", ".Release"].iter().any(|object| printed.expression.contains(object));
        findings.push(finding.with_help(if of_helm {
            "`.Values`, `.Chart` and `.Release` belong to Helm charts; werf.yaml has `.Env`, `.Files`, `.Commit` (from werf 1.2) and `env \"NAME\"`"
        } else {
            "mend its spelling, set it before it is used, or give a `default`"
        }));
    }
}

/// Variables that differ from job to job: parts of their names.
const OF_A_JOB: &[&str] = &[
    "JOB_ID",
    "PIPELINE_ID",
    "PIPELINE_IID",
    "RUN_ID",
    "RUN_NUMBER",
    "BUILD_NUMBER",
    "BUILD_ID",
    "COMMIT_SHA",
    "GITHUB_SHA",
];

/// What makes bytes of the rendered text change from run to run or from commit to commit, in words: "`now`", "the commit".
#[must_use]
pub fn volatile(rendering: Rendering<'_>, span: Span) -> Option<String> {
    let unpredictable: BTreeMap<CallId, &str> = rendering
        .trace
        .inputs
        .iter()
        .filter_map(|used| match used.input {
            Input::Unpredictable(name) => Some((used.call, name)),
            _ => None,
        })
        .collect();
    let segments = &rendering.provenance.segments;
    let first = segments.partition_point(|segment| segment.end <= span.start);
    let mut begin = if first == 0 { 0 } else { segments.get(first - 1)?.end };
    let mut computed = false;
    for segment in segments.iter().skip(first) {
        if begin >= span.end {
            break;
        }
        begin = segment.end;
        match segment.origin {
            Origin::Derived(call) | Origin::Unknown(call) | Origin::Padding(call) => {
                computed = true;
                if let Some(name) = unpredictable.get(&call) {
                    return Some(format!("`{name}`"));
                }
            }
            Origin::Data => computed = true,
            Origin::File { .. } => {}
        }
    }
    if computed { named_in_source(rendering, span) } else { None }
}

/// The same from the words of the source line that the text's line came from: values of the commit and of the job carry no call.
fn named_in_source(rendering: Rendering<'_>, span: Span) -> Option<String> {
    let start = span.start as usize;
    let before = rendering.text.get(..start)?;
    let line = line_begin(before, before.len());
    let location = rendering.provenance.locate(Span::new(line, line + 1))?.location;
    let source = &rendering.sources.get(location.file).text;
    let from = location.span.start as usize;
    let begin = line_begin(source, from);
    let end = line_end(source, from);
    let words = String::from_utf8_lossy(source.get(begin..end)?);
    if words.contains(".Commit.") {
        return Some("the commit".to_owned());
    }
    let variable = words.split('"').find(|word| OF_A_JOB.iter().any(|part| word.contains(part)))?;
    Some(format!("`{variable}`"))
}
