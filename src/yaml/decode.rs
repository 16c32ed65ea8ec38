//! yaml.v2's decoding without a structure: into `interface{}`, strictly into `map[string]interface{}`, and into `yaml.MapSlice`.
//!
//! The result is an arena like the tree itself, so that deep documents cost no stack.

use crate::limits::Limits;

use super::tree::{NodeId, Tree};

/// What is decoded into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// `Unmarshal` into `interface{}`.
    Any,
    /// `Unmarshal` into `map[string]interface{}` (werf's `fromYaml`): the top level's keys become text, repeated keys overwrite.
    StringMap,
    /// `UnmarshalStrict` into `map[string]interface{}`: what werf does first with every document.
    Strict,
    /// `UnmarshalStrict` into `yaml.MapSlice`.
    Slice,
}

/// Index of a value in [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueId(pub(super) u32);

/// A decoded value.
#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    /// null
    Null,
    /// bool
    Bool(bool),
    /// int
    Int(i64),
    /// uint64, only above the signed range
    Uint(u64),
    /// float64
    Float(f64),
    /// The text of the scalar [`Values::node`], see [`Tree::value`].
    Str,
    /// A string from `!!binary`, perhaps not UTF-8.
    Bytes(Vec<u8>),
    /// A list, see [`Values::items`].
    Seq,
    /// A map, see [`Values::pairs`]: keys in order of their first appearance.
    Map,
}

#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) node: NodeId,
    pub(super) data: Data,
    pub(super) links: std::ops::Range<u32>,
}

/// All values of one decoding.
#[derive(Clone, Debug, Default)]
pub struct Values {
    pub(super) slots: Vec<Slot>,
    pub(super) links: Vec<ValueId>,
    pub(super) root: Option<ValueId>,
}

impl Values {
    /// The document's value; None for an empty document.
    #[must_use]
    pub fn root(&self) -> Option<ValueId> {
        self.root
    }

    /// The value itself.
    ///
    /// # Panics
    /// If the id comes from another decoding.
    #[must_use]
    pub fn data(&self, id: ValueId) -> &Data {
        &self.slots[id.0 as usize].data
    }

    /// The node the value was decoded from (an alias's target, not the alias).
    #[must_use]
    pub fn node(&self, id: ValueId) -> NodeId {
        self.slots[id.0 as usize].node
    }

    /// A list's values.
    #[must_use]
    pub fn items(&self, id: ValueId) -> &[ValueId] {
        let slot = &self.slots[id.0 as usize];
        match slot.data {
            Data::Seq => &self.links[slot.links.start as usize..slot.links.end as usize],
            _ => &[],
        }
    }

    /// A map's keys and values.
    pub fn pairs(&self, id: ValueId) -> impl ExactSizeIterator<Item = (ValueId, ValueId)> + '_ {
        let slot = &self.slots[id.0 as usize];
        let links = match slot.data {
            Data::Map => &self.links[slot.links.start as usize..slot.links.end as usize],
            _ => &[],
        };
        links.chunks_exact(2).map(|pair| (pair[0], pair[1]))
    }
}

/// One thing the decoder objects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// yaml.v2's sentence; for collected problems one entry of the list, such as ``line 3: cannot unmarshal !!str `x` into bool``.
    pub text: String,
    /// The node to point at.
    pub node: NodeId,
    /// For repeated keys: the node of the key that was there first.
    pub first: Option<NodeId>,
    /// What it is.
    pub kind: ProblemKind,
}

/// Kinds of [`Problem`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// A value of another type than the destination.
    Type,
    /// A key that is already there, also by a merge.
    DuplicateKey,
    /// A key that a structure without catch-all does not know.
    UnknownField,
    /// A list or mapping as the key of a mapping.
    InvalidKey,
    /// `<<` with something else than a mapping or a list of mappings.
    Merge,
    /// An anchor inside of which its own alias stands.
    Recursion,
    /// Aliases that multiply beyond the library's limit, or beyond ours.
    ExcessiveAliasing,
    /// A tag that contradicts the text.
    Tag,
    /// `!!binary` with invalid base64.
    Base64,
}

/// Why a document is refused by the decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The first problem that stops decoding.
    Fatal(Problem),
    /// Problems that were collected while decoding went on, in yaml.v2's order.
    Collected(Vec<Problem>),
}

impl Failure {
    /// yaml.v2's whole message.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Failure::Fatal(problem) => problem.text.clone(),
            Failure::Collected(problems) => {
                let mut text = String::from("yaml: unmarshal errors:");
                for problem in problems {
                    text.push_str("\n  ");
                    text.push_str(&problem.text);
                }
                text
            }
        }
    }

    /// All problems.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            Failure::Fatal(problem) => std::slice::from_ref(problem),
            Failure::Collected(problems) => problems,
        }
    }
}

/// Decodes a tree that has no errors of its own.
///
/// # Errors
/// yaml.v2's refusal.
pub fn decode(tree: &Tree, target: Target, limits: &Limits) -> Result<Values, Failure> {
    super::decoder::run(tree, target, limits)
}
