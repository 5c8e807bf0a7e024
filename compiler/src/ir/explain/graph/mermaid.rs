//! A picture in the language of Mermaid, which READMEs and wikis show.

use super::{Graph, Kind};
use std::fmt::Write as _;

pub(super) fn write(graph: &Graph) -> String {
    let mut out = "flowchart LR\n".to_owned();
    for (number, node) in graph.nodes.iter().enumerate() {
        let lines: Vec<String> = node.lines.iter().map(|line| escaped(line)).collect();
        let label = lines.join("<br/>");
        let (open, close) = match node.kind {
            Kind::Broker => ("[(", ")]"),
            Kind::Table => ("(", ")"),
            Kind::Flow => ("[", "]"),
            Kind::Sink => ("[[", "]]"),
        };
        let _ = writeln!(out, "  n{number}{open}\"{label}\"{close}");
    }
    for edge in &graph.edges {
        let arrow = if edge.is_bad { "-.->" } else { "-->" };
        let _ = writeln!(out, "  n{} {arrow} n{}", edge.from, edge.to);
    }
    out
}

/// Letters, digits and what means nothing to Mermaid or to HTML stand as they are; the others
/// are named by their numbers.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            ' ' | ',' | '.' | ':' | '/' | '-' | '_' | '=' | '+' | '…' => out.push(c),
            _ if c.is_alphanumeric() => out.push(c),
            _ => {
                let _ = write!(out, "#{};", u32::from(c));
            }
        }
    }
    out
}
