//! The plan as a picture: where messages come from, what is made of them, where rows go.

mod dot;
mod mermaid;
mod svg;

use super::endpoint::{destination, number};
use super::expression::expression;
use super::{named, shown};
use crate::ir::logical::{BadData, LogicalPlan, Relation, Source};
use std::collections::BTreeMap;

/// What a picture is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// Scalable Vector Graphics, as a document of its own.
    Svg,
    /// The language of Graphviz.
    Dot,
    /// The language of Mermaid.
    Mermaid,
}

/// The most characters of a line: what is longer ends in an ellipsis.
const WIDEST: usize = 60;

/// What a node stands for: from left to right, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Broker,
    Table,
    Flow,
    Sink,
}

/// A box.
struct Node {
    kind: Kind,
    /// Its name, and what is to be said of it.
    lines: Vec<String>,
}

/// An arrow between two nodes, by their indices.
struct Edge {
    from: usize,
    to: usize,
    /// It is the way of bad messages.
    is_bad: bool,
}

/// Boxes and arrows, in the order of the plan.
struct Graph {
    name: String,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
}

/// A picture of what runs: brokers, the tables that are read, flows and sinks.
pub fn graph(plan: &LogicalPlan, picture: Picture) -> String {
    let graph = Graph::new(plan);
    match picture {
        Picture::Svg => svg::write(&graph),
        Picture::Dot => dot::write(&graph),
        Picture::Mermaid => mermaid::write(&graph),
    }
}

impl Graph {
    fn new(plan: &LogicalPlan) -> Self {
        let mut graph = Self {
            name: shown(&plan.name),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        let mut brokers = BTreeMap::new();
        let mut tables = BTreeMap::new();
        let mut sinks = BTreeMap::new();
        for flow in &plan.flows {
            let node = graph.add(
                Kind::Flow,
                flow_lines(&named(&flow.name), &flow.query, plan),
            );
            for source in sources(&flow.query) {
                let table = *tables
                    .entry(source)
                    .or_insert_with(|| graph.table(&plan.sources[source], plan, &mut brokers));
                graph.connect(table, node, false);
            }
            let sink = *sinks.entry(flow.sink).or_insert_with(|| {
                let sink = &plan.sinks[flow.sink];
                let to = destination(sink, &plan.connections);
                graph.add(Kind::Sink, vec![named(&sink.name), to])
            });
            graph.connect(node, sink, false);
        }
        graph
    }

    /// Adds a table, what it comes from, and where its bad messages go.
    fn table(
        &mut self,
        source: &Source,
        plan: &LogicalPlan,
        brokers: &mut BTreeMap<usize, usize>,
    ) -> usize {
        let on = &plan.connections[source.connection];
        let broker = *brokers.entry(source.connection).or_insert_with(|| {
            let lines = vec![named(&on.name), shown(&on.broker)];
            self.add(Kind::Broker, lines)
        });
        let mut lines = vec![named(&source.name)];
        lines.extend(source.topics.iter().map(|topic| shown(topic)));
        let (format, qos) = (source.format.name(), number(source.qos));
        lines.push(format!("{format}, qos {qos}"));
        let table = self.add(Kind::Table, lines);
        self.connect(broker, table, false);
        if let BadData::DeadLetter(letter) = &source.bad_data {
            let topic = format!("topic {} on {}", shown(&letter.topic), named(&on.name));
            let letters = self.add(Kind::Sink, vec!["bad messages".to_owned(), topic]);
            self.connect(table, letters, true);
        }
        table
    }

    fn add(&mut self, kind: Kind, lines: Vec<String>) -> usize {
        let lines = lines.into_iter().map(|line| shortened(&line)).collect();
        self.nodes.push(Node { kind, lines });
        self.nodes.len() - 1
    }

    fn connect(&mut self, from: usize, to: usize, is_bad: bool) {
        self.edges.push(Edge { from, to, is_bad });
    }
}

fn shortened(line: &str) -> String {
    if line.chars().count() <= WIDEST {
        return line.to_owned();
    }
    let kept = line.chars().take(WIDEST - 1);
    kept.chain(['…']).collect()
}

/// The sources of a query, each once.
fn sources(query: &Relation) -> Vec<usize> {
    let mut found = match query {
        Relation::Scan { source } => vec![*source],
        Relation::Filter { input, .. }
        | Relation::Project { input, .. }
        | Relation::Unnest { input, .. } => sources(input),
        Relation::UnionAll { inputs, .. } => inputs.iter().flat_map(sources).collect(),
    };
    found.sort_unstable();
    found.dedup();
    found
}

/// What a flow does, in the order in which it does it: its conditions, and its columns last.
fn flow_lines(name: &str, query: &Relation, plan: &LogicalPlan) -> Vec<String> {
    let mut lines = vec![name.to_owned()];
    steps(query, plan, &mut lines);
    let columns = plan.columns(query);
    let columns: Vec<String> = columns.iter().map(|column| named(&column.name)).collect();
    lines.push(format!("select {}", columns.join(", ")));
    lines
}

fn steps(query: &Relation, plan: &LogicalPlan, lines: &mut Vec<String>) {
    let names = |input: &Relation| -> Vec<String> {
        let columns = plan.columns(input);
        columns.iter().map(|column| named(&column.name)).collect()
    };
    match query {
        Relation::Scan { .. } => {}
        Relation::Filter { input, predicate } => {
            steps(input, plan, lines);
            lines.push(format!("where {}", expression(predicate, &names(input))));
        }
        Relation::Project { input, .. } => steps(input, plan, lines),
        Relation::Unnest { input, array, .. } => {
            steps(input, plan, lines);
            lines.push(format!("unnest {}", expression(array, &names(input))));
        }
        Relation::UnionAll { inputs, .. } => {
            lines.push(format!("union all of {}", inputs.len()));
            for input in inputs {
                steps(input, plan, lines);
            }
        }
    }
}
