//! Columns: arrow-json's reader and the writers of arrow-ipc and parquet. Rows are on the disk as
//! JSON lines before a file is made of them, as ours are: a file without its end is none.

use super::{Failure, lines};
use arrow_json::ReaderBuilder;
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::sync::Arc;

/// Rows of a batch, and of a row group, as ours has them.
const BATCH: usize = 8_192;
const ROW_GROUP: usize = 122_880;

/// A file of Parquet.
pub(super) fn parquet(input: &Path, output: &str) -> Result<(), Failure> {
    let spool = lines::spool(input, output)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    let file = File::create(output)?;
    let mut writer = ArrowWriter::try_new(file, schema(), Some(properties.build()))?;
    for batch in batches(&spool)? {
        writer.write(&batch?)?;
    }
    writer.into_inner()?.sync_all()?;
    fs::remove_file(spool)?;
    Ok(())
}

/// A file of Arrow.
pub(super) fn arrow(input: &Path, output: &str) -> Result<(), Failure> {
    let spool = lines::spool(input, output)?;
    let out = BufWriter::new(File::create(output)?);
    let mut writer = arrow_ipc::writer::FileWriter::try_new(out, &schema())?;
    for batch in batches(&spool)? {
        writer.write(&batch?)?;
    }
    writer.into_inner()?.into_inner()?.sync_all()?;
    fs::remove_file(spool)?;
    Ok(())
}

fn batches(spool: &str) -> Result<arrow_json::Reader<BufReader<File>>, Failure> {
    let lines = BufReader::with_capacity(1 << 16, File::open(spool)?);
    let builder = ReaderBuilder::new(schema()).with_batch_size(BATCH);
    Ok(builder.build(lines)?)
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
