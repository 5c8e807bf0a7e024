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
    Handed(&'a BTreeMap<String, RowType>),
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

/// The struct of a row.
#[derive(Clone, Debug)]
pub(super) struct RowType {
    /// What it is called, where its values may be borrowed.
    pub(super) name: Ident,
    /// What it is called, where they are its own.
    pub(super) owned: Ident,
    /// The method of the handlers that takes it.
    pub(super) handler: Ident,
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
    /// Its type.
    pub(super) data_type: DataType,
    /// Whether it is an `Option`.
    pub(super) nullable: bool,
}

impl RowType {
    /// The struct for rows of `name`; types are named within `types`, handlers within `handlers`.
    pub(super) fn declare(
        (name, fallback): (&str, &str),
        columns: &[OutputColumn],
        types: &mut Scope,
        handlers: &mut Scope,
    ) -> Self {
        let mut members = Scope::default();
        let field = |column: &OutputColumn| Field {
            name: members.declare_member(&column.name, "column"),
            column: column.name.clone(),
            data_type: column.data_type,
            nullable: column.nullable,
        };
        Self {
            name: types.declare(name, fallback, Style::Camel),
            owned: types.declare(&format!("{name} owned"), fallback, Style::Camel),
            handler: handlers.declare_member(name, fallback),
            fields: columns.iter().map(field).collect(),
        }
    }

    /// Whether a value of it may be borrowed.
    pub(super) fn borrows(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| super::values::borrows(field.data_type))
    }
}
