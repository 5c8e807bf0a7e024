//! Typed expressions, drawn at random, each in the words of both engines.
//!
//! An expression's type is known by construction, so that it can be written for `PostgreSQL` where
//! the two differ on purpose: each such place is an entry of `differences.rs`.

mod arithmetic;
mod boolean;
mod cast;
mod function;
mod literal;
mod operator;
mod texts;

use crate::facts::Column;
use crate::random::Random;
use crate::types::{COMMON, TYPES, never_drawn};
use laminarc::types::{DataType, TimestampPrecision};

/// An expression in both dialects.
#[derive(Clone, Debug)]
pub struct Expression {
    /// As laminarc reads it.
    pub laminar: String,
    /// As `PostgreSQL` reads it; columns are those of the row `r`.
    pub postgres: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether a float must be equal to the bit.
    pub is_exact: bool,
}

/// Draws expressions over the columns of the table.
pub struct Generator<'g> {
    random: &'g mut Random,
    columns: &'g [Column],
}

impl Expression {
    fn new(laminar: impl Into<String>, postgres: impl Into<String>, data_type: DataType) -> Self {
        Self {
            laminar: laminar.into(),
            postgres: postgres.into(),
            data_type,
            is_exact: true,
        }
    }

    /// The same text in both.
    fn same(text: impl Into<String>, data_type: DataType) -> Self {
        let text = text.into();
        Self::new(text.clone(), text, data_type)
    }

    /// `template` with each `$1`, `$2` … replaced by an operand.
    fn of(template: &str, operands: &[&Self], data_type: DataType) -> Self {
        let fill = |text: fn(&Self) -> &str| {
            let mut filled = template.to_owned();
            for (at, operand) in operands.iter().enumerate() {
                filled = filled.replace(&format!("${}", at + 1), text(operand));
            }
            filled
        };
        Self::new(
            fill(|operand| &operand.laminar),
            fill(|operand| &operand.postgres),
            data_type,
        )
    }
}

impl<'g> Generator<'g> {
    /// Over these columns.
    pub fn new(random: &'g mut Random, columns: &'g [Column]) -> Self {
        Self { random, columns }
    }

    /// An expression of any type that stands alone.
    pub fn alone(&mut self, depth: usize) -> Expression {
        if self.random.chance(4)
            && let Some(call) = self.inexact(depth - 1)
        {
            return call;
        }
        self.any(depth)
    }

    /// An expression of the type of one of the columns.
    pub fn like_a_column(&mut self, depth: usize) -> Expression {
        let data_type = self.random.pick(self.columns).data_type;
        self.expression(data_type, depth)
    }

    /// An expression of any type.
    pub fn any(&mut self, depth: usize) -> Expression {
        let data_type = self.data_type();
        self.expression(data_type, depth)
    }

    /// An expression of exactly this type, at most so deep; a column or constant at depth 0.
    pub fn expression(&mut self, data_type: DataType, depth: usize) -> Expression {
        if depth == 0 || self.random.chance(10) {
            return self.leaf(data_type);
        }
        let inner = depth - 1;
        match self.random.below(20) {
            0 | 1 => self.case(data_type, inner),
            2 | 3 => self.cast(data_type, inner),
            4..8 => self
                .function(data_type, inner)
                .unwrap_or_else(|| self.operator(data_type, inner)),
            _ => self.operator(data_type, inner),
        }
    }

    /// The common types more often than the others.
    fn data_type(&mut self) -> DataType {
        let among = if self.random.chance(50) {
            COMMON
        } else {
            TYPES.len()
        };
        *self.random.pick(&TYPES[..among])
    }

    fn operator(&mut self, data_type: DataType, depth: usize) -> Expression {
        match data_type {
            DataType::Boolean => self.boolean(depth),
            DataType::Integer(integer) => match self.random.below(5) {
                0 => self.bits(integer, depth),
                _ => self.arithmetic(data_type, depth),
            },
            DataType::Float32 | DataType::Float64 => self.arithmetic(data_type, depth),
            DataType::Decimal { precision: 38, .. } => self.decimal(data_type, depth),
            DataType::Text | DataType::Bytes if self.random.chance(70) => {
                self.concatenation(data_type, depth)
            }
            DataType::Json if self.random.chance(60) => self.member("->", data_type, depth),
            DataType::Timestamp(TimestampPrecision::Microseconds)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
                if self.random.chance(75) =>
            {
                self.of_times(data_type, depth)
            }
            DataType::Decimal { .. }
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Json => match self.random.below(3) {
                0 => self.case(data_type, depth),
                _ => self.cast(data_type, depth),
            },
            DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
        }
    }

    fn leaf(&mut self, data_type: DataType) -> Expression {
        match self.random.below(20) {
            0..15 => self.column(data_type),
            15 => Self::null(data_type),
            _ => self.constant(data_type),
        }
    }

    fn column(&mut self, data_type: DataType) -> Expression {
        let of_type = |column: &&Column| column.data_type == data_type;
        let all: Vec<&Column> = self.columns.iter().filter(of_type).collect();
        if all.is_empty() {
            return self.constant(data_type);
        }
        let name = &self.random.pick(&all).name;
        Expression::new(name.as_str(), format!("r.{name}"), data_type)
    }

    /// Both forms of CASE.
    fn case(&mut self, data_type: DataType, depth: usize) -> Expression {
        let then = self.expression(data_type, depth);
        let otherwise = self.expression(data_type, depth);
        if self.random.chance(70) {
            let when = self.expression(DataType::Boolean, depth);
            let template = match self.random.below(3) {
                0 => "CASE WHEN $1 THEN $2 END",
                _ => "CASE WHEN $1 THEN $2 ELSE $3 END",
            };
            return Expression::of(template, &[&when, &then, &otherwise], data_type);
        }
        let of = self.comparable();
        let (operand, first) = (self.expression(of, depth), self.leaf(of));
        let second = self.leaf(of);
        let template = "CASE $1 WHEN $2 THEN $3 WHEN $4 THEN $5 END";
        let operands = [&operand, &first, &then, &second, &otherwise];
        Expression::of(template, &operands, data_type)
    }
}
