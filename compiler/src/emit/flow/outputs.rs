//! The end of a flow: what the row is made of, and what becomes of it.

use super::{Body, Statement, reads};
use crate::emit::expression::{Binding, Code};
use crate::emit::form::{Field, Form, Handed, RowType};
use crate::emit::library::read_nested;
use crate::emit::names::Style;
use crate::emit::{column, topic_part, written};
use crate::ir::logical::{Sink, SinkKind, Value};
use crate::ir::physical::{Output, OutputValue, Step};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

impl Body<'_, '_> {
    /// Evaluates the outputs and writes the row.
    pub(super) fn row(&mut self, computing: &[Step]) -> TokenStream {
        let sinks = match self.context.form {
            Form::Written(sinks) => sinks,
            Form::Handed(rows) => {
                let Handed { row, handler } = &rows[&self.flow.name];
                let made = self.made(row, computing);
                return quote! {
                    let made = #made;
                    out.hand_over(move |handlers| handlers.#handler(made))
                };
            }
            Form::Returned(row) => {
                let made = self.made(row, computing);
                return quote!(Ok(#made));
            }
        };
        let texts = self.read_outputs(computing);
        self.locals(computing);
        let branch = self.branch;
        let values: Vec<_> = branch
            .outputs
            .iter()
            .map(|output| self.output(output, &texts))
            .collect();
        self.check_topic(&values);
        let sink = &sinks[self.flow.sink];
        let keys = self.keys(sink, &values);
        let format = sink.kind.format();
        written::row(self.flow, branch, format, &values, &keys)
    }

    /// The values that the row's path is made of, which are looked at before there is a row.
    fn keys(&mut self, sink: &Sink, values: &[TokenStream]) -> Vec<TokenStream> {
        let SinkKind::Files(files) = &sink.kind else {
            return Vec::new();
        };
        let keys = files
            .values
            .iter()
            .map(|value| values[value.column].clone());
        let keys: Vec<_> = keys.collect();
        for key in &keys {
            let site = self.context.sites.at(files.path.span);
            self.statements.push(Statement {
                variable: None,
                value: quote!(segment(#key).at(#site)?;),
                can_fail: true,
                computed: true,
            });
        }
        keys
    }

    /// The row as a struct.
    fn made(&mut self, row: &RowType, computing: &[Step]) -> TokenStream {
        self.read_outputs(computing);
        self.locals(computing);
        let outputs = self.branch.outputs.iter().zip(&row.fields);
        let fields: Vec<_> = outputs
            .map(|(output, field)| {
                let (name, value) = (&field.name, self.typed(output, field));
                quote!(#name: #value)
            })
            .collect();
        let name = &row.name;
        quote!(super::#name { #(#fields),* })
    }

    /// The code of a field's value, which can't fail any more.
    fn typed(&mut self, output: &Output, field: &Field) -> TokenStream {
        let OutputValue::Expr(expr) = &output.value else {
            unreachable!("rows of values have no texts that are passed through");
        };
        if expr.literal() == Some(&Value::Null) {
            return quote!(None);
        }
        let mut code = self.expressions().value(expr);
        if expr.data_type.is_nested() {
            let tokens = if code.nullable {
                let read = read_nested(&field.shape, &quote!(value), &quote!(super::));
                let whole = &code.tokens;
                quote!(match #whole {
                    Some(value) => Some(#read),
                    None => None,
                })
            } else {
                read_nested(&field.shape, &code.receiver(), &quote!(super::))
            };
            code = Code::plain(tokens, Binding::Block).with(code.nullable, true);
        }
        if code.nullable && !field.nullable {
            // what no message lacks that passed the checks: metadata that is NOT NULL
            let value = code.receiver();
            code = Code::plain(
                quote!(#value.ok_or(RowError::payload(Reason::NotNull, 0))?),
                Binding::Atom,
            )
            .with(false, true);
        }
        let is_simple = code.variable.is_some() || expr.literal().is_some();
        let value = if is_simple {
            code.tokens
        } else {
            let name = self.scope.declare(&output.name, "output", Style::Snake);
            self.statements.push(Statement {
                variable: Some(name.clone()),
                value: code.tokens,
                can_fail: code.fails,
                computed: true,
            });
            quote!(#name)
        };
        if field.nullable && !code.nullable {
            quote!(Some(#value))
        } else {
            value
        }
    }

    /// Reads the columns that only the output needs, in declared order; gives the variables that
    /// hold texts to pass through.
    fn read_outputs(&mut self, steps: &[Step]) -> BTreeMap<usize, Ident> {
        let texts: BTreeSet<usize> = self.branch.outputs.iter().filter_map(passthrough).collect();
        let reads: BTreeSet<usize> = steps.iter().flat_map(reads).copied().collect();
        let mut names = BTreeMap::new();
        for &column in reads.union(&texts) {
            if reads.contains(&column) {
                self.read(column);
            }
            if texts.contains(&column) {
                let declared = &self.context.table.columns[column];
                let text = format!("{}_text", self.variables[column].name);
                let name = self.scope.declare(&text, "column", Style::Snake);
                self.statements.push(Statement {
                    variable: Some(name.clone()),
                    value: column::read_text(declared, &self.context.constants[column]),
                    can_fail: true,
                    computed: false,
                });
                names.insert(column, name);
            }
        }
        names
    }

    /// The code of an output value, which can't fail any more.
    fn output(&mut self, output: &Output, texts: &BTreeMap<usize, Ident>) -> TokenStream {
        let expr = match &output.value {
            OutputValue::Passthrough(column) => {
                let text = &texts[column];
                return quote!(#text);
            }
            OutputValue::Expr(expr) => expr,
        };
        if expr.literal() == Some(&Value::Null) {
            return quote!(None::<bool>);
        }
        let code = if expr.data_type.is_nested() {
            self.expressions().checked(expr)
        } else {
            self.expressions().value(expr)
        };
        if code.variable.is_some() || expr.literal().is_some() {
            return code.tokens;
        }
        let name = self.scope.declare(&output.name, "output", Style::Snake);
        self.statements.push(Statement {
            variable: Some(name.clone()),
            value: code.tokens,
            can_fail: code.fails,
            computed: true,
        });
        quote!(#name)
    }

    /// Checks what of the row's topic is its own, before the row begins.
    fn check_topic(&mut self, values: &[TokenStream]) {
        for part in &self.flow.topic_parts {
            let output = &self.branch.outputs[part.column];
            if !topic_part::may_be_bad(output, &self.variables) {
                continue;
            }
            let (value, site) = (&values[part.column], self.context.sites.at(part.span));
            self.statements.push(Statement {
                variable: None,
                value: quote!(topic_part(&#value).at(#site)?;),
                can_fail: true,
                computed: false,
            });
        }
    }
}

fn passthrough(output: &Output) -> Option<usize> {
    match output.value {
        OutputValue::Passthrough(column) => Some(column),
        OutputValue::Expr(_) => None,
    }
}
