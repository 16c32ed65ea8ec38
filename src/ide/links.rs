//! Links: words of a file that name another file, a template or a page.
//!
//! In: a file. Out: ranges with what to open. Never: a look at the disk or the network.

use std::collections::HashMap;

use super::templates::{Action, actions};
use super::tokens::{Token, TokenKind, tokens};
use super::yaml_at::{Part, at_rendered};
use super::{Analysis, At, Role};
use crate::analysis::files::{context_path, dockerfile_path};
use crate::model::config::RawKind;
use crate::model::reference;
use crate::model::validate::Target;
use crate::project::DockerfileRead;
use crate::source::{FileId, Location, Span};

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A file by its path relative to the project directory; it may not be there.
    Path(String),
    /// A place in a file that was read.
    Place(Location),
    /// A page.
    Page(String),
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The bytes to click on.
    pub span: Span,
    /// What to open.
    pub target: LinkTarget,
    /// What that is, in words.
    pub tooltip: String,
}

/// The links of a file, in order.
#[must_use]
pub fn links(analysis: &Analysis, file: FileId) -> Vec<Link> {
    let mut found = Vec::new();
    if matches!(analysis.role(file), Role::Config | Role::Template | Role::Data) {
        let text = analysis.text(file);
        let definitions = definitions(analysis);
        for action in actions(text) {
            found.extend(of_action(text, &action, &definitions));
        }
        found.extend(of_yaml(analysis, file));
        found.extend(of_registry(analysis, file));
    }
    found.sort_by_key(|link| link.span);
    found.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    found
}

/// The place of each template by name, the last one of a name.
fn definitions(analysis: &Analysis) -> HashMap<&str, Location> {
    let all = analysis.snapshot().trace.definitions.iter();
    all.filter_map(|definition| Some((definition.name.as_str(), definition.place?))).collect()
}

/// The path that `.Files.Get` means by a text, relative to the project directory.
#[must_use]
pub fn project_path(written: &str) -> String {
    crate::model::paths::clean(written.trim_start_matches('/'))
}

/// Whether tokens end with `.Files.NAME`, with or without a variable in front.
pub(super) fn is_files_method(text: &[u8], tokens: &[Token], name: &str) -> bool {
    let mut words =
        tokens.iter().rev().take_while(|token| token.kind == TokenKind::Field).map(|token| token.text(text));
    words.next().is_some_and(|word| word.strip_prefix('.') == Some(name)) && words.next() == Some(".Files")
}

fn of_action(text: &[u8], action: &Action, definitions: &HashMap<&str, Location>) -> Vec<Link> {
    let tokens = tokens(text, action);
    let mut found = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        let Some((literal, span)) = token.literal(text).filter(|(literal, _)| !literal.is_empty()) else { continue };
        let before = &tokens[..index];
        let Some(head) = before.last() else { continue };
        if is_files_method(text, before, "Get") {
            let path = project_path(literal);
            let tooltip = format!("Open {path}");
            found.push(Link { span, target: LinkTarget::Path(path), tooltip });
            continue;
        }
        let calls = match head.kind {
            TokenKind::Function => head.text(text) == "include",
            TokenKind::Keyword => head.text(text) == "template",
            _ => false,
        };
        if calls && let Some(place) = definitions.get(literal) {
            let tooltip = format!("Go to the template {literal}");
            found.push(Link { span, target: LinkTarget::Place(*place), tooltip });
        }
    }
    found
}

/// `dockerfile` and `context` of images whose value is written in this file.
fn of_yaml(analysis: &Analysis, file: FileId) -> Vec<Link> {
    let snapshot = analysis.snapshot();
    let mut found = Vec::new();
    for document in &snapshot.decoded.documents {
        let RawKind::Dockerfile(image) = &document.kind else { continue };
        let here = |span: Span| match analysis.written(span) {
            Some((location, true)) if location.file == file && !location.span.is_empty() => Some(location.span),
            _ => None,
        };
        if image.dockerfile.is_given()
            && let Some(path) = dockerfile_path(image)
            && let Some(span) = here(image.dockerfile.span)
        {
            let is_missing = matches!(snapshot.files.dockerfiles.get(&path), Some(DockerfileRead::Missing));
            let tooltip = if is_missing { format!("{path} is not there") } else { format!("Open {path}") };
            found.push(Link { span, target: LinkTarget::Path(path), tooltip });
        }
        if let Some(path) = context_path(image)
            && let Some(span) = here(image.context.span)
        {
            let tooltip = format!("Show the directory {path}");
            found.push(Link { span, target: LinkTarget::Path(path), tooltip });
        }
    }
    found
}

/// The page of a base image on Docker Hub.
fn of_registry(analysis: &Analysis, file: FileId) -> Vec<Link> {
    let uses = analysis.images().uses.iter().filter(|used| used.location.file == file && used.exact);
    let external = uses.filter(|used| used.meaning == Target::External);
    external
        .filter_map(|used| {
            let page = page_of(&used.name)?;
            let tooltip = format!("{} on Docker Hub", reference::parse(&used.name)?.repository);
            Some(Link { span: used.location.span, target: LinkTarget::Page(page), tooltip })
        })
        .collect()
}

/// The page of a repository of Docker Hub; `None` for other registries.
#[must_use]
pub fn page_of(name: &str) -> Option<String> {
    let repository = reference::parse(name)?.repository;
    let repository = repository.strip_prefix("docker.io/").unwrap_or(repository);
    let parts: Vec<&str> = repository.split('/').collect();
    match parts.as_slice() {
        ["scratch"] => None,
        [name] | ["library", name] => Some(format!("https://hub.docker.com/_/{name}")),
        [owner, name] if !owner.contains(['.', ':']) && *owner != "localhost" => {
            Some(format!("https://hub.docker.com/r/{owner}/{name}"))
        }
        _ => None,
    }
}

/// The path that the value under the cursor names, if it is one of a `dockerfile` or `context`.
#[must_use]
pub fn path_at(at: &At<'_>) -> Option<String> {
    let point = at.analysis.reverse().point(at.file, at.offset)?;
    let found = at_rendered(at, point)?;
    if found.part != Part::Value {
        return None;
    }
    let raw = document(at.analysis, found.document?)?;
    let RawKind::Dockerfile(image) = &raw.kind else { return None };
    match found.directive()?.1.key {
        "dockerfile" => dockerfile_path(image),
        "context" => context_path(image),
        _ => None,
    }
}

/// The decoded document of a tree.
pub(super) fn document(analysis: &Analysis, tree: usize) -> Option<&crate::model::config::RawDocument> {
    let tree = u32::try_from(tree).ok()?;
    analysis.snapshot().decoded.documents.iter().find(|document| document.tree == tree).map(AsRef::as_ref)
}
