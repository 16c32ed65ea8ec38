//! One file per method (or per family of notifications): from the protocol's parameters to a question of [`crate::ide`] and back.

pub mod code_action;
pub mod configuration;
pub mod diagnostic;
pub mod documents;
pub mod explain;
pub mod folders;
pub mod graph;
pub mod initialize;
pub mod initialized;
pub mod rendered;
pub mod watched_files;
pub mod workspace_diagnostic;

use tower_lsp_server::ls_types::ServerCapabilities;

use super::state::Abilities;

/// What a handler says to the client about itself.
pub type Announce = fn(&mut ServerCapabilities, &Abilities);

/// Every handler that has something to announce.
pub const ANNOUNCE: &[Announce] =
    &[documents::announce, folders::announce, diagnostic::announce, code_action::announce];
