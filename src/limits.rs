//! Every budget over user data in one place. A loop whose length the user's data decides takes its bound from here; reaching it is a finding, never a hang or a panic.

/// Stack of a thread that analyses, in bytes. Only the pages that are touched cost memory; templates and documents may nest deeply.
pub const STACK_BYTES: usize = 256 << 20;

/// Texts of more bytes are shared with a second thread: for less, it would cost more than it brings.
pub const WORTH_A_THREAD: usize = 256 << 10;

/// Analyses after which what was kept for the next one, and nobody asked for, is forgotten.
pub const KEPT_TURNS: u64 = 4;

/// Budgets of one analysis.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Largest file that is read, in bytes.
    pub file_bytes: usize,
    /// Bytes of all files together.
    pub total_bytes: usize,
    /// Rendered text, in bytes.
    pub output_bytes: usize,
    /// Longest single string or list that a template function may make, in bytes or items.
    pub allocation: usize,
    /// Evaluation steps of all templates together (nodes executed, function calls, loop turns).
    pub template_steps: u64,
    /// Nested `include`, `tpl` and `template` calls.
    pub template_depth: usize,
    /// Nesting of YAML collections, as in yaml.v2.
    pub yaml_depth: usize,
    /// Nodes of all YAML trees together.
    pub yaml_nodes: usize,
    /// Files visited by one directory walk.
    pub walk_entries: usize,
    /// Links followed while one path is resolved.
    pub link_depth: usize,
    /// Images of a configuration together with their uses of each other.
    pub images: usize,
    /// Comparisons of paths when exports of images are checked for overlaps.
    pub comparisons: u64,
    /// Findings kept per project.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 16 << 20,
            total_bytes: 256 << 20,
            output_bytes: 32 << 20,
            allocation: 16 << 20,
            template_steps: 20_000_000,
            template_depth: 1_000,
            yaml_depth: 10_000,
            yaml_nodes: 4_000_000,
            walk_entries: 1_000_000,
            link_depth: 1_000,
            images: 250_000,
            comparisons: 20_000_000,
            findings: 10_000,
        }
    }
}
