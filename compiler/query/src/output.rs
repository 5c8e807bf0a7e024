//! Rows as text.

use crate::arguments::Format;
use crate::engine::Answer;
use crate::failure::Failure;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv::WriterBuilder;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{LineDelimited, WriterBuilder as JsonBuilder};
use datafusion::arrow::util::pretty::pretty_format_batches;
use std::io::{self, Write};

/// Prints an answer on standard output.
pub fn print(answer: &Answer, format: Format) -> Result<(), Failure> {
    let mut text = Vec::new();
    write(answer, format, &mut text)
        .map_err(|error| Failure::new(format!("the rows cannot be printed: {error}")))?;
    match io::stdout().write_all(&text) {
        // nobody reads any more
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Failure::new(format!("standard output: {error}"))),
    }
}

fn write(answer: &Answer, format: Format, out: &mut Vec<u8>) -> Result<(), ArrowError> {
    match format {
        Format::Table => {
            let rows: usize = answer.batches.iter().map(RecordBatch::num_rows).sum();
            let table = pretty_format_batches(&answer.batches)?;
            writeln!(
                out,
                "{table}\n{rows} {}",
                if rows == 1 { "row" } else { "rows" }
            )?;
        }
        Format::Csv => {
            let mut writer = WriterBuilder::new().with_header(true).build(out);
            for batch in &answer.batches {
                writer.write(batch)?;
            }
        }
        Format::Json => {
            // NULL is there with its key, as in a pipeline's rows
            let builder = JsonBuilder::new().with_explicit_nulls(true);
            let mut writer = builder.build::<_, LineDelimited>(out);
            for batch in &answer.batches {
                writer.write(batch)?;
            }
            writer.finish()?;
        }
    }
    Ok(())
}
