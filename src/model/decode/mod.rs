//! Phase A: from the rendered text to typed documents (spec `werf-2-config.md` §6–§10.4, `werf-1.1-config.md` §4–§6, §8.3).
//!
//! In: the rendered text and the dialect. Out: [`Decoded`]: documents, trees, and findings in the order in which werf would meet
//! them. A document with an error does not stop the others. Never: file access, panics on any text.

mod ansible;
mod assemble;
mod checks;
mod generic;
mod mapping;
mod messages;
#[cfg(test)]
mod tests;
mod walk;

pub use checks::is_project_name;

use std::collections::HashSet;

use super::config::{RawDocument, RawKind};
use super::{Decoded, DocumentTree};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::grammar::Section;
use crate::limits::Limits;
use crate::source::Span;
use crate::yaml::{self, NodeId, Piece, Tree};

use self::walk::Walk;

/// Splits, reads and decodes a rendered text.
#[must_use]
pub fn decode(text: &[u8], dialect: Dialect, limits: &Limits) -> Decoded {
    decode_with(text, dialect, limits, yaml::parse_piece)
}

/// The same with trees from elsewhere: `read` gives what [`yaml::parse_piece`] would.
#[must_use]
pub fn decode_with(
    text: &[u8],
    dialect: Dialect,
    limits: &Limits,
    read: impl Fn(&[u8], &Piece, &Limits) -> Tree,
) -> Decoded {
    let mut decoding = Decoding { text, dialect, limits, meta: None, decoded: Decoded::default() };
    for piece in yaml::split(text) {
        if piece.kept {
            let tree = read(text, &piece, limits);
            decoding.document(piece, tree);
        }
    }
    decoding.decoded
}

struct Decoding<'a> {
    text: &'a [u8],
    dialect: Dialect,
    limits: &'a Limits,
    /// Head of the first meta document.
    meta: Option<Span>,
    decoded: Decoded,
}

impl Decoding<'_> {
    fn push(&mut self, findings: impl IntoIterator<Item = Finding>) {
        let room = self.limits.findings.saturating_sub(self.decoded.findings.len());
        self.decoded.findings.extend(findings.into_iter().take(room));
    }

    fn document(&mut self, piece: Piece, tree: Tree) {
        let index = u32::try_from(self.decoded.trees.len()).unwrap_or(u32::MAX);
        let before = self.decoded.findings.len();
        let generic = generic::check(self.text, &tree, piece.span, self.limits);
        self.push(generic.findings);
        let mut document = None;
        if generic.usable
            && let Some(root) = tree.root()
        {
            match generic::kind(&tree, root, self.dialect) {
                Some((section, head)) => {
                    if section == Section::Meta {
                        self.note_meta(head);
                    }
                    document = Some(self.typed(&piece, &tree, index, (section, head), &generic.repeated));
                }
                None if tree.errors.is_empty() => {
                    let finding = generic::unrecognized(&tree, root, piece.span, self.dialect);
                    self.push([finding]);
                }
                None => {}
            }
        } else if generic.usable {
            let finding = generic::empty_document(piece.span);
            self.push([finding]);
        }
        if let Some(mut document) = document {
            document.broken = self.decoded.findings[before..].iter().any(|finding| finding.fatal);
            self.decoded.documents.push(document);
        }
        self.decoded.trees.push(DocumentTree { piece, tree });
    }

    /// A4.
    fn note_meta(&mut self, head: Span) {
        let Some(first) = self.meta else {
            self.meta = Some(head);
            return;
        };
        let finding = Finding::fatal(RuleId("duplicate-meta"), Place::Rendered(head), "there is a second meta section")
            .with_related(Place::Rendered(first), "the first one")
            .with_help("keep one document with `configVersion`");
        self.push([finding]);
    }

    fn typed(
        &mut self,
        piece: &Piece,
        tree: &Tree,
        index: u32,
        (section, head): (Section, Span),
        repeated: &HashSet<NodeId>,
    ) -> RawDocument {
        let mut walk = Walk::new((self.text, tree), index, self.dialect, section, repeated, self.limits);
        let mapping = match tree.root() {
            Some(root) => walk.mapping(section, root, head),
            None => mapping::Mapping::empty(section, head),
        };
        let findings = [walk.own, walk.types, walk.late, walk.after].into_iter().flatten();
        // Behind a syntax error much is missing or misread: what is said there would be an echo of it.
        match tree.errors.iter().map(|error| error.span.start).min() {
            Some(error) => {
                self.push(findings.filter(|finding| {
                    let certain = ["unknown-field", "type-mismatch"].contains(&finding.rule.0);
                    certain && matches!(finding.place, Place::Rendered(span) if span.end <= error)
                }));
            }
            None => self.push(findings),
        }
        let crashes = walk.crashes;
        let kind = match section {
            Section::Meta => RawKind::Meta(Box::new(assemble::meta(mapping))),
            Section::DockerfileImage => RawKind::Dockerfile(Box::new(assemble::dockerfile_image(mapping))),
            _ => RawKind::Stapel(Box::new(assemble::stapel_image(mapping, index))),
        };
        RawDocument { tree: index, first_line: piece.line, span: piece.span, head, broken: false, crashes, kind }
    }
}
