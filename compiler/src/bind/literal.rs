//! Values from their text forms: string literals beside a typed operand, and constant casts.
//! The forms are PostgreSQL's input syntax; NaN and infinities do not exist here.

use super::interval::{self, Malformed};
use super::{datetime, json};
use crate::ir::logical::Value;
use crate::types::{DataType, IntegerType};
use std::ops::Range;

/// What is wrong with a text, and at which bytes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The bytes.
    pub(crate) range: Range<usize>,
    /// What to say there.
    pub(crate) text: String,
}

impl Problem {
    fn whole(text: &str, problem: impl Into<String>) -> Self {
        Self {
            range: 0..text.len(),
            text: problem.into(),
        }
    }
}

/// The value of type `data_type` that `text` stands for. White space around it does not count,
/// except for TEXT and BYTEA.
pub(crate) fn value_of_text(text: &str, data_type: DataType) -> Result<Value, Problem> {
    let trimmed = text.trim_matches(white_space(data_type));
    let before = text.len() - text.trim_start_matches(white_space(data_type)).len();
    trimmed_value(trimmed, data_type).map_err(|problem| Problem {
        range: problem.range.start + before..problem.range.end + before,
        ..problem
    })
}

/// What may stand around a text of type `data_type`.
fn white_space(data_type: DataType) -> &'static [char] {
    match data_type {
        DataType::Text | DataType::Bytes => &[],
        // RFC 8259
        DataType::Json => &[' ', '\t', '\n', '\r'],
        // the C locale's isspace, as in PostgreSQL
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Struct(_)
        | DataType::Array(_) => &[' ', '\t', '\n', '\r', '\u{b}', '\u{c}'],
    }
}

fn trimmed_value(text: &str, data_type: DataType) -> Result<Value, Problem> {
    match data_type {
        DataType::Boolean => boolean(text).map(Value::Boolean),
        DataType::Integer(integer) => integer_value(text, integer).map(Value::Integer),
        DataType::Float32 => float32(text).map(Value::Float32),
        DataType::Float64 => float64(text).map(Value::Float64),
        DataType::Decimal { precision, scale } => {
            decimal(text, precision, scale).map(Value::Decimal)
        }
        DataType::Text => Ok(Value::Text(text.to_owned())),
        DataType::Bytes => bytes(text).map(Value::Bytes),
        DataType::Timestamp(precision) => {
            datetime::timestamp(text, precision).map(Value::Timestamp)
        }
        DataType::Date => datetime::date(text).map(Value::Date),
        DataType::Time => datetime::time(text).map(Value::Time),
        DataType::Interval => interval::parse(text).map_err(|malformed| {
            Problem::whole(
                text,
                match malformed {
                    Malformed::Syntax => "expected a form such as `1 day 02:03:04` or `5 minutes`",
                    Malformed::Range => "this is longer than an INTERVAL can be",
                },
            )
        }),
        DataType::Json => json::validate(text).map(|()| Value::Text(text.to_owned())),
        DataType::Struct(_) | DataType::Array(_) => Err(Problem::whole(
            text,
            "nested values are read from messages alone",
        )),
    }
}

/// PostgreSQL's spellings: any unambiguous prefix of true, false, yes, no, on, off; 1 and 0.
fn boolean(text: &str) -> Result<bool, Problem> {
    let lower = text.to_ascii_lowercase();
    let prefix_of = |words: &[&str]| words.iter().any(|word| word.starts_with(&lower));
    match lower.as_str() {
        "on" | "1" => Ok(true),
        "off" | "of" | "0" => Ok(false),
        "" | "o" => Err(Problem::whole(text, "expected `true` or `false`")),
        _ if prefix_of(&["true", "yes"]) => Ok(true),
        _ if prefix_of(&["false", "no"]) => Ok(false),
        _ => Err(Problem::whole(text, "expected `true` or `false`")),
    }
}

fn integer_value(text: &str, integer: IntegerType) -> Result<i128, Problem> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::whole(text, "this is not a whole number"));
    }
    let (least, greatest) = integer.range();
    text.parse::<i128>()
        .ok()
        .filter(|value| (least..=greatest).contains(value))
        .ok_or_else(|| {
            let range = format!("{integer} holds {least} to {greatest}");
            Problem::whole(text, range)
        })
}

