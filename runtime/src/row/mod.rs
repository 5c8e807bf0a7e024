//! A decoded message as its queries read it: every column by its type.
//!
//! A read gives None for NULL (a missing key or `null`), and a [`RowError`] that names the column
//! where the value is not one of the column's type. Nothing is converted before it is read.

mod base64;
#[cfg(feature = "mqtt")]
mod declared;
mod forms;
mod metadata;
mod nested;
mod passing;
mod payload;
mod time;
mod types;
#[cfg(any(feature = "arrow", feature = "mqtt"))]
pub(crate) mod written;

pub use nested::{Checked, Nested};
pub use types::Type;
#[cfg(feature = "mqtt")]
pub(crate) use types::is_plain;

use crate::decode::ascii;
use crate::decode::json::{Cell, Kind, Text, escape};
use crate::error::{Reason, RowError};
use crate::message::Message;
use crate::value::number::{self, Parts};
use crate::value::{Decimal, Integer, Json};
use bumpalo::Bump;

/// A message, the places of its values, and scratch memory for values that are made from it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'m> {
    /// The message.
    pub message: &'m Message<'m>,
    /// Its payload.
    pub text: Text<'m>,
    /// What the decoder found, by slot.
    pub cells: &'m [Cell],
    /// Memory that lives as long as the row.
    pub arena: &'m Bump,
}

/// A column as generated code names it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its slot in [`Row::cells`].
    pub slot: u16,
    /// Its index in [`crate::spec::TableSpec::columns`], for errors.
    pub index: u16,
}

/// A read that cannot give NULL: of a NOT NULL column behind [`crate::program::Table::check`].
pub trait Required<T> {
    /// The value itself.
    ///
    /// # Panics
    /// Where it is NULL: the check was left out.
    fn required(self) -> Result<T, RowError>;
}

impl<T> Required<T> for Result<Option<T>, RowError> {
    #[inline]
    fn required(self) -> Result<T, RowError> {
        self.map(|value| value.expect("a NOT NULL column is checked before it is read"))
    }
}

/// What converting a cell gives: the value, or why there is none.
type Converted<T> = Result<T, Reason>;

impl<'m> Row<'m> {
    /// BOOLEAN: `true` or `false`.
    pub fn boolean(self, column: Column) -> Result<Option<bool>, RowError> {
        self.read(column, |cell| {
            let is_boolean = matches!(cell.kind, Kind::True | Kind::False);
            let value = cell.kind == Kind::True;
            is_boolean.then_some(value).ok_or_else(|| wrong_kind(cell))
        })
    }

    /// An integer type: a number without fraction and exponent, in range.
    pub fn integer<T: Integer>(self, column: Column) -> Result<Option<T>, RowError> {
        self.read(column, |cell| {
            number::integer(self.integer_digits(cell)?).ok_or(Reason::OutOfRange)
        })
    }

    /// REAL: any number, rounded once; not beyond the greatest finite value.
    pub fn float32(self, column: Column) -> Result<Option<f32>, RowError> {
        self.read(column, |cell| {
            let value = number::float32(self.number(cell)?);
            value.is_finite().then_some(value).ok_or(Reason::OutOfRange)
        })
    }

    /// DOUBLE: any number, correctly rounded; not beyond the greatest finite value.
    #[inline(always)]
    pub fn float64(self, column: Column) -> Result<Option<f64>, RowError> {
        // Field by field: a cell that was just filled comes from the store before it is in memory,
        // but not two fields as one word.
        let Cell {
            kind,
            digits,
            start,
            len,
        } = &self.cells[usize::from(column.slot)];
        let (kind, digits, start, len) = (*kind, *digits, *start, *len);
        if digits.are_known() {
            return Ok(Some(digits.float64(self.text.word(start as usize))));
        }
        if kind == Kind::Number
            && let Some(value) = number::short_float64(self.text, start, len)
        {
            return Ok(Some(value));
        }
        match any_float64(self.text, kind, start, len) {
            (Any::Value, value) => Ok(Some(value)),
            (Any::Null, _) => Ok(None),
            (Any::Bad, _) => Err(float64_error(kind, start, column)),
        }
    }

    /// DECIMAL(`precision`, `SCALE`): a number or the text of one. Excess fraction digits are
    /// rounded, ties away from zero.
    pub fn decimal<const SCALE: u8>(
        self,
        column: Column,
        precision: u8,
    ) -> Result<Option<Decimal<SCALE>>, RowError> {
        self.read(column, |cell| {
            let parts = self.number_or_text(cell, Reason::WrongKind)?;
            number::decimal(&parts, precision, SCALE).map(Decimal)
        })
    }

    /// DECIMAL(`precision`, `scale`) as the value times ten to the scale.
    #[cfg(any(feature = "arrow", feature = "mqtt"))]
    pub(crate) fn decimal_digits(
        self,
        column: Column,
        precision: u8,
        scale: u8,
    ) -> Result<Option<i128>, RowError> {
        self.read(column, |cell| {
            let parts = self.number_or_text(cell, Reason::WrongKind)?;
            number::decimal(&parts, precision, scale)
        })
    }

