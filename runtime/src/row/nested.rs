//! Values of nested types: STRUCT and arrays. Such a value is a place in the message, which is
//! walked through where something is asked of it; nothing of it is kept.

use super::{Column, Row, Type, wrong_kind};
use crate::decode::json::{Cell, Kind, PADDING, Text, Walk};
use crate::encode::Encode;
use crate::encode::csv::{self, EncodeCsv};
use crate::error::{Reason, RowError};
use crate::message::Message;
use crate::value::TimeFormat;
use bumpalo::Bump;

/// A value within a column of a nested type.
#[derive(Clone, Copy, Debug)]
pub struct Nested<'m> {
    /// The row in whose message it stands.
    pub(super) row: Row<'m>,
    pub(super) cell: Cell,
    /// The column, for errors.
    pub(super) column: u16,
    /// How its timestamps are written.
    pub(super) format: TimeFormat,
}

/// The only column of the row that a part of a nested value is read as.
const fn part(column: u16) -> Column {
    Column {
        slot: 0,
        index: column,
    }
}

impl<'m> Row<'m> {
    /// STRUCT: an object. What its parts are is seen when they are read.
    pub fn object(
        self,
        column: Column,
        format: TimeFormat,
    ) -> Result<Option<Nested<'m>>, RowError> {
        self.nested(column, Kind::Object, format)
    }

    /// An array of any type.
    pub fn array(self, column: Column, format: TimeFormat) -> Result<Option<Nested<'m>>, RowError> {
        self.nested(column, Kind::Array, format)
    }

    fn nested(
        self,
        column: Column,
        kind: Kind,
        format: TimeFormat,
    ) -> Result<Option<Nested<'m>>, RowError> {
        self.read(column, |cell| {
            if cell.kind != kind {
                return Err(wrong_kind(cell));
            }
            Ok(Nested {
                row: self,
                cell,
                column: column.index,
                format,
            })
        })
    }
}

