//! Phase A: from the rendered text to typed documents (spec `werf-2-config.md` §6–§10.4, `werf-1.1-config.md` §4–§6, §8.3).
//!
//! In: the rendered text and the dialect. Out: [`Decoded`]: documents, trees, and findings in the order in which werf would meet
//! them. A document with an error does not stop the others. Never: file access, panics on any text.

mod ansible;
mod assemble;
mod cache;
mod checks;
mod generic;
mod mapping;
mod messages;
#[cfg(test)]
mod tests;
mod walk;

pub use cache::DocumentCache;
pub use checks::is_project_name;

use std::sync::Arc;

use super::config::{RawDocument, RawKind};
use super::{Decoded, DocumentTree};
use crate::diagnostic::{Finding, Place, RuleId};
use crate::dialect::Dialect;
use crate::grammar::Section;
use crate::limits::{Limits, STACK_BYTES, WORTH_A_THREAD};
use crate::source::Span;
use crate::yaml::{self, ParseCache, Piece, Tree};

use self::walk::Walk;

/// Splits, reads and decodes a rendered text.
#[must_use]
pub fn decode(text: &[u8], dialect: Dialect, limits: &Limits) -> Decoded {
    decode_with(text, limits, |at| {
        let tree = yaml::parse_piece(text, &at.piece, limits);
        Found::of(text, tree, at, dialect, limits)
    })
}

/// The same with documents that were decoded before, and trees that were read before.
#[must_use]
pub fn decode_remembering(
    text: &[u8],
    dialect: Dialect,
    limits: &Limits,
    documents: &DocumentCache,
    trees: &ParseCache,
) -> Decoded {
    decode_with(text, limits, |at| documents.document(text, at, dialect, limits, trees))
}

fn decode_with(text: &[u8], limits: &Limits, find: impl Fn(At) -> Found + Sync) -> Decoded {
    let mut decoding = Decoding { limits, meta: None, decoded: Decoded::default() };
    let pieces = yaml::split(text).into_iter().filter(|piece| piece.kept);
    let places: Vec<At> = (0..).zip(pieces).map(|(tree, piece)| At { piece, tree }).collect();
    for (at, found) in places.iter().zip(find_all(&places, text.len(), find)) {
        decoding.take(at.piece, found);
    }
    decoding.decoded
}

/// What is found at all places, in order. Documents of a large text are shared with a second thread.
fn find_all(places: &[At], bytes: usize, find: impl Fn(At) -> Found + Sync) -> Vec<Found> {
    let find_some = |places: &[At]| -> Vec<Found> { places.iter().map(|at| find(*at)).collect() };
    if bytes <= WORTH_A_THREAD {
        return find_some(places);
    }
    let half = places.partition_point(|at| (at.piece.span.start as usize) < bytes / 2);
    let (front, back) = places.split_at(half);
    std::thread::scope(|scope| {
        let other = std::thread::Builder::new().name("decode".to_owned()).stack_size(STACK_BYTES);
        let other = other.spawn_scoped(scope, || find_some(back));
        let mut found = find_some(front);
        found.extend(match other {
            Ok(other) => other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            // The system has no thread to give.
            Err(_) => find_some(back),
        });
        found
    })
}

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct At {
    piece: Piece,
    /// Index of its tree.
    tree: u32,
}

/// What decoding makes of one document by itself.
#[derive(Clone, Debug)]
struct Found {
    tree: Arc<Tree>,
    /// Findings of the first pass.
    generic: Arc<[Finding]>,
    /// Head of a meta document.
    meta: Option<Span>,
    /// Findings of the second pass.
    typed: Arc<[Finding]>,
    document: Option<Arc<RawDocument>>,
}

struct Decoding<'a> {
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

    fn take(&mut self, piece: Piece, found: Found) {
        let Found { tree, generic, meta, typed, mut document } = found;
        self.push(generic.iter().cloned());
        if let Some(head) = meta
            && self.is_second_meta(head)
            && let Some(document) = &mut document
        {
            Arc::make_mut(document).broken = true;
        }
        self.push(typed.iter().cloned());
        self.decoded.documents.extend(document);
        self.decoded.trees.push(DocumentTree { piece, tree });
    }

    /// A4.
    fn is_second_meta(&mut self, head: Span) -> bool {
        let Some(first) = self.meta else {
            self.meta = Some(head);
            return false;
        };
        let finding = Finding::fatal(RuleId("duplicate-meta"), Place::Rendered(head), "there is a second meta section")
            .with_related(Place::Rendered(first), "the first one")
            .with_help("keep one document with `configVersion`");
        self.push([finding]);
        true
    }
}

impl Found {
    fn of(text: &[u8], tree: Tree, at: At, dialect: Dialect, limits: &Limits) -> Self {
        let piece = at.piece;
        let generic = generic::check(text, &tree, piece.span, limits);
        let (mut meta, mut document, mut typed) = (None, None, Vec::new());
        if generic.usable
            && let Some(root) = tree.root()
        {
            match generic::kind(&tree, root, dialect) {
                Some((section, head)) => {
                    meta = (section == Section::Meta).then_some(head);
                    let walk = Walk::new((text, &tree), at.tree, dialect, section, &generic.repeated, limits);
                    document = Some(read(walk, at, head, &mut typed));
                }
                None if tree.errors.is_empty() => {
                    typed.push(generic::unrecognized(&tree, root, piece.span, dialect));
                }
                None => {}
            }
        } else if generic.usable {
            typed.push(generic::empty_document(piece.span));
        }
        if let Some(document) = &mut document {
            document.broken = generic.findings.iter().chain(&typed).any(|finding| finding.fatal);
        }
        Self {
            tree: Arc::new(tree),
            generic: generic.findings.into(),
            meta,
            typed: typed.into(),
            document: document.map(Arc::new),
        }
    }
}

/// The second pass.
fn read(mut walk: Walk<'_>, at: At, head: Span, found: &mut Vec<Finding>) -> RawDocument {
    let (tree, section) = (walk.tree, walk.document);
    let mapping = match tree.root() {
        Some(root) => walk.mapping(section, root, head),
        None => mapping::Mapping::empty(section, head),
    };
    let findings = [walk.own, walk.types, walk.late, walk.after].into_iter().flatten();
    // Behind a syntax error much is missing or misread: what is said there would be an echo of it.
    match tree.errors.iter().map(|error| error.span.start).min() {
        Some(error) => found.extend(findings.filter(|finding| {
            let certain = ["unknown-field", "type-mismatch"].contains(&finding.rule.0);
            certain && matches!(finding.place, Place::Rendered(span) if span.end <= error)
        })),
        None => found.extend(findings),
    }
    let crashes = walk.crashes;
    let kind = match section {
        Section::Meta => RawKind::Meta(Box::new(assemble::meta(mapping))),
        Section::DockerfileImage => RawKind::Dockerfile(Box::new(assemble::dockerfile_image(mapping))),
        _ => RawKind::Stapel(Box::new(assemble::stapel_image(mapping, at.tree))),
    };
    let piece = at.piece;
    RawDocument { tree: at.tree, first_line: piece.line, span: piece.span, head, broken: false, crashes, kind }
}
