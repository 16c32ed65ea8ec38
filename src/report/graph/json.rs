//! `werfkit-graph/1`: one object; `user` and `used` of an edge are indices into `nodes`.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Graph, relation};

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let nodes: Vec<Value> = graph
        .nodes
        .iter()
        .map(|node| {
            json!({
                "name": node.name,
                "role": node.role.name(),
                "kind": node.kind.map(|kind| kind.name()),
                "in_cycle": node.in_cycle,
            })
        })
        .collect();
    let edges: Vec<Value> = graph
        .edges
        .iter()
        .map(|edge| {
            json!({ "user": edge.user, "used": edge.used, "kind": relation(edge.kind), "in_cycle": edge.in_cycle })
        })
        .collect();
    let document = json!({ "format": "werfkit-graph/1", "nodes": nodes, "edges": edges });
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
