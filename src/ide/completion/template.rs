//! Inside actions: functions, words of the language, variables, fields, names of templates, files, variables of the environment.

use std::collections::BTreeMap;

use super::paths::{self, Paths};
use super::{Around, Candidate, Kind, Typed};
use crate::dialect::Dialect;
use crate::ide::action::{Call, Part, PartKind, Typing, typing};
use crate::ide::templates::{Action, actions, function};
use crate::ide::{Analysis, At, function_docs};
use crate::source::{FileId, Span};
use crate::template::functions::names;
use crate::template::trace::{FrameKind, Input};

/// Functions that configurations use most, in that order.
const USUAL: &[&str] = &[
    "include",
    "env",
    "tpl",
    "default",
    "printf",
    "dict",
    "eq",
    "quote",
    "set",
    "list",
    "and",
    "or",
    "not",
    "ne",
    "get",
    "required",
    "indent",
    "nindent",
    "fromYaml",
    "toYaml",
    "join",
    "hasKey",
    "has",
    "index",
    "trim",
    "replace",
    "lower",
    "sha256sum",
    "toJson",
    "fromJson",
    "merge",
    "ternary",
    "empty",
    "coalesce",
    "keys",
    "append",
    "splitList",
    "hasPrefix",
    "hasSuffix",
    "contains",
    "trimSuffix",
    "trimPrefix",
    "len",
    "fail",
    "print",
];

/// Older spellings, and what the language of the library calls a function without being of use.
const SELDOM: &[&str] =
    &["trimall", "tuple", "biggest", "date_in_zone", "date_modify", "must_date_modify", "hello", "push"];

/// Candidates in an action.
pub(super) fn candidates(at: &At<'_>, around: Around<'_>, action: Action, typed: &mut Typed) -> Vec<Candidate> {
    if action.is_comment {
        return Vec::new();
    }
    let text = at.text();
    let typing = typing(text, action, at.offset);
    let mut found = Vec::new();
    let current = typing.current;
    *typed = word(text, at.offset, current);
    let scene = Scene { at, around, action, typing: &typing, text };
    match current.map(|part| part.kind) {
        Some(PartKind::Text(_)) => scene.strings(typed, &mut found),
        Some(PartKind::Field) => scene.fields(typed, &mut found),
        Some(PartKind::Variable) => {
            let span = current.map(|part| part.span).unwrap_or_default();
            let before = text.get(span.start as usize..at.offset).unwrap_or_default();
            if before.contains(&b'.') { scene.fields(typed, &mut found) } else { scene.variables(&mut found) }
        }
        Some(PartKind::Other) => {}
        _ => scene.words(&mut found),
    }
    found
}

/// The word around the cursor that a choice replaces.
fn word(text: &[u8], offset: usize, current: Option<Part>) -> Typed {
    let offset = offset.min(text.len());
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_' || **byte >= 0x80;
    let behind = text[offset..].iter().take_while(is_name).count();
    let Some(part) = current else {
        return Typed { text: String::new(), replace: Span::empty(offset) };
    };
    let (start, end) = match part.kind {
        PartKind::Text(_) => {
            let start = part.span.start as usize + 1;
            let quote = text[start - 1];
            let rest = &text[offset..];
            let line = rest.iter().position(|byte| *byte == b'\n' || *byte == b'}').unwrap_or(rest.len());
            let close = rest[..line].iter().position(|byte| *byte == quote);
            (start, offset + close.unwrap_or(0))
        }
        PartKind::Field | PartKind::Variable => {
            let bytes = text.get(part.span.start as usize..offset).unwrap_or_default();
            let dot = bytes.iter().rposition(|byte| *byte == b'.');
            (part.span.start as usize + dot.map_or(0, |dot| dot + 1), offset + behind)
        }
        _ => (part.span.start as usize, offset + behind),
    };
    let start = start.min(offset);
    // What is replaced is on one line.
    let start = text[start..offset].iter().rposition(|byte| *byte == b'\n').map_or(start, |line| start + line + 1);
    Typed { text: String::from_utf8_lossy(&text[start..offset]).into_owned(), replace: Span::new(start, end) }
}

struct Scene<'a, 'b> {
    at: &'b At<'a>,
    around: Around<'b>,
    action: Action,
    typing: &'b Typing,
    text: &'b [u8],
}

impl Scene<'_, '_> {
    fn dialect(&self) -> Dialect {
        self.at.analysis.dialect()
    }

    fn call(&self) -> Call {
        self.typing.call().cloned().unwrap_or_default()
    }

