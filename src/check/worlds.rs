//! Other worlds of a project: the environment names that its templates ask about, and what there is to say in each that is not said anyway.
//!
//! In: a request and what came of it. Out: further findings, each marked with the world it belongs to. Never: a change of the verdict, which is about
//! the world that was asked for.

use std::collections::{BTreeMap, HashSet};

use super::{Linted, lint};
use crate::analysis::{Request, Snapshot};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, Span};
use crate::template::parse_source;
use crate::template::tree::{NodeId, NodeKind, Source};

/// Worlds looked at besides the one that was asked for.
const WORLDS: usize = 4;

/// Functions whose literal arguments are environment names when another argument is `.Env`.
const COMPARING: &[&str] = &["eq", "ne", "has", "hasKey", "get", "index", "pluck", "dig", "dict"];

/// The environment names that templates compare `.Env` with, in the order of the text; without the one that was asked for.
#[must_use]
pub fn environments(snapshot: &Snapshot, asked: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let files = snapshot.config_file.iter().chain(&snapshot.templates);
    for file in files.map(|file| snapshot.sources.get(*file)) {
        // Most files do not ask.
        if !file.text.windows(4).any(|window| window == b".Env") {
            continue;
        }
        let source = parse_source(&file.path, &file.text, snapshot.dialect);
        let search = Search { source: &source, text: &file.text, aliases: aliases(&source, &file.text) };
        for id in 0..source.nodes.len() {
            let id = NodeId::try_from(id).unwrap_or(NodeId::MAX);
            for name in search.names_of(id) {
                if !name.is_empty() && Some(name.as_str()) != asked && !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    names.truncate(WORLDS);
    names
}

/// What other worlds add: for each environment name the project as it is there, with only those diagnostics that are not said in the world that was
/// asked for or in an earlier one.
#[must_use]
pub fn others(request: &Request, linted: &Linted) -> Vec<(String, Linted)> {
    let names = environments(&linted.snapshot, request.env.as_deref());
    let mut said: HashSet<Key> = keys(linted).into_iter().map(|(key, _)| key).collect();
    let mut found: Vec<(String, Linted)> = Vec::new();
    // A finding of several worlds is told once, with all of them.
    let mut worlds: BTreeMap<Key, Vec<String>> = BTreeMap::new();
    for name in names {
        // Each world would push the trees of the one that is edited out of the cache.
        let request = Request { env: Some(name.clone()), cache: None, ..request.clone() };
        let Ok(mut other) = lint(&request) else { continue };
        let new: HashSet<Key> = keys(&other).into_iter().map(|(key, _)| key).collect();
        for key in &new {
            worlds.entry(key.clone()).or_default().push(format!("`.Env` is `{name}`"));
        }
        let keep: Vec<bool> =
            keys(&other).into_iter().map(|(key, severity)| severity >= Severity::Warning && said.insert(key)).collect();
        let mut keep = keep.into_iter();
        other.diagnostics.retain(|_| keep.next().unwrap_or(false));
        found.push((name, other));
    }
    for (_, other) in &mut found {
        let keys = keys(other);
        for (diagnostic, (key, _)) in other.diagnostics.iter_mut().zip(keys) {
            diagnostic.worlds = worlds.get(&key).cloned().unwrap_or_default();
        }
    }
    found
}

/// What makes two diagnostics of two analyses the same.
type Key = (&'static str, String, Span, String);

fn keys(linted: &Linted) -> Vec<(Key, Severity)> {
    let path = |file: FileId| linted.snapshot.sources.get(file).path.clone();
    let key = |diagnostic: &Diagnostic| {
        let (path, span) = diagnostic.location.map_or_else(Default::default, |place| (path(place.file), place.span));
        (diagnostic.rule.0, path, span, diagnostic.message.clone())
    };
    linted.diagnostics.iter().map(|diagnostic| (key(diagnostic), diagnostic.severity)).collect()
}

/// Variables that hold `.Env`, perhaps with a default: `{{ $env := .Env | default "dev" }}`.
fn aliases<'a>(source: &'a Source, text: &[u8]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for node in &source.nodes {
        let NodeKind::Pipe(declared, _, commands) = &node.kind else { continue };
        let is_env = commands.first().is_some_and(|command| match &source.node(*command).kind {
            NodeKind::Command(operands) => operands.iter().any(|operand| is_env_field(source, text, *operand)),
            _ => false,
        });
        if let ([variable], true) = (&**declared, is_env)
            && let NodeKind::Variable(name, _) = source.node(*variable).kind
        {
            found.push(&*source.variables[name as usize]);
        }
    }
    found
}

/// `.Env` or `$.Env`.
fn is_env_field(source: &Source, text: &[u8], id: NodeId) -> bool {
    let fields = match &source.node(id).kind {
        NodeKind::Field(fields) => fields,
        NodeKind::Variable(name, fields) if *source.variables[*name as usize] == *"$" => fields,
        _ => return false,
    };
    matches!(&**fields, [field] if text.get(field.range()) == Some(b"Env"))
}

struct Search<'a> {
    source: &'a Source,
    text: &'a [u8],
    aliases: Vec<&'a str>,
}

impl Search<'_> {
    fn is_env(&self, id: NodeId) -> bool {
        let node = self.source.node(id);
        is_env_field(self.source, self.text, id)
            || matches!(&node.kind, NodeKind::Variable(name, fields)
                if fields.is_empty() && self.aliases.contains(&&*self.source.variables[*name as usize]))
    }

    /// The literals that a call or a chain of calls compares `.Env` with.
    fn names_of(&self, id: NodeId) -> Vec<String> {
        let mut names = Vec::new();
        match &self.source.node(id).kind {
            NodeKind::Command(operands) if self.compares(operands) && operands.iter().any(|id| self.is_env(*id)) => {
                self.literals(id, &mut names, 0);
            }
            NodeKind::Pipe(_, _, commands) => {
                let given = commands.first().is_some_and(|first| match &self.source.node(*first).kind {
                    NodeKind::Command(operands) => matches!(&**operands, [only] if self.is_env(*only)),
                    _ => false,
                });
                for command in commands.iter().skip(1).filter(|_| given) {
                    if let NodeKind::Command(operands) = &self.source.node(*command).kind
                        && self.compares(operands)
                    {
                        self.literals(*command, &mut names, 0);
                    }
                }
            }
            _ => {}
        }
        names
    }

    fn compares(&self, operands: &[NodeId]) -> bool {
        let first = operands.first().map(|id| &self.source.node(*id).kind);
        matches!(first, Some(NodeKind::Identifier(function)) if COMPARING.contains(&function.name))
    }

    fn literals(&self, id: NodeId, names: &mut Vec<String>, depth: usize) {
        // Deeper than this nobody compares.
        if depth > 8 {
            return;
        }
        let node = self.source.node(id);
        if let NodeKind::String(value) = &node.kind {
            let inner = node.span.range();
            let bytes = match value {
                Some(value) => Some(&**value),
                None => self.text.get(inner.start + 1..inner.end.saturating_sub(1)),
            };
            names.extend(bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned()));
        }
        for child in self.source.children(id) {
            self.literals(child, names, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn request(text: &str) -> (Request, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut request = Request::new(folder.path().join("werf.yaml"), folder.path());
        request.loose_giterminism = true;
        let text = format!("project: p\nconfigVersion: 1\n---\n{text}");
        request.overlay.insert("werf.yaml".into(), Arc::from(text.as_bytes()));
        (request, folder)
    }

    #[test]
    fn names_come_from_comparisons_with_the_environment() {
        let text = "{{ $e := .Env | default \"dev\" }}{{ if eq .Env \"production\" }}{{ end }}{{ if has $e (list \"a\" \"b\") }}{{ end }}\
                    {{ if eq \"x\" \"y\" }}{{ end }}{{ if .Env | eq \"c\" }}{{ end }}image: a\nfrom: alpine:3\n";
        let (request, _folder) = request(text);
        let linted = lint(&request).expect("a project");
        assert_eq!(environments(&linted.snapshot, None), ["production", "a", "b", "c"]);
        assert_eq!(environments(&linted.snapshot, Some("a")), ["production", "b", "c"]);
    }

    #[test]
    fn what_is_wrong_in_another_world_only_says_so() {
        let text = "image: a\nfrom: alpine:3\n{{ if eq .Env \"production\" }}frmo: x\n{{ end }}{{ if ne .Env \"test\" }}form: y\n{{ end }}";
        let (request, _folder) = request(text);
        let linted = lint(&request).expect("a project");
        let others = others(&request, &linted);
        let said: Vec<(&str, Vec<&str>)> = others
            .iter()
            .map(|(name, other)| {
                (name.as_str(), other.diagnostics.iter().flat_map(|one| &one.worlds).map(String::as_str).collect())
            })
            .collect();
        assert_eq!(said, [("production", vec!["`.Env` is `production`"]), ("test", vec![])]);
    }
}