/// `digits[.digits][e[±]digits]` with an optional sign: what PostgreSQL takes, without the names
/// of infinities that Rust's parser would take too.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    whole.len() + fraction.len() > 0 && digits(whole) && digits(fraction) && exponent_fits
}

/// Whether all digits of a number are zero.
fn is_zero(text: &str) -> bool {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    !mantissa.contains(|c: char| matches!(c, '1'..='9'))
}

/// The nearest DOUBLE, where that is neither infinite nor zero for a number that is not.
pub(crate) fn float64(text: &str) -> Result<f64, Problem> {
    let value = text.parse::<f64>().ok().filter(|_| is_number(text));
    let value = value.ok_or_else(|| Problem::whole(text, "this is not a number"))?;
    Some(value)
        .filter(|&value| value.is_finite() && (value != 0.0 || is_zero(text)))
        .ok_or_else(|| Problem::whole(text, "this is beyond the range of DOUBLE"))
}

/// The nearest REAL, where that is neither infinite nor zero for a number that is not.
pub(crate) fn float32(text: &str) -> Result<f32, Problem> {
    let value = text.parse::<f32>().ok().filter(|_| is_number(text));
    let value = value.ok_or_else(|| Problem::whole(text, "this is not a number"))?;
    Some(value)
        .filter(|&value| value.is_finite() && (value != 0.0 || is_zero(text)))
        .ok_or_else(|| Problem::whole(text, "this is beyond the range of REAL"))
}

/// The value times ten to the `scale`, rounded half away from zero as PostgreSQL does.
pub(crate) fn decimal(text: &str, precision: u8, scale: u8) -> Result<i128, Problem> {
    if !is_number(text) {
        return Err(Problem::whole(text, "this is not a number"));
    }
    let beyond = || {
        let name = DataType::Decimal { precision, scale };
        Problem::whole(text, format!("this has too many digits for {name}"))
    };
    let unscaled = scaled_digits(text, i64::from(scale)).ok_or_else(beyond)?;
    let limit = 10_i128.pow(u32::from(precision));
    Some(unscaled)
        .filter(|value| value.abs() < limit)
        .ok_or_else(beyond)
}

/// A number's text times ten to the `scale`, rounded half away from zero; None beyond 38 digits.
fn scaled_digits(text: &str, scale: i64) -> Option<i128> {
    let negative = text.starts_with('-');
    let unsigned = text.trim_start_matches(['+', '-']);
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
    // how many of the digits stand before the point once scaled
    let kept = i64::try_from(whole.len()).ok()? + clamped(exponent) + scale;
    let mut value = 0_i128;
    if digits.iter().any(|&digit| digit != b'0') {
        let digit = |at: i64| {
            let at = usize::try_from(at).ok();
            at.and_then(|at| digits.get(at))
                .map_or(0, |digit| i128::from(digit - b'0'))
        };
        let first = digits.iter().position(|&digit| digit != b'0')?;
        let first = i64::try_from(first).ok()?;
        if kept - first > 38 {
            return None;
        }
        for at in first..kept {
            value = value.checked_mul(10)?.checked_add(digit(at))?;
        }
        value += i128::from(digit(kept) >= 5 && kept >= 0);
    }
    Some(if negative { -value } else { value })
}

/// An exponent's value, up to a size that no text is long enough to make up for.
fn clamped(exponent: &str) -> i64 {
    const GREATEST: i64 = 1_000_000_000;
    let limit = if exponent.starts_with('-') {
        -GREATEST
    } else {
        GREATEST
    };
    let value = exponent.parse().unwrap_or(limit);
    value.clamp(-GREATEST, GREATEST)
}

/// PostgreSQL's two forms: `\x68656c6c6f`, where white space may part the bytes, or a text in which
/// `\\` is a backslash, `\ooo` the byte of that octal number, and all else its UTF-8.
fn bytes(text: &str) -> Result<Vec<u8>, Problem> {
    match text.strip_prefix("\\x") {
        Some(digits) => hexadecimal(digits),
        None => escaped(text),
    }
}