    /// Whether the word is the first of its call.
    fn is_first(&self) -> bool {
        let call = self.call();
        call.operands.is_empty() || call.operands.first() == self.typing.current.as_ref()
    }

    fn words(&self, found: &mut Vec<Candidate>) {
        let call = self.call();
        let is_first = self.is_first();
        let begins = is_first && self.typing.calls.len() == 1 && !call.is_piped && call.keyword.is_none();
        let is_alone = begins && self.typing.parts.len() <= 1;
        if call.name(self.text) == Some("define") && !is_first {
            return;
        }
        if is_alone {
            self.keywords(found);
        }
        if call.keyword.is_some_and(|span| self.text.get(span.range()) == Some(b"else")) && is_first {
            found.push(Candidate::new(Kind::Keyword, "if", 1).detail("another condition"));
        }
        if call.keyword.is_some_and(|span| matches!(self.text.get(span.range()), Some(b"end" | b"break" | b"continue")))
        {
            found.clear();
            return;
        }
        self.functions(if is_first { 100 } else { 400 }, found);
        if !call.is_piped || !is_first {
            let from = found.len();
            self.variables(found);
            for (name, detail) in root_fields(self.dialect()) {
                found.push(Candidate::new(Kind::Field, format!(".{name}"), 300).detail(detail));
            }
            let get =
                Candidate::new(Kind::Function, ".Files.Get", 290).detail("text of a file").snippet(".Files.Get \"$1\"");
            found.push(get);
            if !is_first {
                found.push(Candidate::new(Kind::Field, ".", 150).detail("the current data"));
                for word in ["true", "false", "nil"] {
                    found.push(Candidate::new(Kind::Keyword, word, 350));
                }
            }
            let wants_name = matches!(call.name(self.text), Some("include" | "template" | "block"))
                && call.argument(self.typing.current) == Some(0);
            for candidate in &mut found[from..] {
                candidate.rank = candidate.rank.saturating_sub(if is_first || wants_name { 0 } else { 150 });
            }
            if wants_name {
                self.block_names("\"", found);
            }
        }
    }

    fn functions(&self, rank: u32, found: &mut Vec<Candidate>) {
        let dialect = self.dialect();
        for name in names(dialect).chain(function_docs::BUILTINS.iter().copied()) {
            let place =
                USUAL.iter().position(|usual| *usual == name).map_or(60, |place| u32::try_from(place).unwrap_or(0));
            let is_seldom = SELDOM.contains(&name) || name.starts_with("must") || name.ends_with("_debug");
            let rank = rank + place + if is_seldom { 30 } else { 0 };
            let detail = function_docs::signature(name, function(name, dialect));
            let mut candidate = Candidate::new(Kind::Function, name, rank).detail(detail);
            candidate.about = Some(format!("function {name}"));
            found.push(candidate);
        }
    }

    /// Blocks that are open before the action, the innermost last.
    fn open_blocks(&self) -> Vec<&[u8]> {
        let mut open = Vec::new();
        let before = self.text.get(..self.action.span.start as usize).unwrap_or_default();
        for action in actions(before).into_iter().filter(|action| !action.is_comment) {
            let inner = self.text.get(action.inner.range()).unwrap_or_default().trim_ascii_start();
            let length = inner.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
            match &inner[..length] {
                word @ (b"if" | b"range" | b"with" | b"define" | b"block") => open.push(word),
                b"end" => drop(open.pop()),
                _ => {}
            }
        }
        open
    }

    fn keywords(&self, found: &mut Vec<Candidate>) {
        let open = self.open_blocks();
        let is_closed = self.action.is_closed;
        let mut add = |word: &str, rest: &str, detail: &str, rank: u32, has_end: bool| {
            let candidate = Candidate::new(Kind::Keyword, word, rank).detail(detail);
            let tail = if is_closed {
                ""
            } else if has_end {
                " }}\n$0\n{{- end }}"
            } else {
                " }}"
            };
            found.push(candidate.snippet(format!("{word}{rest}{tail}")));
        };
        if let Some(innermost) = open.last() {
            add("end", "", "ends the block", 10, false);
            if innermost != b"define" && innermost != b"block" {
                add("else", "", "what happens otherwise", 40, false);
                add("else if", " ${1:condition}", "another condition", 41, false);
            }
            if open.iter().any(|word| *word == b"range") && self.dialect() >= Dialect::V2 {
                add("break", "", "leaves the loop", 250, false);
                add("continue", "", "goes on with the next turn", 251, false);
            }
        }
        add("if", " ${1:condition}", "only if a condition holds", 20, true);
        add("range", " ${1:list}", "for each element", 30, true);
        add("with", " ${1:value}", "with another `.`, if it is not empty", 50, true);
        add("template", " \"${1:name}\" .", "runs a named template", 60, false);
        add("block", " \"${1:name}\" .", "defines a template and runs it", 260, true);
        if open.is_empty() {
            add("define", " \"${1:name}\"", "defines a named template", 35, true);
        }
        if !is_closed {
            return;
        }
        // A comment is an action of its own.
        found.push(Candidate::new(Kind::Snippet, "/* comment */", 270).detail("a comment").snippet("/* $1 */"));
    }

