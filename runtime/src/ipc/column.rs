//! A column that grows, value by value (Arrow's columnar format, 1.4).

use crate::error::RowError;
use crate::row::{Column, Nested, Row, Type};
use crate::value::{Date, Json, Time, TimeFormat, Timestamp, TimestampNanos};

/// A column that grows. A row can be taken back.
#[derive(Debug)]
pub(super) struct Growing {
    data_type: Type,
    valid: Bits,
    values: Values,
}

/// What a column holds beside which values are NULL.
#[derive(Debug)]
enum Values {
    Bits(Bits),
    /// So many bytes each.
    Fixed(usize, Vec<u8>),
    /// Where each value ends, and the bytes of all.
    Variable(Vec<i32>, Vec<u8>),
    /// The parts of a STRUCT.
    Parts(Vec<Growing>),
    /// Where each array ends, and the elements of all.
    Elements(Vec<i32>, Box<Growing>),
}

/// Bits, the first the lowest.
#[derive(Debug, Default)]
struct Bits {
    bytes: Vec<u8>,
    length: usize,
}

impl Bits {
    fn push(&mut self, bit: bool) {
        if self.length.is_multiple_of(8) {
            self.bytes.push(0);
        }
        let last = self.bytes.last_mut().expect("a byte was added");
        *last |= u8::from(bit) << (self.length % 8);
        self.length += 1;
    }

    fn truncate(&mut self, length: usize) {
        self.length = length;
        self.bytes.truncate(length.div_ceil(8));
        if !length.is_multiple_of(8)
            && let Some(last) = self.bytes.last_mut()
        {
            *last &= !(u8::MAX << (length % 8));
        }
    }

    fn unset(&self) -> usize {
        let set: u32 = self.bytes.iter().map(|byte| byte.count_ones()).sum();
        self.length - set as usize
    }
}

/// What the body of a batch is made of.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Rows and NULLs of each column and part.
    pub(super) nodes: Vec<[i64; 2]>,
    /// Where each buffer stands in the body, and its length.
    pub(super) buffers: Vec<[i64; 2]>,
    /// The buffers, each aligned.
    pub(super) bytes: Vec<u8>,
}

/// What buffers are aligned to, in bytes: as the format recommends.
pub(super) const ALIGNMENT: usize = 64;

impl Body {
    fn add(&mut self, bytes: &[u8]) {
        let place = [self.bytes.len(), bytes.len()].map(long);
        self.buffers.push(place);
        self.bytes.extend_from_slice(bytes);
        let aligned = self.bytes.len().next_multiple_of(ALIGNMENT);
        self.bytes.resize(aligned, 0);
    }

    fn add_ends(&mut self, ends: &[i32]) {
        let offsets = [0].into_iter().chain(ends.iter().copied());
        let bytes: Vec<u8> = offsets.flat_map(i32::to_le_bytes).collect();
        self.add(&bytes);
    }
}

pub(super) fn long(number: usize) -> i64 {
    i64::try_from(number).expect("a batch is far shorter than that")
}

impl Growing {
    /// An empty column of a type.
    pub(super) fn new(data_type: &Type) -> Self {
        let values = match *data_type {
            Type::Boolean => Values::Bits(Bits::default()),
            Type::Int8 | Type::UInt8 => Values::Fixed(1, Vec::new()),
            Type::Int16 | Type::UInt16 => Values::Fixed(2, Vec::new()),
            Type::Int32 | Type::UInt32 | Type::Float32 | Type::Date => Values::Fixed(4, Vec::new()),
            Type::Int64 | Type::UInt64 | Type::Float64 | Type::Timestamp(_) | Type::Time => {
                Values::Fixed(8, Vec::new())
            }
            Type::Decimal(..) => Values::Fixed(16, Vec::new()),
            Type::Text | Type::Bytes | Type::Interval | Type::Json => {
                Values::Variable(Vec::new(), Vec::new())
            }
            Type::Struct(fields) => {
                let parts = fields.iter().map(|(_, data_type)| Self::new(data_type));
                Values::Parts(parts.collect())
            }
            Type::Array(element) => Values::Elements(Vec::new(), Box::new(Self::new(element))),
        };
        Self {
            data_type: *data_type,
            valid: Bits::default(),
            values,
        }
    }

