//! A column that grows, value by value.

use super::schema::is_json;
use crate::error::{Reason, RowError};
use crate::row::{Column, Nested, Row};
use crate::value::{Date, Json, Time, TimeFormat, Timestamp, TimestampNanos};
use arrow_array::builder::{
    BinaryBuilder, BooleanBuilder, Date32Builder, Decimal128Builder, Float32Builder,
    Float64Builder, Int8Builder, Int16Builder, Int32Builder, Int64Builder, StringBuilder,
    Time64MicrosecondBuilder, TimestampMicrosecondBuilder, TimestampNanosecondBuilder,
    UInt8Builder, UInt16Builder, UInt32Builder, UInt64Builder,
};
use arrow_array::{ArrayRef, ListArray, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, FieldRef, Fields, TimeUnit};
use std::sync::Arc;

/// A column that grows.
#[derive(Debug)]
pub(super) enum Builder {
    Boolean(BooleanBuilder),
    Int8(Int8Builder),
    Int16(Int16Builder),
    Int32(Int32Builder),
    Int64(Int64Builder),
    UInt8(UInt8Builder),
    UInt16(UInt16Builder),
    UInt32(UInt32Builder),
    UInt64(UInt64Builder),
    Float32(Float32Builder),
    Float64(Float64Builder),
    /// With the digits behind the point.
    Decimal(Decimal128Builder, u8),
    Text(StringBuilder),
    /// Whether JSON's `null` is a value: where NULL cannot be meant.
    Json(StringBuilder, bool),
    Bytes(BinaryBuilder),
    Micros(TimestampMicrosecondBuilder),
    Nanos(TimestampNanosecondBuilder),
    Date(Date32Builder),
    Time(Time64MicrosecondBuilder),
    Struct(Fields, Vec<Builder>, NullBufferBuilder),
    List(List),
}

/// Arrays that grow.
#[derive(Debug)]
pub(super) struct List {
    element: FieldRef,
    values: Box<Builder>,
    /// How many values there are.
    length: usize,
    /// Where each array begins, and where the last one ends.
    offsets: Vec<i32>,
    valid: NullBufferBuilder,
}

impl Builder {
    /// An empty column for what `field` says.
    pub(super) fn new(field: &Field) -> Result<Self, ArrowError> {
        let data_type = field.data_type();
        Ok(match data_type {
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int8 => Self::Int8(Int8Builder::new()),
            DataType::Int16 => Self::Int16(Int16Builder::new()),
            DataType::Int32 => Self::Int32(Int32Builder::new()),
            DataType::Int64 => Self::Int64(Int64Builder::new()),
            DataType::UInt8 => Self::UInt8(UInt8Builder::new()),
            DataType::UInt16 => Self::UInt16(UInt16Builder::new()),
            DataType::UInt32 => Self::UInt32(UInt32Builder::new()),
            DataType::UInt64 => Self::UInt64(UInt64Builder::new()),
            DataType::Float32 => Self::Float32(Float32Builder::new()),
            DataType::Float64 => Self::Float64(Float64Builder::new()),
            DataType::Decimal128(_, scale) => {
                let digits = u8::try_from(*scale).map_err(|_| unknown(data_type))?;
                let builder = Decimal128Builder::new().with_data_type(data_type.clone());
                Self::Decimal(builder, digits)
            }
            DataType::Utf8 if is_json(field) => {
                Self::Json(StringBuilder::new(), !field.is_nullable())
            }
            DataType::Utf8 => Self::Text(StringBuilder::new()),
            DataType::Binary => Self::Bytes(BinaryBuilder::new()),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                let builder = TimestampMicrosecondBuilder::new();
                Self::Micros(builder.with_data_type(data_type.clone()))
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                let builder = TimestampNanosecondBuilder::new();
                Self::Nanos(builder.with_data_type(data_type.clone()))
            }
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Time64(TimeUnit::Microsecond) => Self::Time(Time64MicrosecondBuilder::new()),
            DataType::Struct(fields) => {
                let parts = fields.iter().map(|field| Self::new(field));
                let parts = parts.collect::<Result<_, _>>()?;
                Self::Struct(fields.clone(), parts, NullBufferBuilder::new(0))
            }
            DataType::List(element) => Self::List(List::new(element)?),
            other => return Err(unknown(other)),
        })
    }

    /// Appends a value, or NULL.
    pub(super) fn append(&mut self, value: Nested<'_>) -> Result<(), RowError> {
        match self {
            Self::Boolean(to) => to.append_option(read(value, Row::boolean)?),
            Self::Int8(to) => to.append_option(read(value, Row::integer)?),
            Self::Int16(to) => to.append_option(read(value, Row::integer)?),
            Self::Int32(to) => to.append_option(read(value, Row::integer)?),
            Self::Int64(to) => to.append_option(read(value, Row::integer)?),
            Self::UInt8(to) => to.append_option(read(value, Row::integer)?),
            Self::UInt16(to) => to.append_option(read(value, Row::integer)?),
            Self::UInt32(to) => to.append_option(read(value, Row::integer)?),
            Self::UInt64(to) => to.append_option(read(value, Row::integer)?),
            Self::Float32(to) => to.append_option(read(value, Row::float32)?),
            Self::Float64(to) => to.append_option(read(value, Row::float64)?),
            Self::Decimal(to, scale) => {
                to.append_option(read(value, |row, at| row.decimal_digits(at, 38, *scale))?);
            }
            Self::Text(to) => to.append_option(read(value, Row::text)?),
            Self::Json(to, null_is_value) => {
                let json = read(value, Row::json)?.or(null_is_value.then_some(Json(b"null")));
                to.append_option(json.map(text).transpose()?);
            }
            Self::Bytes(to) => to.append_option(read(value, Row::bytes)?),
            Self::Micros(to) => {
                let micros = read(value, |row, at| row.timestamp(at, TimeFormat::Rfc3339, 6))?;
                to.append_option(micros.map(|Timestamp(micros)| micros));
            }
            Self::Nanos(to) => {
                let nanos = read(value, |row, at| {
                    row.timestamp_nanos(at, TimeFormat::Rfc3339)
                })?;
                to.append_option(nanos.map(|TimestampNanos(nanos)| nanos));
            }
            Self::Date(to) => to.append_option(read(value, Row::date)?.map(|Date(days)| days)),
            Self::Time(to) => to.append_option(read(value, Row::time)?.map(|Time(micros)| micros)),
            Self::Struct(_, parts, valid) => append_struct(value, parts, valid)?,
            Self::List(list) => list.append(value)?,
        }
        Ok(())
    }

    fn append_null(&mut self) {
        match self {
            Self::Boolean(to) => to.append_null(),
            Self::Int8(to) => to.append_null(),
            Self::Int16(to) => to.append_null(),
            Self::Int32(to) => to.append_null(),
            Self::Int64(to) => to.append_null(),
            Self::UInt8(to) => to.append_null(),
            Self::UInt16(to) => to.append_null(),
            Self::UInt32(to) => to.append_null(),
            Self::UInt64(to) => to.append_null(),
            Self::Float32(to) => to.append_null(),
            Self::Float64(to) => to.append_null(),
            Self::Decimal(to, _) => to.append_null(),
            Self::Text(to) | Self::Json(to, _) => to.append_null(),
            Self::Bytes(to) => to.append_null(),
            Self::Micros(to) => to.append_null(),
            Self::Nanos(to) => to.append_null(),
            Self::Date(to) => to.append_null(),
            Self::Time(to) => to.append_null(),
            Self::Struct(_, parts, valid) => {
                parts.iter_mut().for_each(Self::append_null);
                valid.append_null();
            }
            Self::List(list) => list.end(false),
        }
    }

    /// The column; an empty one stays behind.
    pub(super) fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Boolean(from) => Arc::new(from.finish()),
            Self::Int8(from) => Arc::new(from.finish()),
            Self::Int16(from) => Arc::new(from.finish()),
            Self::Int32(from) => Arc::new(from.finish()),
            Self::Int64(from) => Arc::new(from.finish()),
            Self::UInt8(from) => Arc::new(from.finish()),
            Self::UInt16(from) => Arc::new(from.finish()),
            Self::UInt32(from) => Arc::new(from.finish()),
            Self::UInt64(from) => Arc::new(from.finish()),
            Self::Float32(from) => Arc::new(from.finish()),
            Self::Float64(from) => Arc::new(from.finish()),
            Self::Decimal(from, _) => Arc::new(from.finish()),
            Self::Text(from) | Self::Json(from, _) => Arc::new(from.finish()),
            Self::Bytes(from) => Arc::new(from.finish()),
            Self::Micros(from) => Arc::new(from.finish()),
            Self::Nanos(from) => Arc::new(from.finish()),
            Self::Date(from) => Arc::new(from.finish()),
            Self::Time(from) => Arc::new(from.finish()),
            Self::Struct(fields, parts, valid) => {
                let parts = parts.iter_mut().map(Self::finish);
                let parts = parts.collect::<Result<_, _>>()?;
                Arc::new(StructArray::try_new(fields.clone(), parts, valid.finish())?)
            }
            Self::List(list) => Arc::new(list.finish()?),
        })
    }
}

