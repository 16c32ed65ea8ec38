//! Secrets beyond werf's own checks: sources that are not there, and secrets that end in the image.
//!
//! In: the analysed project and what is known about variables and files. Out: findings that never stop werf. Never: the content of a secret.

use super::Subject;
use crate::diagnostic::Finding;
use crate::model::config::{RawKind, Secret};
use crate::source::{Location, Span, line_begin, line_end};
use crate::template::text::Origin;
use crate::template::trace::Input;

fn secrets<'a>(on: &Subject<'a>) -> impl Iterator<Item = &'a Secret> {
    on.documents().flat_map(|document| {
        let list = match &document.kind {
            RawKind::Dockerfile(raw) => raw.secrets.value.as_slice(),
            RawKind::Stapel(raw) => raw.secrets.value.as_slice(),
            RawKind::Meta(_) => &[],
        };
        list.iter().map(|secret| &secret.value)
    })
}

/// `secret-env-unset`: the variable of a secret is not set here.
pub fn secret_env_unset(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for secret in secrets(on).filter(|secret| !secret.env.is_empty()) {
        if on.snapshot.files.secret_variables.get(&secret.env.value) == Some(&false) {
            let message =
                format!("`{}` is not set here: where it is missing, the image cannot be built", secret.env.value);
            findings.extend(on.remark("secret-env-unset", secret.env.span, message));
        }
    }
}

/// `secret-file-missing`: the file of a secret is not there.
pub fn secret_file_missing(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    for secret in secrets(on).filter(|secret| !secret.src.is_empty()) {
        if on.snapshot.files.secret_files.get(&secret.src.value) == Some(&false) {
            let message =
                format!("there is no `{}` here: where it is missing, the image cannot be built", secret.src.value);
            let found = on.remark("secret-file-missing", secret.src.span, message);
            findings.extend(
                found.map(|found| found.with_help("the path counts from the directory in which werf is started")),
            );
        }
    }
}

/// Ends of names that stand for secrets.
const NAMES: &[&str] = &["TOKEN", "PASSWORD", "PASSWD", "SECRET", "API_KEY", "PRIVATE_KEY", "ACCESS_KEY", "SECRET_KEY"];

fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    NAMES.iter().any(|end| upper.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_')))
}

/// `secret-in-image`: a variable with a secret that becomes part of the image or its history.
pub fn secret_in_image(on: &Subject<'_>, findings: &mut Vec<Finding>) {
    let names = secret_variables(on);
    if names.is_empty() {
        return;
    }
    let mut judge = |span: Span, what: &str| {
        let Some(name) = variable_behind(on, span, &names) else { return };
        let message = format!("the secret in `{name}` becomes {what}");
        let help = if on.snapshot.dialect >= crate::dialect::Dialect::V2 {
            "use `secrets`, which are seen during the build only"
        } else {
            "give it to the container when it runs, or mount it during the build"
        };
        findings.extend(on.remark("secret-in-image", span, message).map(|found| found.with_help(help)));
    };
    for document in on.documents() {
        match &document.kind {
            RawKind::Dockerfile(raw) => {
                for (_, value) in &raw.args.value {
                    judge(value.span, "a build argument, which the history of the image shows");
                }
            }
            RawKind::Stapel(raw) => {
                if let Some(shell) = raw.shell.as_deref() {
                    for list in [&shell.before_install, &shell.install, &shell.before_setup, &shell.setup] {
                        list.items()
                            .iter()
                            .for_each(|item| judge(item.span, "part of a command, which the image shows"));
                    }
                }
                if let Some(docker) = raw.docker.as_deref() {
                    docker.env.value.iter().for_each(|(_, value)| judge(value.span, "a variable of the image"));
                }
            }
            RawKind::Meta(_) => {}
        }
    }
    for config in on.image_specs().filter_map(|spec| spec.config.as_deref()) {
        config.env.value.iter().for_each(|(_, value)| judge(value.span, "a variable of the image"));
    }
}

/// Variables with names of secrets that templates read.
fn secret_variables(on: &Subject<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for used in &on.snapshot.trace.inputs {
        if let Input::Env { name, .. } = &used.input
            && is_secret_name(name)
            && !names.contains(name)
        {
            names.push(name.clone());
        }
    }
    names
}

/// The variable of the `env` call in whose arguments a place lies.
fn default_behind<'n>(on: &Subject<'_>, place: Location, names: &'n [String]) -> Option<&'n str> {
    on.snapshot.trace.inputs.iter().find_map(|used| {
        let Input::Env { name, default: Some(_), .. } = &used.input else { return None };
        let call = on.snapshot.provenance.calls.get(used.call.0 as usize)?.place?;
        let is_inside =
            call.file == place.file && call.span.start <= place.span.start && place.span.end <= call.span.end;
        names.iter().find(|known| is_inside && *known == name).map(String::as_str)
    })
}

/// The variable whose value stands in a span: the span holds computed text whose action in the file reads it.
fn variable_behind<'n>(on: &Subject<'_>, span: Span, names: &'n [String]) -> Option<&'n str> {
    let provenance = &on.snapshot.provenance;
    let segments = &provenance.segments;
    let first = segments.partition_point(|segment| segment.end <= span.start);
    let mut begin = if first == 0 { 0 } else { segments.get(first - 1)?.end };
    for segment in segments.get(first..)? {
        if begin >= span.end {
            return None;
        }
        let part = Span { start: begin.max(span.start), end: segment.end.min(span.end) };
        begin = segment.end;
        if let Origin::File { file, offset } = segment.origin {
            // The default of an `env` call stands for the secret where the variable is not set.
            if let Some(name) = default_behind(on, Location { file, span: Span { start: offset, end: offset } }, names)
            {
                return Some(name);
            }
            continue;
        }
        // The value itself carries no place; the text before it on the line does.
        let line_start = line_begin(&on.snapshot.text, part.start as usize);
        let Some(origins) = provenance.locate(Span::new(line_start, line_start + 1)) else { continue };
        let source = &on.snapshot.sources.get(origins.location.file).text;
        let from = origins.location.span.start as usize;
        let start = line_begin(source, from);
        let end = line_end(source, from);
        let line = String::from_utf8_lossy(source.get(start..end)?).into_owned();
        for name in names {
            if line.contains(&format!("env \"{name}\"")) || line.contains(&format!("env `{name}`")) {
                return Some(name);
            }
        }
    }
    None
}