impl<'m> Nested<'m> {
    /// The object or array that `written` is, which was made and is valid JSON: of messages that
    /// are none, and by functions. The offsets in errors are those of the text.
    ///
    /// # Panics
    /// Where the text is neither.
    pub(crate) fn made(written: &[u8], column: u16, arena: &'m Bump) -> Self {
        let text = copied(written, arena);
        let kind = match text.bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::Array,
            Some(_) | None => unreachable!("a STRUCT is an object, and an array an array"),
        };
        let cell = Cell {
            kind,
            len: u32::try_from(text.len()).expect("a text that was made is short"),
            ..Cell::default()
        };
        Self {
            row: without_message(text, arena),
            cell,
            column,
            format: TimeFormat::Rfc3339,
        }
    }

    /// The field with this key, of an object; of duplicate keys the last one counts.
    #[must_use]
    pub fn field(self, key: &str) -> Self {
        let mut found = Cell::default();
        let mut walk = self.walk();
        while let Some((name, cell)) = walk.next_member() {
            if name.is(key) {
                found = cell;
            }
        }
        self.at(found)
    }

    /// The fields with these keys, of an object; of duplicate keys the last one counts.
    #[must_use]
    pub fn fields<const N: usize>(self, keys: [&str; N]) -> [Self; N] {
        let mut found = [self.at(Cell::default()); N];
        let mut walk = self.walk();
        while let Some((name, cell)) = walk.next_member() {
            if let Some(at) = keys.iter().position(|key| name.is(key)) {
                found[at] = self.at(cell);
            }
        }
        found
    }

    /// The elements of an array, read by `read`, in the row's memory.
    pub fn slice<T: Copy>(
        self,
        read: impl FnMut(Self) -> Result<Option<T>, RowError>,
    ) -> Result<&'m [Option<T>], RowError> {
        let elements: Vec<_> = self.elements().map(read).collect::<Result<_, _>>()?;
        Ok(self.row.arena.alloc_slice_copy(&elements))
    }

    /// The element with this subscript, of an array; the first one has 1.
    #[must_use]
    pub fn element(self, subscript: i64) -> Self {
        let index = subscript
            .checked_sub(1)
            .and_then(|index| usize::try_from(index).ok());
        let found = index.and_then(|index| self.elements().nth(index));
        found.unwrap_or(self.at(Cell::default()))
    }

    /// The elements of an array.
    pub(crate) fn elements(self) -> impl Iterator<Item = Self> {
        let mut walk = self.walk();
        std::iter::from_fn(move || walk.next_element()).map(move |cell| self.at(cell))
    }

    /// How many elements an array has.
    pub fn cardinality(self) -> i32 {
        let count = self.elements().count();
        i32::try_from(count).unwrap_or(i32::MAX)
    }

    /// The same; None of an empty one.
    pub fn length(self) -> Option<i32> {
        Some(self.cardinality()).filter(|&length| length > 0)
    }

    /// Reads this part as `convert` reads a column.
    pub fn read<T>(
        self,
        convert: impl FnOnce(Row<'m>, Column, TimeFormat) -> Result<T, RowError>,
    ) -> Result<T, RowError> {
        let cell: &'m Cell = self.row.arena.alloc(self.cell);
        let row = Row {
            cells: std::slice::from_ref(cell),
            ..self.row
        };
        convert(row, part(self.column), self.format)
    }

    /// `left op ANY (array)`: whether it `holds` for an element. As in SQL, NULL where it holds
    /// for none and one of the values is NULL; and false of an array without elements.
    pub fn any<L: Copy, T>(
        self,
        left: Option<L>,
        convert: impl Fn(Row<'m>, Column, TimeFormat) -> Result<Option<T>, RowError>,
        holds: impl Fn(L, T) -> bool,
    ) -> Result<Option<bool>, RowError> {
        let mut found = Some(false);
        for element in self.elements() {
            let element = element.read(&convert)?;
            match left
                .zip(element)
                .map(|(left, element)| holds(left, element))
            {
                Some(true) => return Ok(Some(true)),
                Some(false) => {}
                None => found = None,
            }
        }
        Ok(found)
    }

    /// The value as JSON with the fields of its type, once all of it is known to be of that.
    pub fn checked(self, data_type: &'static Type) -> Result<Checked<'m>, RowError> {
        write(
            self.row,
            (self.cell, self.column),
            data_type,
            self.format,
            None,
        )?;
        Ok(Checked {
            nested: self,
            data_type,
        })
    }

    pub(super) fn walk(self) -> Walk<'m> {
        Walk::new(self.row.text.bytes(), self.cell)
    }

    pub(super) fn at(self, cell: Cell) -> Self {
        Self { cell, ..self }
    }
}

/// A copy of `written` that can be read beyond its end.
pub(super) fn copied<'m>(written: &[u8], arena: &'m Bump) -> Text<'m> {
    let len = written.len();
    let readable = arena.alloc_slice_fill_copy(len + PADDING, 0);
    readable[..len].copy_from_slice(written);
    Text::new(readable, len).expect("the padding is there")
}

pub(super) fn without_message<'m>(text: Text<'m>, arena: &'m Bump) -> Row<'m> {
    Row {
        message: arena.alloc(Message::new("", b"")),
        text,
        cells: &[],
        arena,
    }
}

/// A nested value that can be written.
#[derive(Clone, Copy, Debug)]
pub struct Checked<'m> {
    nested: Nested<'m>,
    data_type: &'static Type,
}

impl Encode for Checked<'_> {
    fn encode(self, out: &mut Vec<u8>) {
        let Nested {
            row,
            cell,
            column,
            format,
        } = self.nested;
        let written = write(row, (cell, column), self.data_type, format, Some(out));
        written.expect("a value is written only if it is known to be of its type");
    }
}

impl EncodeCsv for Checked<'_> {
    fn encode_csv(self, out: &mut Vec<u8>) {
        csv::json(self, out);
    }
}

/// Writes a part of a nested value as JSON; without `out` it only looks whether that is possible.
fn write(
    row: Row<'_>,
    (cell, column): (Cell, u16),
    data_type: &Type,
    format: TimeFormat,
    out: Option<&mut Vec<u8>>,
) -> Result<(), RowError> {
    if cell.kind.is_null() {
        put(out, None::<bool>);
        return Ok(());
    }
    if let Type::Struct(fields) = data_type {
        expect(cell, Kind::Object, column)?;
        return write_fields(row, (cell, column), fields, format, out);
    }
    if let Type::Array(element) = data_type {
        expect(cell, Kind::Array, column)?;
        return write_elements(row, (cell, column), element, format, out);
    }
    let cells = [cell];
    let row = Row {
        cells: &cells,
        ..row
    };
    write_scalar(row, part(column), data_type, format, out)
}

