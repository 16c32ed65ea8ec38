//! Places for the nodes of a graph: layers from left to right, what is used before what uses it.
//!
//! In: a graph and the sizes of its nodes. Out: a rectangle for each node and the points through which each edge goes. The steps are those of
//! Sugiyama's method: turn back edges round, find layers by the longest way, put nodes of no size where long edges cross layers, order the
//! layers by the middle of the neighbours, then pull nodes to the height of their neighbours. Never: recursion.

use std::collections::HashMap;

use super::Graph;

/// Height of a node.
pub(super) const HEIGHT: f64 = 34.0;
const GAP: f64 = 16.0;
const LAYER_GAP: f64 = 80.0;
/// Distance of edges between the same two nodes.
const PARALLEL: f64 = 5.0;
const MARGIN: f64 = 24.0;
/// Turns of ordering; more change little.
const SWEEPS: usize = 12;
/// Crossings of edges and layers that get a place of their own; with more, long edges are drawn straight.
const CROSSINGS: usize = 50_000;

/// Where a node stands: its upper left corner and its width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub x: f64,
    pub y: f64,
    pub width: f64,
}

/// A drawing.
#[derive(Debug)]
pub(super) struct Layout {
    pub nodes: Vec<Place>,
    /// For each edge the points from the used node to its user.
    pub edges: Vec<Vec<(f64, f64)>>,
    pub width: f64,
    pub height: f64,
}

/// A node of the graph, or a point of a long edge.
struct Item {
    layer: usize,
    size: (f64, f64),
    y: f64,
    before: Vec<usize>,
    after: Vec<usize>,
}

/// Places everything. `widths`: of the nodes.
pub(super) fn layout(graph: &Graph, widths: &[f64]) -> Layout {
    let directed = without_cycles(graph);
    let layers = layers(graph.nodes.len(), &directed);
    let mut items: Vec<Item> = (0..graph.nodes.len())
        .map(|node| Item {
            layer: layers[node],
            size: (widths[node], HEIGHT),
            y: 0.0,
            before: Vec::new(),
            after: Vec::new(),
        })
        .collect();
    let spans: usize = directed.iter().flatten().map(|(from, to)| layers[*to] - layers[*from]).sum();
    let mut ways: Vec<Vec<usize>> = Vec::with_capacity(graph.edges.len());
    for edge in &directed {
        let Some((from, to)) = *edge else {
            ways.push(Vec::new());
            continue;
        };
        let mut way = vec![from];
        if spans <= CROSSINGS {
            for layer in layers[from] + 1..layers[to] {
                items.push(Item { layer, size: (0.0, 8.0), y: 0.0, before: Vec::new(), after: Vec::new() });
                way.push(items.len() - 1);
            }
        }
        way.push(to);
        for pair in way.windows(2) {
            items[pair[0]].after.push(pair[1]);
            items[pair[1]].before.push(pair[0]);
        }
        ways.push(way);
    }
    let count = items.iter().map(|item| item.layer + 1).max().unwrap_or_default();
    let mut order: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (number, item) in items.iter().enumerate() {
        order[item.layer].push(number);
    }
    sort(&items, &mut order);
    heights(&mut items, &order);
    draw(graph, &items, &order, &ways)
}

/// Each edge as a pair of nodes from left to right; edges that would lead back on a walk from the users are turned round, loops have no direction.
fn without_cycles(graph: &Graph) -> Vec<Option<(usize, usize)>> {
    let edges = graph.edges_by_user();
    let mut directed: Vec<Option<(usize, usize)>> = vec![None; graph.edges.len()];
    let mut state = vec![0u8; graph.nodes.len()];
    for root in 0..graph.nodes.len() {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut walk = vec![(root, 0)];
        while let Some((node, next)) = walk.last_mut() {
            let Some(&number) = edges[*node].get(*next) else {
                state[*node] = 2;
                walk.pop();
                continue;
            };
            *next += 1;
            let (user, used) = (*node, graph.edges[number].used);
            if user == used {
                continue;
            }
            directed[number] = Some(if state[used] == 1 { (user, used) } else { (used, user) });
            if state[used] == 0 {
                state[used] = 1;
                walk.push((used, 0));
            }
        }
    }
    directed
}

/// The layer of each node: one behind the last of those it needs; what needs nothing stands just before its first user.
fn layers(count: usize, edges: &[Option<(usize, usize)>]) -> Vec<usize> {
    let mut after = vec![Vec::new(); count];
    let mut waiting = vec![0usize; count];
    for (from, to) in edges.iter().flatten() {
        after[*from].push(*to);
        waiting[*to] += 1;
    }
    let mut layer = vec![0; count];
    let sources: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    let mut ready = sources.clone();
    while let Some(node) = ready.pop() {
        for &next in &after[node] {
            layer[next] = layer[next].max(layer[node] + 1);
            waiting[next] -= 1;
            if waiting[next] == 0 {
                ready.push(next);
            }
        }
    }
    for node in sources {
        if let Some(first) = after[node].iter().map(|next| layer[*next]).min() {
            layer[node] = first - 1;
        }
    }
    layer
}

