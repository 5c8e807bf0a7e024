//! The relational operators of the logical plan.

use super::logical::Expr;
use crate::types::DataType;

/// A relational operator.
#[derive(Clone, Debug)]
pub enum Relation {
    /// All messages of a source, with its declared columns.
    Scan {
        /// Index into [`LogicalPlan::sources`].
        source: usize,
    },
    /// The rows of which the predicate is true.
    Filter {
        /// Its input.
        input: Box<Relation>,
        /// Of type BOOLEAN, over the input's columns.
        predicate: Expr,
    },
    /// The rows of the input, each once for every element of an array in it: none where that is
    /// NULL. The input's columns are followed by the element, and its number, if that is asked
    /// for.
    Unnest {
        /// Its input.
        input: Box<Relation>,
        /// The array, over the input's columns.
        array: Expr,
        /// How many columns the input has: the index of the element's.
        at: usize,
        /// The element's column.
        element: OutputColumn,
        /// The name of the number's column.
        number: Option<String>,
    },
    /// New columns from old ones.
    Project {
        /// Its input.
        input: Box<Relation>,
        /// The new columns: what they are called and how they are made.
        columns: Vec<(OutputColumn, Expr)>,
    },
    /// The rows of each input, in order.
    UnionAll {
        /// Its inputs, two or more.
        inputs: Vec<Relation>,
        /// Their columns by position, all of these types: a column can be NULL if one of theirs
        /// can.
        columns: Vec<OutputColumn>,
    },
}

impl Relation {
    /// How many ways lead from a source through it.
    pub fn branches(&self) -> usize {
        match self {
            Self::Scan { .. } => 1,
            Self::Filter { input, .. }
            | Self::Project { input, .. }
            | Self::Unnest { input, .. } => input.branches(),
            Self::UnionAll { inputs, .. } => inputs.iter().map(Self::branches).sum(),
        }
    }
}

/// A column that an operator gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether it can be NULL.
    pub nullable: bool,
}
