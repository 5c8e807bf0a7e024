//! What becomes of the rows of a table's flows: they are written for sinks, handed to the handlers
//! of a program, or returned.

use super::names::{Scope, Style, shown};
use crate::ir::logical::{OutputColumn, Sink};
use crate::ir::physical::Flow;
use crate::types::DataType;
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::BTreeMap;

/// What becomes of rows.
#[derive(Clone, Copy)]
pub(super) enum Form<'a> {
    /// Written for these sinks.
    Written(&'a [Sink]),
    /// Handed over as structs, by the flow's name.
    Handed(&'a BTreeMap<String, Handed>),
    /// Returned: the table has one flow, which is all that it declares.
    Returned(&'a RowType),
}

impl Form<'_> {
    /// The type of what takes the rows of a flow.
    pub(super) fn out(self) -> TokenStream {
        match self {
            Self::Written(_) => quote!(Out<'_>),
            Self::Handed(_) => quote!(Out<'_, To<'_>>),
            Self::Returned(_) => quote!(Out<'_, ()>),
        }
    }

    /// What a table's trait is told of that.
    pub(super) fn output(self) -> Option<TokenStream> {
        match self {
            Self::Written(_) => None,
            Self::Handed(_) => Some(quote!(<To<'_>>)),
            Self::Returned(_) => Some(quote!(<()>)),
        }
    }

    /// Where the rows of a flow go, for its comment.
    pub(super) fn to(self, flow: &Flow) -> String {
        match self {
            Self::Written(sinks) => format!(", to `{}`", shown(&sinks[flow.sink].name)),
            Self::Handed(_) | Self::Returned(_) => String::new(),
        }
    }
}

/// What takes the rows of a flow.
#[derive(Clone, Debug)]
pub(super) struct Handed {
    /// What they are.
    pub(super) row: RowType,
    /// The method of the handlers that takes them.
    pub(super) handler: Ident,
}

/// The struct of a row, or of a value that is a STRUCT.
#[derive(Clone, Debug)]
pub(super) struct RowType {
    /// What it is called, where its values may be borrowed.
    pub(super) name: Ident,
    /// What it is called, where they are its own.
    pub(super) owned: Ident,
    /// Its fields.
    pub(super) fields: Vec<Field>,
}

/// A field of a row.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// What it is called.
    pub(super) name: Ident,
    /// What SQL calls it.
    pub(super) column: String,
    /// What it is.
    pub(super) shape: Shape,
    /// Whether it is an `Option`.
    pub(super) nullable: bool,
}

/// What a value is in Rust.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// One value.
    Scalar(DataType),
    /// A struct.
    Struct(Box<RowType>),
    /// A slice or `Vec`, whose elements are `Option`s.
    Array(Box<Shape>),
}

impl Handed {
    /// What takes rows of `name`; types are named within `types`, handlers within `handlers`.
    pub(super) fn declare(
        (name, fallback): (&str, &str),
        columns: &[OutputColumn],
        types: &mut Scope,
        handlers: &mut Scope,
    ) -> Self {
        Self {
            row: RowType::declare((name, fallback), columns, types),
            handler: handlers.declare_member(name, fallback),
        }
    }
}

impl RowType {
    /// The struct for rows of `name`, named within `types`.
    pub(super) fn declare(
        (name, fallback): (&str, &str),
        columns: &[OutputColumn],
        types: &mut Scope,
    ) -> Self {
        let columns = columns.iter();
        let columns =
            columns.map(|column| (column.name.as_str(), column.data_type, column.nullable));
        Self::with((name, fallback), columns, types)
    }

    fn with<'c>(
        (name, fallback): (&str, &str),
        columns: impl Iterator<Item = (&'c str, DataType, bool)>,
        types: &mut Scope,
    ) -> Self {
        let ident = types.declare(name, fallback, Style::Camel);
        let owned = types.declare(&format!("{name} owned"), fallback, Style::Camel);
        let mut members = Scope::default();
        let fields = columns.map(|(column, data_type, nullable)| Field {
            name: members.declare_member(column, "column"),
            column: column.to_owned(),
            shape: Shape::of(&format!("{name} {column}"), data_type, types),
            nullable,
        });
        Self {
            fields: fields.collect(),
            name: ident,
            owned,
        }
    }

    /// Whether a value of it may be borrowed.
    pub(super) fn borrows(&self) -> bool {
        self.fields.iter().any(|field| field.shape.borrows())
    }

    /// The structs of values within it, outermost first.
    pub(super) fn inner(&self) -> impl Iterator<Item = (&Field, &Self)> {
        self.fields
            .iter()
            .filter_map(|field| field.shape.row().map(|row| (field, row)))
    }
}

impl Shape {
    /// What values of this type are; a struct is called by `name`.
    fn of(name: &str, data_type: DataType, types: &mut Scope) -> Self {
        match data_type {
            DataType::Struct(of) => {
                let fields = of.fields().iter();
                let fields = fields.map(|field| (field.name.as_str(), field.data_type, true));
                Self::Struct(Box::new(RowType::with((name, "value"), fields, types)))
            }
            DataType::Array(of) => Self::Array(Box::new(Self::of(name, of.element(), types))),
            scalar => Self::Scalar(scalar),
        }
    }

    /// Whether a value may be borrowed.
    pub(super) fn borrows(&self) -> bool {
        match self {
            Self::Scalar(data_type) => super::values::borrows(*data_type),
            Self::Struct(row) => row.borrows(),
            Self::Array(_) => true,
        }
    }

    /// Whether a value of its own needs memory to be borrowed: where it holds a slice of what
    /// borrows.
    pub(super) fn needs_arena(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::Struct(row) => row.fields.iter().any(|field| field.shape.needs_arena()),
            Self::Array(element) => element.borrows(),
        }
    }

    /// The struct that it is, or an array is of.
    pub(super) fn row(&self) -> Option<&RowType> {
        match self {
            Self::Scalar(_) => None,
            Self::Struct(row) => Some(row),
            Self::Array(element) => element.row(),
        }
    }
}
