//! The workloads' tables as the rivals see them: the columns a query needs, its WHERE, and the
//! JSON line of a row that passes. All rivals share what is here, so that they differ in nothing
//! but how they read a message.

mod document;
mod position;
mod reading;
mod uplink;
mod value;
mod vehicle;

pub use document::{Field, Text};
pub use position::Positions;
pub use reading::Readings;
pub use uplink::Uplinks;
pub use value::Value;
pub use vehicle::Vehicles;

use serde::Deserialize;

/// A column that a query returns.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the row.
    pub name: &'static str,
    /// The keys that lead to it.
    pub path: &'static [&'static str],
    /// Its type.
    pub kind: Kind,
}

/// The type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// TEXT
    Text,
    /// TIMESTAMP, as RFC 3339 text
    Time,
    /// FLOAT
    Float,
    /// INT
    Int,
}

/// A table and the query over it.
pub trait Table: 'static {
    /// A message with the members that the query needs.
    type Row<'m>: Row<'m>;

    /// The columns of the query, in its order.
    const COLUMNS: &'static [Column];

    /// WHERE, over the numbers in the columns.
    fn passes(number: impl Fn(usize) -> Option<f64>) -> bool;
}

/// A decoded message.
pub trait Row<'m>: Deserialize<'m> + Field<'m> {
    /// What stands in a column of [`Table::COLUMNS`].
    fn value(&self, column: usize) -> Value<'_>;
}

/// Whether a row passes.
#[inline]
pub fn passes<'r, T: Table>(value: impl Fn(usize) -> Value<'r>) -> bool {
    T::passes(|column| value(column).number())
}

/// Appends the JSON line of a row. None if a value is not what its column wants.
pub fn write<'r, T: Table>(value: impl Fn(usize) -> Value<'r>, out: &mut Vec<u8>) -> Option<()> {
    let values = || {
        T::COLUMNS
            .iter()
            .enumerate()
            .map(|(at, column)| (column, value(at)))
    };
    if !values().all(|(column, value)| value.is_of(column.kind)) {
        return None;
    }
    let mut before = b"{\"";
    for (column, value) in values() {
        out.extend_from_slice(before);
        out.extend_from_slice(column.name.as_bytes());
        out.extend_from_slice(b"\":");
        value.write(column.kind, out);
        before = b",\"";
    }
    out.extend_from_slice(b"}\n");
    Some(())
}

/// A column at the top level.
const fn top(path: &'static [&'static str; 1], kind: Kind) -> Column {
    Column {
        name: path[0],
        path,
        kind,
    }
}
