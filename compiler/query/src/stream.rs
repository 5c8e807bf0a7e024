//! A table as it comes: a stream of Apache Arrow's IPC format, with what is said about it.

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::root_as_message;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

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

/// Reads the columns at the beginning of a stream.
pub fn schema(stream: impl Read) -> Result<SchemaRef, ArrowError> {
    guarded(|| Ok(StreamReader::try_new(stream, None)?.schema()))
}

/// Reads a whole stream.
pub fn read(bytes: &[u8]) -> Result<Fetched, ArrowError> {
    // before the library makes room for what messages announce
    let last = last_metadata(bytes)?;
    let (schema, batches) = guarded(|| {
        let reader = StreamReader::try_new(Cursor::new(bytes), None)?;
        Ok((reader.schema(), reader.collect::<Result<Vec<_>, _>>()?))
    })?;
    let mut about: BTreeMap<String, String> = schema.metadata().clone().into_iter().collect();
    about.extend(last);
    Ok(Fetched {
        schema,
        batches,
        about,
    })
}

thread_local! {
    /// Panics of this thread say nothing.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Has the library read: it panics where a message's buffers lie outside of it.
fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, ArrowError> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_QUIET.get() {
                usual(panic);
            }
        }));
    });
    IS_QUIET.set(true);
    let read = panic::catch_unwind(AssertUnwindSafe(read));
    IS_QUIET.set(false);
    read.unwrap_or_else(|_| Err(ArrowError::IpcError("it is damaged".into())))
}

/// The keys and values of the last message, which the library has no interest in; an error where a
/// message announces more than there is.
fn last_metadata(mut bytes: &[u8]) -> Result<Vec<(String, String)>, ArrowError> {
    let cut = || ArrowError::IpcError("the stream ends too early".into());
    let mut last = Vec::new();
    loop {
        let (prefix, rest) = bytes.split_first_chunk::<8>().ok_or_else(cut)?;
        let [first, second, third, fourth, length @ ..] = *prefix;
        if [first, second, third, fourth] != [0xff; 4] {
            return Err(ArrowError::IpcError("it is of another form".into()));
        }
        let length = u32::from_le_bytes(length);
        if length == 0 {
            return Ok(last);
        }
        let (head, rest) = rest.split_at_checked(length as usize).ok_or_else(cut)?;
        let message = root_as_message(head);
        let message = message.map_err(|error| ArrowError::IpcError(error.to_string()))?;
        let batch = message.header_as_record_batch();
        if batch.is_some_and(|batch| batch.compression().is_some()) {
            let error = "it is compressed, which no pipeline's is";
            return Err(ArrowError::IpcError(error.into()));
        }
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let pairs = message.custom_metadata().into_iter().flatten();
        last = pairs
            .map(|pair| (text(pair.key()), text(pair.value())))
            .collect();
        let body = usize::try_from(message.bodyLength()).map_err(|_| cut())?;
        bytes = rest.get(body..).ok_or_else(cut)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{ArrayRef, Int64Array, ListArray, StringArray};
    use datafusion::arrow::datatypes::Int32Type;
    use datafusion::arrow::ipc::writer::StreamWriter;
    use std::sync::Arc;

    /// A stream of two batches.
    fn stream() -> Vec<u8> {
        let lists = [Some(vec![Some(1), None]), None, Some(vec![])];
        let columns: [(&str, ArrayRef); 3] = [
            (
                "name",
                Arc::new(StringArray::from(vec![Some("a"), None, Some("ü")])),
            ),
            ("count", Arc::new(Int64Array::from(vec![1, 2, 3]))),
            (
                "list",
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
            ),
        ];
        let batch = RecordBatch::try_from_iter_with_nullable(
            columns.map(|(name, column)| (name, column, true)),
        );
        let batch = batch.expect("they are of one length");
        let mut bytes = Vec::new();
        let mut writer = StreamWriter::try_new(&mut bytes, &batch.schema()).expect("it can");
        for _ in 0..2 {
            writer.write(&batch).expect("memory takes it");
        }
        writer.finish().expect("memory takes it");
        bytes
    }

    /// Whoever is behind the port: what is no stream is an error, and not the end of the process.
    #[test]
    fn damaged_streams_are_errors_or_other_rows() {
        let whole = stream();
        assert_eq!(read(&whole).expect("it is whole").batches.len(), 2);
        for end in 0..whole.len() {
            let cut = read(&whole[..end]);
            assert!(cut.is_err(), "{end} of {}", whole.len());
        }
        let mut state = 1_u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).expect("31 bits")
        };
        for _ in 0..3_000 {
            let mut damaged = whole.clone();
            for _ in 0..=random() % 3 {
                let at = random() % damaged.len();
                damaged[at] = [0, 1, 0x7f, 0x80, 0xff, damaged[at] ^ 4][random() % 6];
            }
            let _ = read(&damaged);
            let _ = schema(damaged.as_slice());
        }
    }
}
