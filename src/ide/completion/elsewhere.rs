//! What the project's documents say elsewhere: likely enough to be said again.
//!
//! In: the rendered documents. Out: keys and values with the number of their uses. Never: more than a budget of nodes, a giant project would take too long.

use std::collections::{BTreeMap, HashSet};

use super::Scene;
use crate::ide::Analysis;
use crate::yaml::{Kind, NodeId, Tree};

/// Nodes that are looked at.
const NODES: usize = 20_000;

/// The documents within the budget.
fn trees(analysis: &Analysis) -> impl Iterator<Item = &Tree> {
    let mut left = NODES;
    analysis.snapshot().decoded.trees.iter().map(|document| &*document.tree).take_while(move |tree| {
        let fits = tree.len() <= left;
        left = left.saturating_sub(tree.len());
        fits
    })
}

/// Keys that stand anywhere.
pub(super) fn keys(analysis: &Analysis) -> HashSet<&str> {
    let mut found = HashSet::new();
    for tree in trees(analysis) {
        found.extend(tree.ids().flat_map(|id| names(tree, id)));
    }
    found
}

fn names(tree: &Tree, id: NodeId) -> impl Iterator<Item = &str> {
    tree.entries(id).map(move |entry| tree.value(entry.key))
}

/// Nodes that are values of a key.
fn below<'a>(tree: &'a Tree, key: &'a str) -> impl Iterator<Item = NodeId> + 'a {
    let entries = tree.ids().flat_map(move |id| tree.entries(id));
    entries.filter(move |entry| tree.value(entry.key) == key).map(move |entry| tree.target(entry.value))
}

/// Keys of the mappings below a key.
pub(super) fn keys_below(scene: &Scene<'_, '_>, key: &str) -> BTreeMap<String, u32> {
    let mut counts = BTreeMap::new();
    for tree in scene.analyses().flat_map(trees) {
        for name in below(tree, key).flat_map(|id| names(tree, id)) {
            if !name.is_empty() && name != "<<" {
                *counts.entry(name.to_owned()).or_insert(0) += 1;
            }
        }
    }
    counts
}

/// Scalars that stand behind a key, alone or in a list; the word that is typed does not count for itself.
pub(super) fn values(scene: &Scene<'_, '_>, key: &str, word: &str) -> BTreeMap<String, u32> {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    for tree in trees(scene.at.analysis) {
        for id in below(tree, key) {
            let items = std::iter::once(id).chain(tree.items(id).iter().map(|item| tree.target(*item)));
            for value in items.filter(|id| matches!(tree.node(*id).kind, Kind::Scalar(_))).map(|id| tree.value(id)) {
                if !value.is_empty() && value.len() < 200 && !value.contains('\n') {
                    *counts.entry(value.to_owned()).or_insert(0) += 1;
                }
            }
        }
    }
    if let Some(count) = counts.get_mut(word) {
        *count -= 1;
    }
    counts.retain(|_, count| *count > 0);
    counts
}
