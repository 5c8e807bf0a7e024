//! All that generated code names: one `use` brings it in.
//!
//! Generated code is written against this module and nothing else of the crate but
//! [`crate::spec`] and [`crate::program::boxed`].

pub use crate::decode::{avro, json};
pub use crate::encode::{Encode, Out, RowWriter, segment, topic_part};
pub use crate::error::{At, Place, Reason, RowError};
pub use crate::function;
pub use crate::operator::{
    add, add_decimals, add_times, cast, cast_bytes, cast_decimal, cast_json, cast_text,
    cast_timestamp, cast_timestamp_nanos, concat_bytes, concat_text, divide, divide_decimals,
    divide_interval, ilike, json_at, json_text_at, like, modulo, modulo_decimals, multiply,
    multiply_decimals, multiply_interval, negate, negate_interval, shift_left, shift_right,
    subtract, subtract_decimals, subtract_times,
};
pub use crate::program::{Outcome, Table, TypedTable, matched};
pub use crate::row::{Column, Nested, Required, Row, Type};
pub use crate::value::{
    Date, Decimal, Interval, Json, Time, TimeFormat, TimeItem, Timestamp, TimestampNanos,
    TimestampText, Verbatim,
};