fn hexadecimal(digits: &str) -> Result<Vec<u8>, Problem> {
    // the digits stand behind `\x`
    let problem = |range: Range<usize>, text: &str| Problem {
        range: range.start + 2..range.end + 2,
        text: text.to_owned(),
    };
    let mut bytes = Vec::new();
    let mut rest = digits.char_indices();
    while let Some((at, high)) = rest.next() {
        if matches!(high, ' ' | '\t' | '\n' | '\r') {
            continue;
        }
        let low = rest.next();
        let value = |digit: char| {
            digit
                .to_digit(16)
                .and_then(|value| u8::try_from(value).ok())
        };
        let odd = |at: usize| problem(at..digits.len(), "this is not a hexadecimal digit");
        let high = value(high).ok_or_else(|| odd(at))?;
        let Some((low_at, low)) = low else {
            return Err(problem(
                at..digits.len(),
                "a byte takes two hexadecimal digits",
            ));
        };
        bytes.push(high << 4 | value(low).ok_or_else(|| odd(low_at))?);
    }
    Ok(bytes)
}

fn escaped(text: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let (byte, next) = match (first, behind) {
            (b'\\', [b'\\', next @ ..]) => (b'\\', next),
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', next @ ..]) => {
                ((a - b'0') << 6 | (b - b'0') << 3 | (c - b'0'), next)
            }
            (b'\\', _) => {
                let at = text.len() - rest.len();
                return Err(Problem {
                    range: at..at + 1,
                    text: "expected `\\\\`, or `\\` and three octal digits, or `\\x` in front"
                        .to_owned(),
                });
            }
            (&byte, next) => (byte, next),
        };
        bytes.push(byte);
        rest = next;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values() {
        let dec = |precision, scale| DataType::Decimal { precision, scale };
        let cases = [
            (" yes ", DataType::Boolean, Some(Value::Boolean(true))),
            ("OFF", DataType::Boolean, Some(Value::Boolean(false))),
            ("o", DataType::Boolean, None),
            (
                "-128",
                DataType::Integer(IntegerType::Int8),
                Some(Value::Integer(-128)),
            ),
            ("128", DataType::Integer(IntegerType::Int8), None),
            ("1.0", DataType::Integer(IntegerType::Int32), None),
            ("1e3", DataType::Float64, Some(Value::Float64(1000.0))),
            ("inf", DataType::Float64, None),
            ("1e400", DataType::Float64, None),
            (".5", DataType::Float32, Some(Value::Float32(0.5))),
            ("1.005", dec(5, 2), Some(Value::Decimal(101))),
            ("-1.995", dec(5, 2), Some(Value::Decimal(-200))),
            ("0.004", dec(5, 2), Some(Value::Decimal(0))),
            ("999.995", dec(5, 2), None),
            ("12e1", dec(5, 2), Some(Value::Decimal(12000))),
            ("1e-9", dec(5, 2), Some(Value::Decimal(0))),
            ("\\x00ff", DataType::Bytes, Some(Value::Bytes(vec![0, 255]))),
            ("\\x0", DataType::Bytes, None),
            (
                " a\\\\\\101",
                DataType::Bytes,
                Some(Value::Bytes(b" a\\A".to_vec())),
            ),
            ("a\\b", DataType::Bytes, None),
            ("1e-400", DataType::Float64, None),
            ("0e-400", DataType::Float64, Some(Value::Float64(0.0))),
            ("\u{a0}1", DataType::Float64, None),
            ("1970-01-02", DataType::Date, Some(Value::Date(1))),
            ("00:00:01", DataType::Time, Some(Value::Time(1_000_000))),
            (
                "{\"a\": [1]}",
                DataType::Json,
                Some(Value::Text("{\"a\": [1]}".to_owned())),
            ),
            ("{a}", DataType::Json, None),
        ];
        for (text, data_type, expected) in cases {
            assert_eq!(
                value_of_text(text, data_type).ok(),
                expected,
                "{text} as {data_type}"
            );
        }
    }
}
