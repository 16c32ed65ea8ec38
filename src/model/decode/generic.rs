//! The first pass over a document: into a map of strings to anything, strictly; and the kind of the document (spec §8, §10.3).

use std::collections::HashSet;

use super::messages;
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::grammar::{Section, nearest};
use crate::limits::Limits;
use crate::source::{Span, line_begin, line_end};
use crate::yaml::decode::{Failure, Problem, ProblemKind, Target};
use crate::yaml::{Kind, NodeId, Step, Tree, YamlError, decode, typed};

/// What the first pass found.
pub(super) struct Generic {
    pub(super) findings: Vec<Finding>,
    /// Keys that are repeated.
    pub(super) repeated: HashSet<NodeId>,
    /// Whether there is a mapping, or nothing, worth a second pass.
    pub(super) usable: bool,
}

/// A1–A3.
pub(super) fn check(rendered: &[u8], tree: &Tree, document: Span, limits: &Limits) -> Generic {
    let root_is_mapping = tree.root().is_none_or(|root| matches!(tree.node(tree.target(root)).kind, Kind::Mapping));
    if !tree.errors.is_empty() {
        let findings = tree.errors.iter().map(|error| syntax(rendered, error, document)).collect();
        let usable = root_is_mapping && tree.root().is_some();
        return Generic { findings, repeated: HashSet::new(), usable };
    }
    let mut generic = Generic { findings: Vec::new(), repeated: HashSet::new(), usable: true };
    match decode::decode(tree, Target::Strict, limits) {
        Ok(_) => {}
        Err(Failure::Fatal(problem)) => {
            generic.usable = false;
            generic.findings.push(objection(tree, &problem));
        }
        Err(Failure::Collected(problems)) => {
            generic.usable = root_is_mapping;
            for problem in problems {
                generic.findings.push(objection(tree, &problem));
                if problem.kind == ProblemKind::DuplicateKey {
                    generic.repeated.insert(problem.node);
                }
            }
        }
    }
    generic
}

/// The library's sentence without its prefixes.
fn sentence(text: &str) -> &str {
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    match text.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => text,
    }
}

fn syntax(rendered: &[u8], error: &YamlError, document: Span) -> Finding {
    let place =
        if error.span.end > document.end { Span { start: document.start, end: document.start } } else { error.span };
    let text = sentence(&error.text);
    // The end of the document shows nothing: what was not finished there has to be mended where it began.
    let no_colon = text.starts_with("could not find expected ':'");
    let (place, related) = match error.opened {
        // The next line is where the library notices that this one is no `key: value`.
        Some(opened) if no_colon && !place.is_empty() => {
            (line_at(rendered, opened), Some((place, "it is noticed here")))
        }
        Some(opened) if place.is_empty() => (opened, Some((place, "it is not finished here"))),
        Some(opened) => (place, Some((opened, "it began here"))),
        None => (place, None),
    };
    let mut finding = Finding::fatal(RuleId("yaml-syntax"), Place::Rendered(place), text);
    finding.help = syntax_help(text).map(str::to_owned);
    let line = rendered.get(place.range()).and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
    if no_colon && is_like_a_separator(line) {
        finding.help = Some("documents are separated by a line of exactly three hyphens: `---`".to_owned());
        if line.chars().all(is_dash) {
            finding.fix = Some(messages::replace("write `---`", place, "---"));
        }
    }
    if let Some((place, words)) = related {
        finding = finding.with_related(Place::Rendered(place), words);
    }
    finding
}

/// The text of the line around the beginning of a span, blanks at its ends left out.
fn line_at(rendered: &[u8], span: Span) -> Span {
    let at = (span.start as usize).min(rendered.len());
    let start = line_begin(rendered, at);
    let end = line_end(rendered, at);
    let line = &rendered[start..end];
    let blanks = line.len() - line.trim_ascii_start().len();
    if line.trim_ascii().is_empty() {
        span
    } else {
        Span::new(start + blanks, start + blanks + line.trim_ascii().len())
    }
}

/// Hyphens, and what is typed in their place.
fn is_dash(character: char) -> bool {
    matches!(character, '-' | '_' | '=' | '–' | '—' | '―' | '−')
}

/// Whether a line was meant to separate documents: strokes alone, or a separator with words glued to it.
fn is_like_a_separator(line: &str) -> bool {
    !line.is_empty() && (line.chars().all(is_dash) || line.starts_with("---"))
}

/// What to do about the library's more frequent complaints.
fn syntax_help(text: &str) -> Option<&'static str> {
    let helps = [
        (
            "mapping values are not allowed",
            "a second `: ` in one value: put the value in quotes, or mend the indentation of this line",
        ),
        (
            "could not find expected ':'",
            "this line is no `key: value`: add the colon, or indent it to continue the line above",
        ),
        ("did not find expected key", "mend the indentation: this line fits to no key above"),
        ("did not find expected '-' indicator", "mend the indentation: this line belongs to no item of the list"),
        ("did not find expected ',' or ']'", "close the list with `]`"),
        ("did not find expected ',' or '}'", "close the mapping with `}`"),
        ("found character that cannot start any token", "put the value in quotes; a tab cannot indent"),
        ("found a tab character", "indent with blanks"),
        ("found unexpected end of stream", "close the quote"),
        ("found unknown escape character", "use single quotes, or double the backslash"),
        ("block sequence entries are not allowed", "begin the list on a line of its own"),
        ("control characters are not allowed", "remove the character"),
    ];
    helps.into_iter().find(|(start, _)| text.starts_with(start)).map(|(_, help)| help)
}

