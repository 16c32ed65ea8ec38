//! The graph in the language of Mermaid, which GitHub and GitLab draw in Markdown.

use std::io::{self, Write};

use super::{Graph, Role, relation};
use crate::model::validate::EdgeKind;
use crate::report::{Lines, printable};

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (number, node) in graph.nodes.iter().enumerate() {
        let name = quoted(&node.name);
        let (open, close) = match node.role {
            Role::Final | Role::Intermediate | Role::Artifact => ("[", "]"),
            Role::External | Role::Scratch | Role::Missing => ("([", "])"),
        };
        writeln!(out, "  n{number}{open}{name}{close}:::{}", node.role.name())?;
    }
    for edge in &graph.edges {
        let arrow = match edge.kind {
            EdgeKind::Base => "==>",
            EdgeKind::Import => "-->",
            EdgeKind::Dependency => "-.->",
        };
        writeln!(out, "  n{} {arrow}|{}| n{}", edge.used, relation(edge.kind), edge.user)?;
    }
    writeln!(out, "  classDef final fill:#dbeafe,stroke:#1d4ed8,stroke-width:2px,color:#111")?;
    writeln!(out, "  classDef intermediate fill:#f3f4f6,stroke:#6b7280,color:#111")?;
    writeln!(out, "  classDef artifact fill:#fef3c7,stroke:#b45309,color:#111")?;
    writeln!(out, "  classDef external fill:#fff,stroke:#6b7280,stroke-dasharray:4 3,color:#111")?;
    writeln!(out, "  classDef scratch fill:#fff,stroke:#6b7280,stroke-dasharray:4 3,color:#111")?;
    writeln!(out, "  classDef missing fill:#fff,stroke:#dc2626,stroke-dasharray:1 3,color:#b91c1c")?;
    let numbers = |chosen: Vec<usize>| chosen.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let nodes: Vec<String> = graph
        .nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| node.in_cycle)
        .map(|(number, _)| format!("n{number}"))
        .collect();
    if !nodes.is_empty() {
        writeln!(out, "  classDef cycle stroke:#dc2626,stroke-width:3px")?;
        writeln!(out, "  class {} cycle", nodes.join(","))?;
    }
    let edges: Vec<usize> =
        graph.edges.iter().enumerate().filter(|(_, edge)| edge.in_cycle).map(|(number, _)| number).collect();
    if !edges.is_empty() {
        writeln!(out, "  linkStyle {} stroke:#dc2626", numbers(edges))?;
    }
    Ok(())
}

/// A label: Mermaid knows entities, written with `#`.
fn quoted(name: &str) -> String {
    let mut label = String::from("\"");
    for character in printable(name, Lines::Join).chars() {
        match character {
            '"' => label.push_str("#quot;"),
            '#' => label.push_str("#35;"),
            '<' => label.push_str("#lt;"),
            '>' => label.push_str("#gt;"),
            '&' => label.push_str("#amp;"),
            '`' => label.push_str("#96;"),
            other => label.push(other),
        }
    }
    label.push('"');
    label
}
