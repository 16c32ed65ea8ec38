//! `werfkit graph`: what is drawn, in every format, and that a drawing can be read.

#[path = "support/program.rs"]
mod program;
#[path = "support/skipped.rs"]
mod skipped;

use program::{repository, stdout, text, werfkit};

const CONFIG: &str = "project: demo
configVersion: 1
---
image: base
final: false
from: alpine:3.20
---
image: builder
final: false
from: golang:1.22
import:
- image: base
  add: /etc/x
  to: /etc/x
  after: install
- image: base
  add: /etc/y
  to: /etc/y
  after: install
---
artifact: assets
from: node:20
---
image: backend
fromImage: base
import:
- image: builder
  add: /app
  to: /app
  after: install
- artifact: assets
  add: /dist
  to: /dist
  after: setup
---
image: odd-name
dockerfile: Dockerfile
dependencies:
- image: backend
  imports:
  - type: ImageName
    targetBuildArg: B
";

/// Two circles: one of two images, one of one.
const CIRCLES: &str = "project: demo
configVersion: 1
---
image: a
from: alpine:3.20
import:
- image: b
  add: /x
  to: /x
  after: install
---
image: b
fromImage: a
---
image: c
from: alpine:3.20
import:
- image: c
  add: /x
  to: /x
  after: install
- image: nowhere
  add: /x
  to: /x
  after: install
";

fn graph(config: &str, format: &str) -> String {
    let folder = repository(&[("werf.yaml", config), ("Dockerfile", "FROM scratch\n")]);
    let output = werfkit(folder.path(), &["graph", "--werf", "1.2", "--format", format]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    stdout(&output)
}

#[test]
fn text_tells_each_image_and_what_it_uses() {
    insta::assert_snapshot!("text", graph(CONFIG, "text"));
    insta::assert_snapshot!("text-of-circles", graph(CIRCLES, "text"));
}

#[test]
fn dot_and_mermaid_are_ready_to_be_drawn() {
    insta::assert_snapshot!("dot", graph(CONFIG, "dot"));
    insta::assert_snapshot!("mermaid", graph(CONFIG, "mermaid"));
    insta::assert_snapshot!("mermaid-of-circles", graph(CIRCLES, "mermaid"));
    if let Some(dot) = program::tool("WERFKIT_DOT", "dot") {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, config) in [("plain", CONFIG), ("circles", CIRCLES)] {
            let file = folder.path().join(name);
            std::fs::write(&file, graph(config, "dot")).expect("a file");
            let output = std::process::Command::new(&dot).arg("-Tsvg").arg(&file).output().expect("dot runs");
            assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output));
        }
    }
}

#[test]
fn json_names_nodes_by_number() {
    let value: serde_json::Value = serde_json::from_str(&graph(CONFIG, "json")).expect("JSON");
    assert_eq!(value["format"], "werfkit-graph/1");
    let nodes = value["nodes"].as_array().expect("a list");
    let name = |index: &serde_json::Value| nodes[index.as_u64().expect("a number") as usize]["name"].clone();
    let edges: Vec<String> = value["edges"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|edge| format!("{} {} {}", name(&edge["user"]), edge["kind"], name(&edge["used"])).replace('"', ""))
        .collect();
    // Two imports from one image are one edge.
    assert_eq!(edges.iter().filter(|edge| *edge == "builder import base").count(), 1, "{edges:?}");
    assert!(edges.contains(&"backend base base".to_owned()), "{edges:?}");
    assert!(edges.contains(&"backend import assets".to_owned()), "{edges:?}");
    let role = |name: &str| nodes.iter().find(|node| node["name"] == name).map(|node| node["role"].clone());
    assert_eq!(role("backend"), Some("final".into()));
    assert_eq!(role("base"), Some("intermediate".into()));
    assert_eq!(role("assets"), Some("artifact".into()));
    assert_eq!(role("node:20"), Some("external".into()));
}

/// Attributes of the rectangles of nodes: x, y, width, height.
fn rectangles(svg: &str) -> Vec<[f64; 4]> {
    let attribute = |line: &str, name: &str| -> f64 {
        let start = line.find(&format!(" {name}=\"")).expect("the attribute") + name.len() + 3;
        line[start..].split('"').next().expect("a value").parse().expect("a number")
    };
    svg.lines()
        .filter(|line| line.starts_with("<g><title>"))
        .map(|line| {
            let rectangle = &line[line.find("<rect").expect("a rectangle")..];
            ["x", "y", "width", "height"].map(|name| attribute(rectangle, name))
        })
        .collect()
}

#[test]
fn svg_is_well_formed_and_nothing_overlaps() {
    let mut many = "project: p\nconfigVersion: 1\n".to_owned();
    for image in 0..60 {
        many.push_str(&format!("---\nimage: image-{image}\n"));
        if image < 6 {
            many.push_str("from: alpine:3.20\n");
            continue;
        }
        many.push_str(&format!("fromImage: image-{}\nimport:\n", image / 3));
        many.push_str(&format!("- image: image-{}\n  add: /x\n  to: /x\n  after: setup\n", (image * 7) % image));
    }
    for config in [CONFIG, CIRCLES, &many] {
        let svg = graph(config, "svg");
        assert_eq!(svg, graph(config, "svg"), "the same project is drawn in the same way");
        let rectangles = rectangles(&svg);
        assert!(rectangles.len() > 3);
        for (index, [x, y, width, height]) in rectangles.iter().enumerate() {
            assert!(*x >= 0.0 && *y >= 0.0, "outside of the page");
            for [other_x, other_y, other_width, other_height] in &rectangles[..index] {
                let apart = x + width <= *other_x
                    || other_x + other_width <= *x
                    || y + height <= *other_y
                    || other_y + other_height <= *y;
                assert!(apart, "two images overlap");
            }
        }
        if let Some(xmllint) = program::tool("WERFKIT_XMLLINT", "xmllint") {
            let file = tempfile::NamedTempFile::new().expect("a file");
            std::fs::write(file.path(), &svg).expect("written");
            let output =
                std::process::Command::new(xmllint).arg("--noout").arg(file.path()).output().expect("xmllint runs");
            assert!(output.status.success(), "{}", text(&output));
        }
    }
    insta::assert_snapshot!("svg-of-circles", graph(CIRCLES, "svg"));
}

#[test]
fn a_project_without_any_image_is_told() {
    let folder = repository(&[("werf.yaml", "project: p\nconfigVersion: 1\n")]);
    assert_eq!(stdout(&werfkit(folder.path(), &["graph"])), "no images\n");
    let broken = repository(&[("werf.yaml", "{{ nonsense }}")]);
    let output = werfkit(broken.path(), &["graph"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("template-parse"), "{}", text(&output));
}
