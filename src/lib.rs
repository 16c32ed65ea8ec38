//! werfkit: everything that can be known about a `werf.yaml` without building it.
//!
//! The crate is one pipeline of pure layers; a layer knows only those above it in this list, siblings on one line do not
//! know each other (`tests/layers.rs` holds the code to it):
//!
//! ```text
//! source        spans, file ids, line index. No I/O
//! diagnostic    rule ids, severities, findings, fixes: plain data, no printing
//! dialect       the four lines of werf
//! limits        every budget over user data
//! vfs           read-only view of a project's files; cannot leave its root
//! template|yaml Go templates with provenance · werf's splitter and yaml.v2 as a positioned tree
//! grammar       the directive table of all dialects
//! git           repository facts: HEAD, trees, blobs, local changes
//! project       where a project is: config file, templates, giterminism, readers, dialect
//! model         documents decoded into typed configuration, with werf's own checks in werf's order
//! analysis      one immutable result per project state: rendered text, trees, configuration, findings
//! check         rules and their pages; checks beyond werf's own
//! ide           what an editor can ask, in offsets and plain data: hover, completion, definition, rename, …
//! report        pretty, concise, json, sarif, github, gitlab, junit, checkstyle, rdjson; graphs of images
//! lsp           the language server protocol: documents, scheduling, one handler per method
//! cli           arguments, commands, exit codes
//! ```

pub mod analysis;
pub mod check;
pub mod cli;
pub mod diagnostic;
pub mod dialect;
pub mod git;
pub mod grammar;
pub mod ide;
pub mod limits;
pub mod lsp;
pub mod model;
pub mod project;
pub mod report;
pub mod source;
pub mod template;
pub mod vfs;
pub mod yaml;
