//! A table as it comes: a stream of Apache Arrow's IPC format, with what is said about it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::root_as_message;
use std::collections::BTreeMap;
use std::io::Cursor;

/// A table's rows.
#[derive(Debug)]
pub struct Fetched {
    /// Its columns.
    pub schema: SchemaRef,
    /// Its rows.
    pub batches: Vec<RecordBatch>,
    /// Keys and values: those of the schema, and over them those of the last batch.
    pub about: BTreeMap<String, String>,
}

/// Reads a whole stream.
pub fn read(bytes: &[u8]) -> Result<Fetched, ArrowError> {
    let reader = StreamReader::try_new(Cursor::new(bytes), None)?;
    let schema = reader.schema();
    let batches = reader.collect::<Result<Vec<_>, _>>()?;
    let mut about: BTreeMap<String, String> = schema.metadata().clone().into_iter().collect();
    about.extend(last_metadata(bytes)?);
    Ok(Fetched {
        schema,
        batches,
        about,
    })
}

/// The keys and values of the last message, which the library has no interest in.
fn last_metadata(mut bytes: &[u8]) -> Result<Vec<(String, String)>, ArrowError> {
    let cut = || ArrowError::IpcError("the stream ends too early".into());
    let mut last = Vec::new();
    loop {
        let (prefix, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
        let [_, _, _, _, length @ ..] = *prefix;
        let length = u32::from_le_bytes(length);
        if length == 0 {
            return Ok(last);
        }
        let (head, rest) = rest.split_at_checked(length as usize).ok_or_else(cut)?;
        let message = root_as_message(head);
        let message = message.map_err(|error| ArrowError::IpcError(error.to_string()))?;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let pairs = message.custom_metadata().into_iter().flatten();
        last = pairs
            .map(|pair| (text(pair.key()), text(pair.value())))
            .collect();
        let body = usize::try_from(message.bodyLength()).map_err(|_| cut())?;
        bytes = rest.get(body..).ok_or_else(cut)?;
    }
}