fn objection(tree: &Tree, problem: &Problem) -> Finding {
    let node = tree.node(problem.node);
    let place = Place::Rendered(node.span);
    let value = tree.value(tree.target(problem.node));
    match problem.kind {
        ProblemKind::DuplicateKey => {
            let first = problem.first.map(|first| tree.node(first).span);
            messages::duplicate_key(value, node.span, first)
        }
        ProblemKind::Type if tree.root().map(|root| tree.target(root)) == Some(tree.target(problem.node)) => {
            let what = messages::found(tree, problem.node);
            let message = format!("a document is a mapping of directives, this one is {what}");
            // Of a long list the first thing in it says enough.
            let place = match tree.is_several_lines(problem.node) {
                true => Place::Rendered(tree.node(tree.first_leaf(problem.node)).span),
                false => place,
            };
            Finding::fatal(RuleId("document-not-mapping"), place, message)
        }
        ProblemKind::Type if node.kind == Kind::Sequence || node.kind == Kind::Mapping => {
            let what = messages::found(tree, problem.node);
            Finding::fatal(RuleId("type-mismatch"), place, format!("a key is a text, here is {what}"))
                .with_help("put it in quotes")
        }
        ProblemKind::Type => Finding::fatal(RuleId("type-mismatch"), place, sentence(&problem.text)),
        ProblemKind::UnknownField => Finding::fatal(RuleId("unknown-field"), place, sentence(&problem.text)),
        ProblemKind::InvalidKey => {
            let what = messages::found(tree, problem.node);
            Finding::fatal(RuleId("yaml-syntax"), place, format!("a key is a text, here is {what}"))
                .with_help("put it in quotes")
        }
        ProblemKind::Merge => {
            Finding::fatal(RuleId("yaml-syntax"), place, "`<<` takes a mapping or a list of mappings")
        }
        ProblemKind::Recursion => Finding::fatal(RuleId("yaml-syntax"), place, "the anchor contains itself"),
        ProblemKind::ExcessiveAliasing => {
            Finding::fatal(RuleId("yaml-syntax"), place, "the aliases of the document multiply beyond all bounds")
        }
        ProblemKind::Tag | ProblemKind::Base64 => Finding::fatal(RuleId("yaml-syntax"), place, sentence(&problem.text)),
    }
}

/// The kind of a document and the key that decides it: the first of the deciding keys that is there, merged ones included.
pub(super) fn kind(tree: &Tree, root: NodeId, dialect: Dialect) -> Option<(Section, Span)> {
    let deciding = [
        ("configVersion", Section::Meta),
        ("dockerfile", Section::DockerfileImage),
        ("image", Section::StapelImage),
        ("artifact", Section::StapelImage),
    ];
    let mut found: [Option<Span>; 4] = [None; 4];
    for step in typed::steps(tree, root) {
        let Step::Entry(entry) = step else { continue };
        let Ok(name) = typed::key(tree, entry.key) else { continue };
        if let Some(index) = deciding.iter().position(|(key, _)| *key == name) {
            found[index].get_or_insert(tree.node(entry.key).span);
        }
    }
    let known = if dialect == Dialect::V3 { 3 } else { 4 };
    let index = found[..known].iter().position(Option::is_some)?;
    // A Dockerfile image is better known by its name.
    let shown = if index == 1 { found[2].or(found[1]) } else { found[index] };
    Some((deciding[index].1, shown?))
}

/// A5.
pub(super) fn unrecognized(tree: &Tree, root: NodeId, document: Span, dialect: Dialect) -> Finding {
    let rule = RuleId("unrecognized-document");
    let mut first = None;
    let mut meta = None;
    let mut misspelt = None;
    let mut artifact = None;
    let mut image = None;
    for step in typed::steps(tree, root) {
        let Step::Entry(entry) = step else { continue };
        let Ok(name) = typed::key(tree, entry.key) else { continue };
        let span = tree.node(entry.key).span;
        first.get_or_insert(span);
        let guess = nearest(&name, ["configVersion", "dockerfile", "image"].into_iter());
        if let Some(guess) = guess {
            misspelt.get_or_insert((name.clone().into_owned(), guess, span));
        }
        if name == "artifact" {
            artifact.get_or_insert(span);
        } else if Section::Meta.directive(&name, dialect).is_some() {
            meta.get_or_insert(span);
        } else if Section::StapelImage.directive(&name, dialect).is_some() {
            image.get_or_insert(span);
        }
    }
    let at = |span: Span, message: String| Finding::fatal(rule, Place::Rendered(span), message);
    if let Some(span) = artifact {
        return at(span, format!("werf {dialect} does not know artifacts"))
            .with_help("write `image` with `final: false` instead of `artifact`");
    }
    if let Some((name, guess, span)) = misspelt {
        return at(span, format!("unknown key `{name}`, and nothing else tells what the document describes"))
            .with_help(format!("did you mean `{guess}`?"))
            .with_fix(messages::replace(format!("rename `{name}` to `{guess}`"), span, guess));
    }
    if let Some(span) = meta {
        return at(span, "the meta section has no `configVersion`".to_owned()).with_help("add `configVersion: 1`");
    }
    if let Some(span) = image {
        return at(span, "the document describes an image and has no `image`".to_owned())
            .with_help("add `image` with a name, or remove the `---` line above if it belongs to the document before");
    }
    let span = first.unwrap_or(Span { start: document.start, end: document.start });
    at(span, "nothing tells what this document describes".to_owned())
        .with_help("the meta section has `configVersion`, an image `image` or `dockerfile`")
}

/// A5 for a document without any node: a null, or markers only.
pub(super) fn empty_document(document: Span) -> Finding {
    let place = Place::Rendered(Span { start: document.start, end: document.start });
    Finding::fatal(RuleId("unrecognized-document"), place, "the document is empty")
        .with_help("remove it, or one of the `---` lines around it")
}
