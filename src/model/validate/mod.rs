//! werf's checks over decoded documents.

pub mod exports;
pub mod graph;
pub mod permissions;
