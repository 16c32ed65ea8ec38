//! The images of a project and how they use each other, drawn: `werfkit graph`.
//!
//! In: a snapshot. Out: a [`Graph`], plain data in a fixed order, and bytes on a writer. A format is one file here and one line in
//! [`FORMATS`]. Never: judging, reading files.

mod dot;
mod json;
mod layout;
mod mermaid;
mod svg;
mod text;

use std::collections::HashMap;
use std::io::{self, Write};

use crate::analysis::{ImageKind, Snapshot};
use crate::model::validate::{EdgeKind, Target};

/// What a node stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An image that is built for use.
    Final,
    /// An image that only others use.
    Intermediate,
    /// An artifact (1.1, 1.2, 2).
    Artifact,
    /// An image of a registry.
    External,
    /// The empty base (3).
    Scratch,
    /// A name that werf does not find.
    Missing,
}

impl Role {
    /// The word used in every format.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Final => "final",
            Self::Intermediate => "intermediate",
            Self::Artifact => "artifact",
            Self::External => "external",
            Self::Scratch => "scratch",
            Self::Missing => "missing",
        }
    }
}

/// The word for a relation in every format.
fn relation(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Base => "base",
        EdgeKind::Import => "import",
        EdgeKind::Dependency => "dependency",
    }
}

/// An image, of the project or of elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name; `~` for the nameless image.
    pub name: String,
    /// What it stands for.
    pub role: Role,
    /// How it is built; nothing for images that the project does not build.
    pub kind: Option<ImageKind>,
    /// Whether it lies on a cycle.
    pub in_cycle: bool,
}

/// One image's use of another; several uses of one kind are one edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Number of the node that uses.
    pub user: usize,
    /// Number of the node that is used.
    pub used: usize,
    /// How.
    pub kind: EdgeKind,
    /// Whether it is part of a cycle.
    pub in_cycle: bool,
}

/// The images of a project and their uses of each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// First the images of the project in werf's order, then the others in the order in which they are met.
    pub nodes: Vec<Node>,
    /// In the order of their users, then of the document.
    pub edges: Vec<Edge>,
}

impl Graph {
    /// The graph of a project, also of one that werf refuses.
    #[must_use]
    pub fn of(snapshot: &Snapshot) -> Self {
        let images = &snapshot.validated.images.list;
        let mut graph = Self::default();
        for image in images {
            let role = match (image.is_artifact, image.is_final) {
                (true, _) => Role::Artifact,
                (false, true) => Role::Final,
                (false, false) => Role::Intermediate,
            };
            let name = if image.name.is_empty() { "~".to_owned() } else { image.name.clone() };
            graph.nodes.push(Node { name, role, kind: Some(image.kind), in_cycle: false });
        }
        let mut others: HashMap<(&str, &str), usize> = HashMap::new();
        let mut known: HashMap<(usize, usize, EdgeKind), ()> = HashMap::new();
        for (user, image) in images.iter().enumerate() {
            for one in image.base.iter().chain(image.uses.iter()) {
                let role = match one.target {
                    Target::Image(used) => {
                        if used < images.len() && known.insert((user, used, one.kind), ()).is_none() {
                            graph.edges.push(Edge { user, used, kind: one.kind, in_cycle: false });
                        }
                        continue;
                    }
                    Target::External => Role::External,
                    Target::Scratch => Role::Scratch,
                    Target::Unknown => Role::Missing,
                };
                let used = *others.entry((role.name(), one.name.as_str())).or_insert_with(|| {
                    graph.nodes.push(Node { name: one.name.clone(), role, kind: None, in_cycle: false });
                    graph.nodes.len() - 1
                });
                if known.insert((user, used, one.kind), ()).is_none() {
                    graph.edges.push(Edge { user, used, kind: one.kind, in_cycle: false });
                }
            }
        }
        graph.mark_cycles();
        graph
    }

    /// Numbers of the edges of each user.
    fn edges_by_user(&self) -> Vec<Vec<usize>> {
        let mut edges = vec![Vec::new(); self.nodes.len()];
        for (number, edge) in self.edges.iter().enumerate() {
            edges[edge.user].push(number);
        }
        edges
    }

    /// An edge lies on a cycle when both its ends belong to one strongly connected component.
    fn mark_cycles(&mut self) {
        let component = self.components();
        for edge in &mut self.edges {
            if component[edge.user] == component[edge.used] {
                edge.in_cycle = true;
                self.nodes[edge.user].in_cycle = true;
                self.nodes[edge.used].in_cycle = true;
            }
        }
    }

    /// The strongly connected component of each node, by Kosaraju's two walks without recursion.
    fn components(&self) -> Vec<usize> {
        let count = self.nodes.len();
        let (mut forward, mut backward) = (vec![Vec::new(); count], vec![Vec::new(); count]);
        for edge in &self.edges {
            forward[edge.user].push(edge.used);
            backward[edge.used].push(edge.user);
        }
        let mut left = Vec::with_capacity(count);
        let mut seen = vec![false; count];
        for root in 0..count {
            if std::mem::replace(&mut seen[root], true) {
                continue;
            }
            let mut walk = vec![(root, 0)];
            while let Some((node, next)) = walk.last_mut() {
                match forward[*node].get(*next) {
                    Some(&target) => {
                        *next += 1;
                        if !std::mem::replace(&mut seen[target], true) {
                            walk.push((target, 0));
                        }
                    }
                    None => {
                        left.push(*node);
                        walk.pop();
                    }
                }
            }
        }
        let mut component = vec![usize::MAX; count];
        for &root in left.iter().rev() {
            let mut walk = vec![root];
            while let Some(node) = walk.pop() {
                if component[node] == usize::MAX {
                    component[node] = root;
                    walk.extend(&backward[node]);
                }
            }
        }
        component
    }
}

/// Writes a graph in one format.
pub type Format = fn(&Graph, &mut dyn Write) -> io::Result<()>;

/// The formats by name; the first is the default.
pub const FORMATS: &[(&str, Format)] = &[
    ("text", text::write as Format),
    ("dot", dot::write),
    ("mermaid", mermaid::write),
    ("svg", svg::write),
    ("json", json::write),
];

/// The format of that name.
#[must_use]
pub fn format(name: &str) -> Option<Format> {
    FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format)
}
