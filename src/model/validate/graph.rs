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
    /// Each image of the circle with the edge taken from it; the last edge leads back to the first image.
    pub steps: Vec<(usize, Edge)>,
}

/// An image on the walk.
struct Step {
    image: usize,
    /// The number of the edge to follow next.
    next: usize,
    /// The last place on the walk, up to this one, whose image lies on a cycle that was found.
    last_found: Option<usize>,
}

/// The cycles of a graph in the order in which a depth-first walk from each image in turn meets them. `edges[image]` lists the edges of that
/// image; targets beyond the list are ignored. A cycle through an image of an earlier cycle is left out.
#[must_use]
pub fn cycles(edges: &[Vec<Edge>]) -> Vec<Cycle> {
    let mut found: Vec<Cycle> = Vec::new();
    let mut is_found = vec![false; edges.len()];
    let mut is_done = vec![false; edges.len()];
    let mut place_on_walk: Vec<Option<usize>> = vec![None; edges.len()];
    let mut walk: Vec<Step> = Vec::new();
    for root in 0..edges.len() {
        if is_done[root] {
            continue;
        }
        place_on_walk[root] = Some(0);
        walk.push(Step { image: root, next: 0, last_found: None });
        while let Some(step) = walk.last_mut() {
            let (image, last_found) = (step.image, step.last_found);
            let Some(edge) = edges[image].get(step.next) else {
                is_done[image] = true;
                place_on_walk[image] = None;
                walk.pop();
                continue;
            };
            step.next += 1;
            if edge.target >= edges.len() || is_done[edge.target] {
                continue;
            }
            let Some(start) = place_on_walk[edge.target] else {
                let place = walk.len();
                place_on_walk[edge.target] = Some(place);
                let last_found = if is_found[edge.target] { Some(place) } else { last_found };
                walk.push(Step { image: edge.target, next: 0, last_found });
                continue;
            };
            if last_found.is_some_and(|place| place >= start) {
                continue;
            }
            let mut steps = Vec::with_capacity(walk.len() - start);
            for (place, step) in walk.iter_mut().enumerate().skip(start) {
                is_found[step.image] = true;
                step.last_found = Some(place);
                steps.push((step.image, edges[step.image][step.next - 1]));
            }
            found.push(Cycle { steps });
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
        cycles(&graph(edges)).iter().map(|cycle| cycle.steps.iter().map(|(image, _)| *image).collect()).collect()
    }

    #[test]
    fn no_cycle_in_a_diamond() {
        assert!(walks(&[&[1, 2], &[3], &[3], &[]]).is_empty());
    }

    #[test]
    fn the_way_to_a_circle_is_no_part_of_it() {
        assert_eq!(walks(&[&[1], &[2], &[1]]), [vec![1, 2]]);
    }

    #[test]
    fn a_circle_through_a_known_one_is_left_out() {
        assert_eq!(walks(&[&[1], &[0, 2], &[0]]), [vec![0, 1]]);
    }

    #[test]
    fn an_image_that_uses_itself() {
        assert_eq!(walks(&[&[0]]), [vec![0]]);
    }

    #[test]
    fn separate_cycles_are_all_found() {
        assert_eq!(walks(&[&[1], &[0], &[3], &[2]]), [vec![0, 1], vec![2, 3]]);
    }

    #[test]
    fn a_long_chain_is_no_problem() {
        let count = 100_000;
        let targets: Vec<Vec<usize>> = (0..count).map(|image| vec![(image + 1) % count]).collect();
        let slices: Vec<&[usize]> = targets.iter().map(Vec::as_slice).collect();
        assert_eq!(walks(&slices)[0].len(), count);
    }
}
