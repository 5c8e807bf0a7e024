//! `simd-json` as another opinion: whether a message is JSON, and what its values are.
//!
//! It turns away what has no value in Rust: lone surrogates in strings, and numbers beyond the
//! greatest double or, without point and exponent, beyond 64 bits. It knows no limit of nesting,
//! and of an object with duplicate keys its values are not compared.

use crate::json::tokens;
use crate::tables::{Step, show};
use laminar_runtime::decode::json::{Cell, Kind};
use laminar_runtime::error::{Reason, RowError};
use simd_json::BorrowedValue;
use simd_json::prelude::ValueAsScalar;

/// Where it disagrees with what the decoder made of `payload`.
pub fn contradiction(
    payload: &[u8],
    paths: &[Vec<Step>],
    outcome: Result<&[Cell], RowError>,
) -> Option<String> {
    let mut copy = payload.to_vec();
    let value = simd_json::to_borrowed_value(&mut copy);
    match (value, outcome) {
        (Ok(value), Ok(cells)) if keys_differ(payload) => {
            let mut all = cells.iter().zip(paths);
            all.find_map(|(cell, path)| {
                let found = find(&value, path);
                let same = is_same(found, *cell, payload);
                (!same).then(|| format!("simd-json: {found:?} at {}, not {cell:?}", show(path)))
            })
        }
        (Ok(_), Err(error)) => {
            let fine = matches!(error.reason, Reason::NotAnObject | Reason::Depth);
            (!fine).then(|| format!("simd-json takes it, against {error:?}"))
        }
        (Err(error), Ok(_)) => {
            (!has_no_value(payload)).then(|| format!("simd-json turns it away: {error}"))
        }
        (Ok(_), Ok(_)) | (Err(_), Err(_)) => None,
    }
}

fn find<'v>(mut value: &'v BorrowedValue<'v>, path: &[Step]) -> Option<&'v BorrowedValue<'v>> {
    for step in path {
        value = match (step, value) {
            (Step::Key(key), BorrowedValue::Object(members)) => members.get(*key)?,
            (Step::Index(index), BorrowedValue::Array(elements)) => {
                elements.get(*index as usize)?
            }
            _ => return None,
        };
    }
    Some(value)
}

fn is_same(value: Option<&BorrowedValue<'_>>, cell: Cell, payload: &[u8]) -> bool {
    let text = || std::str::from_utf8(cell.text(payload)).expect("the message is UTF-8");
    let Some(value) = value else {
        return matches!(cell.kind, Kind::Missing | Kind::Blocked);
    };
    match cell.kind {
        Kind::Missing | Kind::Blocked => false,
        Kind::Null => value.as_null().is_some(),
        Kind::False => value.as_bool() == Some(false),
        Kind::True => value.as_bool() == Some(true),
        Kind::Number => {
            let number: f64 = text().parse().expect("it is a number");
            value.cast_f64().map(f64::to_bits) == Some(number.to_bits())
                // an integer has no negative zero
                || value.as_i64() == Some(0) && text() == "-0"
        }
        Kind::String | Kind::EscapedString => {
            let string = serde_json::from_str::<String>(text());
            string.is_ok_and(|string| value.as_str() == Some(&string))
        }
        Kind::Object => matches!(value, BorrowedValue::Object(_)),
        Kind::Array => matches!(value, BorrowedValue::Array(_)),
    }
}

/// No two keys of a message are the same, whatever objects they are in.
fn keys_differ(payload: &[u8]) -> bool {
    let tokens = tokens(payload);
    let is_key = |pair: &&[std::ops::Range<usize>]| payload[pair[1].start] == b':';
    let keys = tokens
        .windows(2)
        .filter(is_key)
        .map(|pair| &payload[pair[0].clone()]);
    let mut keys: Vec<&[u8]> = keys.collect();
    let count = keys.len();
    keys.sort_unstable();
    keys.dedup();
    keys.len() == count && !keys.iter().any(|key| key.contains(&b'\\'))
}

/// Whether `simd-json` has no value for some string or number.
fn has_no_value(payload: &[u8]) -> bool {
    tokens(payload).into_iter().any(|token| {
        let token = std::str::from_utf8(&payload[token]).expect("the message is UTF-8");
        let surrogate = || token.contains("\\ud") || token.contains("\\uD");
        match token.as_bytes()[0] {
            b'"' => surrogate(),
            b'-' | b'0'..=b'9' => {
                let number: f64 = token.parse().expect("it is a number");
                number.is_infinite() || token.parse::<i64>().is_err() && number.abs() > 1e18
            }
            _ => false,
        }
    })
}
