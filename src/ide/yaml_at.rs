//! What stands at an offset as YAML: the path of keys from the document down, and the directive of each.
//!
//! In: a place in a file. Out: for each copy of it in the rendered text, the nodes on the way to it. Never: guesses about text that is not rendered.

use super::{At, Role};
use crate::grammar::{Directive, Section};
use crate::model::config::RawKind;
use crate::source::{Location, Span};
use crate::yaml::{Entry, Kind, NodeId, Tree};

/// One key on the way.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// The pair, or for items of a list the key's pair again with `item` set.
    pub entry: Entry,
    /// The mapping that holds the key, as the grammar knows it.
    pub section: Option<Section>,
    /// The directive.
    pub directive: Option<&'static Directive>,
    /// Number of the item below the key, when the way goes through a list.
    pub item: Option<usize>,
}

/// Which part of a pair the offset is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// In a key.
    Key,
    /// In a scalar value or an item of a list.
    Value,
    /// In a mapping or list, but not in a scalar.
    Between,
}

/// A place in a YAML document.
#[derive(Debug)]
pub struct YamlAt<'a> {
    /// The document.
    pub tree: &'a Tree,
    /// Index of the document in the project's decoded documents' trees; `None` for plain files.
    pub document: Option<usize>,
    /// Section of the document.
    pub root: Option<Section>,
    /// The keys from the outermost to the innermost one around the offset.
    pub path: Vec<Step>,
    /// The innermost node.
    pub node: NodeId,
    /// What it is to its pair.
    pub part: Part,
    /// The node's bytes: in the rendered text, for plain files in the file.
    pub span: Span,
}

impl YamlAt<'_> {
    /// The innermost key.
    #[must_use]
    pub fn step(&self) -> Option<&Step> {
        self.path.last()
    }

    /// The innermost directive that the grammar knows.
    #[must_use]
    pub fn directive(&self) -> Option<(Section, &'static Directive)> {
        let step = self.path.last()?;
        Some((step.section?, step.directive?))
    }

    /// The text of the innermost node.
    #[must_use]
    pub fn value(&self) -> &str {
        self.tree.value(self.node)
    }
}

/// Places looked at: a line in a loop may be rendered thousands of times.
const COPIES: usize = 32;

/// What stands at a place, in each copy of it.
#[must_use]
pub fn yaml_at<'a>(at: &At<'a>) -> Vec<YamlAt<'a>> {
    let analysis = at.analysis;
    if let Some(tree) = analysis.plain_yaml(at.file) {
        let section = if at.role() == Role::Includes { Section::Includes } else { Section::Giterminism };
        return find(tree, None, Some(section), at.offset, at).into_iter().collect();
    }
    let location = Location { file: at.file, span: Span::empty(at.offset) };
    let mut points: Vec<usize> =
        analysis.reverse().rendered(location).into_iter().map(|span| span.start as usize).collect();
    points.dedup();
    points.into_iter().take(COPIES).filter_map(|point| at_rendered(at, point)).collect()
}

/// What stands at the first copy of a place.
#[must_use]
pub fn yaml_at_point<'a>(at: &At<'a>) -> Option<YamlAt<'a>> {
    if at.analysis.plain_yaml(at.file).is_some() {
        return yaml_at(at).pop();
    }
    at_rendered(at, at.analysis.reverse().point(at.file, at.offset)?)
}

/// What stands at an offset of the rendered text.
#[must_use]
pub fn at_rendered<'a>(at: &At<'a>, point: usize) -> Option<YamlAt<'a>> {
    let decoded = &at.analysis.snapshot().decoded;
    let index = decoded.trees.iter().rposition(|tree| (tree.piece.span.start as usize) <= point)?;
    let document = &decoded.trees[index];
    if !document.piece.span.touches(point) {
        return None;
    }
    let number = u32::try_from(index).ok();
    let raw = decoded.documents.iter().find(|raw| Some(raw.tree) == number);
    let root = raw.map(|raw| match raw.kind {
        RawKind::Meta(_) => Section::Meta,
        RawKind::Dockerfile(_) => Section::DockerfileImage,
        RawKind::Stapel(_) => Section::StapelImage,
    });
    find(&document.tree, Some(index), root, point, at)
}

/// Nesting that is followed.
const DEPTH: usize = 200;

fn find<'a>(
    tree: &'a Tree,
    document: Option<usize>,
    root: Option<Section>,
    point: usize,
    at: &At<'_>,
) -> Option<YamlAt<'a>> {
    let dialect = at.analysis.dialect();
    let mut node = tree.root()?;
    let mut section = root;
    let mut path: Vec<Step> = Vec::new();
    let mut part = Part::Between;
    for _ in 0..DEPTH {
        match tree.node(node).kind {
            Kind::Mapping => {
                let Some(entry) = tree.entries(node).rfind(|entry| begins(tree, entry.key, point)) else {
                    break;
                };
                let key = tree.value(tree.target(entry.key));
                let directive = section.and_then(|section| section.directive(key, dialect));
                path.push(Step { entry, section, directive, item: None });
                if tree.node(entry.key).span.touches(point) {
                    node = entry.key;
                    part = Part::Key;
                    break;
                }
                section = directive.and_then(|directive| directive.value.section());
                node = entry.value;
                if !within(tree, node, point) {
                    break;
                }
                part = Part::Value;
            }
            Kind::Sequence => {
                let items = tree.items(node);
                let Some(number) = items.iter().rposition(|item| begins(tree, *item, point)) else { break };
                node = items[number];
                if let Some(step) = path.last_mut() {
                    step.item = Some(number);
                }
                if !within(tree, node, point) {
                    break;
                }
                part = Part::Value;
            }
            Kind::Scalar(_) | Kind::Alias => break,
        }
    }
    let found = tree.node(node);
    let is_scalar = matches!(found.kind, Kind::Scalar(_) | Kind::Alias);
    let part = match part {
        Part::Key => Part::Key,
        _ if is_scalar && found.span.touches(point) => Part::Value,
        _ => Part::Between,
    };
    Some(YamlAt { tree, document, root, path, node, part, span: found.span })
}

fn begins(tree: &Tree, node: NodeId, point: usize) -> bool {
    (tree.node(node).span.start as usize) <= point
}

fn within(tree: &Tree, node: NodeId, point: usize) -> bool {
    tree.node(node).span.touches(point)
}
