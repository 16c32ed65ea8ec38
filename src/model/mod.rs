//! Documents decoded into typed configuration, with werf's own checks in werf's order.
//!
//! In: the trees of one rendered text and the dialect. Out: typed documents in stream order and findings in the order in which
//! werf would meet them. `decode` is phase A (generic pass, kinds, types, unknown fields, checks of single mappings);
//! `validate` holds the later phases. Never: file access.

pub mod config;
mod decode;
pub mod field;
pub mod paths;
pub mod reference;
mod relocate;
pub mod validate;

pub use config::{RawDocument, RawKind};
pub use decode::{DocumentCache, decode, decode_remembering, is_project_name};
pub use field::{Field, NodeRef, Presence, Section, Sections, Spanned, StringOrList};

use std::sync::Arc;

use crate::diagnostic::Finding;
use crate::yaml::{Piece, Tree};

/// Everything decoding made of one rendered text.
#[derive(Debug, Default)]
pub struct Decoded {
    /// The documents that have a kind, in stream order, broken ones included.
    pub documents: Vec<Arc<RawDocument>>,
    /// The trees of all documents that were kept, those without a kind included.
    pub trees: Vec<DocumentTree>,
    /// Findings of phase A in werf's order: the first fatal one is what werf would stop at, had nothing before decoding
    /// stopped it.
    pub findings: Vec<Finding>,
}

/// A document of the stream as YAML.
#[derive(Debug)]
pub struct DocumentTree {
    /// Where it stands in the rendered text.
    pub piece: Piece,
    /// Its nodes; spans count from the beginning of the rendered text.
    pub tree: Arc<Tree>,
}
