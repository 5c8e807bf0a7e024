//! Laminar's decoders, driven as the runtime drives them: a batch of messages at a time.

use crate::data::{Chunk, TableName};
use crate::pipelines;
use laminar_runtime::encode::Rows;
use laminar_runtime::error::RowError;
use laminar_runtime::program::{Program, Report};
use laminar_runtime::spec::PipelineSpec;

/// A pipeline with one table and one flow.
pub struct Ours {
    program: Box<dyn Program>,
    outputs: [Rows; 1],
}

/// What became of messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows that were written.
    pub rows: u64,
    /// Messages that were rejected, or whose row was.
    pub rejected: u64,
}

impl Ours {
    /// The program of a table, which has seen no message yet.
    pub fn new(table: TableName) -> Self {
        let table = &specification(table).tables[0];
        Self {
            program: (table.program)(),
            outputs: [Rows::default()],
        }
    }

    /// Decodes a batch.
    pub fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        let mut tally = Tally::default();
        self.outputs[0].clear();
        self.program
            .process(chunk.messages, &[0], &mut self.outputs, &mut tally);
        tally
    }

    /// The rows of the last batch, as JSON lines.
    pub fn rows(&self) -> &[u8] {
        &self.outputs[0].bytes
    }
}

fn specification(table: TableName) -> &'static PipelineSpec {
    match table {
        TableName::W1 => &pipelines::w1::PIPELINE,
        TableName::W2 => &pipelines::w2::PIPELINE,
        TableName::W3 => &pipelines::w3::PIPELINE,
        TableName::Hsl => &pipelines::hsl::PIPELINE,
    }
}

impl Report for Tally {
    fn message_rejected(&mut self, _message: usize, _error: RowError) {
        self.rejected += 1;
    }

    fn row_rejected(&mut self, _message: usize, _flow: usize, _error: RowError) {
        self.rejected += 1;
    }

    fn flow_done(&mut self, _flow: usize, emitted: u64, _filtered: u64) {
        self.rows += emitted;
    }

    fn empty(&mut self, count: u64) {
        self.rejected += count;
    }
}