/// Orders each layer by the mean place of the neighbours, forth and back.
fn sort(items: &[Item], order: &mut [Vec<usize>]) {
    let mut place = vec![0.0; items.len()];
    let number = |layer: &[usize], place: &mut [f64]| {
        for (index, item) in layer.iter().enumerate() {
            // Layers of different lengths are compared by the part of their length.
            place[*item] = (index as f64 + 0.5) / layer.len() as f64;
        }
    };
    order.iter().for_each(|layer| number(layer, &mut place));
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        for step in 0..order.len() {
            let layer = if forth { step } else { order.len() - 1 - step };
            let mut keyed: Vec<(f64, usize)> = order[layer]
                .iter()
                .map(|item| {
                    let neighbours = if forth { &items[*item].before } else { &items[*item].after };
                    (mean(neighbours.iter().map(|other| place[*other])).unwrap_or(place[*item]), *item)
                })
                .collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            order[layer] = keyed.into_iter().map(|(_, item)| item).collect();
            number(&order[layer], &mut place);
        }
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// Heights (of the middles): as near to the neighbours as order and distance allow.
fn heights(items: &mut [Item], order: &[Vec<usize>]) {
    for layer in order {
        let mut y = 0.0;
        for &item in layer {
            items[item].y = y + items[item].size.1 / 2.0;
            y += items[item].size.1 + GAP;
        }
    }
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        for step in 0..order.len() {
            let layer = &order[if forth { step } else { order.len() - 1 - step }];
            let wanted: Vec<f64> = layer
                .iter()
                .map(|item| {
                    let near = if forth { &items[*item].before } else { &items[*item].after };
                    mean(near.iter().map(|other| items[*other].y)).unwrap_or(items[*item].y)
                })
                .collect();
            settle(items, layer, &wanted);
        }
    }
}

/// Gives the nodes of a layer the heights they want; those that would overlap are put side by side around their common middle.
fn settle(items: &mut [Item], layer: &[usize], wanted: &[f64]) {
    // Blocks of touching nodes: the height its first node wants, averaged, the number of nodes, and the height of the block.
    let mut blocks: Vec<(f64, usize, f64)> = Vec::new();
    for (item, wanted) in layer.iter().zip(wanted) {
        let height = items[*item].size.1;
        let mut block = (wanted - height / 2.0, 1, height + GAP);
        while let Some(last) = blocks.pop() {
            if last.0 + last.2 <= block.0 {
                blocks.push(last);
                break;
            }
            let count = last.1 + block.1;
            let top = (last.0 * last.1 as f64 + (block.0 - last.2) * block.1 as f64) / count as f64;
            block = (top, count, last.2 + block.2);
        }
        blocks.push(block);
    }
    let mut next = layer.iter();
    for (top, count, _) in blocks {
        let mut y = top;
        for &item in next.by_ref().take(count) {
            let height = items[item].size.1;
            items[item].y = y + height / 2.0;
            y += height + GAP;
        }
    }
}

fn draw(graph: &Graph, items: &[Item], order: &[Vec<usize>], ways: &[Vec<usize>]) -> Layout {
    let top = items.iter().map(|item| item.y - item.size.1 / 2.0).fold(f64::INFINITY, f64::min);
    let top = if top.is_finite() { top } else { 0.0 };
    let mut left = Vec::with_capacity(order.len());
    let mut breadth = Vec::with_capacity(order.len());
    let mut x = MARGIN;
    for layer in order {
        let widest = layer.iter().map(|item| items[*item].size.0).fold(0.0, f64::max);
        left.push(x);
        breadth.push(widest);
        x += widest + LAYER_GAP;
    }
    let y_of = |item: usize| items[item].y - top + MARGIN;
    let nodes: Vec<Place> = items[..graph.nodes.len()]
        .iter()
        .enumerate()
        .map(|(node, item)| Place {
            // In the middle of its layer.
            x: left[item.layer] + (breadth[item.layer] - item.size.0) / 2.0,
            y: y_of(node) - HEIGHT / 2.0,
            width: item.size.0,
        })
        .collect();
    // Several uses of one image by another, or of each other, run side by side.
    let mut parallel: HashMap<(usize, usize), u8> = HashMap::new();
    let edges = graph
        .edges
        .iter()
        .zip(ways)
        .map(|(edge, way)| {
            let turn = parallel.entry((edge.user.min(edge.used), edge.user.max(edge.used))).or_default();
            let aside = f64::from((*turn).min(3)) * PARALLEL;
            *turn = turn.saturating_add(1);
            let [from, inner @ .., to] = way.as_slice() else { return loop_at(nodes[edge.user]) };
            let mut points = vec![(nodes[*from].x + nodes[*from].width, y_of(*from))];
            for &point in inner {
                let layer = items[point].layer;
                points.push((left[layer], y_of(point)));
                points.push((left[layer] + breadth[layer], y_of(point)));
            }
            points.push((nodes[*to].x, y_of(*to)));
            points.iter_mut().for_each(|point| point.1 += aside);
            if *to == edge.used {
                points.reverse();
            }
            points
        })
        .collect();
    let bottom = nodes.iter().map(|node| node.y + HEIGHT).fold(0.0, f64::max);
    let lowest = (graph.nodes.len()..items.len()).map(y_of).fold(bottom, f64::max);
    Layout { nodes, edges, width: (x - LAYER_GAP).max(0.0) + MARGIN, height: lowest + MARGIN }
}

/// An image that uses itself: a bow above it.
fn loop_at(place: Place) -> Vec<(f64, f64)> {
    let (right, top) = (place.x + place.width, place.y);
    vec![(right, top + HEIGHT / 2.0), (right + 24.0, top - 4.0), (right - 12.0, top)]
}
