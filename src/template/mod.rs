//! Go's template language as werf uses it, with provenance: which byte of the result came from where.
//!
//! In: template sources, data, the world behind [`host::Host`], a dialect, budgets. Out: the rendered text with segments, all errors (the first is
//! werf's), and a trace. Never: access to process or disk; a panic on user data; an endless loop.

pub mod call;
pub mod eval;
pub mod functions;
pub mod host;
pub mod text;
pub mod trace;
pub mod value;
