//! A decoded message as its queries read it.

use crate::decode::json::Cell;
use crate::message::Message;
use bumpalo::Bump;

/// A message, the places of its values, and scratch memory for values that are made from it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'m> {
    /// The message.
    pub message: &'m Message<'m>,
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
