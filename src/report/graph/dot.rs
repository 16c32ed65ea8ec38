//! The graph in the language of Graphviz. Arrows lead from an image to those that are made with it.

use std::io::{self, Write};

use super::{Graph, Role, relation};
use crate::model::validate::EdgeKind;
use crate::report::{Lines, printable};

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph werf {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(out, "  node [shape=box, fontname=\"sans-serif\"];")?;
    for (number, node) in graph.nodes.iter().enumerate() {
        let style = match node.role {
            Role::Final => "style=\"filled,bold\", fillcolor=\"#dbeafe\"",
            Role::Intermediate => "style=\"filled\", fillcolor=\"#f3f4f6\"",
            Role::Artifact => "style=\"filled\", fillcolor=\"#fef3c7\"",
            Role::External | Role::Scratch => "style=\"rounded,dashed\"",
            Role::Missing => "style=\"dotted\", fontcolor=\"#b91c1c\"",
        };
        let cycle = if node.in_cycle { ", color=\"#dc2626\"" } else { "" };
        writeln!(out, "  n{number} [label={}, tooltip=\"{}\", {style}{cycle}];", quoted(&node.name), node.role.name())?;
    }
    for edge in &graph.edges {
        let style = match edge.kind {
            EdgeKind::Base => "solid",
            EdgeKind::Import => "dashed",
            EdgeKind::Dependency => "dotted",
        };
        let cycle = if edge.in_cycle { ", color=\"#dc2626\"" } else { "" };
        writeln!(
            out,
            "  n{} -> n{} [style={style}, tooltip=\"{}\"{cycle}];",
            edge.used,
            edge.user,
            relation(edge.kind)
        )?;
    }
    writeln!(out, "}}")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", printable(name, Lines::Join).replace('\\', "\\\\").replace('"', "\\\""))
}
