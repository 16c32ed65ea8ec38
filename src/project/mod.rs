//! tmp
pub mod glob;
