//! The graph for a terminal: each image with what it uses below it.

use std::io::{self, Write};

use super::{Graph, Node, Role, relation};
use crate::report::{Lines, printable};

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let edges = graph.edges_by_user();
    for (number, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.kind.is_some()) {
        writeln!(out, "{} ({})", name(node), description(node))?;
        for &edge in &edges[number] {
            let edge = graph.edges[edge];
            let used = &graph.nodes[edge.used];
            let remark = match used.role {
                Role::Final | Role::Intermediate | Role::Artifact => String::new(),
                other => format!(" ({})", other.name()),
            };
            let cycle = if edge.in_cycle { " (cycle)" } else { "" };
            writeln!(out, "  {:<10} {}{remark}{cycle}", relation(edge.kind), name(used))?;
        }
    }
    if graph.nodes.is_empty() {
        writeln!(out, "no images")?;
    }
    Ok(())
}

fn name(node: &Node) -> String {
    printable(&node.name, Lines::Join)
}

fn description(node: &Node) -> String {
    let kind = node.kind.map_or("", |kind| kind.name());
    let cycle = if node.in_cycle { ", in a cycle" } else { "" };
    format!("{kind}, {}{cycle}", node.role.name())
}
