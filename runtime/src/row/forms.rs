//! Values that are not written as usual: what `FORMAT` says of columns that are no times.

use super::{Column, Converted, Row, wrong_kind};
use crate::decode::json::{Cell, Kind};
use crate::error::{Reason, RowError};
use crate::value::Integer;
use crate::value::number::{self, Parts};

/// Words that say yes, and words that say no, in any case of their letters.
const WORDS: [(&str, bool); 8] = [
    ("on", true),
    ("off", false),
    ("true", true),
    ("false", false),
    ("1", true),
    ("0", false),
    ("yes", true),
    ("no", false),
];

impl<'m> Row<'m> {
    /// An integer type with `FORMAT 'number_or_string'`.
    pub fn integer_or_string<T: Integer>(self, column: Column) -> Result<Option<T>, RowError> {
        self.read(column, |cell| {
            let text = self.numeric_text(cell)?;
            let digits = text.strip_prefix(b"-").unwrap_or(text);
            if crate::swar::digits(digits) != digits.len() {
                return Err(Reason::NotAnInteger);
            }
            number::integer(text).ok_or(Reason::OutOfRange)
        })
    }

    /// REAL with `FORMAT 'number_or_string'`.
    pub fn float32_or_string(self, column: Column) -> Result<Option<f32>, RowError> {
        self.read(column, |cell| {
            let value = number::float32(self.numeric_text(cell)?);
            value.is_finite().then_some(value).ok_or(Reason::OutOfRange)
        })
    }

    /// DOUBLE with `FORMAT 'number_or_string'`.
    pub fn float64_or_string(self, column: Column) -> Result<Option<f64>, RowError> {
        self.read(column, |cell| {
            let value = number::float64(self.numeric_text(cell)?);
            value.is_finite().then_some(value).ok_or(Reason::OutOfRange)
        })
    }

    /// BOOLEAN with `FORMAT 'on_off'`.
    pub fn on_off(self, column: Column) -> Result<Option<bool>, RowError> {
        self.read(column, |cell| {
            let text = match cell.kind {
                Kind::String | Kind::EscapedString => self.string(cell)?.as_bytes(),
                Kind::True | Kind::False | Kind::Number => cell.inner(self.text.bytes()),
                Kind::Missing | Kind::Null | Kind::Object | Kind::Array | Kind::Blocked => {
                    return Err(wrong_kind(cell));
                }
            };
            let mut words = WORDS.iter();
            let found = words.find(|(word, _)| word.as_bytes().eq_ignore_ascii_case(text));
            found.map(|(_, value)| *value).ok_or(Reason::WrongKind)
        })
    }

    /// BYTEA with `FORMAT 'hex'`.
    pub fn hex(self, column: Column) -> Result<Option<&'m [u8]>, RowError> {
        self.read(column, |cell| {
            let (pairs, rest) = self.string(cell)?.as_bytes().as_chunks::<2>();
            if !rest.is_empty() {
                return Err(Reason::Hex);
            }
            let bytes = self.arena.alloc_slice_fill_copy(pairs.len(), 0);
            for (byte, pair) in bytes.iter_mut().zip(pairs) {
                let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
                let value = high.zip(low).map(|(high, low)| high << 4 | low);
                let value = value.and_then(|value| u8::try_from(value).ok());
                *byte = value.ok_or(Reason::Hex)?;
            }
            Ok(&*bytes)
        })
    }

    /// The text of a number, which may stand in a string, with white space around it.
    pub(super) fn numeric_text(self, cell: Cell) -> Converted<&'m [u8]> {
        if cell.kind == Kind::Number {
            return Ok(cell.inner(self.text.bytes()));
        }
        let text = self.string(cell)?.trim_ascii().as_bytes();
        Parts::parse(text).ok_or(Reason::WrongKind)?;
        Ok(text.strip_prefix(b"+").unwrap_or(text))
    }
}
