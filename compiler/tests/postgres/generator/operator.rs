//! Operators on texts, JSON, bits, decimals, dates and times.

use super::cast::cast_in_postgres;
use super::{Expression, Generator};
use crate::types::{DECIMAL, is_foreign, postgres};
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

const INT: DataType = DataType::Integer(IntegerType::Int32);
const SMALLINT: DataType = DataType::Integer(IntegerType::Int16);
const TIMESTAMP: DataType = DataType::Timestamp(TimestampPrecision::Microseconds);

/// A template with the types of its operands, and what `PostgreSQL`'s result is put into.
type Form = (&'static str, &'static [DataType], &'static str);

const TIMESTAMPS: &[Form] = &[
    ("($1 + $2)", &[TIMESTAMP, DataType::Interval], "in_years"),
    ("($1 + $2)", &[DataType::Interval, TIMESTAMP], "in_years"),
    ("($1 - $2)", &[TIMESTAMP, DataType::Interval], "in_years"),
    (
        "($1 + $2)",
        &[DataType::Date, DataType::Interval],
        "in_years",
    ),
    (
        "($1 - $2)",
        &[DataType::Date, DataType::Interval],
        "in_years",
    ),
    ("($1 + $2)", &[DataType::Date, DataType::Time], "in_years"),
];

const DATES: &[Form] = &[
    ("($1 + $2)", &[DataType::Date, INT], "in_years"),
    ("($1 + $2)", &[INT, DataType::Date], "in_years"),
    ("($1 - $2)", &[DataType::Date, INT], "in_years"),
];

const TIMES: &[Form] = &[
    ("($1 + $2)", &[DataType::Time, DataType::Interval], ""),
    ("($1 - $2)", &[DataType::Time, DataType::Interval], ""),
];

const INTERVALS: &[Form] = &[
    ("($1 - $2)", &[TIMESTAMP, TIMESTAMP], ""),
    ("($1 - $2)", &[TIMESTAMP, DataType::Date], ""),
    ("($1 - $2)", &[DataType::Time, DataType::Time], ""),
    ("($1 + $2)", &[DataType::Interval, DataType::Interval], ""),
    ("($1 - $2)", &[DataType::Interval, DataType::Interval], ""),
    ("(- $1)", &[DataType::Interval], ""),
    ("($1 * $2)", &[DataType::Interval, DataType::Float64], ""),
    ("($1 * $2)", &[SMALLINT, DataType::Interval], ""),
    ("($1 / $2)", &[DataType::Interval, DataType::Float64], ""),
];

impl Generator<'_> {
    /// Arithmetic on dates, times and intervals.
    pub(super) fn of_times(&mut self, data_type: DataType, depth: usize) -> Expression {
        let forms = match data_type {
            DataType::Date => DATES,
            DataType::Time => TIMES,
            DataType::Interval => INTERVALS,
            _ => TIMESTAMPS,
        };
        let (template, types, within) = *self.random.pick(forms);
        // `PostgreSQL` swaps what does not begin with the date or time; the first error is to be
        // the same, so what comes first here is nothing that fails
        let swaps = |of: DataType| matches!(of, INT | SMALLINT | DataType::Interval);
        let is_swapped = types.len() == 2 && types[0] != types[1] && swaps(types[0]);
        let operands: Vec<Expression> = types
            .iter()
            .enumerate()
            .map(|(at, &of)| match at {
                0 if is_swapped => self.leaf(of),
                _ => self.expression(of, depth),
            })
            .collect();
        let operands: Vec<&Expression> = operands.iter().collect();
        let plain = Expression::of(template, &operands, data_type);
        let value = format!("CAST({} AS {})", plain.postgres, postgres(data_type));
        Expression::new(plain.laminar, format!("{within}({value})"), data_type)
    }

    /// `||`
    pub(super) fn concatenation(&mut self, data_type: DataType, depth: usize) -> Expression {
        if data_type == DataType::Text && self.random.chance(25) {
            return self.member("->>", data_type, depth);
        }
        let left = self.expression(data_type, depth);
        let of = if data_type == DataType::Text && self.random.chance(40) {
            self.comparable()
        } else {
            data_type
        };
        let right = self.expression(of, depth);
        let in_postgres = match data_type {
            DataType::Text => cast_in_postgres(&right, DataType::Text),
            _ => right.postgres.clone(),
        };
        let right = Expression::new(right.laminar, in_postgres, of);
        let template = match self.random.below(3) {
            0 if of != DataType::Bytes => "($2 || $1)",
            _ => "($1 || $2)",
        };
        Expression::of(template, &[&left, &right], data_type)
    }

    /// `->` and `->>`
    pub(super) fn member(&mut self, op: &str, data_type: DataType, depth: usize) -> Expression {
        let json = self.expression(DataType::Json, depth);
        let key = match self.random.below(8) {
            0 => self.expression(DataType::Text, depth),
            1 => self.column(DataType::Integer(IntegerType::Int16)),
            _ => {
                let keys = ["'a'", "'b'", "'c'", "''", "0", "1", "-1", "2"];
                Expression::same(*self.random.pick(&keys), DataType::Text)
            }
        };
        Expression::of(&format!("($1 {op} $2)"), &[&json, &key], data_type)
    }

    /// Operators on bits.
    pub(super) fn bits(&mut self, integer: IntegerType, depth: usize) -> Expression {
        let data_type = DataType::Integer(integer);
        let left = self.expression(data_type, depth);
        if integer == IntegerType::UInt64 {
            return left;
        }
        let name = postgres(data_type);
        match self.random.below(4) {
            0 if integer.is_signed() => {
                let mut not = Expression::of("(~ $1)", &[&left], data_type);
                if is_foreign(data_type) {
                    not.postgres = format!("CAST(~ CAST({} AS int2) AS {name})", left.postgres);
                }
                not
            }
            1 if !is_foreign(data_type) => {
                let op = *self.random.pick(&["<<", ">>"]);
                let count = self.expression(INT, depth.min(1));
                Expression::of(&format!("($1 {op} $2)"), &[&left, &count], data_type)
            }
            _ => {
                let op = *self.random.pick(&["&", "|", "#"]);
                let right = self.expression(data_type, depth);
                let mut both =
                    Expression::of(&format!("($1 {op} $2)"), &[&left, &right], data_type);
                if is_foreign(data_type) {
                    let [left, right] =
                        [left, right].map(|side| format!("CAST({} AS int8)", side.postgres));
                    both.postgres = format!("CAST({left} {op} {right} AS {name})");
                }
                both
            }
        }
    }

    /// Exact arithmetic, of numbers so short that every result fits. A quotient is compared to six
    /// digits: how many there are depends on its size in `PostgreSQL`.
    pub(super) fn decimal(&mut self, data_type: DataType, depth: usize) -> Expression {
        let number = |generator: &mut Self| match generator.random.below(4) {
            0 => *generator.random.pick(&[INT, SMALLINT]),
            _ => DECIMAL,
        };
        let (left, right) = (self.expression(DECIMAL, depth), number(self));
        let right = if self.random.chance(15) {
            let text = *self
                .random
                .pick(&["1.5", "0.001", "12.50", "3", "0.0", "100"]);
            Expression::new(text, format!("opaque({text}::numeric)"), DECIMAL)
        } else {
            self.expression(right, depth)
        };
        let op = *self.random.pick(&["+", "-", "*", "/", "%"]);
        let template = match self.random.below(5) {
            0 => "(- $1)".to_owned(),
            1 => format!("($2 {op} $1)"),
            _ => format!("($1 {op} $2)"),
        };
        let result = Expression::of(&template, &[&left, &right], data_type);
        let digits = if op == "/" { 6 } else { 10 };
        Expression::new(
            format!(
                "CAST(CAST({} AS DECIMAL(38,{digits})) AS {data_type})",
                result.laminar
            ),
            format!(
                "CAST(CAST({} AS numeric(38,{digits})) AS {})",
                result.postgres,
                postgres(data_type)
            ),
            data_type,
        )
    }
}
