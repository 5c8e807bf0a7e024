//! A picture as an SVG document: one column for each kind of node, arrows from left to right.
//! It needs no fonts but a monospaced one, and follows light and dark of whoever looks at it.

use super::{Graph, Kind, Node};
use std::fmt::Write as _;

/// How wide a character is taken to be, and how high a line is, in pixels.
const CHARACTER: usize = 8;
const LINE: usize = 18;
/// Between the border of a box and its text.
const PADDING: usize = 12;
/// Between columns, and between the boxes of one.
const COLUMN_GAP: usize = 72;
const GAP: usize = 24;
const MARGIN: usize = 16;

const STYLE: &str = "
  .box { fill: #ffffff; stroke: #57606a }
  .broker { fill: #ddf4ff } .table { fill: #dafbe1 } .sink { fill: #fff8c5 }
  .edge { fill: none; stroke: #57606a; stroke-width: 1.5 }
  .bad { stroke: #cf222e; stroke-dasharray: 5 4 }
  text { fill: #1f2328; font: 13px ui-monospace, monospace; white-space: pre }
  .name { font-weight: bold }
  @media (prefers-color-scheme: dark) {
    svg { background: #0d1117 }
    .box { fill: #161b22; stroke: #8b949e }
    .broker { fill: #0c2d6b } .table { fill: #0f5323 } .sink { fill: #4b2900 }
    .edge { stroke: #8b949e } .bad { stroke: #ff7b72 }
    text { fill: #e6edf3 }
  }
";

/// Where a box is, in pixels.
#[derive(Clone, Copy, Default)]
struct Place {
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

pub(super) fn write(graph: &Graph) -> String {
    let places = places(graph);
    let right = places.iter().map(|place| place.x + place.width).max();
    let bottom = places.iter().map(|place| place.y + place.height).max();
    let (width, height) = (
        right.unwrap_or_default() + MARGIN,
        bottom.unwrap_or_default() + MARGIN,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{width}\" \
         height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n\
         <style>{STYLE}</style>\n",
        escaped(&graph.name)
    );
    for edge in &graph.edges {
        let bad = if edge.is_bad { " bad" } else { "" };
        let path = curve(places[edge.from], places[edge.to]);
        let _ = writeln!(out, "<path class=\"edge{bad}\" d=\"{path}\"/>");
    }
    for (node, &place) in graph.nodes.iter().zip(&places) {
        boxed(&mut out, node, place);
    }
    out.push_str("</svg>\n");
    out
}

/// Columns from left to right, each in the middle of the height; within one, nodes stand as those
/// do that point to them.
fn places(graph: &Graph) -> Vec<Place> {
    let mut places = vec![Place::default(); graph.nodes.len()];
    let mut x = MARGIN;
    let mut columns = Vec::new();
    for kind in [Kind::Broker, Kind::Table, Kind::Flow, Kind::Sink] {
        let mut column: Vec<usize> = (0..graph.nodes.len())
            .filter(|&node| graph.nodes[node].kind == kind)
            .collect();
        column.sort_by_key(|&node| pull(graph, &places, node));
        let width = column.iter().map(|&node| width(&graph.nodes[node])).max();
        let Some(width) = width else { continue };
        let mut y = 0;
        for &node in &column {
            let height = 2 * PADDING + LINE * graph.nodes[node].lines.len() - 4;
            places[node] = Place {
                x,
                y,
                width,
                height,
            };
            y += height + GAP;
        }
        columns.push((column, y - GAP));
        x += width + COLUMN_GAP;
    }
    let tallest = columns.iter().map(|(_, height)| *height).max();
    for (column, height) in columns {
        let down = MARGIN + (tallest.unwrap_or_default() - height) / 2;
        for node in column {
            places[node].y += down;
        }
    }
    places
}

/// Where the nodes are that point to a node, on average.
fn pull(graph: &Graph, places: &[Place], node: usize) -> usize {
    let from = graph.edges.iter().filter(|edge| edge.to == node);
    let heights: Vec<usize> = from.map(|edge| places[edge.from].y).collect();
    heights.iter().sum::<usize>() / heights.len().max(1)
}

fn width(node: &Node) -> usize {
    let longest = node.lines.iter().map(|line| line.chars().count()).max();
    longest.unwrap_or_default() * CHARACTER + 2 * PADDING
}

/// From the right side of one box to the left side of another.
fn curve(from: Place, to: Place) -> String {
    let (start, end) = (from.x + from.width, to.x);
    let (above, below) = (from.y + from.height / 2, to.y + to.height / 2);
    let bend = COLUMN_GAP / 2;
    format!(
        "M{start} {above} C{} {above} {} {below} {end} {below}",
        start + bend,
        end.saturating_sub(bend)
    )
}

fn boxed(out: &mut String, node: &Node, place: Place) {
    let class = match node.kind {
        Kind::Broker => "box broker",
        Kind::Table => "box table",
        Kind::Flow => "box",
        Kind::Sink => "box sink",
    };
    let Place {
        x,
        y,
        width,
        height,
    } = place;
    let _ = writeln!(
        out,
        "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
         rx=\"6\"/>"
    );
    for (number, line) in node.lines.iter().enumerate() {
        let class = if number == 0 { " class=\"name\"" } else { "" };
        let (x, y) = (x + PADDING, y + PADDING + LINE * number + LINE / 2);
        let _ = writeln!(
            out,
            "<text{class} x=\"{x}\" y=\"{y}\">{}</text>",
            escaped(line)
        );
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}
