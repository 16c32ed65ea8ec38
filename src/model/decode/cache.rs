//! Documents that were decoded before: an editor decodes nearly the same documents again with every key.
//!
//! In: texts of documents and where they stand. Out: what decoding makes of them there; only the places differ from what it made of the same text before.
//! What was not asked for during the last few turns is forgotten. Never: what depends on other documents.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::relocate::{Relocate, Shift};
use super::{At, Found};
use crate::dialect::Dialect;
use crate::limits::{KEPT_TURNS, Limits};
use crate::yaml::ParseCache;

#[derive(Debug)]
struct Known {
    text: Box<[u8]>,
    dialect: Dialect,
    at: At,
    found: Found,
    used: u64,
}

/// Decoded documents by text. The limits must be the same for all calls.
#[derive(Debug, Default)]
pub struct DocumentCache {
    known: Mutex<Documents>,
}

#[derive(Debug, Default)]
struct Documents {
    by_hash: HashMap<u64, Vec<Known>, foldhash::fast::RandomState>,
    turn: u64,
}

impl DocumentCache {
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

    /// What decoding makes of the document there.
    pub(super) fn document(
        &self,
        rendered: &[u8],
        at: At,
        dialect: Dialect,
        limits: &Limits,
        trees: &ParseCache,
    ) -> Found {
        let text = rendered.get(at.piece.span.range()).unwrap_or_default();
        let hash = foldhash::fast::FixedState::default().hash_one(text);
        let is_same = |one: &Known| one.dialect == dialect && *one.text == *text;
        let (elsewhere, turn) = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            let turn = known.turn;
            let same_text = known.by_hash.entry(hash).or_default();
            if let Some(same) = same_text.iter_mut().find(|one| one.at == at && is_same(one)) {
                same.used = turn;
                return same.found.clone();
            }
            // One that was asked for in this turn is left for the next: the text stands in two places.
            let elsewhere = same_text.iter().position(|one| one.used != turn && is_same(one));
            (elsewhere.map(|index| same_text.swap_remove(index)), turn)
        };
        // Others may ask for other documents meanwhile.
        let known = match elsewhere {
            Some(mut same) => {
                same.found.move_to(same.at, at);
                Known { at, used: turn, ..same }
            }
            None => {
                let found = Found::of(rendered, trees.parse_piece(rendered, &at.piece, limits), at, dialect, limits);
                Known { text: text.into(), dialect, at, found, used: turn }
            }
        };
        let found = known.found.clone();
        self.known.lock().unwrap_or_else(PoisonError::into_inner).by_hash.entry(hash).or_default().push(known);
        found
    }
}

impl Found {
    /// Moves everything from where the document stood to where it stands.
    fn move_to(&mut self, from: At, to: At) {
        let shift = Shift { from: from.piece.span.start, to: to.piece.span.start, tree: to.tree };
        if let Some(document) = &mut self.document {
            let document = Arc::make_mut(document);
            document.first_line = to.piece.line;
            document.relocate(shift);
        }
        self.meta.relocate(shift);
        for findings in [&mut self.generic, &mut self.typed] {
            if !findings.is_empty() {
                *findings = findings.iter().cloned().map(|finding| finding.relocated(shift)).collect();
            }
        }
        if shift.from != shift.to {
            Arc::make_mut(&mut self.tree).relocate(shift.from, shift.to);
        }
    }
}
