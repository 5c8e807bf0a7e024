//! The members of a JSON object that a query needs, for all rivals that give one value after the
//! other. The macro writes what a careful user of each library would write by hand.

use jiter::{Jiter, NumberInt, Peek};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use simd_json::prelude::{ValueAsScalar, ValueIntoString};
use simd_json::tape;
use std::borrow::Cow;
use std::fmt::{self, Formatter};

/// A member's value.
pub trait Field<'m>: Sized {
    /// Reads it with jiter, which has seen its first byte.
    fn from_jiter(peek: Peek, json: &mut Jiter<'m>) -> Option<Self>;

    /// Reads it from a tape of simd-json.
    fn from_tape(value: tape::Value<'_, 'm>) -> Option<Self>;
}

/// The text of a string: borrowed from the message where it has no escape.
#[derive(Clone, Debug)]
pub struct Text<'m>(pub Cow<'m, [u8]>);

impl<'de: 'm, 'm> Deserialize<'de> for Text<'m> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor).map(Text)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, [u8]>;

    fn expecting(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text.as_bytes()))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.as_bytes().to_vec()))
    }
}

impl<'m> Field<'m> for Text<'m> {
    #[inline]
    fn from_jiter(peek: Peek, json: &mut Jiter<'m>) -> Option<Self> {
        if peek != Peek::String {
            return None;
        }
        let start = json.current_index();
        let length = json.known_str().ok()?.len();
        let raw = json.slice_to_current(start);
        // as long as it stands there: no escape, so the message's own bytes will do
        if raw.len() == length + 2 {
            return Some(Self(Cow::Borrowed(&raw[1..=length])));
        }
        let text = Jiter::new(raw).next_str().ok()?.as_bytes().to_vec();
        Some(Self(Cow::Owned(text)))
    }

    #[inline]
    fn from_tape(value: tape::Value<'_, 'm>) -> Option<Self> {
        Some(Self(Cow::Borrowed(value.into_string()?.as_bytes())))
    }
}

impl<'m> Field<'m> for f64 {
    #[inline]
    fn from_jiter(peek: Peek, json: &mut Jiter<'m>) -> Option<Self> {
        json.known_float(peek).ok()
    }

    #[inline]
    fn from_tape(value: tape::Value<'_, 'm>) -> Option<Self> {
        value.cast_f64()
    }
}

impl<'m> Field<'m> for i32 {
    #[inline]
    fn from_jiter(peek: Peek, json: &mut Jiter<'m>) -> Option<Self> {
        let NumberInt::Int(number) = json.known_int(peek).ok()?;
        number.try_into().ok()
    }

    #[inline]
    fn from_tape(value: tape::Value<'_, 'm>) -> Option<Self> {
        value.as_i32()
    }
}

/// Reads a member's value into `member`; null is nothing. None if it is of another type.
#[inline]
pub fn read_jiter<'m, F: Field<'m>>(member: &mut Option<F>, json: &mut Jiter<'m>) -> Option<()> {
    let peek = json.peek().ok()?;
    if peek == Peek::Null {
        *member = None;
        return json.known_null().ok();
    }
    *member = Some(F::from_jiter(peek, json)?);
    Some(())
}

/// Reads a member's value into `member`; null is nothing. None if it is of another type.
#[inline]
pub fn read_tape<'m, F: Field<'m>>(
    member: &mut Option<F>,
    value: tape::Value<'_, 'm>,
) -> Option<()> {
    *member = match value.as_null() {
        Some(()) => None,
        None => Some(F::from_tape(value)?),
    };
    Some(())
}

/// An object with the members that are needed; others are skipped. Each may be missing or null.
macro_rules! document {
    ($(#[$meta:meta])* $name:ident { $($key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default, serde::Deserialize)]
        #[allow(clippy::struct_field_names, reason = "named as the members are")]
        #[serde(bound(deserialize = "'de: 'm"))]
        pub struct $name<'m> {
            $(#[serde(rename = $key)] $field: Option<$type>,)*
            #[serde(skip)]
            message: std::marker::PhantomData<&'m [u8]>,
        }

        impl<'m> $crate::rows::Field<'m> for $name<'m> {
            #[inline]
            fn from_jiter(_: jiter::Peek, json: &mut jiter::Jiter<'m>) -> Option<Self> {
                #[allow(non_camel_case_types, reason = "named as the members are")]
                enum Key { $($field,)* Other }
                let known = |key: &str| match key {
                    $($key => Key::$field,)*
                    _ => Key::Other,
                };
                let mut row = Self::default();
                let mut key = json.next_object().ok()?.map(known);
                while let Some(found) = key {
                    match found {
                        $(Key::$field => {
                            $crate::rows::document::read_jiter(&mut row.$field, json)?;
                        })*
                        Key::Other => json.next_skip().ok()?,
                    }
                    key = json.next_key().ok()?.map(known);
                }
                Some(row)
            }

            #[inline]
            fn from_tape(value: simd_json::tape::Value<'_, 'm>) -> Option<Self> {
                let mut row = Self::default();
                for (key, value) in value.as_object()?.iter() {
                    match key {
                        $($key => {
                            $crate::rows::document::read_tape(&mut row.$field, value)?;
                        })*
                        _ => {}
                    }
                }
                Some(row)
            }
        }
    };
}
pub(super) use document;
