//! The positioned tree of one YAML document: an arena of nodes, all spans in the rendered text.
//!
//! Values are what yaml.v2's parser hands to its decoder: the text of a scalar after quotes, escapes and folding, not yet
//! resolved to a type. Aliases stay links.

use std::sync::{Arc, OnceLock};

use crate::limits::Limits;
use crate::source::Span;

use super::decode::{Failure, Target, Values, decode};
use super::error::YamlError;

/// Index of a node in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(super) u32);

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes; only these are resolved to numbers, booleans and null.
    Plain,
    /// `'…'`
    SingleQuoted,
    /// `"…"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// A range of the tree's text arena.
pub(super) type Text = std::ops::Range<u32>;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A scalar; its text is [`Tree::value`].
    Scalar(Style),
    /// A list; its nodes are [`Tree::items`].
    Sequence,
    /// A mapping; its pairs are [`Tree::entries`].
    Mapping,
    /// `*name`; the node meant is [`Tree::target`].
    Alias,
}

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Whether a collection is written with brackets.
    pub flow: bool,
    /// All its bytes: anchor, tag and quotes included. Empty for a value that is not written.
    pub span: Span,
    /// Its bytes without anchor and tag; for quoted scalars without the quotes, for block scalars the lines after the header.
    pub content: Span,
    /// Line on which yaml.v2 places it, from 0, relative to the document: that of its anchor or tag, else of its first byte.
    pub line: u32,
    /// Bytes of the anchor with its `&`.
    pub anchor: Option<Span>,
    /// Bytes of the tag as written.
    pub tag_span: Option<Span>,
    /// Whether something inside was left out because the text there could not be understood.
    pub broken: bool,
    /// True when yaml.v2 may resolve the scalar by its text: it is plain and has no tag (or the tag `!`… is absent).
    pub implicit: bool,
    pub(super) tag: Option<Text>,
    pub(super) data: Text,
    pub(super) target: Option<NodeId>,
}

/// A pair of a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key's node.
    pub key: NodeId,
    /// The value's node; for a key without value an empty plain scalar.
    pub value: NodeId,
}

/// One step of decoding a mapping into a structure as yaml.v2 does it, merge keys expanded in place (spec of 2 §7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Decoding of a merged mapping begins: the catch-all map of unknown keys starts again, empty. The span is that of the `<<` entry's value.
    Merge(NodeId),
    /// A key and its value, aliases not yet followed.
    Entry(Entry),
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to the end of the line, line break excluded.
    pub span: Span,
}

/// One YAML document.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    pub(super) nodes: Vec<Node>,
    pub(super) links: Vec<NodeId>,
    pub(super) text: String,
    pub(super) root: Option<NodeId>,
    /// Problems in order of the text; the first one is yaml.v2's verdict, the others were found by going on behind it.
    pub errors: Vec<YamlError>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
    /// What stands behind the first YAML document of the piece, from the marker that ends it: yaml.v2 never reads it (rule `hidden-document`).
    pub hidden: Option<Span>,
    /// Text that was left out of the tree because it could not be understood.
    pub skipped: Vec<Span>,
    /// What somebody found out about the text, kept with every copy of its tree.
    pub(super) remembered: Arc<Remembered>,
}

/// Answers about a text that do not depend on where it stands.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    other_reader: OnceLock<Option<(usize, String)>>,
    string_map: OnceLock<Result<Values, Failure>>,
}

impl Tree {
    /// The answer to the one slow question about the text that does not depend on where it stands: asked once for all copies of the tree.
    pub fn remembered(&self, ask: impl FnOnce() -> Option<(usize, String)>) -> Option<&(usize, String)> {
        self.remembered.other_reader.get_or_init(ask).as_ref()
    }

    /// The tree decoded into [`Target::StringMap`], once for all copies of the tree; the limits must be the same each time.
    ///
    /// # Errors
    /// yaml.v2's refusal.
    pub fn string_map(&self, limits: &Limits) -> Result<&Values, &Failure> {
        self.remembered.string_map.get_or_init(|| decode(self, Target::StringMap, limits)).as_ref()
    }

