//! The graph as a picture of its own, without any program to draw it.

use std::io::{self, Write};

use super::layout::{self, HEIGHT};
use super::{Graph, Node, Role, relation};
use crate::model::validate::EdgeKind;
use crate::report::xml::escape;

/// Longest name that is drawn whole.
const NAME: usize = 48;
const LEGEND: f64 = 40.0;

pub(super) fn write(graph: &Graph, out: &mut dyn Write) -> io::Result<()> {
    let labels: Vec<String> = graph.nodes.iter().map(|node| short(&node.name)).collect();
    let widths: Vec<f64> = labels.iter().map(|label| width(label) + 28.0).collect();
    let layout = layout::layout(graph, &widths);
    let (page_width, page_height) = (layout.width.max(930.0), layout.height + LEGEND);
    writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{page_width:.0}" height="{page_height:.0}" viewBox="0 0 {page_width:.0} {page_height:.0}" font-family="ui-sans-serif, system-ui, DejaVu Sans, sans-serif" font-size="13">"#
    )?;
    writeln!(out, "<title>images of the project</title>")?;
    writeln!(out, r##"<rect width="100%" height="100%" fill="#ffffff"/>"##)?;
    writeln!(out, "<defs>{}{}</defs>", arrow("arrow", "#4b5563"), arrow("arrow-cycle", "#dc2626"))?;
    for (edge, points) in graph.edges.iter().zip(&layout.edges) {
        let (user, used) = (&graph.nodes[edge.user].name, &graph.nodes[edge.used].name);
        writeln!(
            out,
            r#"<path d="{}" {}><title>{}</title></path>"#,
            curve(points, edge.user == edge.used),
            line_style(edge.kind, edge.in_cycle),
            escape(&format!("{user}: {} {used}", relation(edge.kind)))
        )?;
    }
    for ((node, place), label) in graph.nodes.iter().zip(&layout.nodes).zip(&labels) {
        let (style, radius) = node_style(node);
        writeln!(
            out,
            r#"<g><title>{}</title><rect x="{:.1}" y="{:.1}" width="{:.1}" height="{HEIGHT:.0}" rx="{radius}" {style}/><text x="{:.1}" y="{:.1}" text-anchor="middle" fill="{}">{}</text></g>"#,
            escape(&format!("{} ({})", node.name, node.role.name())),
            place.x,
            place.y,
            place.width,
            place.x + place.width / 2.0,
            place.y + HEIGHT / 2.0 + 4.5,
            if node.role == Role::Missing { "#b91c1c" } else { "#111827" },
            escape(label)
        )?;
    }
    legend(layout.height + 8.0, out)?;
    writeln!(out, "</svg>")
}

/// What colors and strokes mean, in one line.
fn legend(y: f64, out: &mut dyn Write) -> io::Result<()> {
    let mut x = 24.0;
    for role in [Role::Final, Role::Intermediate, Role::Artifact, Role::External, Role::Missing] {
        let node = Node { name: String::new(), role, kind: None, in_cycle: false };
        let (style, _) = node_style(&node);
        writeln!(
            out,
            r##"<rect x="{x:.0}" y="{y:.0}" width="18" height="14" rx="3" {style}/><text x="{:.0}" y="{:.0}" font-size="11" fill="#374151">{}</text>"##,
            x + 24.0,
            y + 11.0,
            role.name()
        )?;
        x += 40.0 + width(role.name());
    }
    let kinds =
        [(EdgeKind::Base, false), (EdgeKind::Import, false), (EdgeKind::Dependency, false), (EdgeKind::Base, true)];
    for (kind, in_cycle) in kinds {
        let name = if in_cycle { "cycle" } else { relation(kind) };
        writeln!(
            out,
            r##"<path d="M {x:.0} {middle:.0} H {:.0}" {}/><text x="{:.0}" y="{:.0}" font-size="11" fill="#374151">{name}</text>"##,
            x + 32.0,
            line_style(kind, in_cycle),
            x + 38.0,
            y + 11.0,
            middle = y + 7.0
        )?;
        x += 54.0 + width(name);
    }
    Ok(())
}

