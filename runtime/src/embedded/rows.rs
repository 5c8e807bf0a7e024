//! What the structs of rows are made with.

use crate::encode::Encode;

/// Appends text that is JSON already, such as `,"key":`, and the value behind it.
#[inline]
pub fn field(out: &mut Vec<u8>, before: &str, value: impl Encode) {
    out.extend_from_slice(before.as_bytes());
    value.encode(out);
}

/// Bytes that are serialized as Base64 text where the format is for people to read.
#[derive(Clone, Copy, Debug)]
pub struct Base64<T>(pub T);

/// Implements `Serialize` for a row, where the crate has the feature `serde`.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! serialize_row {
    ($($row:tt)*) => {};
}

/// The items of a pipeline that searches for regular expressions.
#[cfg(feature = "regex")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_regex {
    ($($items:item)*) => { $($items)* };
}

/// The same where the feature for it is missing.
#[cfg(not(feature = "regex"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_regex {
    ($($items:item)*) => {
        ::core::compile_error!(
            "the SQL searches for regular expressions: give the dependency `laminar-runtime` the \
             feature `regex`"
        );
    };
}

/// The items of a pipeline that runs on its broker, where the crate has the feature `mqtt`.
#[cfg(feature = "mqtt")]
#[doc(hidden)]
#[macro_export]
macro_rules! with_mqtt {
    ($($items:item)*) => { $($items)* };
}

/// The same of a crate that is pushed messages only.
#[cfg(not(feature = "mqtt"))]
#[doc(hidden)]
#[macro_export]
macro_rules! with_mqtt {
    ($($items:item)*) => {};
}

/// The streams that a builder was asked for: none, since there is no broker.
#[cfg(not(feature = "mqtt"))]
#[derive(Clone, Copy, Debug, Default)]
pub struct Streams;
