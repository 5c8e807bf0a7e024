//! Values of any type as JSON text, which is how columns of type JSON, STRUCT and arrays hold
//! them.
//!
//! Numbers, booleans and null are JSON's. Bytes are Base64, decimals number text with all digits
//! of their scale, enums their symbols, timestamps RFC 3339, dates and times ISO 8601, all as the
//! encoder of rows writes them. Records and maps are objects. A union of null and one other type
//! is written as the value is; other unions as Avro's JSON encoding does: null plainly, any other
//! value as an object with the branch's name for its only key.

use super::logical::within;
use super::skip::{Block, opened};
use super::types::{Type, is_nullable};
use super::{MAX_EMPTY_ITEMS, MAX_TEXT, Reader};
use crate::encode::Encode;
use crate::error::Reason;
use crate::row::Nested;
use crate::value::{Json, text};

/// What a text has room for at first, at most.
const FIRST_BYTES: usize = 1 << 12;

impl<'m> Reader<'m> {
    /// A value of any type as JSON; `null` where it is null.
    ///
    /// # Errors
    /// [`Reason::Utf8`] of a string, [`Reason::OutOfRange`] of a float that is no number and of
    /// what the type of SQL has no room for, [`Reason::Depth`] of more than 128 levels,
    /// [`Reason::TooLong`] of a text of more than 16 MiB or more than 1024 array items without
    /// any bytes.
    pub fn json(&mut self, value: &Type) -> Result<Json<'m>, Reason> {
        let text = self.written(value)?;
        Ok(Json(self.arena.alloc_slice_copy(&text)))
    }

    /// The same; None where it is null.
    ///
    /// # Errors
    /// As [`Reader::json`].
    pub fn json_or_null(&mut self, value: &Type) -> Result<Option<Json<'m>>, Reason> {
        let json = self.json(value)?;
        Ok(Some(json).filter(|json| json.0 != b"null"))
    }

    /// The same as a value of type STRUCT or an array of the column with this index; None where
    /// it is null. Its timestamps are RFC 3339.
    ///
    /// # Errors
    /// As [`Reader::json`].
    ///
    /// # Panics
    /// Where `value` is the type of another column than of STRUCT or an array.
    pub fn nested(&mut self, value: &Type, column: u16) -> Result<Option<Nested<'m>>, Reason> {
        let written = self.written(value)?;
        if written == b"null" {
            return Ok(None);
        }
        Ok(Some(Nested::made(&written, column, self.arena)))
    }

    #[inline(never)]
    fn written(&mut self, value: &Type) -> Result<Vec<u8>, Reason> {
        let mut writer = Writer {
            out: Vec::with_capacity(FIRST_BYTES.min(2 * self.left() + 64)),
            reader: self,
            empty_items: 0,
        };
        writer.value(value, 0)?;
        Ok(writer.out)
    }
}

/// A value on its way.
struct Writer<'r, 'm> {
    reader: &'r mut Reader<'m>,
    out: Vec<u8>,
    /// Array items so far that took no bytes.
    empty_items: u64,
}

impl Writer<'_, '_> {
    /// Writes a value that has `depth` open ones around it.
    fn value(&mut self, value: &Type, depth: usize) -> Result<(), Reason> {
        match *value {
            Type::Array(item) => self.array(item, opened(depth)?),
            Type::Map(value) => self.map(value, opened(depth)?),
            Type::Record(fields) => self.record(fields, opened(depth)?),
            Type::Union(branches) => self.union(branches, depth),
            Type::Of(value) => self.value(value, depth),
            Type::Decimal { precision, scale } => {
                self.decimal(Reader::bytes, precision, scale)?;
                self.within_limit()
            }
            Type::FixedDecimal {
                size,
                precision,
                scale,
            } => {
                self.decimal(|reader| reader.fixed(size), precision, scale)?;
                self.within_limit()
            }
            Type::Null => self.put(None::<bool>),
            Type::Boolean => self.scalar(Reader::boolean),
            Type::Int => self.scalar(Reader::int),
            Type::Long => self.scalar(Reader::long),
            Type::Float => self.scalar(Reader::float),
            Type::Double => self.scalar(Reader::double),
            Type::Bytes => self.scalar(Reader::bytes),
            Type::String => self.scalar(Reader::string),
            Type::Fixed(size) => self.scalar(|reader| reader.fixed(size)),
            Type::Enum(symbols) => self.scalar(|reader| reader.symbol(symbols)),
            Type::Date => self.scalar(Reader::date),
            Type::TimeMillis => self.scalar(Reader::time_millis),
            Type::TimeMicros => self.scalar(Reader::time_micros),
            Type::TimestampMillis => self.scalar(Reader::timestamp_millis),
            Type::TimestampMicros => self.scalar(Reader::timestamp_micros),
            Type::TimestampNanos => self.scalar(Reader::timestamp_nanos),
            Type::FixedUuid => self.scalar(Reader::fixed_uuid),
        }
    }
}

