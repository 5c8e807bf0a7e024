//! Columns: arrow-json's decoder and the writers of arrow-ipc and parquet. Batches are on the disk
//! in Arrow's stream format, which can be appended to, before a file is made of them: a file
//! without its end is none.

use super::{BATCH, Failure, each_payload};
use arrow_ipc::reader::StreamReader;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_json::ReaderBuilder;
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

/// Rows of a row group, as ours has them.
const ROW_GROUP: usize = 122_880;

/// A file of Parquet.
pub(super) fn parquet(input: &Path, output: &str) -> Result<(), Failure> {
    let spool = spool(input, output)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    let file = File::create(output)?;
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties.build()))?;
    for batch in StreamReader::try_new(BufReader::new(File::open(&spool)?), None)? {
        writer.write(&batch?)?;
    }
    writer.into_inner()?.sync_all()?;
    fs::remove_file(spool)?;
    Ok(())
}

/// A file of Arrow.
pub(super) fn arrow(input: &Path, output: &str) -> Result<(), Failure> {
    let spool = spool(input, output)?;
    let out = BufWriter::new(File::create(output)?);
    let mut writer = FileWriter::try_new(out, &schema())?;
    for batch in StreamReader::try_new(BufReader::new(File::open(&spool)?), None)? {
        writer.write(&batch?)?;
    }
    writer.into_inner()?.into_inner()?.sync_all()?;
    fs::remove_file(spool)?;
    Ok(())
}

/// Batches beside `output`, each on the disk; where they are.
fn spool(input: &Path, output: &str) -> Result<String, Failure> {
    let path = format!("{output}.spool");
    let mut out = StreamWriter::try_new(BufWriter::new(File::create(&path)?), &schema())?;
    let builder = ReaderBuilder::new(schema()).with_batch_size(BATCH);
    let mut decoder = builder.build_decoder()?;
    let mut rows = 0;
    each_payload(input, |payload| {
        decoder.decode(payload.as_bytes())?;
        rows += 1;
        if rows % BATCH == 0
            && let Some(batch) = decoder.flush()?
        {
            out.write(&batch)?;
            out.get_mut().flush()?;
            out.get_ref().get_ref().sync_data()?;
        }
        Ok(())
    })?;
    if let Some(batch) = decoder.flush()? {
        out.write(&batch)?;
    }
    out.into_inner()?.into_inner()?.sync_data()?;
    Ok(path)
}

fn schema() -> SchemaRef {
    let time = DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()));
    Arc::new(Schema::new(vec![
        Field::new("sensor_id", DataType::Utf8, true),
        Field::new("reading_time", time, true),
        Field::new("temperature", DataType::Float64, true),
        Field::new("humidity", DataType::Float64, true),
        Field::new("pressure", DataType::Float64, true),
    ]))
}
