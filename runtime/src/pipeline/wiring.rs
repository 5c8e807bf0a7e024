//! Which code runs for a table, and where the rows of its flows go.

use crate::program::Program;
use crate::spec::PipelineSpec;
use std::sync::Arc;

/// The same for every worker.
#[derive(Clone)]
pub struct Wiring {
    programs: Programs,
    /// By table, by flow: an index into [`PipelineSpec::sinks`].
    sink_of: Vec<Vec<usize>>,
}

/// Makes the program of the table with this index, one per worker.
pub type Programs = Arc<dyn Fn(usize) -> Box<dyn Program> + Send + Sync>;

impl Wiring {
    /// As the pipeline's constants say.
    pub fn of(spec: &'static PipelineSpec) -> Self {
        let tables = spec.tables.iter();
        let sinks = tables.map(|table| table.flows.iter().map(|flow| flow.sink).collect());
        Self::new(
            Arc::new(|table| (spec.tables[table].program)()),
            sinks.collect(),
        )
    }

    /// Other programs, and other sinks for the flows of each table.
    pub fn new(programs: Programs, sink_of: Vec<Vec<usize>>) -> Self {
        Self { programs, sink_of }
    }

    /// The program of a table.
    pub(super) fn program(&self, table: usize) -> Box<dyn Program> {
        (self.programs)(table)
    }

    /// The sinks of its flows.
    pub(super) fn sinks(&self, table: usize) -> &[usize] {
        &self.sink_of[table]
    }
}
