//! tmp
pub mod giterminism;
pub mod glob;
pub mod includes;
pub mod plain;
