//! Rendering: syntax, calls, inputs.

use crate::analysis::Mode;
use crate::check::Origin::{Check, Layer, Werf};
use crate::check::{Subject, bases, rendering};
use crate::diagnostic::Finding;
use crate::source::Location;

super::rules! { "templates":
    b"EEEE" "template-parse" Werf,
    b"EEEE" "template-exec" Werf,
    b"EEEE" "crash-template-recursion" Werf,
    b"-EEE" "env-arity" Werf,
    b"-EEE" "env-not-allowed" Werf,
    b"-EEE" "env-unset" Werf,
    b"-EEE" "allow-env-bad-regex" Werf,
    b"-EEE" "required-missing" Werf,
    b"WEEE" "files-get-missing" Werf,
    b"-EEE" "files-get-directory" Werf,
    b"-EEE" "files-get-link" Werf,
    b"-EEE" "files-get-untracked" Werf,
    b"-EEE" "files-get-uncommitted" Werf,
    b"-EEE" "files-glob-untracked" Werf,
    b"-EEE" "files-glob-uncommitted" Werf,
    b"WE--" "files-glob-empty" Werf,
    b"W---" "files-glob-failed" Werf,
    b"-EEE" "glob-syntax" Werf,
    b"-E--" "crash-glob-syntax" Werf,
    b"E---" "template-unreadable" Werf,
    b"E---" "templates-dir-unreadable" Werf,
    b"E---" "render-dump-failed" Werf,
    b"EEEE" "template-budget" Layer,
    b"IIII" "env-without-default" Check(|on, found| {
        if on.snapshot.mode != Mode::Strict {
            rendering::env_without_default(on.rendering, found);
        }
    }),
    b"WWWW" "no-value-text" Check(no_value_text),
    b"WWWW" "template-nondeterministic" Check(|on, found| rendering::template_nondeterministic(on.rendering, found)),
}

/// The names first, which cannot work; then every other place where the words came out. After a failed call nothing is said:
/// what is missing then was mostly to be set by it.
fn no_value_text(on: &Subject<'_>, found: &mut Vec<Finding>) {
    let is_of_rendering = |finding: &&Finding| finding.fatal && RULES.iter().any(|rule| rule.id == finding.rule);
    if on.snapshot.findings.iter().any(|finding| is_of_rendering(&finding)) {
        return;
    }
    let begin = found.len();
    bases::no_value_text(&on.view, found);
    let known: Vec<Location> = found[begin..].iter().filter_map(|finding| on.file_place(finding.place)).collect();
    rendering::no_value_text(on.rendering, &known, found);
}
