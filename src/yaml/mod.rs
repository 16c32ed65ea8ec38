//! werf's document splitter and yaml.v2 as a positioned tree.
//!
//! In: rendered text, as bytes. Out: pieces ([`split`]), trees whose every node knows its bytes ([`parse`]), yaml.v2's
//! verdicts and values ([`decode`]), the conversions a typed decoder needs ([`typed`]), and yaml.v2's output ([`emit`]).
//! Never: files, templates, or any knowledge of werf's directives.

mod build;
mod cache;
pub mod decode;
mod decoder;
pub mod edit;
pub mod emit;
mod error;
mod events;
mod fetch;
mod go_syntax;
pub mod insert;
mod parse;
mod reader;
pub mod resolve;
mod scan_mark;
mod scan_scalar;
mod scanner;
mod split;
mod tree;
pub mod typed;

pub use cache::ParseCache;
pub use error::YamlError;
pub use parse::{parse, parse_piece};
pub use resolve::{Resolved, resolve};
pub use split::{Piece, split};
pub use tree::{Comment, Entry, Kind, Node, NodeId, Step, Style, Tree};
