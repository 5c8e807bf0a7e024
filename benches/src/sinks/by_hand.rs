//! Programs that one would write by hand with the usual crates: they read the same replay file and
//! write the same rows.

use arrow_json::ReaderBuilder;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

/// What they write.
pub const PROGRAMS: [&str; 2] = ["file json", "file parquet"];

/// A line of a replay file.
#[derive(Deserialize)]
struct Record<'r> {
    #[serde(borrow)]
    payload: Cow<'r, str>,
}

/// A message, and the row that becomes of it.
#[derive(Deserialize, Serialize)]
struct Row<'m> {
    sensor_id: Option<&'m str>,
    reading_time: Option<&'m str>,
    temperature: Option<f64>,
    humidity: Option<f64>,
    pressure: Option<f64>,
}

/// Writes rows of the messages in `input` to `output`.
pub fn run(what: &str, input: &Path, output: &Path) -> Result<(), String> {
    let written = match what {
        "file json" => json(input, output),
        "file parquet" => parquet(input, output),
        other => Err(format!("there is no program for `{other}`").into()),
    };
    written.map_err(|error| error.to_string())
}

type Failure = Box<dyn std::error::Error>;

/// With `serde_json` and a buffer; on the disk at the end.
fn json(input: &Path, output: &Path) -> Result<(), Failure> {
    let mut out = BufWriter::new(File::create(output)?);
    each_payload(input, |payload| {
        let row: Row<'_> = serde_json::from_str(payload)?;
        serde_json::to_writer(&mut out, &row)?;
        out.write_all(b"\n")?;
        Ok(())
    })?;
    out.into_inner()?.sync_all()?;
    Ok(())
}

/// With arrow-json's reader and the Parquet writer; nothing is on the disk before the end.
fn parquet(input: &Path, output: &Path) -> Result<(), Failure> {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()));
    let schema = Arc::new(Schema::new(vec![
        Field::new("sensor_id", DataType::Utf8, true),
        Field::new("reading_time", time, true),
        Field::new("temperature", DataType::Float64, true),
        Field::new("humidity", DataType::Float64, true),
        Field::new("pressure", DataType::Float64, true),
    ]));
    let mut decoder = ReaderBuilder::new(schema.clone())
        .with_batch_size(8_192)
        .build_decoder()?;
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY);
    let file = File::create(output)?;
    let mut writer = ArrowWriter::try_new(file, schema, Some(properties.build()))?;
    let mut rows = 0;
    each_payload(input, |payload| {
        decoder.decode(payload.as_bytes())?;
        rows += 1;
        if rows % 8_192 == 0
            && let Some(batch) = decoder.flush()?
        {
            writer.write(&batch)?;
        }
        Ok(())
    })?;
    if let Some(batch) = decoder.flush()? {
        writer.write(&batch)?;
    }
    writer.into_inner()?.sync_all()?;
    Ok(())
}

fn each_payload(
    input: &Path,
    mut each: impl FnMut(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut lines = BufReader::with_capacity(1 << 16, File::open(input)?);
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        let record: Record<'_> = serde_json::from_str(&line)?;
        each(&record.payload)?;
        line.clear();
    }
    Ok(())
}
