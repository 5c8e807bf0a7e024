//! What an engine says about an expression and a row, in one form for both.

use crate::types::never_drawn;
use laminarc::types::DataType;

/// An answer, to be compared with the other engine's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A value, or `null`: JSON, with floats in the shortest form of their bits.
    Value(String),
    /// No value: why.
    Failure {
        /// What is compared.
        class: Class,
        /// In the engine's own words.
        reason: String,
    },
}

/// Kinds of failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Of arithmetic, or a number that its type does not hold.
    Overflow,
    /// Of any number.
    DivisionByZero,
    /// A text that is no value of the type.
    BadCast,
    /// A pattern that ends with its escape character.
    BadPattern,
    /// An argument that a function does not take.
    BadArgument,
    /// The engine does not take the expression at all.
    Refused,
}

impl Answer {
    /// Whether both mean the same.
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(a), Self::Value(b)) => a == b,
            (Self::Failure { class: a, .. }, Self::Failure { class: b, .. }) => {
                // a number that a type does not hold is a bad cast here and an overflow there, an
                // argument that is out of range a bad argument here and a bad text or time there
                let is_bad_cast = *a == Class::BadCast || *b == Class::BadCast;
                let near = |class| matches!(class, Class::Overflow | Class::BadArgument);
                *a == *b && *a != Class::Refused || is_bad_cast && (near(*a) || near(*b))
            }
            _ => false,
        }
    }

    /// Whether both are floats that differ in the last digits only.
    pub fn is_near(&self, other: &Self) -> bool {
        let (Self::Value(a), Self::Value(b)) = (self, other) else {
            return false;
        };
        match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(a), Ok(b)) => (a - b).abs() <= 4.0 * f64::EPSILON * a.abs(),
            _ => false,
        }
    }

    /// From a row's field, or the name of the reason why there is none.
    pub fn of_laminar(raw: Result<&str, &str>, data_type: DataType) -> Self {
        match raw {
            Ok(raw) => Self::Value(canonical(raw, data_type)),
            Err(reason) => Self::Failure {
                class: match reason {
                    "overflow" | "out_of_range" => Class::Overflow,
                    "division_by_zero" => Class::DivisionByZero,
                    "cast" => Class::BadCast,
                    "like_pattern" => Class::BadPattern,
                    _ => Class::BadArgument,
                },
                reason: reason.to_owned(),
            },
        }
    }

    /// From what `answer` in `prelude.sql` or the handler of exceptions gives. The value's type
    /// must be `tag`.
    pub fn of_postgres(text: &str, data_type: DataType, tag: &str) -> Self {
        if let Some(error) = text.strip_prefix('!') {
            return failure(error);
        }
        let (found, raw) = text
            .split_once(' ')
            .expect("a type stands before each value");
        if found != tag {
            return Self::Failure {
                class: Class::Refused,
                reason: format!("a value of type {found}: {raw}"),
            };
        }
        Self::Value(canonical(raw, data_type))
    }
}

/// An error of `PostgreSQL`: its SQLSTATE and message.
fn failure(error: &str) -> Answer {
    let (state, message) = error.split_once(' ').unwrap_or((error, ""));
    let class = match state {
        "22003" if message == "input is out of range" => Class::BadArgument,
        // numeric_value_out_of_range, interval_field_overflow, and the check of a domain
        "22003" | "22015" | "23514" => Class::Overflow,
        "22012" => Class::DivisionByZero,
        // what PostgreSQL calls a feature that it does not have
        "0A000" if message.starts_with("timestamps cannot be binned") => Class::BadArgument,
        // text representation, formats and ranges of times, JSON
        "22P02" | "22007" | "22008" | "22P03" | "22021" => Class::BadCast,
        "22025" | "22019" => Class::BadPattern,
        // and what an implementation does not go along with
        _ if state.starts_with("22") || state == "54000" => Class::BadArgument,
        _ => Class::Refused,
    };
    Answer::Failure {
        class,
        reason: error.to_owned(),
    }
}

/// The same text for the same value.
fn canonical(raw: &str, data_type: DataType) -> String {
    if raw == "null" {
        return raw.to_owned();
    }
    match data_type {
        DataType::Boolean | DataType::Integer(_) | DataType::Decimal { .. } | DataType::Json => {
            raw.to_owned()
        }
        // `{:?}` tells each value from every other, the sign of zero included
        DataType::Float32 => raw
            .parse::<f32>()
            .map_or(raw.to_owned(), |v| format!("{v:?}")),
        DataType::Float64 => raw
            .parse::<f64>()
            .map_or(raw.to_owned(), |v| format!("{v:?}")),
        DataType::Text | DataType::Bytes | DataType::Date | DataType::Interval => string(raw),
        DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
        DataType::Timestamp(_) | DataType::Time => {
            let text = string(raw);
            let (text, zone) = match text.strip_suffix('Z') {
                Some(text) => (text, "Z"),
                None => (text.as_str(), ""),
            };
            let shortest = match text.split_once('.') {
                Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
                    "" => seconds.to_owned(),
                    fraction => format!("{seconds}.{fraction}"),
                },
                None => text.to_owned(),
            };
            format!("{shortest}{zone}")
        }
    }
}

fn string(raw: &str) -> String {
    serde_json::from_str(raw).unwrap_or_else(|_| format!("not a text: {raw}"))
}
