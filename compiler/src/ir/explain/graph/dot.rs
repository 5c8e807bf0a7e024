//! A picture in the language of Graphviz.

use super::{Graph, Kind, Node};
use std::fmt::Write as _;

const HEAD: &str = "  rankdir=LR;
  node [shape=box, style=rounded, fontname=\"monospace\", fontsize=11];
";

pub(super) fn write(graph: &Graph) -> String {
    let mut out = format!("digraph \"{}\" {{\n{HEAD}", escaped(&graph.name));
    for (number, node) in graph.nodes.iter().enumerate() {
        let _ = writeln!(
            out,
            "  n{number} [label=\"{}\"{}];",
            label(node),
            shape(node.kind)
        );
    }
    for edge in &graph.edges {
        let style = if edge.is_bad { " [style=dashed]" } else { "" };
        let _ = writeln!(out, "  n{} -> n{}{style};", edge.from, edge.to);
    }
    out.push_str("}\n");
    out
}

fn shape(kind: Kind) -> &'static str {
    match kind {
        Kind::Broker => ", shape=cylinder",
        Kind::Table => "",
        Kind::Flow => ", style=\"\"",
        Kind::Sink => ", shape=box3d",
    }
}

/// Lines that begin at the left.
fn label(node: &Node) -> String {
    let lines = node
        .lines
        .iter()
        .map(|line| format!("{}\\l", escaped(line)));
    lines.collect()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
