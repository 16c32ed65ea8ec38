//! What actions made: for an action of a file, the ranges of the rendered text that are its output; turns of loops; branches that were taken.
//!
//! In: a file as a template, the provenance of the rendered text. Out: ranges and counts, as far as the text around an action tells them: two actions that
//! follow each other without a text between them have no outputs of their own. Never: guesses.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::Analysis;
use super::templates::TemplateFile;
use crate::source::{FileId, Location, Span};
use crate::template::text::FrameId;
use crate::template::trace::FrameKind;
use crate::template::tree::{NodeId, NodeKind};

/// One output that is longer is not looked at further.
const LONGEST: usize = 1 << 16;

/// Outputs of one action that are told.
const MOST: usize = 64;

/// The outputs of a file's actions.
#[derive(Debug)]
pub struct Outputs<'a> {
    analysis: &'a Analysis,
    file: FileId,
    template: &'a TemplateFile,
    /// For each activation the range from its first to its last byte.
    extents: OnceCell<HashMap<FrameId, Span>>,
}

/// The way to a statement: lists from the outermost to the innermost, with the number of the statement in each.
type Way = Vec<(NodeId, usize)>;

/// Where the output of a statement begins or ends.
#[derive(Default)]
struct Edge {
    /// Offsets of bytes of the file next to it.
    bytes: Vec<u32>,
    /// Whether it may be the edge of the activation too.
    is_open: bool,
    /// Whether something else without a place of its own is next to it.
    is_blocked: bool,
}

/// Whether statements after or before are looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Before,
    After,
}

impl<'a> Outputs<'a> {
    /// Of that file; `None` for files that are no templates.
    #[must_use]
    pub fn new(analysis: &'a Analysis, file: FileId) -> Option<Self> {
        let template = analysis.template(file)?;
        Some(Self { analysis, file, template, extents: OnceCell::new() })
    }

    /// The statement around an offset: an action, `if`, `range`, `template`, not a text.
    #[must_use]
    pub fn statement_at(&self, offset: usize) -> Option<NodeId> {
        let way = self.way(offset);
        way.last().and_then(|(list, index)| self.items(*list).get(*index)).copied()
    }

    /// The ranges of the rendered text that the action around an offset made, in order.
    #[must_use]
    pub fn of_action(&self, offset: usize) -> Vec<Span> {
        let way = self.way(offset);
        let Some(&(list, index)) = way.last() else { return Vec::new() };
        let Some(&statement) = self.items(list).get(index) else { return Vec::new() };
        let is_output = match self.template.source.node(statement).kind {
            NodeKind::Action(pipe) => !self.declares(pipe),
            NodeKind::Template(..) => true,
            _ => false,
        };
        if !is_output {
            return Vec::new();
        }
        let before = self.edge(&way, Side::Before);
        let after = self.edge(&way, Side::After);
        if before.is_blocked || after.is_blocked {
            return Vec::new();
        }
        self.between(&way, &before, &after)
    }

    /// How many turns each execution of a `range` took, in order of the executions that took any; `None` when it never ran or nothing tells.
    #[must_use]
    pub fn turns(&self, range: NodeId) -> Option<Vec<usize>> {
        let NodeKind::Range(pipe, ..) = self.template.source.node(range).kind else { return None };
        let span = self.template.source.node(pipe).span;
        let mut counts: Vec<(FrameId, usize)> = Vec::new();
        for frame in &self.analysis.snapshot().provenance.frames {
            let is_turn = matches!(frame.kind, FrameKind::Iteration(_))
                && frame.place.is_some_and(|place| place.file == self.file && place.span == span);
            if !is_turn {
                continue;
            }
            match counts.last_mut() {
                Some((parent, count)) if *parent == frame.parent => *count += 1,
                _ => counts.push((frame.parent, 1)),
            }
        }
        (!counts.is_empty()).then(|| counts.into_iter().map(|(_, count)| count).collect())
    }

