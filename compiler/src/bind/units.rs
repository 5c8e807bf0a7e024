//! Ways out where an instant, a length of time or a bare number stands beside something else: what
//! a number counts is never guessed.

use super::Binder;
use super::coerce::Operand;
use crate::types::DataType;

/// What a value measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    /// TIMESTAMP and DATE
    Instant,
    /// TIME
    TimeOfDay,
    /// INTERVAL
    Length,
    /// A number as written.
    Constant,
    /// Any other number.
    Number,
}

impl Binder<'_> {
    /// How to compare two operands of which one has to do with time.
    pub(super) fn units_help(&self, left: &Operand, right: &Operand) -> Option<String> {
        self.unit_help(left, right)
            .or_else(|| self.unit_help(right, left))
    }

    /// The same, if `operand` is the one that has to be written in another way.
    fn unit_help(&self, operand: &Operand, other: &Operand) -> Option<String> {
        let name = self.snippet(operand.span());
        match (unit(operand)?, unit(other)?) {
            (Unit::Constant, Unit::Instant) => {
                Some("compare with an instant in quotes: `'2024-05-01T12:00:00Z'`".to_owned())
            }
            (Unit::Number, Unit::Instant) => Some(format!(
                "say what the number counts: declare `{name} TIMESTAMP FORMAT 'unix_s'`, or \
                 `'unix_ms'` …, or write `to_timestamp_seconds({name})`, `to_timestamp_millis(…)` …"
            )),
            (Unit::Length, Unit::Instant) => Some(format!(
                "compare with an instant, that long ago: `now() - {name}`"
            )),
            (Unit::Constant | Unit::Number, Unit::Length) => {
                Some("say of what: `INTERVAL '5 seconds'`".to_owned())
            }
            (Unit::Constant | Unit::Number, Unit::TimeOfDay) => {
                Some("compare with a time in quotes: `'12:30:00'`".to_owned())
            }
            (Unit::Instant, Unit::TimeOfDay) => Some(format!(
                "to compare times of day, write `CAST({name} AS TIME)`"
            )),
            (
                Unit::Instant | Unit::TimeOfDay | Unit::Length | Unit::Constant | Unit::Number,
                Unit::Instant | Unit::TimeOfDay | Unit::Length | Unit::Constant | Unit::Number,
            ) => None,
        }
    }
}

fn unit(operand: &Operand) -> Option<Unit> {
    let data_type = match operand {
        Operand::Literal(_) => return operand.is_number().then_some(Unit::Constant),
        Operand::Typed(expr) => expr.data_type,
    };
    match data_type {
        DataType::Timestamp(_) | DataType::Date => Some(Unit::Instant),
        DataType::Time => Some(Unit::TimeOfDay),
        DataType::Interval => Some(Unit::Length),
        DataType::Integer(_) | DataType::Float32 | DataType::Float64 | DataType::Decimal { .. } => {
            Some(Unit::Number)
        }
        DataType::Boolean
        | DataType::Text
        | DataType::Bytes
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => None,
    }
}
