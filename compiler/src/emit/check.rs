//! What every message is checked for before any flow: NOT NULL and CHECK, in declared order.

use super::column;
use super::expression::{Expressions, Variable, mentions};
use super::flow::{FlowContext, parameter};
use super::names::{Scope, Style};
use crate::ir::logical::Expr;
use crate::ir::physical::{Check, Column, Decoder, Read};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use std::collections::BTreeSet;

/// The table's `check`.
pub(super) fn check(context: &mut FlowContext<'_>) -> TokenStream {
    let table = context.table;
    let mut scope = Scope::default();
    let names = table.columns.iter();
    let names: Vec<Ident> = names
        .map(|column| scope.declare(&column.name, "column", Style::Snake))
        .collect();
    let mut variables: Vec<Variable> = table
        .columns
        .iter()
        .zip(names)
        .map(|(column, name)| Variable {
            name,
            nullable: can_be_null(column),
        })
        .collect();
    let mut known = BTreeSet::new();
    let mut statements: Vec<(Option<Ident>, TokenStream)> = Vec::new();
    for check in &table.checks {
        match check {
            Check::NotNull(column) => {
                statements.push((None, not_null(context, *column)));
                known.insert(*column);
            }
            Check::Expr { reads, expr } => {
                for &column in reads {
                    let nullable = can_be_null(&table.columns[column]) && !known.contains(&column);
                    let code = read(context, column, nullable);
                    variables[column].nullable = nullable;
                    statements.push((Some(variables[column].name.clone()), code));
                }
                statements.push((None, condition(context, &variables, expr)));
            }
        }
    }
    let body = body(statements);
    let [row, values] = ["row", "values"].map(|name| parameter(name, &body));
    let values = match table.decoder {
        Decoder::Json(_) => None,
        Decoder::Raw(_) | Decoder::Avro(_) => Some(quote!(, #values: &Self::Values<'_>)),
    };
    quote! {
        #[inline(always)]
        fn check(#row: Row<'_> #values) -> Result<(), RowError> {
            #body
        }
    }
}

/// The statements, some of which give a variable its value. One that nobody reads is not declared:
/// its value is computed all the same, since that may fail.
fn body(statements: Vec<(Option<Ident>, TokenStream)>) -> TokenStream {
    let mut body = quote!(Ok(()));
    for (variable, value) in statements.into_iter().rev() {
        let statement = match variable {
            Some(name) if mentions(&body, &name) => quote!(let #name = #value;),
            Some(_) => quote!(#value;),
            None => value,
        };
        body = quote!(#statement #body);
    }
    body
}

/// Whether a column can be NULL before it is checked for that.
fn can_be_null(column: &Column) -> bool {
    match &column.read {
        Read::Slot { .. } => true,
        Read::Value(_) => column.nullable,
        Read::Metadata(metadata) => metadata.can_be_absent() && column.default.is_none(),
    }
}

fn read(context: &mut FlowContext<'_>, column: usize, nullable: bool) -> TokenStream {
    column::read(context, column, Some(nullable)).tokens
}

fn not_null(context: &FlowContext<'_>, column: usize) -> TokenStream {
    let (declared, constant) = (&context.table.columns[column], &context.constants[column]);
    let constant = &constant.column;
    match &declared.read {
        Read::Slot { .. } if declared.default.is_some() => {
            quote!(row.not_null_if_there(#constant)?;)
        }
        Read::Slot { .. } => quote!(row.not_null(#constant)?;),
        Read::Value(_) => unreachable!("a value is NULL or not by its type"),
        Read::Metadata(metadata) => {
            let value = column::metadata_value(metadata).tokens;
            let index = Literal::usize_unsuffixed(column);
            quote! {
                if #value.is_none() {
                    return Err(RowError::column(Reason::NotNull, #index, 0));
                }
            }
        }
    }
}

/// SQL's rule: a CHECK that is NULL passes.
fn condition(context: &mut FlowContext<'_>, variables: &[Variable], expr: &Expr) -> TokenStream {
    let mut expressions = Expressions {
        variables,
        patterns: context.patterns,
        sites: &mut context.sites,
    };
    let fails = expressions.condition(expr, false).tokens;
    let site = context.sites.at(expr.span);
    quote! {
        if #fails {
            return Err(RowError::expression(Reason::Check, #site));
        }
    }
}
