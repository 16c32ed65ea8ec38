//! Values that must not be shown: those of environment variables whose name looks like a secret's, and what is made of them.
//!
//! In: names, actions, places of the rendered text. Out: whether to keep quiet. Never: the values.

use std::collections::HashSet;

use super::Analysis;
use super::templates::{Action, action_at, actions};
use super::tokens::{Token, TokenKind, tokens};
use crate::source::{FileId, Span, line_begin, line_end};
use crate::template::text::{CallId, Origin};
use crate::template::trace::Input;

/// Parts of names of variables that hold secrets.
const PARTS: &[&str] =
    &["TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "PWD", "SECRET", "KEY", "CREDENTIAL", "PRIVATE", "AUTH", "COOKIE"];

/// What is shown instead.
pub const HIDDEN: &str = "(not shown: the variable's name looks like that of a secret)";

/// Whether the name of an environment variable looks like that of a secret.
#[must_use]
pub fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    PARTS.iter().any(|part| name.contains(part))
}

/// What is secret in one file.
#[derive(Debug)]
pub struct Secrets<'a> {
    analysis: &'a Analysis,
    /// Calls of `env` with such a name.
    calls: HashSet<CallId>,
    /// Variables and keys of the file that got a secret.
    tainted: HashSet<&'a str>,
}

impl<'a> Secrets<'a> {
    /// Looks at a file.
    #[must_use]
    pub fn new(analysis: &'a Analysis, file: FileId) -> Self {
        let inputs = analysis.snapshot().trace.inputs.iter();
        let is_secret = |input: &Input| matches!(input, Input::Env { name, .. } if looks_secret(name));
        let calls: HashSet<CallId> = inputs.filter(|used| is_secret(&used.input)).map(|used| used.call).collect();
        let text = analysis.text(file);
        let mut secrets = Self { analysis, calls, tainted: HashSet::new() };
        if find(text, b"env").is_none() {
            return secrets;
        }
        for action in actions(text) {
            let words = tokens(text, &action);
            if !secrets.is_secret(text, &words) {
                continue;
            }
            // `$x := env "TOKEN"`, `set . "x" (env "TOKEN")`, `dict "x" (env "TOKEN")`.
            let assigns = words.iter().position(|word| matches!(word.text(text), ":=" | "="));
            let declared = words.iter().take(assigns.unwrap_or(0)).filter(|word| word.kind == TokenKind::Variable);
            secrets.tainted.extend(declared.map(|word| word.text(text)));
            let stores = words.iter().any(|word| matches!(word.text(text), "set" | "dict"));
            let keys = words.iter().filter(|_| stores).filter_map(|word| word.literal(text)).map(|(key, _)| key);
            secrets.tainted.extend(keys.filter(|key| !key.is_empty()));
        }
        secrets
    }

    /// Whether words of an action name a secret.
    #[must_use]
    pub fn is_secret(&self, text: &[u8], words: &[Token]) -> bool {
        let mut previous = "";
        for word in words {
            let now = word.text(text);
            let is_named = match word.kind {
                TokenKind::String if matches!(previous, "env" | "expandenv") => {
                    word.literal(text).is_some_and(|(name, _)| looks_secret(name))
                }
                TokenKind::Variable => self.tainted.contains(now),
                TokenKind::Field => now.strip_prefix('.').is_some_and(|name| self.tainted.contains(name)),
                TokenKind::String => word.literal(text).is_some_and(|(name, _)| self.tainted.contains(name)),
                _ => false,
            };
            if is_named {
                return true;
            }
            previous = now;
        }
        false
    }

    /// Whether an action names a secret.
    #[must_use]
    pub fn is_secret_action(&self, text: &[u8], action: &Action) -> bool {
        self.is_secret(text, &tokens(text, action))
    }

    /// Whether bytes of the rendered text were made of a secret.
    #[must_use]
    pub fn is_secret_output(&self, rendered: Span) -> bool {
        if self.calls.is_empty() {
            return false;
        }
        let provenance = &self.analysis.snapshot().provenance;
        let first = provenance.segments.partition_point(|segment| segment.end <= rendered.start);
        let mut begin = first.checked_sub(1).map_or(0, |before| provenance.segments[before].end);
        for segment in &provenance.segments[first..] {
            if begin >= rendered.end {
                break;
            }
            begin = segment.end;
            let (Origin::Derived(call) | Origin::Padding(call) | Origin::Unknown(call)) = segment.origin else {
                continue;
            };
            if self.calls.contains(&call) || self.is_made_of_secret(call) {
                return true;
            }
        }
        false
    }

    /// Whether the action of a call names a secret: `env "TOKEN" | b64enc`.
    fn is_made_of_secret(&self, call: CallId) -> bool {
        let Some(place) = self.analysis.snapshot().provenance.call_place(call) else { return false };
        let text = self.analysis.text(place.file);
        // A look at the line is enough to say no.
        let start = (place.span.start as usize).min(text.len());
        let line = line_begin(text, start);
        let end = line_end(text, start);
        let is_near = find(&text[line..end], b"{{").is_some();
        let action = if is_near { action_at(&text[line..], start - line) } else { action_at(text, start) };
        let text = if is_near { &text[line..] } else { text };
        action.is_some_and(|action| self.is_secret_action(text, &action))
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
