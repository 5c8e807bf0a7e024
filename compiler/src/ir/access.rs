//! What can be asked of a value of a nested type.

use super::operator::CompareOperator;

/// What is asked of the first operand, or of the last one where it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// A field of a STRUCT, by its index in the type.
    Field(usize),
    /// An element of an array; the second operand is its subscript, a BIGINT from 1.
    Element,
    /// How many elements an array has, an INT.
    Cardinality,
    /// The same, NULL where there is none.
    Length,
    /// Whether the first operand compares so with an element of the second one. The elements have
    /// the first operand's type.
    Any(CompareOperator),
}
