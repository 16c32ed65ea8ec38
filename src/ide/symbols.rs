//! The outline of a file, and the names of a project.
//!
//! In: an analysed project, a file of it or a question. Out: documents, directives, templates and variables with their places. The outline follows the text as it
//! is typed, line by line, so that it survives an error; names of images come from the rendering where there is one. Never: nested directives below the first level.

use super::images::Definition;
use super::templates::{NameUse, TemplateFile, Variable};
use super::{Analysis, template_names};
use crate::model::validate::{Image, ImageKind};
use crate::source::{FileId, Location, Span};
use crate::template::tree::NodeKind;
use crate::yaml::{self, Tree};

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// The document with `configVersion`.
    Meta,
    /// An image.
    Image,
    /// An artifact.
    Artifact,
    /// A directive.
    Directive,
    /// A named template.
    Template,
    /// A variable of a template.
    Variable,
}

/// An entry of the outline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSymbol {
    /// Its name.
    pub name: String,
    /// More about it, perhaps empty.
    pub detail: String,
    /// What it is.
    pub kind: SymbolKind,
    /// All of it.
    pub span: Span,
    /// Its name; inside of `span`.
    pub selection: Span,
    /// What lies in it.
    pub children: Vec<DocumentSymbol>,
}

/// A name of the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectSymbol {
    /// The name.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Where it is defined.
    pub location: Location,
    /// What it is in, in words.
    pub container: String,
}

/// Names shown of a document that makes many images.
const NAMES: usize = 4;
/// Characters shown of a variable's value.
const VALUE: usize = 60;

/// An image in a few words: how it is built, whether it is final, its base.
#[must_use]
pub fn detail(image: &Image) -> String {
    let kind = match (image.is_artifact, image.kind) {
        (true, _) => "artifact",
        (false, ImageKind::Stapel) => "stapel image",
        (false, ImageKind::Dockerfile) => "Dockerfile image",
    };
    let mut words = vec![kind.to_owned()];
    if !image.is_artifact {
        words.push(if image.is_final { "final" } else { "not final" }.to_owned());
    }
    if let Some(base) = image.base.as_ref().filter(|base| !base.name.is_empty()) {
        words.push(format!("from {}", base.name));
    }
    words.join(", ")
}

/// The outline of a file.
#[must_use]
pub fn document_symbols(analysis: &Analysis, file: FileId) -> Vec<DocumentSymbol> {
    let text = analysis.text(file);
    if let Some(tree) = analysis.plain_yaml(file) {
        return tree.root().map(|root| directives(tree, root, 1)).unwrap_or_default();
    }
    let Some(template) = analysis.template(file) else { return Vec::new() };
    let mut symbols = documents(analysis, file, text, template);
    symbols.extend(images_elsewhere(analysis, file, text, &symbols));
    symbols.extend(templates(text, template));
    symbols.extend(variables(text, template));
    nest(symbols)
}

/// The keys of a mapping, and those below them as long as `depth` lasts.
fn directives(tree: &Tree, mapping: crate::yaml::NodeId, depth: usize) -> Vec<DocumentSymbol> {
    let symbol = |entry: crate::yaml::Entry| {
        let key = tree.node(entry.key).span;
        let name = tree.value(tree.target(entry.key));
        let children = if depth > 0 { directives(tree, entry.value, depth - 1) } else { Vec::new() };
        (!name.is_empty()).then(|| DocumentSymbol {
            name: name.to_owned(),
            detail: String::new(),
            kind: SymbolKind::Directive,
            span: key.cover(tree.node(entry.value).span),
            selection: key,
            children,
        })
    };
    tree.entries(mapping).filter_map(symbol).collect()
}

/// A line of a document.
struct Line<'a> {
    span: Span,
    bytes: &'a [u8],
    /// The key that begins at its first column.
    key: Option<&'a [u8]>,
}

