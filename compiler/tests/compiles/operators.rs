//! Random operators over expressions of given types.

use super::pipelines::{Generator, sample_of};
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

const INT: DataType = DataType::Integer(IntegerType::Int32);

/// The one of the samples.
const DECIMAL: DataType = DataType::Decimal {
    precision: 10,
    scale: 2,
};

impl Generator<'_> {
    pub(crate) fn operator(&mut self, data_type: DataType, depth: usize) -> String {
        let number = matches!(
            data_type,
            DataType::Integer(_) | DataType::Float32 | DataType::Float64
        );
        if number {
            let left = self.expr(data_type, depth);
            return match self.random.below(6) {
                0 => format!("(- {left})"),
                1 => format!("abs({left})"),
                2 | 3 if matches!(data_type, DataType::Integer(_)) => self.bits(&left, data_type),
                _ => {
                    let op = *self.random.pick(&["+", "-", "*", "/", "%"]);
                    format!("({left} {op} {})", self.expr(data_type, depth))
                }
            };
        }
        match data_type {
            DataType::Boolean => self.boolean(depth),
            DataType::Text => match self.random.below(4) {
                0 => {
                    let function = *self.random.pick(&["upper", "lower"]);
                    format!("{function}({})", self.expr(data_type, depth))
                }
                1 => {
                    let other = self.comparable();
                    let (text, other) = (self.expr(data_type, depth), self.expr(other, depth));
                    format!("({text} || {other})")
                }
                2 => format!(
                    "({other} || {text})",
                    other = self.expr(data_type, depth),
                    text = "'x'"
                ),
                _ => {
                    let key = self.key(depth);
                    format!("({} ->> {key})", self.expr(DataType::Json, depth))
                }
            },
            DataType::Json => {
                let key = self.key(depth);
                format!("({} -> {key})", self.expr(data_type, depth))
            }
            DataType::Bytes => {
                let (left, right) = (self.expr(data_type, depth), self.leaf(data_type));
                format!("({left} || {right})")
            }
            DataType::Timestamp(_) | DataType::Date | DataType::Time | DataType::Interval => {
                self.temporal(data_type, depth)
            }
            DataType::Decimal { .. } => {
                let (left, right) = (self.expr(data_type, depth), self.decimal_operand(depth));
                let op = *self.random.pick(&["+", "-", "*", "/", "%"]);
                format!("({left} {op} {right})::{}", sample_of(data_type).sql)
            }
            _ => self.leaf(data_type),
        }
    }

    /// An operator on bits, of which the left operand is `left`.
    fn bits(&mut self, left: &str, data_type: DataType) -> String {
        match self.random.below(4) {
            0 => format!("(~ {left})"),
            1 => format!("({left} << {})", self.expr(INT, 0)),
            2 => format!("({left} >> {})", self.random.below(80)),
            _ => {
                let op = *self.random.pick(&["&", "|", "#"]);
                format!("({left} {op} {})", self.leaf(data_type))
            }
        }
    }

    /// Arithmetic on times that gives this type, by a cast where it is another TIMESTAMP.
    fn temporal(&mut self, data_type: DataType, depth: usize) -> String {
        let interval = self.expr(DataType::Interval, depth);
        let op = *self.random.pick(&["+", "-"]);
        match data_type {
            DataType::Timestamp(_) => {
                let left = match self.random.below(3) {
                    0 => self.expr(DataType::Date, depth),
                    _ => self.expr(data_type, depth),
                };
                format!("({left} {op} {interval})::{}", sample_of(data_type).sql)
            }
            DataType::Date => {
                let days = self.expr(INT, depth);
                format!("({} {op} {days})", self.expr(data_type, depth))
            }
            DataType::Time => format!("({} {op} {interval})", self.expr(data_type, depth)),
            _ => {
                let timestamp = DataType::Timestamp(TimestampPrecision::Microseconds);
                match self.random.below(5) {
                    0 => {
                        let of = if self.random.chance(50) {
                            timestamp
                        } else {
                            DataType::Time
                        };
                        format!("({} - {})", self.expr(of, depth), self.expr(of, depth))
                    }
                    1 => format!("({interval} * {})", self.expr(DataType::Float64, depth)),
                    2 => format!("({} * {interval})", self.expr(INT, 0)),
                    3 => format!("(-{interval} / {})", self.expr(DECIMAL, 0)),
                    _ => format!("({interval} {op} '1 day 2 hours')"),
                }
            }
        }
    }

    /// What may stand beside a DECIMAL.
    fn decimal_operand(&mut self, depth: usize) -> String {
        match self.random.below(4) {
            0 => (*self.random.pick(&["2", "0.125", "1e3", "-7.5", "'3.25'"])).to_owned(),
            1 => self.expr(INT, depth),
            _ => self.expr(DECIMAL, depth),
        }
    }

    /// A key or an index of a JSON value.
    fn key(&mut self, depth: usize) -> String {
        match self.random.below(4) {
            0 => self.expr(DataType::Text, depth),
            1 => self.expr(INT, 0),
            _ => (*self.random.pick(&["'a'", "0", "-1", "''", "1"])).to_owned(),
        }
    }

    pub(crate) fn boolean(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(DataType::Boolean);
        }
        let depth = depth - 1;
        let not = if self.random.chance(40) { "NOT " } else { "" };
        match self.random.below(9) {
            0 => format!("(NOT {})", self.boolean(depth)),
            1 | 2 => {
                let op = *self.random.pick(&["AND", "OR"]);
                let third = self.boolean(depth);
                format!(
                    "({} {op} {} {op} {third})",
                    self.boolean(depth),
                    self.boolean(depth)
                )
            }
            3 => {
                let data_type = self.sample().data_type;
                format!("({} IS {not}NULL)", self.expr(data_type, depth))
            }
            4 => {
                let what = *self.random.pick(&["TRUE", "FALSE", "UNKNOWN"]);
                format!("({} IS {not}{what})", self.boolean(depth))
            }
            5 => {
                let pattern = *self
                    .random
                    .pick(&["'a%'", "'%'", "'_'", "'%\"%'", "'a\\%'", "'a%b'"]);
                let pattern = if self.random.chance(20) {
                    self.expr(DataType::Text, depth)
                } else {
                    pattern.to_owned()
                };
                let like = *self.random.pick(&["LIKE", "ILIKE"]);
                format!(
                    "({} {not}{like} {pattern})",
                    self.expr(DataType::Text, depth)
                )
            }
            6 => self.membership(not, depth),
            _ => self.comparison(depth),
        }
    }

    fn comparable(&mut self) -> DataType {
        loop {
            let data_type = self.sample().data_type;
            if data_type != DataType::Json {
                return data_type;
            }
        }
    }

    fn membership(&mut self, not: &str, depth: usize) -> String {
        let data_type = self.comparable();
        let operand = self.expr(data_type, depth);
        let (a, b) = (self.leaf(data_type), self.leaf(data_type));
        match self.random.below(3) {
            0 if self.random.chance(50) => {
                format!("({operand} {not}BETWEEN SYMMETRIC {a} AND {b})")
            }
            0 => format!("({operand} {not}BETWEEN {a} AND {b})"),
            1 => format!("({operand} {not}IN ({a}, {b}, NULL))"),
            _ => format!("({operand} {not}IN ({a}, {b}, {a}))"),
        }
    }

    fn comparison(&mut self, depth: usize) -> String {
        let data_type = self.comparable();
        let comparisons = ["=", "<>", "<", "<=", ">", ">=", "IS DISTINCT FROM"];
        let op = *self.random.pick(&comparisons);
        let left = self.expr(data_type, depth);
        let integers = [DataType::Integer(laminarc::types::IntegerType::UInt64)];
        let right = match data_type {
            DataType::Integer(_) if self.random.chance(30) => *self.random.pick(&integers),
            other => other,
        };
        format!("({left} {op} {})", self.expr(right, depth))
    }
}
