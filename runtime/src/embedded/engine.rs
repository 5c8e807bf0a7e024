//! A pipeline at work: topics, tables, counts.

use super::counts::{Counts, FlowCounts, TableCounts};
use super::handlers::ToHandlers;
use super::pushed::{FlowOutcome, FlowResult, Pushed};
use super::{DecodeError, HandlerError};
use crate::error::RowError;
use crate::message::Message;
use crate::program::{Program, Report};
use crate::spec::SiteSpec;
use crate::template::{TemplateError, resolve};
use crate::topic::{Filter, TopicError};
use std::error::Error;
use std::fmt;

/// A source table, as its messages and errors need to be told about it.
#[derive(Debug)]
pub struct TableInfo {
    /// Its name.
    pub name: &'static str,
    /// Topic filters (templates).
    pub topics: &'static [&'static str],
    /// The names of the columns that its code reads.
    pub columns: &'static [&'static str],
    /// Places in the SQL of expressions that can fail.
    pub sites: &'static [SiteSpec],
    /// The names of its flows.
    pub flows: &'static [&'static str],
}

/// A topic filter of the SQL that holds variables, and cannot be made with what they hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VariableError {
    topic: &'static str,
    why: Why,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    Template(TemplateError),
    Topic(String, TopicError),
}

impl fmt::Display for VariableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topic = self.topic;
        match &self.why {
            Why::Template(TemplateError::NotSet(name)) => {
                write!(f, "topic `{topic}`: `{name}` has no value")
            }
            Why::Template(error) => write!(f, "topic `{topic}`: {error}"),
            Why::Topic(value, error) => write!(f, "topic `{topic}` is `{value}`: {error}"),
        }
    }
}

impl Error for VariableError {}

/// A table's code.
type Code<H> = Box<dyn Program<ToHandlers<H>>>;

/// Runs the tables of a pipeline, whose rows go to the handlers in `H`.
pub struct Engine<H> {
    output: ToHandlers<H>,
    tables: Vec<Table<H>>,
    counts: Counts,
    /// What became of the last message.
    results: Vec<FlowResult>,
    /// Rows of it that handlers did not take.
    handler_errors: Vec<HandlerError>,
    /// As many numbers as the table with the most flows has of these.
    flows: Vec<usize>,
}

struct Table<H> {
    info: &'static TableInfo,
    filters: Vec<Filter>,
    code: Code<H>,
}

impl<H> Engine<H> {
    /// An engine for these tables. `variable` gives what `${NAME}` in a topic filter stands for.
    ///
    /// # Errors
    /// Where it gives nothing, or what makes no topic filter.
    pub fn new(
        handlers: H,
        tables: Vec<(&'static TableInfo, Code<H>)>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, VariableError> {
        let counts = tables.iter().map(|(info, _)| table_counts(info));
        let counts = Counts {
            unmatched: 0,
            tables: counts.collect(),
            connections: Vec::new(),
        };
        let most = tables.iter().map(|(info, _)| info.flows.len()).max();
        let tables = tables.into_iter().map(|(info, code)| {
            let filters = info.topics.iter().map(|topic| filter(topic, &variable));
            Ok(Table {
                info,
                filters: filters.collect::<Result<_, _>>()?,
                code,
            })
        });
        Ok(Self {
            output: ToHandlers::new(handlers),
            tables: tables.collect::<Result<_, _>>()?,
            counts,
            results: Vec::new(),
            handler_errors: Vec::new(),
            flows: (0..most.unwrap_or_default()).collect(),
        })
    }

    /// The same of tables whose topics hold no variables, which the compiler has checked.
    pub fn without_variables(handlers: H, tables: Vec<(&'static TableInfo, Code<H>)>) -> Self {
        Self::new(handlers, tables, |_| None)
            .unwrap_or_else(|error| panic!("topics without variables are checked: {error}"))
    }

    /// Decodes a message for each table that reads its topic, and runs the flows.
    pub fn push(&mut self, message: &Message<'_>) -> Pushed<'_> {
        self.results.clear();
        self.handler_errors.clear();
        let mut matched = false;
        for (table, counts) in self.tables.iter_mut().zip(&mut self.counts.tables) {
            let mut filters = table.filters.iter();
            if !filters.any(|filter| filter.matches(message.topic)) {
                continue;
            }
            matched = true;
            counts.received += 1;
            counts.bytes += message.payload.len() as u64;
            let first = self.results.len();
            self.results
                .extend(table.info.flows.iter().map(|flow| FlowResult {
                    table: table.info.name,
                    flow,
                    result: Ok(FlowOutcome::Empty),
                }));
            let mut note = Note {
                info: table.info,
                counts,
                results: &mut self.results[first..],
                rejected: false,
            };
            let messages = std::slice::from_ref(message);
            let (flows, output) = (&self.flows, &mut self.output);
            table.code.process(messages, flows, output, &mut note);
            note.counts.rejected += u64::from(note.rejected);
            for (flow, message) in self.output.not_taken() {
                counts.flows[flow].refused += 1;
                let result = &mut self.results[first + flow];
                result.result = Ok(FlowOutcome::NotTaken);
                let flow = result.flow;
                self.handler_errors.push(HandlerError { flow, message });
            }
        }
        self.counts.unmatched += u64::from(!matched);
        Pushed::new(&self.results, &self.handler_errors, matched)
    }

    /// What was counted so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The handlers.
    pub fn handlers(&mut self) -> &mut H {
        self.output.handlers()
    }
}

impl<H> fmt::Debug for Engine<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline")
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}

fn table_counts(info: &TableInfo) -> TableCounts {
    let flow = |flow: &&'static str| FlowCounts {
        flow,
        ..FlowCounts::default()
    };
    TableCounts {
        table: info.name,
        flows: info.flows.iter().map(flow).collect(),
        ..TableCounts::default()
    }
}

fn filter(
    topic: &'static str,
    variable: &impl Fn(&str) -> Option<String>,
) -> Result<Filter, VariableError> {
    let failed = |why| VariableError { topic, why };
    let value = resolve(topic, &|name| variable(name).map(Ok));
    let value = value.map_err(|error| failed(Why::Template(error)))?;
    Filter::parse(&value).map_err(|error| failed(Why::Topic(value, error)))
}

/// Notes what becomes of one message of one table.
struct Note<'n> {
    info: &'static TableInfo,
    counts: &'n mut TableCounts,
    /// By flow.
    results: &'n mut [FlowResult],
    rejected: bool,
}

impl Note<'_> {
    fn reject(&mut self, flow: usize, error: RowError) {
        self.rejected = true;
        self.counts.flows[flow].rejected += 1;
        self.results[flow].result = Err(DecodeError::new(self.info, error));
    }
}

impl Report for Note<'_> {
    fn message_rejected(&mut self, _: usize, error: RowError) {
        for flow in 0..self.results.len() {
            self.reject(flow, error);
        }
    }

    fn row_rejected(&mut self, _: usize, flow: usize, error: RowError) {
        self.reject(flow, error);
    }

    fn flow_done(&mut self, flow: usize, emitted: u64, filtered: u64) {
        let counts = &mut self.counts.flows[flow];
        counts.emitted += emitted;
        counts.filtered += filtered;
        if emitted > 0 {
            self.results[flow].result = Ok(FlowOutcome::Emitted);
        } else if filtered > 0 {
            self.results[flow].result = Ok(FlowOutcome::Filtered);
        }
    }

    fn empty(&mut self, count: u64) {
        self.counts.empty += count;
    }
}
