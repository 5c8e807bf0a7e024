//! Reading TIMESTAMP, DATE, TIME and INTERVAL columns.

use super::{Column, Converted, Row};
use crate::decode::json::{Cell, Kind};
use crate::error::{Reason, RowError};
use crate::value::interval::{self, Malformed};
use crate::value::number::Parts;
use crate::value::pattern::{self, TimeItem};
use crate::value::time::{self, Instant};
use crate::value::{Date, Interval, Time, TimeFormat, Timestamp, TimestampNanos};

impl<'m> Row<'m> {
    /// TIMESTAMP, rounded to `digits` (0, 3 or 6) behind the second.
    pub fn timestamp(
        self,
        column: Column,
        format: TimeFormat,
        digits: u8,
    ) -> Result<Option<Timestamp>, RowError> {
        self.read(column, |cell| self.cell_timestamp(cell, format, digits))
    }

    /// TIMESTAMP(9).
    pub fn timestamp_nanos(
        self,
        column: Column,
        format: TimeFormat,
    ) -> Result<Option<TimestampNanos>, RowError> {
        self.read(column, |cell| self.cell_timestamp_nanos(cell, format))
    }

    /// DATE: an ISO 8601 string, `YYYY-MM-DD`.
    pub fn date(self, column: Column) -> Result<Option<Date>, RowError> {
        self.read(column, |cell| {
            time::date(self.time_text(cell)?).ok_or(Reason::Time)
        })
    }

    /// TIME: an ISO 8601 string, `HH:MM[:SS[.fraction]]`, rounded to microseconds.
    pub fn time(self, column: Column) -> Result<Option<Time>, RowError> {
        self.read(column, |cell| time::time(self.time_text(cell)?))
    }

    /// INTERVAL: a string such as `1 day 02:03:04` or `P1DT2H`.
    pub fn interval(self, column: Column) -> Result<Option<Interval>, RowError> {
        self.read(column, |cell| {
            interval::parse(self.string(cell)?).map_err(|malformed| match malformed {
                Malformed::Syntax => Reason::Time,
                Malformed::Range => Reason::OutOfRange,
            })
        })
    }

    pub(super) fn cell_timestamp(
        self,
        cell: Cell,
        format: TimeFormat,
        digits: u8,
    ) -> Converted<Timestamp> {
        match format {
            TimeFormat::Rfc3339 => self.instant(cell)?.timestamp(digits),
            TimeFormat::Pattern(items) => self.by_pattern(cell, items)?.timestamp(digits),
            TimeFormat::UnixSeconds
            | TimeFormat::UnixMilliseconds
            | TimeFormat::UnixMicroseconds
            | TimeFormat::UnixNanoseconds => time::unix(&self.since_epoch(cell)?, format, digits),
        }
    }

    pub(super) fn cell_timestamp_nanos(
        self,
        cell: Cell,
        format: TimeFormat,
    ) -> Converted<TimestampNanos> {
        match format {
            TimeFormat::Rfc3339 => self.instant(cell)?.timestamp_nanos(),
            TimeFormat::Pattern(items) => self.by_pattern(cell, items)?.timestamp_nanos(),
            TimeFormat::UnixSeconds
            | TimeFormat::UnixMilliseconds
            | TimeFormat::UnixMicroseconds
            | TimeFormat::UnixNanoseconds => time::unix_nanos(&self.since_epoch(cell)?, format),
        }
    }

    fn instant(self, cell: Cell) -> Converted<Instant> {
        time::rfc3339(self.time_text(cell)?).ok_or(Reason::Time)
    }

    fn by_pattern(&self, cell: Cell, items: &[TimeItem]) -> Converted<Instant> {
        pattern::instant(items, self.time_text(cell)?).ok_or(Reason::Time)
    }

    /// The text of a time. A number here most likely needs a `unix_*` format.
    fn time_text(self, cell: Cell) -> Converted<&'m [u8]> {
        if cell.kind == Kind::Number {
            return Err(Reason::NumberAsTime);
        }
        self.string(cell).map(str::as_bytes)
    }

    /// A number, or the text of one.
    fn since_epoch(self, cell: Cell) -> Converted<Parts<'m>> {
        self.number_or_text(cell, Reason::Time)
    }
}