    fn variables(&self, found: &mut Vec<Candidate>) {
        let mut seen = 0;
        if let Some(file) = self.at.analysis.template(self.at.file) {
            for variable in file.variables_in_scope(self.at.offset) {
                seen += 1;
                found.push(Candidate::new(Kind::Variable, &variable.name, 200 + seen).detail("variable"));
            }
        }
        found.push(Candidate::new(Kind::Variable, "$", 240).detail("the data given to the template"));
    }

    fn fields(&self, typed: &Typed, found: &mut Vec<Candidate>) {
        let dialect = self.dialect();
        let span = self.typing.current.map(|part| part.span).unwrap_or_default();
        let whole = self.text.get(span.start as usize..typed.replace.start as usize).unwrap_or_default();
        let path = String::from_utf8_lossy(whole).into_owned();
        let path = path.trim_start_matches('$').trim_matches('.');
        let is_of_variable = whole.first() == Some(&b'$') && !whole.starts_with(b"$.");
        match path {
            "Files" => {
                for (number, (name, detail)) in methods(dialect).into_iter().enumerate() {
                    let rank = u32::try_from(number).unwrap_or(0);
                    let mut candidate = Candidate::new(Kind::Function, name, rank).detail(detail);
                    candidate.about = Some(format!("function {name}"));
                    let has_argument =
                        self.text.get(typed.replace.end as usize..).is_some_and(|rest| rest.starts_with(b" \""));
                    if name != "ProjectDir" && !has_argument {
                        candidate = candidate.snippet(format!("{name} \"$1\""));
                    }
                    found.push(candidate);
                }
            }
            "Commit" if dialect != Dialect::V1_1 => {
                found.push(Candidate::new(Kind::Field, "Hash", 10).detail("hash of the commit"));
                found.push(Candidate::new(Kind::Field, "Date", 11).detail("date of the commit"));
            }
            "Commit.Date" if dialect != Dialect::V1_1 => {
                found.push(Candidate::new(Kind::Field, "Human", 10).detail("in words"));
                found.push(Candidate::new(Kind::Field, "Unix", 11).detail("seconds since 1970"));
            }
            _ => {
                let is_root = path.is_empty() && !is_of_variable;
                let open = self.open_blocks();
                let is_moved =
                    whole.first() != Some(&b'$') && open.iter().any(|word| matches!(*word, b"range" | b"with"));
                if is_root {
                    let base = if is_moved { 300 } else { 10 };
                    for (number, (name, detail)) in root_fields(dialect).into_iter().enumerate() {
                        let rank = base + u32::try_from(number).unwrap_or(0);
                        found.push(Candidate::new(Kind::Field, name, rank).detail(detail));
                    }
                    let get = Candidate::new(Kind::Function, "Files.Get", base + 5).detail("text of a file");
                    found.push(get.snippet("Files.Get \"$1\""));
                }
                self.keys(100, typed, found);
            }
        }
    }

    /// Keys of data that templates store and read.
    fn keys(&self, rank: u32, typed: &Typed, found: &mut Vec<Candidate>) {
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        let analysis = self.at.analysis;
        for stored in &analysis.snapshot().trace.stored {
            *counts.entry(stored.key.as_str()).or_insert(0) += 5;
        }
        for id in self.near_files() {
            let Some(file) = analysis.template(id) else { continue };
            for key in &file.keys {
                let is_here = id == self.at.file && key.span.touches(self.at.offset);
                if !is_here && !key.key.is_empty() {
                    *counts.entry(key.key.as_str()).or_insert(0) += if key.is_stored { 4 } else { 1 };
                }
            }
        }
        let methods = ["Files", "Env", "Commit", "Get", "Glob", "Exists", "IsDir", "Hash", "Date", "Human", "Unix"];
        for (key, count) in counts.into_iter().filter(|(key, _)| !methods.contains(key) && **key != typed.text) {
            let is_name = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let is_string = matches!(self.typing.current.map(|part| part.kind), Some(PartKind::Text(_)));
            if is_name || is_string {
                found.push(Candidate::new(Kind::Field, key, rank + 50 - count.min(50)).detail("key of data"));
            }
        }
    }