fn arrow(id: &str, color: &str) -> String {
    format!(
        r#"<marker id="{id}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0.5 L 8 4 L 0 7.5 z" fill="{color}"/></marker>"#
    )
}

fn line_style(kind: EdgeKind, in_cycle: bool) -> String {
    let (width, dashes) = match kind {
        EdgeKind::Base => ("2", ""),
        EdgeKind::Import => ("1.4", r#" stroke-dasharray="7 4""#),
        EdgeKind::Dependency => ("1.4", r#" stroke-dasharray="2 3""#),
    };
    let (color, marker) = if in_cycle { ("#dc2626", "arrow-cycle") } else { ("#4b5563", "arrow") };
    format!(r#"fill="none" stroke="{color}" stroke-width="{width}"{dashes} marker-end="url(#{marker})""#)
}

/// Attributes of a node's rectangle, and the radius of its corners.
fn node_style(node: &Node) -> (String, u8) {
    let (fill, stroke, rest, radius) = match node.role {
        Role::Final => ("#dbeafe", "#1d4ed8", r#"stroke-width="2""#, 5),
        Role::Intermediate => ("#f3f4f6", "#6b7280", r#"stroke-width="1.2""#, 5),
        Role::Artifact => ("#fef3c7", "#b45309", r#"stroke-width="1.2""#, 5),
        Role::External | Role::Scratch => ("#ffffff", "#6b7280", r#"stroke-width="1.2" stroke-dasharray="4 3""#, 17),
        Role::Missing => ("#ffffff", "#dc2626", r#"stroke-width="1.2" stroke-dasharray="2 3""#, 17),
    };
    let (stroke, rest) = if node.in_cycle { ("#dc2626", r#"stroke-width="3""#) } else { (stroke, rest) };
    (format!(r#"fill="{fill}" stroke="{stroke}" {rest}"#), radius)
}

/// A smooth line through the points, level where it begins, ends and crosses a layer.
fn curve(points: &[(f64, f64)], is_loop: bool) -> String {
    use std::fmt::Write as _;
    let mut path = String::new();
    let Some(((x, y), rest)) = points.split_first() else { return path };
    let _ = write!(path, "M {x:.1} {y:.1}");
    if let ([bow, end], true) = (rest, is_loop) {
        let _ = write!(path, " C {:.1} {y:.1} {:.1} {:.1} {:.1} {:.1}", bow.0, end.0, bow.1 - 20.0, end.0, end.1);
        return path;
    }
    let mut last = (*x, *y);
    for &(x, y) in rest {
        if (y - last.1).abs() < 0.05 {
            let _ = write!(path, " L {x:.1} {y:.1}");
        } else {
            let half = (x - last.0) / 2.0;
            let _ = write!(path, " C {:.1} {:.1} {:.1} {y:.1} {x:.1} {y:.1}", last.0 + half, last.1, x - half);
        }
        last = (x, y);
    }
    path
}

fn short(name: &str) -> String {
    let count = name.chars().count();
    if count <= NAME {
        return name.to_owned();
    }
    let head: String = name.chars().take(NAME / 2).collect();
    let tail: String = name.chars().skip(count - (NAME / 2 - 1)).collect();
    format!("{head}…{tail}")
}

/// Width of a text at the size of the labels, near enough: nobody asks the font.
fn width(text: &str) -> f64 {
    let of = |character: char| match character {
        'i' | 'j' | 'l' | '.' | ',' | ':' | '\'' | '|' | '!' => 4.2,
        'm' | 'w' | 'M' | 'W' | '@' | '%' => 12.5,
        upper if upper.is_uppercase() => 9.2,
        wide if u32::from(wide) >= 0x1100 => 13.5,
        _ => 8.1,
    };
    text.chars().map(of).sum()
}