    /// The words for the turns of a `range`: keys or elements, in order, at most `most`.
    #[must_use]
    pub fn turn_names(&self, range: NodeId, most: usize) -> Vec<&'a str> {
        let NodeKind::Range(pipe, ..) = self.template.source.node(range).kind else { return Vec::new() };
        let span = self.template.source.node(pipe).span;
        let frames = self.analysis.snapshot().provenance.frames.iter();
        frames
            .filter(|frame| frame.place.is_some_and(|place| place.file == self.file && place.span == span))
            .filter_map(|frame| if let FrameKind::Iteration(turn) = &frame.kind { Some(turn.as_str()) } else { None })
            .take(most)
            .collect()
    }

    /// Whether something in a list of statements was executed, as far as it left a trace.
    #[must_use]
    pub fn was_executed(&self, list: NodeId) -> bool {
        let span = self.template.source.node(list).span;
        let snapshot = self.analysis.snapshot();
        let is_here = |place: Option<Location>| {
            place.is_some_and(|place| {
                place.file == self.file && span.start <= place.span.start && place.span.end <= span.end
            })
        };
        !self.analysis.reverse().rendered(Location { file: self.file, span }).is_empty()
            || snapshot.provenance.calls.iter().any(|call| is_here(call.place))
            || snapshot.provenance.frames.iter().any(|frame| is_here(frame.place))
    }

    /// Whether a list holds a text: when it was executed, that text is in the rendered one.
    #[must_use]
    pub fn has_text(&self, list: NodeId) -> bool {
        self.items(list).iter().any(|item| {
            let node = self.template.source.node(*item);
            matches!(node.kind, NodeKind::Text) && !node.span.is_empty()
        })
    }

    fn items(&self, list: NodeId) -> &'a [NodeId] {
        match &self.template.source.node(list).kind {
            NodeKind::List(items) => items,
            _ => &[],
        }
    }

    fn declares(&self, pipe: NodeId) -> bool {
        matches!(&self.template.source.node(pipe).kind, NodeKind::Pipe(declared, ..) if !declared.is_empty())
    }

    /// The lists around an offset, and the statement in each.
    fn way(&self, offset: usize) -> Way {
        let source = &self.template.source;
        let holds = |span: Span| (span.start as usize) <= offset && offset < span.end as usize;
        let roots = source.trees.iter().map(|tree| tree.root).filter(|root| holds(source.node(*root).span));
        // Definitions stand inside of the file's own tree.
        let mut list = roots.min_by_key(|root| source.node(*root).span.len());
        let mut way = Vec::new();
        while let Some(current) = list.take() {
            let items = self.items(current);
            let index = items.partition_point(|item| source.node(*item).span.end as usize <= offset);
            let Some(item) = items.get(index).filter(|item| holds(source.node(**item).span)) else { break };
            way.push((current, index));
            if let NodeKind::If(_, body, other) | NodeKind::With(_, body, other) | NodeKind::Range(_, body, other) =
                source.node(*item).kind
            {
                list = [Some(body), other].into_iter().flatten().find(|list| holds(source.node(*list).span));
            }
        }
        way
    }

    /// What is next to the innermost statement of a way.
    fn edge(&self, way: &[(NodeId, usize)], side: Side) -> Edge {
        let mut edge = Edge::default();
        for (depth, (list, index)) in way.iter().enumerate().rev() {
            let items = self.items(*list);
            let beside = match side {
                Side::Before => &items[..*index],
                Side::After => items.get(index + 1..).unwrap_or_default(),
            };
            if self.collect(beside, side, &mut edge, 0) || edge.is_blocked {
                return edge;
            }
            // Out of `if` and `with` into the list around; turns of loops are activations.
            let outer = depth.checked_sub(1).and_then(|outer| {
                let (list, index) = way[outer];
                self.items(list).get(index)
            });
            let is_branch = outer.is_some_and(|outer| {
                matches!(self.template.source.node(*outer).kind, NodeKind::If(..) | NodeKind::With(..))
            });
            if !is_branch {
                break;
            }
        }
        edge.is_open = true;
        edge
    }

    /// Collects the bytes next to the end of a run of statements; whether there is certainly one.
    fn collect(&self, statements: &[NodeId], side: Side, edge: &mut Edge, depth: usize) -> bool {
        // Deeper nesting next to an action is rare, and each level costs.
        if depth > 16 || edge.bytes.len() > MOST {
            edge.is_blocked = true;
            return true;
        }
        let count = statements.len();
        for number in 0..count {
            let id = if side == Side::Before { statements[count - 1 - number] } else { statements[number] };
            let node = self.template.source.node(id);
            match node.kind {
                NodeKind::Text if node.span.is_empty() => {}
                NodeKind::Text => {
                    edge.bytes.push(if side == Side::Before { node.span.end - 1 } else { node.span.start });
                    return true;
                }
                NodeKind::Action(pipe) if self.declares(pipe) => {}
                NodeKind::If(_, body, other) | NodeKind::With(_, body, other) => {
                    let first = self.collect(self.items(body), side, edge, depth + 1);
                    let second = other.is_some_and(|other| self.collect(self.items(other), side, edge, depth + 1));
                    if first && second {
                        return true;
                    }
                }
                NodeKind::Range(_, body, other) => {
                    self.collect(self.items(body), side, edge, depth + 1);
                    if let Some(other) = other {
                        self.collect(self.items(other), side, edge, depth + 1);
                    }
                }
                NodeKind::Break | NodeKind::Continue => {}
                _ => {
                    edge.is_blocked = true;
                    return true;
                }
            }
            if edge.is_blocked {
                return true;
            }
        }
        false
    }

    /// The places in the rendered text between copies of the bytes of two edges.
    fn between(&self, way: &[(NodeId, usize)], before: &Edge, after: &Edge) -> Vec<Span> {
        let copies = |edge: &Edge| {
            let mut found: Vec<Span> = edge
                .bytes
                .iter()
                .flat_map(|byte| {
                    let span = Span { start: *byte, end: byte + 1 };
                    self.analysis.reverse().rendered(Location { file: self.file, span })
                })
                .collect();
            found.sort_unstable();
            found
        };
        let (starts, ends) = (copies(before), copies(after));
        let mut found: Vec<Span> = Vec::new();
        for (number, start) in starts.iter().enumerate() {
            let next = starts.get(number + 1).map_or(u32::MAX, |next| next.start);
            let end = ends.get(ends.partition_point(|end| end.start < start.end)).map(|end| end.start);
            match end.filter(|end| *end <= next) {
                Some(end) => found.push(Span { start: start.end, end }),
                None if after.is_open => {
                    if let Some(extent) = self.extent_at(start.start)
                        && extent.end >= start.end
                    {
                        found.push(Span { start: start.end, end: extent.end.min(next) });
                    }
                }
                None => {}
            }
        }
        if before.is_open {
            for (number, end) in ends.iter().enumerate() {
                let last = number.checked_sub(1).map_or(0, |last| ends[last].end);
                if found.iter().any(|span| span.end == end.start) {
                    continue;
                }
                if let Some(extent) = self.extent_at(end.start)
                    && extent.start <= end.start
                {
                    found.push(Span { start: extent.start.max(last), end: end.start });
                }
            }
        }
        if starts.is_empty() && ends.is_empty() && before.is_open && after.is_open {
            found = self.activations(way);
        }
        found.retain(|span| span.len() <= LONGEST);
        found.sort_unstable();
        found.dedup();
        found.truncate(MOST);
        found
    }

    fn frame_at(&self, rendered: u32) -> Option<FrameId> {
        let segments = &self.analysis.snapshot().provenance.segments;
        segments.get(segments.partition_point(|segment| segment.end <= rendered)).map(|segment| segment.frame)
    }

    /// The extent of the activation that a byte of the rendered text belongs to.
    fn extent_at(&self, rendered: u32) -> Option<Span> {
        let frame = self.frame_at(rendered)?;
        self.extents().get(&frame).copied()
    }

    /// The extents of the activations whose body is the outermost list of a way.
    fn activations(&self, way: &[(NodeId, usize)]) -> Vec<Span> {
        let source = &self.template.source;
        let provenance = &self.analysis.snapshot().provenance;
        let inner_loop = way.iter().rev().skip(1).find_map(|(list, index)| {
            let item = *self.items(*list).get(*index)?;
            if let NodeKind::Range(pipe, ..) = source.node(item).kind { Some(source.node(pipe).span) } else { None }
        });
        let name = way.first().and_then(|(root, _)| source.trees.iter().find(|tree| tree.root == *root));
        let is_meant = |frame: &crate::template::trace::Frame| match (&frame.kind, inner_loop) {
            (FrameKind::Iteration(_), Some(span)) => {
                frame.place.is_some_and(|place| place.file == self.file && place.span == span)
            }
            (FrameKind::Include(called) | FrameKind::Template(called), None) => {
                name.is_some_and(|tree| *tree.name == *called.as_bytes())
            }
            _ => false,
        };
        let frames = provenance.frames.iter().enumerate().filter(|(_, frame)| is_meant(frame));
        frames.filter_map(|(id, _)| self.extents().get(&FrameId(u32::try_from(id).ok()?)).copied()).take(MOST).collect()
    }

    fn extents(&self) -> &HashMap<FrameId, Span> {
        self.extents.get_or_init(|| {
            let provenance = &self.analysis.snapshot().provenance;
            let mut extents: HashMap<FrameId, Span> = HashMap::new();
            let mut begin = 0;
            for segment in &provenance.segments {
                let span = Span { start: begin, end: segment.end };
                extents.entry(segment.frame).and_modify(|known| *known = known.cover(span)).or_insert(span);
                begin = segment.end;
            }
            // Inner activations are younger than those around them.
            for (index, frame) in provenance.frames.iter().enumerate().rev() {
                let Ok(id) = u32::try_from(index) else { continue };
                if frame.parent.0 >= id {
                    continue;
                }
                if let Some(span) = extents.get(&FrameId(id)).copied() {
                    extents.entry(frame.parent).and_modify(|known| *known = known.cover(span)).or_insert(span);
                }
            }
            extents
        })
    }
}