    /// The file itself, the main file, and some of the others: all of a giant project would take too long.
    fn near_files(&self) -> Vec<FileId> {
        let snapshot = self.at.analysis.snapshot();
        let mut files = vec![self.at.file];
        files.extend(snapshot.config_file);
        files.extend(snapshot.templates.iter().take(12));
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Names of templates.
    fn blocks(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for analysis in std::iter::once(self.at.analysis).chain(self.around.before) {
            names.extend(analysis.snapshot().trace.definitions.iter().map(|definition| definition.name.clone()));
        }
        if let Some(file) = self.at.analysis.template(self.at.file) {
            let here = file.names.iter().filter(|name| !name.span.touches(self.at.offset));
            names.extend(here.map(|name| name.name.clone()));
        }
        names.sort();
        names.dedup();
        names
    }

    fn strings(&self, typed: &Typed, found: &mut Vec<Candidate>) {
        let call = self.call();
        let argument = call.argument(self.typing.current);
        let name = call.name(self.text).unwrap_or("");
        let method = name.rsplit('.').next().unwrap_or("");
        let is_method = name.starts_with(['.', '$']) && name.contains("Files.");
        match (name, argument) {
            ("include" | "include_debug" | "template" | "block" | "define", Some(0)) => {
                self.block_names("", found);
            }
            ("env" | "expandenv", Some(0)) => environment(self.at, self.around, found),
            ("set" | "get" | "hasKey" | "unset", Some(1)) | ("dict" | "dig" | "index" | "pick" | "omit", _) => {
                self.keys(100, typed, found);
            }
            (_, _) if is_method && matches!(method, "Get" | "Glob" | "Exists" | "IsDir") => {
                let only = if method == "IsDir" { Paths::Directories } else { Paths::All };
                paths::paths(self.at.analysis, self.around, "", &typed.text, false, only, found);
                for used in &self.at.analysis.snapshot().trace.inputs {
                    if let Input::Files { path, method: other } = &used.input
                        && *other == method
                        && *path != whole_word(self.text, typed)
                    {
                        found.push(Candidate::new(Kind::File, path, 200).detail("used elsewhere"));
                    }
                }
            }
            _ => self.compared(typed, found),
        }
    }

    /// Names of templates, those that are called most first, those of files last.
    fn block_names(&self, quote: &str, found: &mut Vec<Candidate>) {
        let used = self.calls_by_name();
        for block in self.blocks().into_iter().filter(|block| block != "werfConfig") {
            let count = used.get(&block).copied().unwrap_or(0);
            let is_file = block.contains('/') || block.ends_with(".tmpl");
            let rank = 50 - count.min(50) + if is_file { 20 } else { 0 };
            found.push(Candidate::new(Kind::Block, format!("{quote}{block}{quote}"), rank).detail("template"));
        }
    }

    fn calls_by_name(&self) -> BTreeMap<String, u32> {
        let mut used = BTreeMap::new();
        for frame in &self.at.analysis.snapshot().provenance.frames {
            if let FrameKind::Include(name) | FrameKind::Template(name) = &frame.kind {
                *used.entry(name.clone()).or_insert(0) += 1;
            }
        }
        used
    }

    /// Texts that `.Env` is compared with here and elsewhere.
    fn compared(&self, typed: &Typed, found: &mut Vec<Candidate>) {
        let inner = self.text.get(self.action.inner.range()).unwrap_or_default();
        if !holds(inner, b".Env") {
            return;
        }
        let mut counts: BTreeMap<String, u32> = BTreeMap::new();
        for id in self.near_files() {
            let text = self.at.analysis.text(id);
            if !holds(text, b".Env") {
                continue;
            }
            for action in actions(text) {
                let inner = text.get(action.inner.range()).unwrap_or_default();
                if id == self.at.file && action.span == self.action.span || !holds(inner, b".Env") {
                    continue;
                }
                for part in typing(text, action, action.inner.end as usize).parts {
                    if part.kind == PartKind::Text(true) {
                        let inner = part.span.start as usize + 1..part.span.end as usize - 1;
                        let word = String::from_utf8_lossy(text.get(inner).unwrap_or_default()).into_owned();
                        *counts.entry(word).or_insert(0) += 1;
                    }
                }
            }
        }
        for (number, usual) in ["production", "staging", "dev", "test"].into_iter().enumerate() {
            let rank = 200 + u32::try_from(number).unwrap_or(0);
            found.push(Candidate::new(Kind::Value, usual, rank).detail("name of an environment"));
        }
        for (word, count) in counts.into_iter().filter(|(word, _)| !word.is_empty() && *word != typed.text) {
            found.push(Candidate::new(Kind::Value, word, 100 - count.min(50)).detail("compared with `.Env` elsewhere"));
        }
    }
}

fn whole_word(text: &[u8], typed: &Typed) -> String {
    String::from_utf8_lossy(text.get(typed.replace.range()).unwrap_or_default()).into_owned()
}

fn holds(text: &[u8], wanted: &[u8]) -> bool {
    text.windows(wanted.len()).any(|window| window == wanted)
}

/// Names of environment variables: those that are read, those that giterminism permits, those of secrets.
pub(super) fn environment(at: &At<'_>, around: Around<'_>, found: &mut Vec<Candidate>) {
    let mut names: BTreeMap<String, (u32, &'static str)> = BTreeMap::new();
    let own = at.text();
    let word_end = |offset: usize| {
        own.get(offset..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count()
    };
    let start = own
        .get(..at.offset)
        .unwrap_or_default()
        .iter()
        .rposition(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_'));
    let start = start.map_or(0, |start| start + 1);
    let word = own.get(start..at.offset.min(own.len()) + word_end(at.offset)).unwrap_or_default();
    for analysis in std::iter::once(at.analysis).chain(around.before) {
        let snapshot = analysis.snapshot();
        for used in &snapshot.trace.inputs {
            if let Input::Env { name, .. } = &used.input
                && (name.as_bytes() != word || word.is_empty())
            {
                let entry = names.entry(name.clone()).or_insert((0, "read elsewhere"));
                entry.0 += 1;
            }
        }
        // Behind an error the permissions are not collected, but the file is there.
        for entry in permitted(analysis) {
            names.entry(entry).or_insert((3, PERMITTED));
        }
    }
    for (name, (count, detail)) in names.into_iter().filter(|(name, _)| !name.is_empty()) {
        found.push(Candidate::new(Kind::Environment, name, 100 - count.min(50)).detail(detail));
    }
    let usual = [
        "CI_COMMIT_REF_SLUG",
        "CI_COMMIT_SHA",
        "CI_COMMIT_TAG",
        "CI_COMMIT_BRANCH",
        "CI_PIPELINE_ID",
        "CI_REGISTRY_IMAGE",
    ];
    for (number, name) in usual.into_iter().enumerate() {
        let rank = 300 + u32::try_from(number).unwrap_or(0);
        found.push(Candidate::new(Kind::Environment, name, rank).detail("variable of CI systems"));
    }
}

const PERMITTED: &str = "permitted in werf-giterminism.yaml";

/// Names in `allowEnvVariables`, as they are written.
fn permitted(analysis: &Analysis) -> Vec<String> {
    let tree = analysis.file("werf-giterminism.yaml").and_then(|file| analysis.plain_yaml(file));
    let path = ["config", "goTemplateRendering", "allowEnvVariables"];
    let Some((tree, root)) = tree.and_then(|tree| Some((tree, tree.root()?))) else { return Vec::new() };
    let list = path.iter().try_fold(root, |node, key| Some(tree.get(node, key)?.value));
    let items = list.map_or(&[][..], |list| tree.items(tree.target(list)));
    items.iter().map(|item| tree.value(tree.target(*item)).to_owned()).filter(|name| !name.starts_with('/')).collect()
}

/// Fields of the root data.
fn root_fields(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    let mut fields = vec![("Files", "files of the project")];
    if dialect != Dialect::V1_1 {
        fields.push(("Env", "name of the environment (`--env`)"));
        fields.push(("Commit", "the commit: `.Hash`, `.Date.Human`, `.Date.Unix`"));
    }
    fields
}

/// Methods of `.Files`.
fn methods(dialect: Dialect) -> Vec<(&'static str, &'static str)> {
    let mut methods = vec![("Get", "text of a file"), ("Glob", "texts of all files that match, by path")];
    if dialect >= Dialect::V2 {
        methods.push(("Exists", "whether a file or directory is there"));
        methods.push(("IsDir", "whether a path is a directory"));
    }
    if dialect == Dialect::V1_1 {
        methods.push(("ProjectDir", "the project directory on this machine"));
    }
    methods
}
