//! Documents decoded into typed configuration, with werf's own checks in werf's order.

pub mod paths;
pub mod reference;
pub mod validate;
