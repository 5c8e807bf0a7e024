//! What those who ask for a table's last messages are told: all columns that it declares, whether
//! a query reads them or not.

use crate::run::{Recorded, receives};
use arrow_cast::display::array_value_to_string;
use arrow_ipc::reader::StreamReader;
use laminar_runtime::declared::{Layout, Reader};
use laminar_runtime::encode::Rows;
use laminar_runtime::error::RowError;
use laminar_runtime::ipc::{self, Batch};
use laminar_runtime::program::Report;
use laminar_runtime::spec::{PipelineSpec, TableSpec};
use std::fmt::Write as _;
use std::io::Cursor;

/// The rows of all tables of a pipeline, and how many messages gave none.
pub fn told(spec: &PipelineSpec, messages: &[Recorded]) -> String {
    let mut text = String::new();
    let kept = |table: &&TableSpec| table.history.is_some();
    for table in spec.tables.iter().filter(kept) {
        let received = messages.iter().enumerate();
        let received = received.filter(|(_, recorded)| receives(table, &recorded.topic));
        write_table(&mut text, spec, table, received);
    }
    text
}

fn write_table<'r>(
    text: &mut String,
    spec: &PipelineSpec,
    table: &TableSpec,
    received: impl Iterator<Item = (usize, &'r Recorded)>,
) {
    let layout = Layout::new(&table.declared).expect("what is kept can be told");
    let (fields, mut reader) = (layout.fields(), Reader::new(&layout));
    let (mut batch, mut rejected, mut unreadable) = (Batch::new(&fields), 0, 0);
    for (index, recorded) in received {
        if is_bad(spec, table, index, recorded) {
            rejected += 1;
        } else if recorded
            .with(index, |message| reader.push(message, &mut batch))
            .is_err()
        {
            unreadable += 1;
        }
    }
    let mut stream = ipc::schema(&fields, &[]);
    stream.extend(batch.take(&[]));
    stream.extend(ipc::END);
    let read = StreamReader::try_new(Cursor::new(stream), None).expect("a stream");
    let name = table.name;
    writeln!(text, "{name}: {rejected} rejected, {unreadable} unreadable").expect("a String");
    for rows in read {
        let rows = rows.expect("it is whole");
        let schema = rows.schema();
        for row in 0..rows.num_rows() {
            let values = rows.columns().iter().zip(schema.fields());
            let values = values.map(|(values, field)| {
                let value = array_value_to_string(values, row).expect("a value can be shown");
                let value = if values.is_null(row) { "NULL" } else { &value };
                format!("{}: {value}", field.name())
            });
            writeln!(text, "  {}", values.collect::<Vec<_>>().join(", ")).expect("a String");
        }
    }
}

/// Whether a message breaks a rule of its table, which the pipeline notes when it comes.
fn is_bad(spec: &PipelineSpec, table: &TableSpec, index: usize, recorded: &Recorded) -> bool {
    let sinks: Vec<usize> = table.flows.iter().map(|flow| flow.sink).collect();
    let mut outputs: Vec<Rows> = spec.sinks.iter().map(|_| Rows::default()).collect();
    let mut bad = Bad(false);
    let mut program = (table.program)();
    recorded.with(index, |message| {
        program.process(
            std::slice::from_ref(message),
            &sinks,
            outputs.as_mut_slice(),
            &mut bad,
        );
    });
    bad.0
}

struct Bad(bool);

impl Report for Bad {
    fn message_rejected(&mut self, _: usize, _: RowError) {
        self.0 = true;
    }
    fn row_rejected(&mut self, _: usize, _: usize, _: RowError) {}
    fn flow_done(&mut self, _: usize, _: u64, _: u64) {}
    fn empty(&mut self, _: u64) {}
}
