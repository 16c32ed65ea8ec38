//! From text to [`Tree`].

use crate::limits::Limits;

use super::split::Piece;
use super::tree::Tree;

/// Reads a whole text as one document.
#[must_use]
pub fn parse(text: &[u8], limits: &Limits) -> Tree {
    let _ = (text, limits);
    Tree::default()
}

/// Reads one piece of a rendered text; spans count from the beginning of the rendered text.
#[must_use]
pub fn parse_piece(rendered: &[u8], piece: &Piece, limits: &Limits) -> Tree {
    let _ = (rendered, piece, limits);
    Tree::default()
}