/// Documents as they are typed: the text of each named template is read by itself.
fn documents(analysis: &Analysis, file: FileId, text: &[u8], template: &TemplateFile) -> Vec<DocumentSymbol> {
    let bodies: Vec<Span> = template
        .source
        .trees
        .iter()
        .filter(|tree| !tree.clause.is_empty())
        .map(|tree| tree.clause.cover(template.source.node(tree.root).span))
        .collect();
    let body_of = |offset: u32| {
        let holding = bodies.iter().enumerate().filter(|(_, body)| body.start <= offset && offset < body.end);
        holding.min_by_key(|(_, body)| body.len()).map(|(index, _)| index)
    };
    let images = analysis.images();
    let mut here: Vec<&Definition> = images.definitions.iter().filter(|one| one.site.file == file).collect();
    here.sort_by_key(|one| one.site.span);
    let mut symbols = Vec::new();
    for piece in yaml::split(text).into_iter().filter(|piece| piece.kept) {
        let mut groups: Vec<(Option<usize>, Vec<Line<'_>>)> = Vec::new();
        let mut start = piece.span.start as usize;
        for bytes in text.get(piece.span.range()).unwrap_or_default().split_inclusive(|byte| *byte == b'\n') {
            let span = Span::new(start, start + bytes.trim_ascii_end().len());
            start += bytes.len();
            let body = if bodies.is_empty() { None } else { body_of(span.start) };
            let line = Line { span, bytes, key: key_of(bytes) };
            match groups.iter_mut().find(|(known, _)| *known == body) {
                Some((_, lines)) => lines.push(line),
                None => groups.push((body, vec![line])),
            }
        }
        symbols.extend(groups.iter().filter_map(|(_, lines)| document(analysis, text, lines, &here)));
    }
    symbols
}

/// The key at the first column of a line.
fn key_of(line: &[u8]) -> Option<&[u8]> {
    let length = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    let is_key = length > 0 && line.get(length) == Some(&b':');
    let ends = line.get(length + 1).is_none_or(u8::is_ascii_whitespace);
    (is_key && ends).then(|| &line[..length])
}

/// Whether a line holds nothing but actions.
fn is_action(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.is_empty() || line.starts_with(b"{{") && line.ends_with(b"}}") || line.starts_with(b"#")
}

fn document(analysis: &Analysis, text: &[u8], lines: &[Line<'_>], here: &[&Definition]) -> Option<DocumentSymbol> {
    let first = lines.iter().position(|line| line.key.is_some())?;
    let last = lines.iter().rposition(|line| !is_action(line.bytes))?.max(first);
    let lines = &lines[first..=last];
    let span = Span { start: lines.first()?.span.start, end: lines.last()?.span.end };
    let has = |key: &[u8]| lines.iter().position(|line| line.key == Some(key));
    let (kind, head) = if let Some(head) = has(b"configVersion") {
        (SymbolKind::Meta, has(b"project").unwrap_or(head))
    } else if let Some(head) = has(b"artifact") {
        (SymbolKind::Artifact, head)
    } else {
        (SymbolKind::Image, has(b"image").or_else(|| has(b"dockerfile"))?)
    };
    let from = here.partition_point(|one| one.site.span.start < span.start);
    let made: Vec<&Definition> =
        here[from..].iter().take_while(|one| one.site.span.start <= span.end).copied().collect();
    let (mut name, mut selection, mut words) = written_name(text, lines, head);
    if kind == SymbolKind::Meta {
        words = "project".to_owned();
    } else if !made.is_empty() {
        let list = &analysis.snapshot().validated.images.list;
        let images: Vec<&Image> = made.iter().filter_map(|one| list.get(one.image)).collect();
        name = names(&images);
        words = images.first().map(|image| detail(image)).unwrap_or_default();
        selection = made.first().map_or(selection, |one| one.site.span);
    }
    Some(DocumentSymbol {
        name,
        detail: words,
        kind,
        span,
        selection: if span.cover(selection) == span { selection } else { lines[head].span },
        children: line_directives(lines, span),
    })
}

fn names(images: &[&Image]) -> String {
    let shown = |image: &&Image| if image.name.is_empty() { "~".to_owned() } else { image.name.clone() };
    let mut names: Vec<String> = images.iter().take(NAMES).map(shown).collect();
    if images.len() > NAMES {
        names.push(format!("… ({} images)", images.len()));
    }
    names.join(", ")
}

/// The name as it stands behind its key, or in the list below it.
fn written_name(text: &[u8], lines: &[Line<'_>], head: usize) -> (String, Span, String) {
    let line = &lines[head];
    let key = line.key.map_or(0, <[u8]>::len);
    let value = |from: usize, span: Span| {
        let bytes = text.get(span.start as usize + from..span.end as usize).unwrap_or_default();
        let left = bytes.len() - bytes.trim_ascii_start().len();
        let value = bytes.trim_ascii();
        let start = span.start as usize + from + left;
        (String::from_utf8_lossy(value).trim_matches(['"', '\'']).to_owned(), Span::new(start, start + value.len()))
    };
    let (name, span) = value(key + 1, line.span);
    let whole = Span { start: line.span.start, end: line.span.start + u32::try_from(key).unwrap_or(0) };
    if line.key == Some(b"dockerfile") {
        return ("~".to_owned(), whole, "Dockerfile image".to_owned());
    }
    if !name.is_empty() {
        return (name, span, String::new());
    }
    let items = lines[head + 1..].iter().take_while(|line| line.bytes.trim_ascii_start().starts_with(b"-"));
    let items: Vec<String> = items
        .map(|line| value(line.bytes.iter().position(|byte| *byte == b'-').unwrap_or(0) + 1, line.span).0)
        .take(NAMES)
        .collect();
    (if items.is_empty() { "~".to_owned() } else { items.join(", ") }, whole, String::new())
}

/// The directives of a document: each from its key to the line before the next one.
fn line_directives(lines: &[Line<'_>], whole: Span) -> Vec<DocumentSymbol> {
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    for line in lines {
        match line.key {
            Some(key) => symbols.push(DocumentSymbol {
                name: String::from_utf8_lossy(key).into_owned(),
                detail: String::new(),
                kind: SymbolKind::Directive,
                span: line.span,
                selection: Span { end: line.span.start + u32::try_from(key.len()).unwrap_or(0), ..line.span },
                children: Vec::new(),
            }),
            None if !is_action(line.bytes) => {
                if let Some(last) = symbols.last_mut() {
                    last.span.end = line.span.end.min(whole.end);
                }
            }
            None => {}
        }
    }
    symbols
}

/// Images whose name is written in the file outside of its documents: in a list, or in the call of a template that holds the document.
fn images_elsewhere(
    analysis: &Analysis,
    file: FileId,
    text: &[u8],
    documents: &[DocumentSymbol],
) -> Vec<DocumentSymbol> {
    let list = &analysis.snapshot().validated.images.list;
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    for one in analysis.images().definitions.iter().filter(|one| one.location.file == file) {
        let span = one.location.span;
        let is_inside = one.location == one.site
            || documents.iter().any(|document| document.span.start <= span.start && span.end <= document.span.end);
        let Some(image) = list.get(one.image).filter(|_| !is_inside && text.get(span.range()).is_some()) else {
            continue;
        };
        symbols.push(DocumentSymbol {
            name: names(&[image]),
            detail: detail(image),
            kind: if image.is_artifact { SymbolKind::Artifact } else { SymbolKind::Image },
            span,
            selection: span,
            children: Vec::new(),
        });
    }
    symbols
}

fn templates(text: &[u8], template: &TemplateFile) -> Vec<DocumentSymbol> {
    let source = &template.source;
    let symbol = |tree: &crate::template::tree::Tree| {
        let name = template
            .names
            .iter()
            .find(|one| one.what == NameUse::Definition && tree.clause.cover(one.span) == tree.clause)?;
        let body = source.node(tree.root).span;
        // The clause that ends it follows its body.
        let rest = text.get(body.end as usize..).unwrap_or_default();
        let end = if rest.trim_ascii_start().starts_with(b"{{") {
            rest.windows(2).position(|pair| pair == b"}}").map_or(0, |at| at + 2)
        } else {
            0
        };
        Some(DocumentSymbol {
            name: name.name.clone(),
            detail: "template".to_owned(),
            kind: SymbolKind::Template,
            span: Span::new(tree.clause.start as usize, (body.end as usize).max(tree.clause.end as usize) + end),
            selection: name.span,
            children: Vec::new(),
        })
    };
    source.trees.iter().filter(|tree| !tree.clause.is_empty()).filter_map(symbol).collect()
}

/// Variables that are known to the end of their file.
fn variables(text: &[u8], template: &TemplateFile) -> Vec<DocumentSymbol> {
    let source = &template.source;
    let Some(end) = source.main().map(|tree| source.node(tree.root).span.end) else { return Vec::new() };
    let clauses = |span: Span| {
        let bodies = source.trees.iter().filter(|tree| !tree.clause.is_empty());
        bodies.map(|tree| source.node(tree.root).span).any(|body| body.start <= span.start && span.end <= body.end)
    };
    let symbol = |variable: &Variable| {
        let value = match &source.node(variable.value).kind {
            NodeKind::Pipe(_, _, commands) => {
                let spans = commands.iter().map(|id| source.node(*id).span);
                spans.reduce(Span::cover).and_then(|span| text.get(span.range())).unwrap_or_default()
            }
            _ => &[],
        };
        let value = String::from_utf8_lossy(value);
        let mut words = value.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some((cut, _)) = words.char_indices().nth(VALUE) {
            words.truncate(cut);
            words.push('…');
        }
        DocumentSymbol {
            name: variable.name.clone(),
            detail: words,
            kind: SymbolKind::Variable,
            span: variable.declared.cover(source.node(variable.value).span),
            selection: variable.declared,
            children: Vec::new(),
        }
    };
    let top = template.variables.iter().filter(|one| one.scope.end == end && !clauses(one.declared));
    top.map(symbol).collect()
}

/// Puts each symbol into the smallest one that holds all of it.
fn nest(mut symbols: Vec<DocumentSymbol>) -> Vec<DocumentSymbol> {
    symbols.sort_by_key(|symbol| (symbol.span.start, std::cmp::Reverse(symbol.span.end)));
    let mut open: Vec<DocumentSymbol> = Vec::new();
    let mut top: Vec<DocumentSymbol> = Vec::new();
    let close = |open: &mut Vec<DocumentSymbol>, top: &mut Vec<DocumentSymbol>| {
        let Some(mut done) = open.pop() else { return };
        done.children.sort_by_key(|child| child.span);
        match open.last_mut() {
            Some(outer) => outer.children.push(done),
            None => top.push(done),
        }
    };
    for symbol in symbols {
        while open.last().is_some_and(|outer| outer.span.end < symbol.span.end || outer.span == symbol.span) {
            close(&mut open, &mut top);
        }
        open.push(symbol);
    }
    while !open.is_empty() {
        close(&mut open, &mut top);
    }
    top.sort_by_key(|symbol| symbol.span);
    top
}

/// Images and templates of a project whose name holds the letters of a question in its order; all for an empty one.
#[must_use]
pub fn project_symbols(analysis: &Analysis, query: &str) -> Vec<ProjectSymbol> {
    let query: Vec<char> = query.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let fits = |name: &str| {
        let mut letters = name.chars().flat_map(char::to_lowercase);
        query.iter().all(|wanted| letters.any(|letter| letter == *wanted))
    };
    let mut found = Vec::new();
    let list = &analysis.snapshot().validated.images.list;
    for one in &analysis.images().definitions {
        let Some(image) = list.get(one.image).filter(|image| fits(&image.name)) else { continue };
        found.push(ProjectSymbol {
            name: names(&[image]),
            kind: if image.is_artifact { SymbolKind::Artifact } else { SymbolKind::Image },
            location: one.location,
            container: detail(image),
        });
    }
    let mut names: Vec<&str> =
        analysis.snapshot().trace.definitions.iter().map(|one| one.name.as_str()).filter(|name| fits(name)).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        for location in template_names::definitions(analysis, name, None) {
            let container = analysis.path(location.file).to_owned();
            found.push(ProjectSymbol { name: name.to_owned(), kind: SymbolKind::Template, location, container });
        }
    }
    found
}
