//! One file per method (or per family of notifications): from the protocol's parameters to a question of [`crate::ide`] and back.

pub mod call_hierarchy;
pub mod code_action;
pub mod code_lens;
pub mod completion;
pub mod completion_resolve;
pub mod configuration;
pub mod definition;
pub mod diagnostic;
pub mod document_highlight;
pub mod document_link;
pub mod document_symbol;
pub mod documents;
pub mod execute_command;
pub mod explain;
pub mod folders;
pub mod folding_range;
pub mod graph;
pub mod hover;
pub mod initialize;
pub mod initialized;
pub mod inlay_hint;
pub mod references;
pub mod rename;
pub mod rendered;
pub mod selection_range;
pub mod semantic_tokens;
pub mod signature_help;
pub mod watched_files;
pub mod workspace_diagnostic;
pub mod workspace_symbol;

use tower_lsp_server::ls_types::ServerCapabilities;

use super::state::Abilities;

/// What a handler says to the client about itself.
pub type Announce = fn(&mut ServerCapabilities, &Abilities);

/// Every handler that has something to announce.
pub const ANNOUNCE: &[Announce] = &[
    documents::announce,
    folders::announce,
    diagnostic::announce,
    code_action::announce,
    definition::announce,
    references::announce,
    document_highlight::announce,
    rename::announce,
    document_symbol::announce,
    workspace_symbol::announce,
    call_hierarchy::announce,
    code_lens::announce,
    completion::announce,
    signature_help::announce,
    hover::announce,
    inlay_hint::announce,
    semantic_tokens::announce,
    folding_range::announce,
    selection_range::announce,
    document_link::announce,
];