    /// TEXT: a string; borrowed from the message unless it has escapes.
    pub fn text(self, column: Column) -> Result<Option<&'m str>, RowError> {
        self.read(column, |cell| self.string(cell))
    }

    /// BYTEA: a Base64 string.
    pub fn bytes(self, column: Column) -> Result<Option<&'m [u8]>, RowError> {
        self.read(column, |cell| {
            base64::decode(self.string(cell)?, self.arena).ok_or(Reason::Base64)
        })
    }

    /// JSON: any value but `null`, as its own text.
    pub fn json(self, column: Column) -> Result<Option<Json<'m>>, RowError> {
        self.read(column, |cell| {
            if cell.kind == Kind::Blocked {
                return Err(Reason::NotOnPath);
            }
            Ok(Json(cell.text(self.text.bytes())))
        })
    }

    /// Whether the column's key is there, be it with `null`.
    #[inline]
    pub fn has(self, column: Column) -> bool {
        self.cell(column).kind != Kind::Missing
    }

    /// A NOT NULL column that has a default must not be `null`.
    pub fn not_null_if_there(self, column: Column) -> Result<(), RowError> {
        if self.has(column) {
            self.not_null(column)
        } else {
            Ok(())
        }
    }

    /// A NOT NULL column must have a value.
    pub fn not_null(self, column: Column) -> Result<(), RowError> {
        let cell = self.cell(column);
        let reason = match cell.kind {
            Kind::Missing | Kind::Null => Reason::NotNull,
            Kind::Blocked => Reason::NotOnPath,
            Kind::False
            | Kind::True
            | Kind::Number
            | Kind::String
            | Kind::EscapedString
            | Kind::Object
            | Kind::Array => return Ok(()),
        };
        Err(RowError::column(reason, column.index, cell.offset()))
    }

    #[inline(always)]
    fn cell(self, column: Column) -> Cell {
        self.cells[usize::from(column.slot)]
    }

    /// NULL for a missing value and `null`, else what `convert` makes of the cell.
    #[inline]
    fn read<T>(
        self,
        column: Column,
        convert: impl FnOnce(Cell) -> Converted<T>,
    ) -> Result<Option<T>, RowError> {
        let cell = self.cell(column);
        if cell.kind.is_null() {
            return Ok(None);
        }
        match convert(cell) {
            Ok(value) => Ok(Some(value)),
            Err(reason) => Err(RowError::column(reason, column.index, cell.offset())),
        }
    }

    /// The text of an integer.
    #[inline]
    fn integer_digits(self, cell: Cell) -> Converted<&'m [u8]> {
        let text = self.number(cell)?;
        let digits = text.strip_prefix(b"-").unwrap_or(text);
        if crate::swar::digits(digits) == digits.len() {
            Ok(text)
        } else {
            Err(Reason::NotAnInteger)
        }
    }

    /// The text of a number.
    #[inline]
    fn number(self, cell: Cell) -> Converted<&'m [u8]> {
        if cell.kind != Kind::Number {
            return Err(wrong_kind(cell));
        }
        Ok(cell.inner(self.text.bytes()))
    }

    /// A number, or a string that is the text of one; `malformed` where it is not.
    fn number_or_text(self, cell: Cell, malformed: Reason) -> Converted<Parts<'m>> {
        let text = if cell.kind == Kind::Number {
            cell.inner(self.text.bytes())
        } else {
            self.string(cell)?.as_bytes()
        };
        Parts::parse(text).ok_or(malformed)
    }

    /// What a string stands for.
    #[inline]
    fn string(self, cell: Cell) -> Converted<&'m str> {
        let text = cell.inner(self.text.bytes());
        if cell.kind == Kind::String {
            Ok(utf8(text))
        } else if cell.kind == Kind::EscapedString {
            self.unescaped(text)
        } else {
            Err(wrong_kind(cell))
        }
    }

    fn unescaped(self, text: &[u8]) -> Converted<&'m str> {
        let out = self.arena.alloc_slice_fill_copy(text.len(), 0);
        let len = escape::unescape(text, out).ok_or(Reason::Surrogate)?;
        Ok(utf8(&out[..len]))
    }
}

/// What a cell holds that is no short number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Any {
    Value,
    Null,
    Bad,
}

/// What [`Row::float64`] does with other values than short numbers. It takes the row's parts and
/// gives the value's, so that neither need be in memory where a filter reads its columns.
#[inline(never)]
fn any_float64(text: Text<'_>, kind: Kind, start: u32, len: u32) -> (Any, f64) {
    if kind.is_null() {
        return (Any::Null, 0.0);
    }
    if kind != Kind::Number {
        return (Any::Bad, 0.0);
    }
    let cell = Cell {
        kind,
        start,
        len,
        ..Cell::default()
    };
    let value = number::float64(cell.inner(text.bytes()));
    let any = if value.is_finite() {
        Any::Value
    } else {
        Any::Bad
    };
    (any, value)
}

/// Why [`any_float64`] gives no value.
#[cold]
fn float64_error(kind: Kind, start: u32, column: Column) -> RowError {
    let cell = Cell {
        kind,
        start,
        ..Cell::default()
    };
    let reason = if kind == Kind::Number {
        Reason::OutOfRange
    } else {
        wrong_kind(cell)
    };
    RowError::column(reason, column.index, cell.offset())
}

/// The reason why `cell` cannot be read as what the column's type takes.
#[cold]
fn wrong_kind(cell: Cell) -> Reason {
    if cell.kind == Kind::Blocked {
        Reason::NotOnPath
    } else {
        Reason::WrongKind
    }
}

#[inline]
fn utf8(text: &[u8]) -> &str {
    let any = || std::str::from_utf8(text).expect("the decoder has validated the message's UTF-8");
    ascii::text(text).unwrap_or_else(any)
}