    /// The document's node; None for a text without content or one that could not be read at all.
    #[must_use]
    pub fn root(&self) -> Option<NodeId> {
        self.root
    }

    /// The node with that id.
    ///
    /// # Panics
    /// If the id comes from another tree.
    #[must_use]
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the tree has no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All node ids, in order of the text, parents before their children.
    pub fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// A scalar's text (quotes, escapes and folding undone); an alias's name; empty for collections.
    #[must_use]
    pub fn value(&self, id: NodeId) -> &str {
        let node = self.node(id);
        match node.kind {
            Kind::Scalar(_) | Kind::Alias => self.slice(&node.data),
            Kind::Sequence | Kind::Mapping => "",
        }
    }

    /// The tag in its long form (`tag:yaml.org,2002:int`, `!local`); None when there is none.
    #[must_use]
    pub fn tag(&self, id: NodeId) -> Option<&str> {
        self.node(id).tag.as_ref().map(|range| self.slice(range))
    }

    /// A sequence's items; empty for other kinds.
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        let node = self.node(id);
        match node.kind {
            Kind::Sequence => &self.links[node.data.start as usize..node.data.end as usize],
            _ => &[],
        }
    }

    /// A mapping's pairs in order, merge keys as they are written; empty for other kinds.
    #[must_use]
    pub fn entries(&self, id: NodeId) -> impl ExactSizeIterator<Item = Entry> + DoubleEndedIterator + '_ {
        self.pair_links(id).chunks_exact(2).map(|pair| Entry { key: pair[0], value: pair[1] })
    }

    /// A mapping's pair by its number, from 0.
    #[must_use]
    pub fn entry(&self, id: NodeId, number: usize) -> Option<Entry> {
        let pair = self.pair_links(id).get(2 * number..2 * number + 2)?;
        Some(Entry { key: pair[0], value: pair[1] })
    }

    /// A mapping's keys and values in turns.
    pub(super) fn pair_links(&self, id: NodeId) -> &[NodeId] {
        let node = self.node(id);
        match node.kind {
            Kind::Mapping => &self.links[node.data.start as usize..node.data.end as usize],
            _ => &[],
        }
    }

    /// The node an alias stands for, which is never an alias; other nodes are their own target.
    #[must_use]
    pub fn target(&self, id: NodeId) -> NodeId {
        let node = self.node(id);
        match node.kind {
            Kind::Alias => node.target.unwrap_or(id),
            _ => id,
        }
    }

    /// Whether a key is a merge key (`<<`, not quoted).
    #[must_use]
    pub fn is_merge(&self, key: NodeId) -> bool {
        let node = self.node(key);
        matches!(node.kind, Kind::Scalar(_))
            && self.value(key) == "<<"
            && (node.implicit || self.tag(key) == Some(super::resolve::MERGE_TAG))
    }

    /// The value of a key written literally in a mapping (aliases of the mapping followed, merges not).
    #[must_use]
    pub fn get(&self, mapping: NodeId, key: &str) -> Option<Entry> {
        self.entries(self.target(mapping)).find(|entry| self.value(self.target(entry.key)) == key)
    }

    /// Whether a collection goes over several lines. What aliases stand for does not count.
    #[must_use]
    pub fn is_several_lines(&self, id: NodeId) -> bool {
        let mut last = id;
        while let Some(below) = self.items(last).last().or_else(|| self.pair_links(last).last()) {
            last = *below;
        }
        self.node(last).line > self.node(id).line
    }

    /// The first thing in a collection that is no collection, aliases included; the node itself if it is none.
    #[must_use]
    pub fn first_leaf(&self, id: NodeId) -> NodeId {
        let mut first = id;
        while let Some(below) = self.items(first).first().or_else(|| self.pair_links(first).first()) {
            first = *below;
        }
        first
    }

    fn slice(&self, range: &Text) -> &str {
        self.text.get(range.start as usize..range.end as usize).unwrap_or_default()
    }
}