    /// Appends a value, or NULL. After an error the column is to be truncated.
    pub(super) fn push(&mut self, value: Nested<'_>) -> Result<(), RowError> {
        match self.data_type {
            Type::Boolean => {
                let value = read(value, Row::boolean)?;
                self.push_bit(value);
            }
            Type::Int8 => self.fixed(read(value, Row::integer)?.map(i8::to_le_bytes)),
            Type::Int16 => self.fixed(read(value, Row::integer)?.map(i16::to_le_bytes)),
            Type::Int32 => self.fixed(read(value, Row::integer)?.map(i32::to_le_bytes)),
            Type::Int64 => self.fixed(read(value, Row::integer)?.map(i64::to_le_bytes)),
            Type::UInt8 => self.fixed(read(value, Row::integer)?.map(u8::to_le_bytes)),
            Type::UInt16 => self.fixed(read(value, Row::integer)?.map(u16::to_le_bytes)),
            Type::UInt32 => self.fixed(read(value, Row::integer)?.map(u32::to_le_bytes)),
            Type::UInt64 => self.fixed(read(value, Row::integer)?.map(u64::to_le_bytes)),
            Type::Float32 => self.fixed(read(value, Row::float32)?.map(f32::to_le_bytes)),
            Type::Float64 => self.fixed(read(value, Row::float64)?.map(f64::to_le_bytes)),
            Type::Decimal(precision, scale) => {
                let value = read(value, |row, at| row.decimal_digits(at, precision, scale))?;
                self.fixed(value.map(i128::to_le_bytes));
            }
            Type::Text | Type::Interval => self.variable(text(value, self.data_type)?),
            Type::Bytes => self.variable(read(value, Row::bytes)?),
            Type::Json => self.variable(read(value, Row::json)?.map(|Json(text)| text)),
            Type::Timestamp(9) => {
                let value = value.read(Row::timestamp_nanos)?;
                self.fixed(value.map(|TimestampNanos(nanos)| nanos.to_le_bytes()));
            }
            Type::Timestamp(digits) => {
                let value = value.read(|row, at, format| row.timestamp(at, format, digits))?;
                self.fixed(value.map(|Timestamp(micros)| micros.to_le_bytes()));
            }
            Type::Date => {
                let value = read(value, Row::date)?;
                self.fixed(value.map(|Date(days)| days.to_le_bytes()));
            }
            Type::Time => {
                let value = read(value, Row::time)?;
                self.fixed(value.map(|Time(micros)| micros.to_le_bytes()));
            }
            Type::Struct(fields) => self.push_struct(value.read(Row::object)?, fields)?,
            Type::Array(_) => self.push_array(value.read(Row::array)?)?,
        }
        Ok(())
    }

    fn push_bit(&mut self, value: Option<bool>) {
        let Values::Bits(bits) = &mut self.values else {
            unreachable!("a BOOLEAN is a bit");
        };
        bits.push(value.unwrap_or(false));
        self.valid.push(value.is_some());
    }

    fn fixed<const N: usize>(&mut self, value: Option<[u8; N]>) {
        let Values::Fixed(width, bytes) = &mut self.values else {
            unreachable!("values of this type have a width");
        };
        assert_eq!(*width, N, "the width is the type's");
        bytes.extend_from_slice(&value.unwrap_or([0; N]));
        self.valid.push(value.is_some());
    }

    fn variable(&mut self, value: Option<&[u8]>) {
        let Values::Variable(ends, bytes) = &mut self.values else {
            unreachable!("values of this type have no width");
        };
        bytes.extend_from_slice(value.unwrap_or_default());
        ends.push(end(bytes.len()));
        self.valid.push(value.is_some());
    }

