//! Go's template language as werf uses it, with provenance: which byte of the result came from where.
//!
//! In: template sources, data, the world behind [`host::Host`], a dialect, budgets. Out: the rendered text with segments, all errors (the first is
//! werf's), and a trace. Never: access to process or disk; a panic on user data; an endless loop.

pub mod builtins;
pub mod call;
mod collections;
pub mod eval;
mod files;
pub mod format;
pub mod functions;
pub mod host;
mod lexer;
mod literal;
mod methods;
mod outcome;
pub mod parser;
mod provenance;
pub mod text;
pub mod trace;
pub mod tree;
pub mod unicode;
pub mod value;

pub use eval::{Readers, TemplateSource, parse_source, render, render_with};
pub use files::files_object;
pub use outcome::{ErrorKind, Outcome, Rendered, TemplateError};
pub use provenance::{Origins, Provenance};
