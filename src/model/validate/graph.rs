//! The graph of images that use each other, and its cycles.
//!
//! In: images by number with their edges in werf's order. Out: cycles, each with every edge on it, so that a finding can name the place
//! of each. Never: recursion (the depth of the graph is the user's).

use crate::source::Span;

/// How one image uses another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EdgeKind {
    /// It is built on it.
    Base,
    /// It copies files from it.
    Import,
    /// It takes its name, tag or digest (`dependencies`).
    Dependency,
}

impl EdgeKind {
    /// The relation as a verb phrase for messages.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Base => "is based on",
            Self::Import => "imports from",
            Self::Dependency => "depends on",
        }
    }
}

/// A use of one image by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Number of the image that is used.
    pub target: usize,
    /// How.
    pub kind: EdgeKind,
    /// Where the name of the target is written, in the rendered text.
    pub span: Span,
}

/// A way through the graph that comes back to itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The walk from the image where it began, as (image, edge taken from it); the last edge leads back to an image of the walk.
    pub walk: Vec<(usize, Edge)>,
    /// Where in `walk` the loop begins.
    pub start: usize,
}

impl Cycle {
    /// The steps of the loop itself.
    #[must_use]
    pub fn steps(&self) -> &[(usize, Edge)] {
        &self.walk[self.start..]
    }

    /// The images of the whole walk, with the one it comes back to at the end: what werf prints.
    pub fn images(&self) -> impl Iterator<Item = usize> + '_ {
        self.walk.iter().map(|(image, _)| *image).chain(self.walk.last().map(|(_, edge)| edge.target))
    }
}

/// The cycles of a graph in the order in which a depth-first walk from each image in turn meets them. `edges[image]` lists the edges of that
/// image; targets beyond the list are ignored. A cycle through an image of an earlier cycle is left out.
#[must_use]
pub fn cycles(edges: &[Vec<Edge>]) -> Vec<Cycle> {
    let mut found: Vec<Cycle> = Vec::new();
    let mut is_reported = vec![false; edges.len()];
    let mut is_done = vec![false; edges.len()];
    let mut place_on_walk: Vec<Option<usize>> = vec![None; edges.len()];
    for root in 0..edges.len() {
        if is_done[root] {
            continue;
        }
        // One entry per image on the walk: the image and the number of the edge to follow next.
        let mut walk: Vec<(usize, usize)> = vec![(root, 0)];
        place_on_walk[root] = Some(0);
        while let Some(&mut (image, ref mut next)) = walk.last_mut() {
            let Some(edge) = edges[image].get(*next) else {
                is_done[image] = true;
                place_on_walk[image] = None;
                walk.pop();
                continue;
            };
            *next += 1;
            if edge.target >= edges.len() || is_done[edge.target] {
                continue;
            }
            let Some(start) = place_on_walk[edge.target] else {
                place_on_walk[edge.target] = Some(walk.len());
                walk.push((edge.target, 0));
                continue;
            };
            if walk[start..].iter().any(|(image, _)| is_reported[*image]) {
                continue;
            }
            for (image, _) in &walk[start..] {
                is_reported[*image] = true;
            }
            let steps = walk.iter().map(|&(image, next)| (image, edges[image][next - 1])).collect();
            found.push(Cycle { walk: steps, start });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[&[usize]]) -> Vec<Vec<Edge>> {
        let edge = |&target: &usize| Edge { target, kind: EdgeKind::Base, span: Span::empty(target) };
        edges.iter().map(|targets| targets.iter().map(edge).collect()).collect()
    }

    fn walks(edges: &[&[usize]]) -> Vec<Vec<usize>> {
        cycles(&graph(edges)).iter().map(|cycle| cycle.images().collect()).collect()
    }

    #[test]
    fn no_cycle_in_a_diamond() {
        assert!(walks(&[&[1, 2], &[3], &[3], &[]]).is_empty());
    }

    #[test]
    fn a_walk_shows_how_the_loop_was_reached() {
        assert_eq!(walks(&[&[1], &[2], &[1]]), [vec![0, 1, 2, 1]]);
        let found = cycles(&graph(&[&[1], &[2], &[1]]));
        assert_eq!(found[0].steps().iter().map(|(image, _)| *image).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn an_image_that_uses_itself() {
        assert_eq!(walks(&[&[0]]), [vec![0, 0]]);
    }

    #[test]
    fn separate_cycles_are_all_found() {
        assert_eq!(walks(&[&[1], &[0], &[3], &[2]]), [vec![0, 1, 0], vec![2, 3, 2]]);
    }

    #[test]
    fn a_long_chain_is_no_problem() {
        let count = 100_000;
        let targets: Vec<Vec<usize>> = (0..count).map(|image| vec![(image + 1) % count]).collect();
        let slices: Vec<&[usize]> = targets.iter().map(Vec::as_slice).collect();
        assert_eq!(walks(&slices)[0].len(), count + 1);
    }
}
