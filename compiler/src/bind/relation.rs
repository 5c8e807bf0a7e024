//! Tables and views as queries see them.

use crate::catalog::Catalog;
use crate::ir::logical::{OutputColumn, Relation};
use crate::source::Span;
use crate::types::DataType;

/// All tables and views so far.
#[derive(Debug, Default)]
pub(super) struct Relations {
    pub(super) catalog: Catalog<Defined>,
}

/// What the name of a table or view stands for.
#[derive(Clone, Debug)]
pub(super) enum Defined {
    /// A source table or view.
    Readable(Readable),
    /// A sink.
    Sink(SinkTable),
    /// Something that could not be bound.
    Poisoned,
}

/// What a FROM can name.
#[derive(Clone, Debug)]
pub(super) struct Readable {
    /// `table` or `view`
    pub(super) kind: &'static str,
    /// Its rows; None if a part of it could not be bound.
    pub(super) relation: Option<Relation>,
    /// Its columns as far as they are known.
    pub(super) columns: Vec<Column>,
    /// Whether `columns` are all there are.
    pub(super) complete: bool,
}

/// A column as a query sees it.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Its type and nullability; None if its definition is in error.
    pub(super) known: Option<Type>,
    /// Where its type is declared, if it comes straight from a table.
    pub(super) declared: Option<Span>,
}

/// A type, and whether NULL belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Type {
    pub(super) data_type: DataType,
    pub(super) nullable: bool,
}

/// What an INSERT can name.
#[derive(Clone, Debug)]
pub(super) struct SinkTable {
    /// Index into the plan's sinks; None if a part of it could not be bound.
    pub(super) index: Option<usize>,
    /// Its declared columns; none where it takes the query's.
    pub(super) columns: Vec<SinkColumn>,
}

/// A column of a sink.
#[derive(Clone, Debug)]
pub(super) struct SinkColumn {
    pub(super) column: OutputColumn,
    /// Where it is declared.
    pub(super) span: Span,
}
