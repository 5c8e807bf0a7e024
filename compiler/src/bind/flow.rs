//! What runs: bare SELECTs, and the views that run by themselves.

use super::Binder;
use super::relation::Defined;
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::{Name, Query};
use crate::ir::logical::{Flow, LogicalPlan, Relation, RowFormat, Sink, SinkKind, TopicPart};
use crate::source::Span;

/// What to say to whoever wants to run a plan without flows; None where something runs. Checking
/// such a file is fine: it may be unfinished.
pub fn nothing_to_run(plan: &LogicalPlan) -> Option<Diagnostic> {
    if !plan.flows.is_empty() {
        return None;
    }
    let span = plan.connections.first().map(|connection| connection.span);
    let message = "the file holds nothing to run";
    let diagnostic = Diagnostic::new(code::EMPTY, message, span.unwrap_or_default());
    Some(diagnostic.help("add a table to read from, and a query on it"))
}

/// What the sink of flows without one is called.
const IMPLICIT_SINK: &str = "stdout";

/// A flow while its file is bound.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) span: Span,
    pub(super) sink: Target,
    pub(super) query: Relation,
    pub(super) wrap_in_name: bool,
    pub(super) topic_parts: Vec<TopicPart>,
}

/// Where a flow's rows go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Into a sink of the plan.
    Sink(usize),
    /// To standard output, by way of a sink that stands behind all that the file declares.
    Implicit,
}

impl Binder<'_> {
    /// A bare SELECT: a flow to standard output.
    pub(super) fn select(&mut self, query: &Query) {
        self.selects += 1;
        let number = self.selects;
        let Ok(rows) = self.query(query) else {
            return;
        };
        let Some(relation) = rows.relation else {
            return;
        };
        let name = self.flow_name(&format!("select_{number}"));
        self.flows.push(Draft {
            name,
            span: query.span,
            sink: Target::Implicit,
            query: relation,
            wrap_in_name: false,
            topic_parts: Vec::new(),
        });
    }

    /// Flows of what runs by itself.
    pub(super) fn implicit_flows(&mut self) {
        let entries = self.relations.catalog.entries().iter();
        let implicit: Vec<(Name, Relation)> = entries
            .filter_map(|entry| match &entry.item {
                Defined::Readable(readable)
                    if self.roles.runs_by_itself(readable.kind, &entry.name) =>
                {
                    Some((entry.name.clone(), readable.relation.clone()?))
                }
                Defined::Readable(_) | Defined::Sink(_) | Defined::Poisoned => None,
            })
            .collect();
        let several = implicit.len() > 1;
        for (name, query) in implicit {
            self.flows.push(Draft {
                name: name.text,
                span: name.span,
                sink: Target::Implicit,
                query,
                wrap_in_name: several,
                topic_parts: Vec::new(),
            });
        }
    }

    /// Moves the flows to the plan, with the sink of those that have none.
    pub(super) fn place_flows(&mut self) {
        let implicit = self.plan.sinks.len();
        let drafts = std::mem::take(&mut self.flows);
        if drafts.iter().any(|draft| draft.sink == Target::Implicit) {
            self.plan.sinks.push(Sink {
                name: IMPLICIT_SINK.to_owned(),
                span: None,
                columns: Vec::new(),
                kind: SinkKind::Stdout {
                    format: RowFormat::Json,
                },
            });
        }
        let placed = drafts.into_iter().map(|draft| Flow {
            name: draft.name,
            span: draft.span,
            sink: match draft.sink {
                Target::Sink(index) => index,
                Target::Implicit => implicit,
            },
            query: draft.query,
            wrap_in_name: draft.wrap_in_name,
            topic_parts: draft.topic_parts,
        });
        self.plan.flows.extend(placed);
    }

    /// Warns of flows whose lines nothing tells apart on standard output. Flows into one declared
    /// sink are meant to go together.
    pub(super) fn warn_mixed_output(&mut self) {
        let sink = |flow: &Flow| &self.plan.sinks[flow.sink];
        let shown = self.plan.flows.iter().filter(|flow| {
            !flow.wrap_in_name && matches!(sink(flow).kind, SinkKind::Stdout { .. })
        });
        let mut shown: Vec<&Flow> = shown.collect();
        shown.sort_by_key(|flow| flow.span);
        let [first, rest @ ..] = shown.as_slice() else {
            return;
        };
        let together = sink(first).span.is_some() && rest.iter().all(|f| f.sink == first.sink);
        let Some(second) = rest.first().filter(|_| !together) else {
            return;
        };
        let message = "several flows write to standard output";
        let diagnostic = Diagnostic::new(code::MIXED_OUTPUT, message, second.span)
            .at("nothing tells its lines from the others")
            .context(first.span, "writes there, too")
            .help("give each flow a sink of its own, such as a file")
            .help(
                "or make each query a CREATE VIEW: a file that only has views shows all of them, \
                 and each line begins with its view's name",
            );
        self.report(diagnostic);
    }

    /// `wanted`, or with a number behind it if a flow has that name already.
    pub(super) fn flow_name(&self, wanted: &str) -> String {
        let taken = |name: &str| self.flows.iter().any(|flow| flow.name == name);
        let numbered = |number: usize| match number {
            1 => wanted.to_owned(),
            number => format!("{wanted}_{number}"),
        };
        let mut names = (1..).map(numbered);
        names
            .find(|name| !taken(name))
            .expect("there are more numbers than flows")
    }
}