impl List {
    fn new(element: &FieldRef) -> Result<Self, ArrowError> {
        Ok(Self {
            element: element.clone(),
            values: Box::new(Builder::new(element)?),
            length: 0,
            offsets: vec![0],
            valid: NullBufferBuilder::new(0),
        })
    }

    fn append(&mut self, value: Nested<'_>) -> Result<(), RowError> {
        let Some(array) = value.read(Row::array)? else {
            self.end(false);
            return Ok(());
        };
        for element in array.elements() {
            self.values.append(element)?;
            self.length += 1;
        }
        self.end(true);
        Ok(())
    }

    fn end(&mut self, is_valid: bool) {
        let end = i32::try_from(self.length).expect("a batch is far shorter than 2 GiB");
        self.offsets.push(end);
        self.valid.append(is_valid);
    }

    fn finish(&mut self) -> Result<ListArray, ArrowError> {
        self.length = 0;
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        let values = self.values.finish()?;
        ListArray::try_new(
            self.element.clone(),
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            values,
            self.valid.finish(),
        )
    }
}

fn append_struct(
    value: Nested<'_>,
    parts: &mut [Builder],
    valid: &mut NullBufferBuilder,
) -> Result<(), RowError> {
    let Some(object) = value.read(Row::object)? else {
        parts.iter_mut().for_each(Builder::append_null);
        valid.append_null();
        return Ok(());
    };
    let mut members = object.members();
    for part in parts {
        let member = members.next();
        part.append(member.ok_or(RowError::payload(Reason::NotNull, 0))?)?;
    }
    valid.append_non_null();
    Ok(())
}

fn read<'m, T>(
    value: Nested<'m>,
    convert: impl FnOnce(Row<'m>, Column) -> Result<Option<T>, RowError>,
) -> Result<Option<T>, RowError> {
    value.read(|row, column, _| convert(row, column))
}

fn text(json: Json<'_>) -> Result<&str, RowError> {
    std::str::from_utf8(json.0).map_err(|_| RowError::payload(Reason::Utf8, 0))
}

fn unknown(data_type: &DataType) -> ArrowError {
    ArrowError::SchemaError(format!("no column of a spool has type {data_type}"))
}
