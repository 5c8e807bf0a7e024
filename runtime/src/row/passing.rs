//! Passing the sender's own text through to the output, once it is known to be a value of the
//! column: what dialect and output format allow for integers, doubles and canonical timestamps.

use super::{Column, Row};
use crate::decode::json::{Cell, Kind};
use crate::error::{Reason, RowError};
use crate::value::number;
use crate::value::text::{self, Text};
use crate::value::{Integer, TimeFormat, TimestampText, Verbatim};

/// A number of at most this many bytes and without exponent is far below the greatest double.
const SURELY_FINITE: usize = 300;

impl<'m> Row<'m> {
    /// The text of an integer that is in the range of `T`.
    pub fn integer_text<T: Integer>(
        self,
        column: Column,
    ) -> Result<Option<Verbatim<'m>>, RowError> {
        self.read(column, |cell| {
            let digits = self.integer_digits(cell)?;
            match number::integer::<T>(digits) {
                Some(_) => Ok(Verbatim(digits)),
                None => Err(Reason::OutOfRange),
            }
        })
    }

    /// The text of a number that is in the range of DOUBLE.
    pub fn float64_text(self, column: Column) -> Result<Option<Verbatim<'m>>, RowError> {
        self.read(column, |cell| {
            let text = self.number(cell)?;
            if in_double_range(text) {
                Ok(Verbatim(text))
            } else {
                Err(Reason::OutOfRange)
            }
        })
    }

    /// A DECIMAL as it is written, in the arena.
    pub(super) fn decimal_text(
        self,
        column: Column,
        precision: u8,
        scale: u8,
    ) -> Result<Option<Verbatim<'m>>, RowError> {
        self.read(column, |cell| {
            let parts = self.number_or_text(cell, Reason::WrongKind)?;
            let value = number::decimal(&parts, precision, scale)?;
            let text = text::decimal(value, scale);
            Ok(Verbatim(self.arena.alloc_slice_copy(text.as_bytes())))
        })
    }

    /// A TIMESTAMP: its text where that is canonical, else the value.
    pub fn timestamp_text(
        self,
        column: Column,
        format: TimeFormat,
        digits: u8,
    ) -> Result<Option<TimestampText<'m>>, RowError> {
        self.read(column, |cell| {
            let value = self.cell_timestamp(cell, format, digits)?;
            Ok(self
                .canonical(cell, || text::timestamp(value))
                .unwrap_or(TimestampText::Micros(value)))
        })
    }

    /// The same of a TIMESTAMP(9).
    pub fn timestamp_nanos_text(
        self,
        column: Column,
        format: TimeFormat,
    ) -> Result<Option<TimestampText<'m>>, RowError> {
        self.read(column, |cell| {
            let value = self.cell_timestamp_nanos(cell, format)?;
            Ok(self
                .canonical(cell, || text::timestamp_nanos(value))
                .unwrap_or(TimestampText::Nanos(value)))
        })
    }

    /// The string of `cell` if it is what would be printed.
    fn canonical(self, cell: Cell, print: impl FnOnce() -> Text) -> Option<TimestampText<'m>> {
        if cell.kind != Kind::String {
            return None;
        }
        let sent = cell.inner(self.text.bytes());
        (sent == print().as_bytes()).then_some(TimestampText::Canonical(sent))
    }
}

fn in_double_range(text: &[u8]) -> bool {
    let has_exponent = || memchr::memchr2(b'e', b'E', text).is_some();
    (text.len() <= SURELY_FINITE && !has_exponent()) || number::float64(text).is_finite()
}
