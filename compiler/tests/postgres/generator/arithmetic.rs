//! Arithmetic, of operands of one type and of several.

use super::{Expression, Generator};
use crate::types::{TYPES, is_foreign, meet, postgres};
use laminarc::types::{DataType, IntegerType};

impl Generator<'_> {
    pub(super) fn arithmetic(&mut self, data_type: DataType, depth: usize) -> Expression {
        if self.random.chance(10) {
            return self.negation(data_type, depth);
        }
        let (left, right) = self.operands(data_type, depth);
        // `PostgreSQL` has no remainder of floats
        let operators: &[&str] = match data_type {
            DataType::Float32 | DataType::Float64 => &["+", "-", "*", "/"],
            _ => &["+", "-", "*", "/", "%"],
        };
        let operator = *self.random.pick(operators);
        let template = format!("($1 {operator} $2)");
        let mut expression = Expression::of(&template, &[&left, &right], data_type);
        let all = [left.data_type, right.data_type, data_type];
        if all.into_iter().any(is_foreign) {
            let name = postgres(data_type);
            let [left, right] =
                [&left, &right].map(|operand| format!("CAST({} AS {name})", operand.postgres));
            let of_numeric = data_type == DataType::Integer(IntegerType::UInt64);
            expression.postgres = if of_numeric && operator == "/" {
                format!("CAST(div({left}, {right}) AS {name})")
            } else {
                format!("CAST({left} {operator} {right} AS {name})")
            };
        }
        expression
    }

    /// Operands whose common type is `data_type`.
    fn operands(&mut self, data_type: DataType, depth: usize) -> (Expression, Expression) {
        if self.random.chance(15) {
            let typed = self.expression(data_type, depth);
            let literal = self.untyped(data_type);
            if meet(data_type, literal.data_type) == Some(data_type) {
                return if self.random.chance(50) {
                    (typed, literal)
                } else {
                    (literal, typed)
                };
            }
        }
        let (left, right) = self.pair(data_type);
        (self.expression(left, depth), self.expression(right, depth))
    }

    /// Two types whose common type is `data_type`.
    pub(super) fn pair(&mut self, data_type: DataType) -> (DataType, DataType) {
        for _ in 0..12 {
            let (left, right) = (*self.random.pick(TYPES), *self.random.pick(TYPES));
            let left = if self.random.chance(70) {
                data_type
            } else {
                left
            };
            if meet(left, right) == Some(data_type) {
                let swapped = self.random.chance(50);
                return if swapped {
                    (right, left)
                } else {
                    (left, right)
                };
            }
        }
        (data_type, data_type)
    }

    /// `-x`; the negative of an unsigned integer is of a wider, signed type.
    fn negation(&mut self, data_type: DataType, depth: usize) -> Expression {
        let unsigned = match data_type {
            DataType::Integer(IntegerType::Int16) => Some(IntegerType::UInt8),
            DataType::Integer(IntegerType::Int32) => Some(IntegerType::UInt16),
            DataType::Integer(IntegerType::Int64) => Some(IntegerType::UInt64),
            _ => None,
        };
        let of = match (unsigned, data_type) {
            (Some(integer), _) if self.random.chance(30) => DataType::Integer(integer),
            (_, DataType::Integer(integer)) if !integer.is_signed() => {
                return self.leaf(data_type);
            }
            _ => data_type,
        };
        let operand = self.expression(of, depth);
        let mut expression = Expression::of("(- $1)", &[&operand], data_type);
        if is_foreign(of) {
            let name = postgres(data_type);
            expression.postgres = format!("CAST(- CAST({} AS {name}) AS {name})", operand.postgres);
        }
        expression
    }
}
