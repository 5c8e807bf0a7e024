//! CAST and `TRY_CAST`.

use super::{Applied, Binding, Code, Null, lift1};
use crate::emit::literal::rust_type;
use crate::types::{DataType, IntegerType, TimestampPrecision};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// How a cast is written over a value that is not NULL.
enum Form {
    /// It can't fail.
    Value(TokenStream),
    /// It gives a `Result`.
    Result(TokenStream),
}

/// Code for `operand` cast from one type to another; `site` is asked only if that can fail.
pub(in crate::emit) fn cast(
    operand: &Code,
    from: DataType,
    to: DataType,
    site: impl FnOnce() -> Literal,
) -> Code {
    if from == to {
        return operand.clone();
    }
    lift1(operand, Null::Stays, |value| {
        match form(&value.tokens, from, to) {
            Form::Value(tokens) => Applied::value(tokens, Binding::Atom),
            Form::Result(tokens) => Applied::result(tokens, site()),
        }
    })
}

/// The same as an `Option`, for a cast that can fail: None where it does.
pub(super) fn try_cast(operand: &Code, from: DataType, to: DataType) -> Code {
    lift1(operand, Null::Stays, |value| {
        let tried = match form(&value.tokens, from, to) {
            Form::Result(tokens) => Applied::value(quote!(#tokens.ok()), Binding::Atom),
            Form::Value(tokens) => Applied::value(quote!(Some(#tokens)), Binding::Atom),
        };
        tried.or_missing()
    })
}

fn form(value: &TokenStream, from: DataType, to: DataType) -> Form {
    let to_type = rust_type(to);
    match (from, to) {
        _ if widens(from, to) => Form::Value(quote!(#to_type::from(#value))),
        (_, DataType::Text) => Form::Value(quote!(cast_text(#value, row.arena))),
        (DataType::Text, DataType::Json) => Form::Result(quote!(cast_json(#value, row.arena))),
        (_, DataType::Json) => Form::Value(quote!(cast_json(#value, row.arena))),
        (_, DataType::Decimal { precision, scale }) => {
            let (precision, scale) = (
                Literal::u8_unsuffixed(precision),
                Literal::u8_unsuffixed(scale),
            );
            Form::Result(quote!(cast_decimal::<#scale, _>(#value, #precision)))
        }
        (_, DataType::Bytes) => Form::Result(quote!(cast_bytes(#value, row.arena))),
        (_, DataType::Timestamp(TimestampPrecision::Nanoseconds)) => {
            Form::Result(quote!(cast_timestamp_nanos(#value)))
        }
        (_, DataType::Timestamp(precision)) => {
            let digits = Literal::u8_unsuffixed(precision.digits());
            Form::Result(quote!(cast_timestamp(#value, #digits)))
        }
        (
            _,
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Date
            | DataType::Time
            // what casts to these has their type already
            | DataType::Interval
            | DataType::Struct(_)
            | DataType::Array(_),
        ) => Form::Result(quote!(cast::<#to_type, _>(#value))),
    }
}

/// Whether Rust's `From` does it, since nothing can be lost.
fn widens(from: DataType, to: DataType) -> bool {
    let bits_within = |integer: IntegerType, bits| integer.bits() <= bits;
    match (from, to) {
        (DataType::Integer(a), DataType::Integer(b)) => {
            let ((least, greatest), (to_least, to_greatest)) = (a.range(), b.range());
            to_least <= least && greatest <= to_greatest
        }
        (DataType::Integer(integer), DataType::Float64) => bits_within(integer, 32),
        (DataType::Integer(integer), DataType::Float32) => bits_within(integer, 16),
        (DataType::Float32, DataType::Float64) => true,
        (
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
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_),
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
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_),
        ) => false,
    }
}
