//! A mark by which services know a finding again after lines were moved.
//!
//! In: a diagnostic. Out: hexadecimal digits made of rule, file, and the text of the line; equal ones are counted. Never: line numbers.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::places::Places;
use crate::diagnostic::Diagnostic;

/// Marks of one run.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: HashMap<[u8; 16], usize>,
}

impl Fingerprints {
    /// The mark of a diagnostic in the file `path`: 32 hexadecimal digits, different from all others of the run.
    pub(super) fn of(&mut self, diagnostic: &Diagnostic, path: &str, places: &mut Places<'_>) -> String {
        let line = diagnostic.location.map_or(&b""[..], |location| places.line_text(location));
        let parts = [diagnostic.rule.0.as_bytes(), path.as_bytes(), line];
        let turn = self.seen.entry(digest(&parts, 0)).or_default();
        *turn += 1;
        digest(&parts, *turn).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn digest(parts: &[&[u8]], turn: usize) -> [u8; 16] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.update((turn as u64).to_le_bytes());
    let full = hash.finalize();
    let mut short = [0; 16];
    short.copy_from_slice(&full[..16]);
    short
}
