//! One file per command.

pub(super) mod explain;
pub(super) mod graph;
pub(super) mod lint;
pub(super) mod lsp;
pub(super) mod render;
pub(super) mod schema;
