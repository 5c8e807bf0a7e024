//! Constants, written in the ways that SQL has.

use super::cast::cast_in_postgres;
use super::{Expression, Generator};
use crate::facts;
use crate::types::postgres;
use crate::values;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

impl Generator<'_> {
    /// A constant that is of the type wherever it stands. `PostgreSQL` may not simplify with it:
    /// `fails OR true` would be true.
    pub fn constant(&mut self, data_type: DataType) -> Expression {
        let text = values::draw(data_type, self.random);
        let is_bare = self.random.chance(50);
        let (laminar, in_postgres) = match data_type {
            DataType::Boolean => (text.clone(), text),
            DataType::Date if is_bare => (format!("DATE '{text}'"), format!("DATE '{text}'")),
            DataType::Time if is_bare => (format!("TIME '{text}'"), format!("TIME '{text}'")),
            DataType::Timestamp(TimestampPrecision::Microseconds) if is_bare => (
                format!("TIMESTAMP '{text}'"),
                format!("timestamptz '{text}'"),
            ),
            DataType::Integer(_) | DataType::Float64 if is_bare => (
                format!("CAST({text} AS {data_type})"),
                format!("CAST('{text}' AS {})", postgres(data_type)),
            ),
            _ => {
                let quoted = values::quoted(&text);
                let value = Expression::same(format!("CAST({quoted} AS text)"), DataType::Text);
                (
                    format!("CAST({quoted} AS {data_type})"),
                    cast_in_postgres(&value, data_type),
                )
            }
        };
        Expression::new(laminar, format!("opaque({in_postgres})"), data_type)
    }

    /// NULL. `PostgreSQL` reads it from a column: beside a constant NULL it would not evaluate
    /// operands that fail.
    pub(super) fn null(data_type: DataType) -> Expression {
        let column = facts::null_column(data_type);
        Expression::new(
            format!("CAST(NULL AS {data_type})"),
            format!("r.{column}"),
            data_type,
        )
    }

    /// A literal without a type of its own, to stand beside something of type `other`; and the
    /// type that it has there.
    pub(super) fn untyped(&mut self, other: DataType) -> Expression {
        let mut text = values::draw(other, self.random);
        if self.random.chance(50) || !other.is_numeric() {
            // a text takes the other side's type
            let quoted = values::quoted(&text);
            let in_postgres = match other {
                // where a function or operator would take it for another type
                DataType::Text | DataType::Json | DataType::Bytes | DataType::Integer(_) => {
                    format!("opaque(CAST({quoted} AS {}))", postgres(other))
                }
                _ => quoted.clone(),
            };
            return Expression::new(quoted, in_postgres, other);
        }
        // without a point it would meet a REAL as an integer does
        if other == DataType::Float32 && number_type(&text) != DataType::Float64 {
            text.push_str(".0");
        }
        let data_type = match (other, number_type(&text)) {
            (DataType::Float32 | DataType::Float64 | DataType::Decimal { .. }, _) => other,
            (DataType::Integer(IntegerType::UInt64), _) if !text.starts_with('-') => other,
            (_, alone) => alone,
        };
        bare_number(&text, data_type)
    }
}

/// The type of a number that stands alone.
fn number_type(text: &str) -> DataType {
    if text.contains(['.', 'e', 'E']) {
        return DataType::Float64;
    }
    let value: i128 = text.parse().expect("an integer");
    let holds = |integer: &IntegerType| {
        let (least, greatest) = integer.range();
        (least..=greatest).contains(&value)
    };
    let integers = [IntegerType::Int32, IntegerType::Int64, IntegerType::UInt64];
    let smallest = integers.into_iter().find(holds);
    DataType::Integer(smallest.expect("integers are drawn from their types"))
}

/// A number as it stands, in `PostgreSQL` with the type that it has here.
fn bare_number(text: &str, data_type: DataType) -> Expression {
    let in_postgres = format!("opaque(CAST('{text}' AS {}))", postgres(data_type));
    // beside an operator, a sign is that of the number
    let laminar = if text.starts_with('-') {
        format!("({text})")
    } else {
        text.to_owned()
    };
    Expression::new(laminar, in_postgres, data_type)
}
