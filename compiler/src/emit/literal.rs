//! Values and text as Rust literals. SQL text reaches the generated code through here only.

use crate::ir::logical::Value;
use crate::types::{DataType, IntegerType, TimestampPrecision};
use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use std::fmt::Write as _;

/// The Rust type of a SQL type's values that are not NULL.
pub(super) fn rust_type(data_type: DataType) -> TokenStream {
    match data_type {
        DataType::Boolean => quote!(bool),
        DataType::Integer(integer) => {
            let name = format_ident!("{}", integer_type(integer));
            quote!(#name)
        }
        DataType::Float32 => quote!(f32),
        DataType::Float64 => quote!(f64),
        DataType::Decimal { scale, .. } => {
            let scale = Literal::u8_unsuffixed(scale);
            quote!(Decimal<#scale>)
        }
        DataType::Text => quote!(&str),
        DataType::Bytes => quote!(&[u8]),
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => quote!(TimestampNanos),
        DataType::Timestamp(
            TimestampPrecision::Seconds
            | TimestampPrecision::Milliseconds
            | TimestampPrecision::Microseconds,
        ) => quote!(Timestamp),
        DataType::Date => quote!(Date),
        DataType::Time => quote!(Time),
        DataType::Interval => quote!(Interval),
        DataType::Json => quote!(Json<'_>),
        DataType::Struct(_) | DataType::Array(_) => quote!(Nested<'_>),
    }
}

fn integer_type(integer: IntegerType) -> String {
    let sign = if integer.is_signed() { 'i' } else { 'u' };
    format!("{sign}{}", integer.bits())
}

/// A constant that is not NULL, of a type that needs no context to be known.
pub(super) fn value(value: &Value, data_type: DataType) -> TokenStream {
    match value {
        Value::Null => {
            let inner = rust_type(data_type);
            quote!(None::<#inner>)
        }
        Value::Integer(number) => match data_type {
            DataType::Integer(integer) => integer_of(*number, &integer_type(integer)),
            other => unreachable!("an integer constant of type {other}"),
        },
        Value::Float32(number) => signed(
            number.is_sign_negative(),
            &format!("{:?}_f32", number.abs()),
        ),
        Value::Float64(number) => signed(
            number.is_sign_negative(),
            &format!("{:?}_f64", number.abs()),
        ),
        Value::Decimal(number) => {
            let number = integer_of(*number, "");
            let DataType::Decimal { scale, .. } = data_type else {
                unreachable!("a decimal constant of type {data_type}");
            };
            let scale = Literal::u8_unsuffixed(scale);
            quote!(Decimal::<#scale>(#number))
        }
        Value::Boolean(value) => quote!(#value),
        Value::Text(text) => match data_type {
            DataType::Json => {
                let bytes = bytes(text.as_bytes());
                quote!(Json(#bytes))
            }
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Struct(_)
            | DataType::Array(_) => self::text(text),
        },
        Value::Bytes(value) => {
            let bytes = bytes(value);
            quote!(#bytes.as_slice())
        }
        Value::Timestamp(at) => {
            let (constructor, at) = (rust_type(data_type), integer_of((*at).into(), ""));
            quote!(#constructor(#at))
        }
        Value::Date(days) => {
            let days = integer_of((*days).into(), "");
            quote!(Date(#days))
        }
        Value::Time(at) => {
            let at = integer_of((*at).into(), "");
            quote!(Time(#at))
        }
        Value::Interval {
            months,
            days,
            micros,
        } => interval(*months, *days, *micros),
    }
}

fn interval(months: i32, days: i32, micros: i64) -> TokenStream {
    let [months, days] = [months, days].map(|part| integer_of(part.into(), ""));
    let micros = integer_of(micros.into(), "");
    quote!(Interval::new(#months, #days, #micros))
}

/// As [`value`], where the other operand tells the type: numbers without a suffix.
pub(super) fn inferred(constant: &Value, data_type: DataType) -> TokenStream {
    match constant {
        Value::Integer(number) => integer_of(*number, ""),
        Value::Float32(number) => signed(number.is_sign_negative(), &format!("{:?}", number.abs())),
        Value::Float64(number) => signed(number.is_sign_negative(), &format!("{:?}", number.abs())),
        Value::Null
        | Value::Boolean(_)
        | Value::Decimal(_)
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Interval { .. } => value(constant, data_type),
    }
}

/// Whether the constant is written with a minus sign in front.
pub(super) fn is_negative(constant: &Value) -> bool {
    match constant {
        Value::Integer(number) => *number < 0,
        Value::Float32(number) => number.is_sign_negative(),
        Value::Float64(number) => number.is_sign_negative(),
        Value::Null
        | Value::Boolean(_)
        | Value::Decimal(_)
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Timestamp(_)
        | Value::Date(_)
        | Value::Time(_)
        | Value::Interval { .. } => false,
    }
}

/// `Some(…)` or `None`.
pub(super) fn optional(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(None), |value| quote!(Some(#value)))
}

/// An integer with a type suffix, or none.
pub(super) fn integer_of(number: i128, suffix: &str) -> TokenStream {
    signed(number < 0, &format!("{}{suffix}", number.unsigned_abs()))
}

/// A number literal with its sign as an operator of its own.
fn signed(negative: bool, magnitude: &str) -> TokenStream {
    let magnitude = parsed(magnitude);
    if negative {
        quote!(-#magnitude)
    } else {
        quote!(#magnitude)
    }
}

/// Text as a string literal: raw where that spares escapes and hides nothing.
pub(super) fn text(text: &str) -> TokenStream {
    let literal = match raw_hashes(text) {
        Some(hashes) => parsed(&format!("r{hashes}\"{text}\"{hashes}")),
        None => parsed(&format!(
            "\"{}\"",
            text.chars().map(escaped).collect::<String>()
        )),
    };
    quote!(#literal)
}

/// Bytes as a byte-string literal, a reference to an array.
pub(super) fn bytes(bytes: &[u8]) -> TokenStream {
    let plain = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.is_ascii());
    let raw = plain.and_then(|text| Some((text, raw_hashes(text)?)));
    let literal = if let Some((text, hashes)) = raw {
        parsed(&format!("br{hashes}\"{text}\"{hashes}"))
    } else {
        let escaped: String = bytes
            .iter()
            .map(|byte| byte.escape_ascii().to_string())
            .collect();
        parsed(&format!("b\"{escaped}\""))
    };
    quote!(#literal)
}

/// The `#`s of a raw string for `text`; None if it needs none of that, or must be escaped.
fn raw_hashes(text: &str) -> Option<String> {
    let harmless = |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric();
    if !text.contains(['"', '\\']) || !text.chars().all(harmless) {
        return None;
    }
    let longest = text
        .split('"')
        .skip(1)
        .map(|rest| rest.len() - rest.trim_start_matches('#').len());
    Some("#".repeat(longest.max().unwrap_or(0) + 1))
}

/// A character within a string literal. Beyond letters, digits and ASCII punctuation everything
/// is escaped: no control, no direction mark, nothing that can't be seen.
fn escaped(c: char) -> String {
    match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        _ if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() => c.to_string(),
        _ => c.escape_unicode().to_string(),
    }
}

fn parsed(literal: &str) -> Literal {
    literal
        .parse()
        .unwrap_or_else(|error| panic!("a literal that is none: {literal}: {error}"))
}

/// `text` as a JSON string, quotes included (RFC 8259 §7): only what must be escaped is.
pub(super) fn json_string(text: &str) -> String {
    let mut json = String::with_capacity(text.len() + 2);
    json.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => json.extend(['\\', c]),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            '\u{8}' => json.push_str("\\b"),
            '\u{c}' => json.push_str("\\f"),
            '\0'..='\u{1f}' => write!(json, "\\u{:04x}", u32::from(c)).expect("a String takes all"),
            _ => json.push(c),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(got: &TokenStream, want: &str) {
        assert_eq!(got.to_string().replace("- ", "-"), want);
    }

    #[test]
    fn numbers_are_exact() {
        let bigint = DataType::Integer(IntegerType::Int64);
        check(
            &value(&Value::Integer(i64::MIN.into()), bigint),
            "-9223372036854775808i64",
        );
        check(&inferred(&Value::Integer(5), bigint), "5");
        check(&value(&Value::Float64(0.1), DataType::Float64), "0.1_f64");
        check(&value(&Value::Float64(-0.0), DataType::Float64), "-0.0_f64");
        check(
            &value(&Value::Float64(5e-324), DataType::Float64),
            "5e-324_f64",
        );
        check(
            &value(&Value::Float32(16_777_216.0), DataType::Float32),
            "16777216.0_f32",
        );
        check(&value(&Value::Null, DataType::Text), "None :: < & str >");
    }

    #[test]
    fn text_is_escaped() {
        check(&text("plain"), "\"plain\"");
        check(&text(r#"say "hi""#), "r#\"say \"hi\"\"#");
        check(&text("\"#\"##\\"), "r###\"\"#\"##\\\"###");
        check(&text("a\n\u{202e}\0"), "\"a\\n\\u{202e}\\u{0}\"");
        check(&bytes(b"{\"a\":"), "br#\"{\"a\":\"#");
        check(&bytes(&[0, 255, b'"']), "b\"\\x00\\xff\\\"\"");
        assert_eq!(json_string("a\"\u{1}\n€"), "\"a\\\"\\u0001\\n€\"");
    }
}
