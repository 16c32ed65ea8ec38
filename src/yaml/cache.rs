//! Trees of texts that were read before: an editor reads nearly the same project again with every key.
//!
//! In: texts. Out: their trees, read once. What was not asked for during the last few turns is forgotten. Never: a tree of another text; texts are compared, not
//! only their hashes.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use super::parse::{moved, parse};
use super::split::Piece;
use super::tree::Tree;
use crate::limits::{KEPT_TURNS, Limits};

/// Shorter texts are read faster than they are found.
const WORTHWHILE: usize = 64;

#[derive(Debug)]
struct Known {
    text: Box<[u8]>,
    tree: Arc<Tree>,
    used: u64,
}

/// Trees by text. The limits must be the same for all calls.
#[derive(Debug, Default)]
pub struct ParseCache {
    known: Mutex<Trees>,
}

#[derive(Debug, Default)]
struct Trees {
    by_hash: HashMap<u64, Vec<Known>>,
    turn: u64,
}

fn hash(text: &[u8]) -> u64 {
    foldhash::fast::FixedState::default().hash_one(text)
}

impl ParseCache {
    /// Begins another reading of a project.
    pub fn begin(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.turn += 1;
        let oldest = known.turn.saturating_sub(KEPT_TURNS);
        known.by_hash.retain(|_, list| {
            list.retain(|one| one.used >= oldest);
            !list.is_empty()
        });
    }

    /// Forgets what the newest reading did not ask for.
    pub fn rest(&self) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let turn = known.turn;
        known.by_hash.retain(|_, list| {
            list.retain(|one| one.used == turn);
            !list.is_empty()
        });
    }

    /// As [`parse`].
    #[must_use]
    pub fn parse(&self, text: &[u8], limits: &Limits) -> Arc<Tree> {
        if text.len() < WORTHWHILE {
            return Arc::new(parse(text, limits));
        }
        let hash = hash(text);
        {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = known.turn;
            let same = known.by_hash.get_mut(&hash).and_then(|list| list.iter_mut().find(|one| *one.text == *text));
            if let Some(same) = same {
                same.used = turn;
                return Arc::clone(&same.tree);
            }
        }
        let tree = Arc::new(parse(text, limits));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let used = known.turn;
        known.by_hash.entry(hash).or_default().push(Known { text: text.into(), tree: Arc::clone(&tree), used });
        tree
    }

    /// As [`super::parse_piece`].
    #[must_use]
    pub fn parse_piece(&self, rendered: &[u8], piece: &Piece, limits: &Limits) -> Tree {
        let tree = self.parse(rendered.get(piece.span.range()).unwrap_or_default(), limits);
        moved(Arc::unwrap_or_clone(tree), piece.span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_that_of_its_text_and_forgotten_when_not_used() {
        let cache = ParseCache::default();
        let limits = Limits::default();
        let text = format!("a: 1\nb: [{}]\n", "x, ".repeat(40));
        let first = cache.parse(text.as_bytes(), &limits);
        assert!(Arc::ptr_eq(&first, &cache.parse(text.as_bytes(), &limits)));
        let rendered = format!("---\n{text}");
        let piece = Piece { span: crate::source::Span::new(4, rendered.len()), line: 1, kept: true };
        let moved = cache.parse_piece(rendered.as_bytes(), &piece, &limits);
        let root = |tree: &Tree| tree.root().map(|root| tree.node(root).span.start);
        assert_eq!((root(&first), root(&moved)), (Some(0), Some(4)));
        (0..=KEPT_TURNS).for_each(|_| cache.begin());
        let second = cache.parse(text.as_bytes(), &limits);
        assert!(!Arc::ptr_eq(&first, &second));
        cache.rest();
        assert!(Arc::ptr_eq(&second, &cache.parse(text.as_bytes(), &limits)));
        cache.begin();
        cache.rest();
        assert!(!Arc::ptr_eq(&second, &cache.parse(text.as_bytes(), &limits)));
    }
}
