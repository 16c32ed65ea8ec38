//! A changed file, whole and by its lines.
//!
//! In: an old and a new text. Out: replacements of lines, for editors. Never: files.

use std::path::PathBuf;
use std::sync::Arc;

use crate::source::Span;

/// A file with its old and its new text.
#[derive(Clone, Debug)]
pub struct Change {
    /// Where it lies: absolute.
    pub file: PathBuf,
    /// Path relative to the project directory, as in diagnostics.
    pub path: String,
    /// The text that was analysed first.
    pub before: Arc<[u8]>,
    /// The text to write.
    pub after: Arc<[u8]>,
}

impl Change {
    /// The change as replacements of whole lines, in order: bytes of the old text, and what takes their place.
    #[must_use]
    pub fn edits(&self) -> Vec<(Span, String)> {
        let (before, after) = (lines(&self.before), lines(&self.after));
        let ops = similar::capture_diff_slices(similar::Algorithm::Myers, &before, &after);
        let start_of = |line: usize| before[..line].iter().map(|line| line.len()).sum::<usize>();
        ops.iter()
            .filter(|op| op.tag() != similar::DiffTag::Equal)
            .map(|op| {
                let (old, new) = (op.old_range(), op.new_range());
                let text = String::from_utf8_lossy(&after[new].concat()).into_owned();
                (Span::new(start_of(old.start), start_of(old.end)), text)
            })
            .collect()
    }
}

fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_by_its_lines() {
        let before = "a: 1\r\nb: 2\r\nc: 3\r\nd: 4";
        let after = "---\r\na: 1\r\nb: 2\r\nC: 3\r\nd: 4";
        let change = Change {
            file: PathBuf::from("/p/werf.yaml"),
            path: "werf.yaml".to_owned(),
            before: before.as_bytes().into(),
            after: after.as_bytes().into(),
        };
        let edits = change.edits();
        assert_eq!(edits, [(Span::new(0, 0), "---\r\n".to_owned()), (Span::new(12, 18), "C: 3\r\n".to_owned())]);
    }
}