    fn push_struct(
        &mut self,
        object: Option<Nested<'_>>,
        fields: &[(&'static str, Type)],
    ) -> Result<(), RowError> {
        let Values::Parts(parts) = &mut self.values else {
            unreachable!("a STRUCT has parts");
        };
        for (part, (name, _)) in parts.iter_mut().zip(fields) {
            match object {
                Some(object) => part.push(object.field(name))?,
                None => part.push_null(),
            }
        }
        self.valid.push(object.is_some());
        Ok(())
    }

    fn push_array(&mut self, array: Option<Nested<'_>>) -> Result<(), RowError> {
        let Values::Elements(ends, elements) = &mut self.values else {
            unreachable!("an array has elements");
        };
        for element in array.into_iter().flat_map(Nested::elements) {
            elements.push(element)?;
        }
        ends.push(end(elements.valid.length));
        self.valid.push(array.is_some());
        Ok(())
    }

    fn push_null(&mut self) {
        match &mut self.values {
            Values::Bits(bits) => bits.push(false),
            Values::Fixed(width, bytes) => bytes.resize(bytes.len() + *width, 0),
            Values::Variable(ends, bytes) => ends.push(end(bytes.len())),
            Values::Parts(parts) => parts.iter_mut().for_each(Self::push_null),
            Values::Elements(ends, elements) => ends.push(end(elements.valid.length)),
        }
        self.valid.push(false);
    }

    /// Takes back all values behind the first `length`, also where the last one came in part.
    pub(super) fn truncate(&mut self, length: usize) {
        let behind = |ends: &[i32]| match length.checked_sub(1) {
            Some(last) => usize::try_from(ends[last]).expect("no offset is below 0"),
            None => 0,
        };
        match &mut self.values {
            Values::Bits(bits) => bits.truncate(length),
            Values::Fixed(width, bytes) => bytes.truncate(length * *width),
            Values::Variable(ends, bytes) => {
                bytes.truncate(behind(ends));
                ends.truncate(length);
            }
            Values::Parts(parts) => parts.iter_mut().for_each(|part| part.truncate(length)),
            Values::Elements(ends, elements) => {
                elements.truncate(behind(ends));
                ends.truncate(length);
            }
        }
        self.valid.truncate(length);
    }

    /// How many bytes its values take, but for which of them are NULL.
    pub(super) fn bytes(&self) -> usize {
        match &self.values {
            Values::Bits(bits) => bits.bytes.len(),
            Values::Fixed(_, bytes) => bytes.len(),
            Values::Variable(ends, bytes) => size_of_val(ends.as_slice()) + bytes.len(),
            Values::Parts(parts) => parts.iter().map(Self::bytes).sum(),
            Values::Elements(ends, elements) => size_of_val(ends.as_slice()) + elements.bytes(),
        }
    }

    /// Adds the column to a batch's body.
    pub(super) fn write(&self, body: &mut Body) {
        let (rows, nulls) = (self.valid.length, self.valid.unset());
        body.nodes.push([rows, nulls].map(long));
        // which values are there need not be said where all are
        body.add(if nulls == 0 { &[] } else { &self.valid.bytes });
        match &self.values {
            Values::Bits(bits) => body.add(&bits.bytes),
            Values::Fixed(_, bytes) => body.add(bytes),
            Values::Variable(ends, bytes) => {
                body.add_ends(ends);
                body.add(bytes);
            }
            Values::Parts(parts) => parts.iter().for_each(|part| part.write(body)),
            Values::Elements(ends, elements) => {
                body.add_ends(ends);
                elements.write(body);
            }
        }
    }
}

fn end(length: usize) -> i32 {
    i32::try_from(length).expect("a batch is far shorter than 2 GiB")
}

/// A value that is kept as text; an INTERVAL as PostgreSQL writes it.
fn text(value: Nested<'_>, data_type: Type) -> Result<Option<&[u8]>, RowError> {
    if data_type != Type::Interval {
        return Ok(read(value, Row::text)?.map(str::as_bytes));
    }
    value.read(|row, at, _| {
        let interval = row.interval(at)?;
        let text = interval.map(|interval| crate::operator::cast_text(interval, row.arena));
        Ok(text.map(str::as_bytes))
    })
}

fn read<'m, T>(
    value: Nested<'m>,
    convert: impl FnOnce(Row<'m>, Column) -> Result<Option<T>, RowError>,
) -> Result<Option<T>, RowError> {
    value.read(|row, column, _: TimeFormat| convert(row, column))
}
