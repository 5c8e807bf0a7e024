//! Rows as text.

use crate::arguments::Format;
use crate::engine::Answer;
use crate::failure::Failure;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::csv::WriterBuilder;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::json::writer::{LineDelimited, WriterBuilder as JsonBuilder};
use datafusion::arrow::util::pretty::pretty_format_batches;
use std::borrow::Cow;
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

/// A text for a terminal: what could do something there is escaped, since anybody who publishes may
/// have written it.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let is_harmful = |letter: char| letter.is_control() && letter != '\n';
    if !text.contains(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if is_harmful(letter) {
            escaped.extend(letter.escape_default());
        } else {
            escaped.push(letter);
        }
    }
    Cow::Owned(escaped)
}

fn write(answer: &Answer, format: Format, out: &mut Vec<u8>) -> Result<(), ArrowError> {
    match format {
        Format::Table => {
            let rows: usize = answer.batches.iter().map(RecordBatch::num_rows).sum();
            let table = pretty_format_batches(&answer.batches)?;
            let table = table.to_string();
            writeln!(
                out,
                "{}\n{rows} {}",
                harmless(&table),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_spared() {
        assert_eq!(harmless("ü | 1\n"), "ü | 1\n");
        let hostile = "\x1b]0;owned\x07 \u{9b}31m\t";
        assert_eq!(harmless(hostile), "\\u{1b}]0;owned\\u{7} \\u{9b}31m\\t");
    }
}