fn expect(cell: Cell, kind: Kind, column: u16) -> Result<(), RowError> {
    if cell.kind == kind {
        Ok(())
    } else {
        Err(RowError::column(Reason::WrongKind, column, cell.offset()))
    }
}

/// The fields of the type in its order, NULL where the object has none.
fn write_fields(
    row: Row<'_>,
    (cell, column): (Cell, u16),
    fields: &[(&'static str, Type)],
    format: TimeFormat,
    mut out: Option<&mut Vec<u8>>,
) -> Result<(), RowError> {
    let cells = row.arena.alloc_slice_fill_default::<Cell>(fields.len());
    let mut walk = Walk::new(row.text.bytes(), cell);
    while let Some((key, value)) = walk.next_member() {
        if let Some(at) = fields.iter().position(|(name, _)| key.is(name)) {
            cells[at] = value;
        }
    }
    let mut before = b'{';
    for ((name, data_type), &mut value) in fields.iter().zip(cells) {
        if let Some(out) = out.as_deref_mut() {
            out.push(std::mem::replace(&mut before, b','));
            name.encode(out);
            out.push(b':');
        }
        write(row, (value, column), data_type, format, out.as_deref_mut())?;
    }
    if let Some(out) = out {
        out.push(b'}');
    }
    Ok(())
}

fn write_elements(
    row: Row<'_>,
    (cell, column): (Cell, u16),
    data_type: &Type,
    format: TimeFormat,
    mut out: Option<&mut Vec<u8>>,
) -> Result<(), RowError> {
    let mut walk = Walk::new(row.text.bytes(), cell);
    let mut before = b'[';
    while let Some(element) = walk.next_element() {
        if let Some(out) = out.as_deref_mut() {
            out.push(std::mem::replace(&mut before, b','));
        }
        write(
            row,
            (element, column),
            data_type,
            format,
            out.as_deref_mut(),
        )?;
    }
    if let Some(out) = out {
        if before == b'[' {
            out.push(before);
        }
        out.push(b']');
    }
    Ok(())
}

/// A value that is read as a column of its type is, and written as one.
fn write_scalar(
    row: Row<'_>,
    value: Column,
    data_type: &Type,
    format: TimeFormat,
    out: Option<&mut Vec<u8>>,
) -> Result<(), RowError> {
    match *data_type {
        Type::Boolean => put(out, row.boolean(value)?),
        Type::Int8 => put(out, row.integer_text::<i8>(value)?),
        Type::Int16 => put(out, row.integer_text::<i16>(value)?),
        Type::Int32 => put(out, row.integer_text::<i32>(value)?),
        Type::Int64 => put(out, row.integer_text::<i64>(value)?),
        Type::UInt8 => put(out, row.integer_text::<u8>(value)?),
        Type::UInt16 => put(out, row.integer_text::<u16>(value)?),
        Type::UInt32 => put(out, row.integer_text::<u32>(value)?),
        Type::UInt64 => put(out, row.integer_text::<u64>(value)?),
        Type::Float32 => put(out, row.float32(value)?),
        Type::Float64 => put(out, row.float64_text(value)?),
        Type::Decimal(precision, scale) => put(out, row.decimal_text(value, precision, scale)?),
        Type::Text => put(out, row.text(value)?),
        Type::Bytes => put(out, row.bytes(value)?),
        Type::Timestamp(9) => put(out, row.timestamp_nanos_text(value, format)?),
        Type::Timestamp(digits) => put(out, row.timestamp_text(value, format, digits)?),
        Type::Date => put(out, row.date(value)?),
        Type::Time => put(out, row.time(value)?),
        Type::Interval => put(out, row.interval(value)?),
        Type::Json => put(out, row.json(value)?),
        Type::Struct(_) | Type::Array(_) => unreachable!("these are no scalars"),
    }
    Ok(())
}

fn put(out: Option<&mut Vec<u8>>, value: impl Encode) {
    if let Some(out) = out {
        value.encode(out);
    }
}