impl<'m> Writer<'_, 'm> {
    fn scalar<T: Encode>(
        &mut self,
        read: impl FnOnce(&mut Reader<'m>) -> Result<T, Reason>,
    ) -> Result<(), Reason> {
        let value = read(self.reader)?;
        self.put(value)
    }

    fn put(&mut self, value: impl Encode) -> Result<(), Reason> {
        value.encode(&mut self.out);
        self.within_limit()
    }

    fn within_limit(&self) -> Result<(), Reason> {
        if self.out.len() <= MAX_TEXT {
            Ok(())
        } else {
            Err(Reason::TooLong)
        }
    }

    fn decimal(
        &mut self,
        read: impl FnOnce(&mut Reader<'m>) -> Result<&'m [u8], Reason>,
        precision: u8,
        scale: u8,
    ) -> Result<(), Reason> {
        let unscaled = self
            .reader
            .converted(read, |unscaled| within(precision, unscaled))?;
        let text = text::decimal(unscaled, scale);
        self.out.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn record(&mut self, fields: &[(&str, Type)], depth: usize) -> Result<(), Reason> {
        self.out.push(b'{');
        for (index, (name, value)) in fields.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            self.member(name, value, depth)?;
        }
        self.close(b'}')
    }

    fn member(&mut self, name: &str, value: &Type, depth: usize) -> Result<(), Reason> {
        self.put(name)?;
        self.out.push(b':');
        self.value(value, depth)
    }

    fn close(&mut self, bracket: u8) -> Result<(), Reason> {
        self.out.push(bracket);
        self.within_limit()
    }

    fn union(&mut self, branches: &[(&'static str, Type)], depth: usize) -> Result<(), Reason> {
        let (name, branch) = self.reader.branch_of(branches)?;
        if is_nullable(branches) || matches!(branch, Type::Null) {
            return self.value(branch, depth);
        }
        let depth = opened(depth)?;
        self.out.push(b'{');
        self.member(name, branch, depth)?;
        self.close(b'}')
    }

    fn array(&mut self, item: &Type, depth: usize) -> Result<(), Reason> {
        self.out.push(b'[');
        let mut first = true;
        self.blocks(|writer, count| {
            for index in 0..count {
                if !std::mem::take(&mut first) {
                    writer.out.push(b',');
                }
                let left = writer.reader.left();
                writer.value(item, depth)?;
                if index > 0 {
                    continue;
                }
                // as in skipping: all items of a type take bytes, or none
                if writer.reader.left() < left {
                    writer.reader.enough(count - 1)?;
                } else {
                    writer.empty_items(count)?;
                }
            }
            Ok(())
        })?;
        self.close(b']')
    }

    fn map(&mut self, value: &Type, depth: usize) -> Result<(), Reason> {
        self.out.push(b'{');
        let mut first = true;
        self.blocks(|writer, count| {
            writer.reader.enough(count)?;
            for _ in 0..count {
                if !std::mem::take(&mut first) {
                    writer.out.push(b',');
                }
                let key = writer.reader.string()?;
                writer.member(key, value, depth)?;
            }
            Ok(())
        })?;
        self.close(b'}')
    }

    /// Has `items` write so many items, block by block.
    fn blocks(
        &mut self,
        mut items: impl FnMut(&mut Self, u64) -> Result<(), Reason>,
    ) -> Result<(), Reason> {
        while let Some(Block { count, size }) = self.reader.block()? {
            let left = self.reader.left();
            items(self, count)?;
            // whoever skips the block believes its size
            if size.is_some_and(|size| size != left - self.reader.left()) {
                return Err(Reason::Avro);
            }
        }
        Ok(())
    }

    fn empty_items(&mut self, count: u64) -> Result<(), Reason> {
        self.empty_items = self.empty_items.saturating_add(count);
        if self.empty_items <= MAX_EMPTY_ITEMS {
            Ok(())
        } else {
            Err(Reason::TooLong)
        }
    }
}
