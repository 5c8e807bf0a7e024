//! Rows that were written as JSON lines, read again by their types.

use super::nested::{copied, without_message};
use super::{Nested, Row};
use crate::decode::json::try_members;
use crate::error::{Reason, RowError};
use crate::value::TimeFormat;
use bumpalo::Bump;

/// Hands the values of a row that [`crate::encode`] wrote to `each`, with the number of each. The
/// line may have been anywhere meanwhile, so it is validated.
pub(crate) fn values<'m>(
    line: &[u8],
    arena: &'m Bump,
    mut each: impl FnMut(usize, Nested<'m>) -> Result<(), RowError>,
) -> Result<(), RowError> {
    if let Err(error) = std::str::from_utf8(line) {
        return Err(RowError::payload(Reason::Utf8, error.valid_up_to()));
    }
    // what is longer is no row
    if u32::try_from(line.len()).is_err() {
        return Err(RowError::payload(Reason::Syntax, 0));
    }
    let text = copied(line, arena);
    let row = without_message(text, arena);
    let mut number = 0;
    try_members(text.bytes(), |cell| {
        let column = u16::try_from(number).unwrap_or(u16::MAX);
        number += 1;
        each(number - 1, Nested::part_of(row, cell, column))
    })
}

impl<'m> Nested<'m> {
    /// The values of an object, in their order.
    #[cfg(feature = "arrow")]
    pub(crate) fn members(self) -> impl Iterator<Item = Self> {
        let mut walk = self.walk();
        std::iter::from_fn(move || walk.next_member()).map(move |(_, cell)| self.at(cell))
    }

    fn part_of(row: Row<'m>, cell: crate::decode::json::Cell, column: u16) -> Self {
        Self {
            row,
            cell,
            column,
            format: TimeFormat::Rfc3339,
        }
    }
}
