//! Casts.

use super::{Expression, Generator};
use crate::types::{TYPES, never_drawn, postgres};
use crate::{facts, values};
use laminarc::types::cast::cast_kind;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

impl Generator<'_> {
    pub(super) fn cast(&mut self, to: DataType, depth: usize) -> Expression {
        let castable: Vec<DataType> = TYPES
            .iter()
            .copied()
            .filter(|&from| cast_kind(from, to).is_some())
            .collect();
        let from = *self.random.pick(&castable);
        let operand = self.expression(from, depth);
        let sql = &operand.laminar;
        let laminar = match self.random.below(6) {
            0 => format!("(({sql})::{to})"),
            1 => {
                let cast = cast_in_postgres(&Expression::new("", "$1", from), to);
                let (cast, null) = (values::quoted(&cast), facts::null_column(to));
                let sql = &operand.postgres;
                return Expression::new(
                    format!("TRY_CAST({} AS {to})", operand.laminar),
                    format!("attempt({cast}, {sql}, r.{null})"),
                    to,
                );
            }
            _ => format!("CAST({sql} AS {to})"),
        };
        Expression::new(laminar, cast_in_postgres(&operand, to), to)
    }
}

/// The cast as `PostgreSQL` has it, or what stands for it where it has none.
pub(super) fn cast_in_postgres(operand: &Expression, to: DataType) -> String {
    let (sql, from, name) = (&operand.postgres, operand.data_type, postgres(to));
    let plain = format!("CAST({sql} AS {name})");
    match to {
        DataType::Boolean if matches!(from, DataType::Integer(_)) => format!("({sql} <> 0)"),
        DataType::Integer(_) if from == DataType::Boolean => {
            format!("CAST(CAST({sql} AS int4) AS {name})")
        }
        DataType::Integer(IntegerType::UInt64) => match from {
            DataType::Float32 | DataType::Float64 => format!("float_to_ubigint({sql})"),
            DataType::Text => format!("text_to_ubigint({sql})"),
            _ => plain,
        },
        DataType::Float32 | DataType::Float64 | DataType::Decimal { .. }
            if from == DataType::Text =>
        {
            format!("finite(CAST(in_decimal({sql}) AS {name}))")
        }
        DataType::Timestamp(precision) => timestamp(operand, precision),
        DataType::Date if from == DataType::Text => format!("iso_date({sql})"),
        DataType::Time if from == DataType::Text => format!("iso_time({sql})"),
        DataType::Interval if from == DataType::Text => format!("strict_interval({sql})"),
        DataType::Text if matches!(from, DataType::Timestamp(_)) => format!("rfc3339({sql})"),
        // white space around it is left out
        DataType::Json if from == DataType::Text => {
            format!("CAST(btrim({sql}, E' \\t\\n\\r') AS json)")
        }
        DataType::Json if from != DataType::Json => format!("to_json({sql})"),
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json => plain,
        DataType::Struct(_) | DataType::Array(_) => never_drawn(to),
    }
}

fn timestamp(operand: &Expression, precision: TimestampPrecision) -> String {
    let sql = &operand.postgres;
    let value = match operand.data_type {
        DataType::Text => format!("iso_timestamp({sql})"),
        _ => format!("CAST({sql} AS timestamptz)"),
    };
    match precision {
        TimestampPrecision::Microseconds => value,
        TimestampPrecision::Nanoseconds => format!("in_nanoseconds({value})"),
        TimestampPrecision::Seconds | TimestampPrecision::Milliseconds => {
            format!("half_up({value}, {})", precision.digits())
        }
    }
}
