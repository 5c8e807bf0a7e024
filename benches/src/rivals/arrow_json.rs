//! arrow-json: a batch of messages becomes columns, with a schema of the needed ones alone.

use super::Contestant;
use crate::data::{CHUNK_MESSAGES, Chunk, payload};
use crate::ours::Tally;
use crate::rows::{Column, Kind, Table, Value, passes, write};
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_json::ReaderBuilder;
use arrow_json::reader::Decoder;
use arrow_schema::{DataType, Field, Fields, Schema};
use std::marker::PhantomData;
use std::sync::Arc;

/// The decoder that is fed with slices. It takes all messages of a chunk in one call.
pub struct ArrowDecoder<T> {
    decoder: Decoder,
    out: Vec<u8>,
    table: PhantomData<T>,
}

impl<T: Table> Default for ArrowDecoder<T> {
    fn default() -> Self {
        Self {
            decoder: decoder::<T>(),
            out: Vec::new(),
            table: PhantomData,
        }
    }
}

impl<T: Table> Contestant for ArrowDecoder<T> {
    fn run(&mut self, chunk: &Chunk<'_>) -> Tally {
        self.out.clear();
        let mut tally = Tally::default();
        if let Some(batch) = decode(&mut self.decoder, chunk.bytes, chunk.messages.len()) {
            find_rows::<T>(&batch, &mut self.out, &mut tally);
            return tally;
        }
        // one bad message spoils the batch: the others are decoded one by one
        for message in chunk.messages {
            self.decoder = decoder::<T>();
            match decode(&mut self.decoder, payload(message), 1) {
                Some(batch) => find_rows::<T>(&batch, &mut self.out, &mut tally),
                None => tally.rejected += 1,
            }
        }
        self.decoder = decoder::<T>();
        tally
    }

    fn rows(&self) -> &[u8] {
        &self.out
    }
}

fn decoder<T: Table>() -> Decoder {
    let columns: Vec<_> = T::COLUMNS
        .iter()
        .map(|column| (column, column.path))
        .collect();
    let schema = Arc::new(Schema::new(fields(&columns)));
    let builder = ReaderBuilder::new(schema).with_batch_size(CHUNK_MESSAGES);
    builder
        .build_decoder()
        .expect("the schema is one that it takes")
}

/// The fields of an object: columns with what is left of their paths.
fn fields(columns: &[(&Column, &[&'static str])]) -> Fields {
    let mut keys: Vec<_> = columns.iter().map(|(_, path)| path[0]).collect();
    keys.dedup();
    let field = |key: &'static str| {
        let below: Vec<_> = columns
            .iter()
            .filter(|(_, path)| path[0] == key)
            .map(|(column, path)| (*column, &path[1..]))
            .collect();
        let data_type = match below[..] {
            [(column, [])] => data_type(column.kind),
            _ => DataType::Struct(fields(&below)),
        };
        Field::new(key, data_type, true)
    };
    keys.into_iter().map(field).collect()
}

/// Times stay text until a row passes, as they do for every rival.
fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Time => DataType::Utf8,
        Kind::Float => DataType::Float64,
        Kind::Int => DataType::Int32,
    }
}

/// The columns of `messages` messages that are written in a row.
fn decode(decoder: &mut Decoder, bytes: &[u8], messages: usize) -> Option<RecordBatch> {
    let read = decoder.decode(bytes).ok()?;
    if read != bytes.len() || decoder.has_partial_record() {
        return None;
    }
    let batch = decoder.flush().ok()??;
    (batch.num_rows() == messages).then_some(batch)
}

fn find_rows<T: Table>(batch: &RecordBatch, out: &mut Vec<u8>, tally: &mut Tally) {
    let leaves: Vec<_> = T::COLUMNS
        .iter()
        .map(|column| leaf(batch, column.path))
        .collect();
    for row in 0..batch.num_rows() {
        let value = |column: usize| value(&leaves[column], row, T::COLUMNS[column].kind);
        if !passes::<T>(value) {
            continue;
        }
        match write::<T>(value, out) {
            Some(()) => tally.rows += 1,
            None => tally.rejected += 1,
        }
    }
}

fn leaf(batch: &RecordBatch, path: &[&str]) -> ArrayRef {
    let missing = "the batch has the schema's columns";
    let mut array = batch.column_by_name(path[0]).expect(missing);
    for key in &path[1..] {
        array = array.as_struct().column_by_name(key).expect(missing);
    }
    Arc::clone(array)
}

#[inline]
fn value(array: &ArrayRef, row: usize, kind: Kind) -> Value<'_> {
    if array.is_null(row) {
        return Value::Null;
    }
    match kind {
        Kind::Text | Kind::Time => Value::Text(array.as_string::<i32>().value(row).as_bytes()),
        Kind::Float => Value::Float(array.as_primitive::<Float64Type>().value(row)),
        Kind::Int => Value::Int(array.as_primitive::<Int32Type>().value(row)),
    }
}
