//! Columns as their tables declare them, read by what is known of them as data: what generated
//! code does for the columns that queries need.

use super::nested::{copied, without_message};
use super::{Column, Nested, Row, Type};
use crate::decode::json::{Cell, Kind, Walk};
use crate::encode::Encode;
use crate::error::{Reason, RowError};
use crate::operator::cast_text;
use crate::spec::{Constant, DeclaredColumn, Form, Metadata};
use crate::value::{Date, Interval, Time, TimeFormat, Timestamp, TimestampNanos, text};

const DAY_US: i64 = 86_400_000_000;

impl<'m> Row<'m> {
    /// The value of a column that is in the row's slot `column.slot`: the cell as it is to be
    /// read, its default where it is missing.
    ///
    /// # Errors
    /// Where a NOT NULL column has none, and where the value is not of the column's form.
    pub(crate) fn declared(
        self,
        column: Column,
        declared: &DeclaredColumn,
    ) -> Result<Nested<'m>, RowError> {
        if let Some(default) = declared.default
            && !self.has(column)
        {
            return Ok(self.constant(default, declared.data_type, column));
        }
        if declared.required {
            self.not_null(column)?;
        }
        let Some(form) = declared.form else {
            return Ok(self.at(self.cell(column), column, declared.format));
        };
        match form {
            Form::OnOff => {
                let value = self.on_off(column)?;
                Ok(self.made(value, column))
            }
            Form::Hex => {
                let value = self.hex(column)?;
                Ok(self.made(value, column))
            }
            Form::NumberOrString => {
                let text = self.read(column, |cell| self.numeric_text(cell))?;
                Ok(self.number_of(text, column))
            }
        }
    }

    /// The value of a column that comes with the message.
    ///
    /// # Errors
    /// Where a NOT NULL column has none.
    pub(crate) fn declared_metadata(
        self,
        metadata: Metadata,
        column: Column,
        declared: &DeclaredColumn,
    ) -> Result<Nested<'m>, RowError> {
        let value = self.metadata(metadata, column, declared);
        if declared.required && value.cell.kind.is_null() {
            return Err(RowError::column(Reason::NotNull, column.index, 0));
        }
        Ok(value)
    }

    fn metadata(self, metadata: Metadata, column: Column, declared: &DeclaredColumn) -> Nested<'m> {
        let of_type = &declared.data_type;
        let text = |text: Option<&'m str>| self.made(text, column);
        match metadata {
            Metadata::Topic => text(Some(self.topic())),
            Metadata::TopicLevel(level) => {
                self.or_default(self.topic_level(level), column, declared)
            }
            Metadata::ContentType => self.or_default(self.content_type(), column, declared),
            Metadata::ResponseTopic => self.or_default(self.response_topic(), column, declared),
            Metadata::UserProperty(name) => {
                self.or_default(self.user_property(name), column, declared)
            }
            Metadata::Qos if is_text(of_type) => text(Some(cast_text(self.qos(), self.arena))),
            Metadata::Qos => self.made(Some(self.qos()), column),
            Metadata::Retain if is_text(of_type) => {
                text(Some(cast_text(self.retain(), self.arena)))
            }
            Metadata::Retain => self.made(Some(self.retain()), column),
            Metadata::Duplicate if is_text(of_type) => {
                text(Some(cast_text(self.duplicate(), self.arena)))
            }
            Metadata::Duplicate => self.made(Some(self.duplicate()), column),
            Metadata::ReceivedAt => self.received(column, of_type),
            Metadata::CorrelationData if is_text(of_type) => {
                let data = self.correlation_data();
                let data = data.map(|data| cast_text(data, self.arena));
                self.or_default(data, column, declared)
            }
            Metadata::CorrelationData => self.or_default(self.correlation_data(), column, declared),
            Metadata::MessageExpiryInterval if is_text(of_type) => {
                let seconds = self.message_expiry_interval();
                let seconds = seconds.map(|seconds| cast_text(seconds, self.arena));
                self.or_default(seconds, column, declared)
            }
            Metadata::MessageExpiryInterval => {
                self.or_default(self.message_expiry_interval(), column, declared)
            }
        }
    }

    /// The time of receipt as what it can be cast to.
    fn received(self, column: Column, of_type: &Type) -> Nested<'m> {
        let received = self.received_at();
        if is_text(of_type) {
            return self.made(Some(cast_text(received, self.arena)), column);
        }
        if matches!(of_type, Type::Date) {
            let days = received.0.div_euclid(DAY_US);
            let date = i32::try_from(days).ok().map(Date);
            return self.made(date, column);
        }
        if matches!(of_type, Type::Time) {
            return self.made(Some(Time(received.0.rem_euclid(DAY_US))), column);
        }
        self.made(Some(received), column)
    }

    fn or_default(
        self,
        value: Option<impl Encode>,
        column: Column,
        declared: &DeclaredColumn,
    ) -> Nested<'m> {
        match (value, declared.default) {
            (None, Some(default)) => self.constant(default, declared.data_type, column),
            (value, _) => self.made(value, column),
        }
    }

    /// A constant of a type.
    fn constant(self, constant: Constant, of_type: Type, column: Column) -> Nested<'m> {
        let mut json = Vec::new();
        match constant {
            Constant::Boolean(value) => value.encode(&mut json),
            Constant::Integer(value) => json.extend(value.to_string().bytes()),
            Constant::Float32(value) => value.encode(&mut json),
            Constant::Float64(value) => value.encode(&mut json),
            Constant::Decimal(value) => {
                let scale = if let Type::Decimal(_, scale) = of_type {
                    scale
                } else {
                    0
                };
                json.extend_from_slice(text::decimal(value, scale).as_bytes());
            }
            Constant::Text(value) => value.encode(&mut json),
            Constant::Json(value) => json.extend_from_slice(value.as_bytes()),
            Constant::Bytes(value) => value.encode(&mut json),
            Constant::Timestamp(value) if of_type == Type::Timestamp(9) => {
                TimestampNanos(value).encode(&mut json);
            }
            Constant::Timestamp(value) => Timestamp(value).encode(&mut json),
            Constant::Date(value) => Date(value).encode(&mut json),
            Constant::Time(value) => Time(value).encode(&mut json),
            Constant::Interval(months, days, micros) => {
                let interval = Interval {
                    months,
                    days,
                    micros,
                };
                interval.encode(&mut json);
            }
        }
        self.of_json(&json, column)
    }

    /// A value that was made, as JSON; NULL as a missing one.
    fn made(self, value: Option<impl Encode>, column: Column) -> Nested<'m> {
        let Some(value) = value else {
            return self.at(Cell::default(), column, TimeFormat::Rfc3339);
        };
        let mut text = Vec::new();
        value.encode(&mut text);
        self.of_json(&text, column)
    }

    /// A JSON value that is known to be one.
    fn of_json(self, json: &[u8], column: Column) -> Nested<'m> {
        let text = copied(json, self.arena);
        Nested {
            row: without_message(text, self.arena),
            cell: Walk::whole(text.bytes()),
            column: column.index,
            format: TimeFormat::Rfc3339,
        }
    }

    /// A number from its text, which need not be written as JSON does.
    fn number_of(self, text: Option<&[u8]>, column: Column) -> Nested<'m> {
        let Some(text) = text else {
            return self.at(Cell::default(), column, TimeFormat::Rfc3339);
        };
        let text = copied(text, self.arena);
        Nested {
            row: without_message(text, self.arena),
            cell: Cell {
                kind: Kind::Number,
                len: u32::try_from(text.len()).expect("a message is no longer than 4 GiB"),
                ..Cell::default()
            },
            column: column.index,
            format: TimeFormat::Rfc3339,
        }
    }

    /// A text that is the whole payload.
    pub(crate) fn payload_as_text(self, column: Column) -> Result<Nested<'m>, RowError> {
        Ok(self.made(Some(self.payload_text()?), column))
    }

    /// Bytes that are the whole payload.
    pub(crate) fn payload_as_bytes(self, column: Column) -> Nested<'m> {
        self.made(Some(self.payload()), column)
    }

    fn at(self, cell: Cell, column: Column, format: TimeFormat) -> Nested<'m> {
        Nested {
            row: self,
            cell,
            column: column.index,
            format,
        }
    }
}

fn is_text(data_type: &Type) -> bool {
    matches!(data_type, Type::Text)
}
