//! Regular expressions: constant ones are statics of a table's module, compiled before the first
//! message.

use super::literal;
use super::names::{Scope, Style};
use crate::functions::{Function, Parameter};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::ir::physical::{Check, OutputValue, PhysicalPlan, Step, Table};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The constant patterns of a table, each with its flags and the static that holds it.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    known: Vec<(String, String, Ident)>,
}

impl Patterns {
    /// Those of `table`, named within its module.
    pub(super) fn of(table: &Table, items: &mut Scope) -> Self {
        let mut patterns = Self::default();
        for_each_call(table, &mut |function, arguments| {
            let Some((Some(pattern), flags)) = pattern(function, arguments) else {
                return;
            };
            if patterns.find(pattern, flags).is_none() {
                let name = items.declare("pattern", "pattern", Style::Upper);
                patterns
                    .known
                    .push((pattern.to_owned(), flags.to_owned(), name));
            }
        });
        patterns
    }

    /// The static of a pattern.
    pub(super) fn find(&self, pattern: &str, flags: &str) -> Option<&Ident> {
        let mut known = self.known.iter();
        known
            .find(|(own, own_flags, _)| own == pattern && own_flags == flags)
            .map(|(.., name)| name)
    }

    /// `static PATTERN: … = …;` for each.
    pub(super) fn statics(&self) -> TokenStream {
        let statics = self.known.iter().map(|(pattern, flags, name)| {
            let (pattern, flags) = (literal::text(pattern), literal::text(flags));
            quote! {
                static #name: function::Pattern = function::Pattern::new(#pattern, #flags);
            }
        });
        statics.collect()
    }

    /// The table's `prepare`, where there is something to.
    pub(super) fn prepare(&self) -> Option<TokenStream> {
        let names: Vec<_> = self.known.iter().map(|(.., name)| name).collect();
        (!names.is_empty()).then(|| {
            quote! {
                fn prepare() {
                    #(#names.get();)*
                }
            }
        })
    }
}

/// Whether any table searches for regular expressions.
pub(super) fn are_used(plan: &PhysicalPlan) -> bool {
    let mut used = false;
    let generated = plan.tables.iter().filter_map(|table| {
        let generated = table.generated.as_deref();
        generated.map(|generated| &generated.table)
    });
    for table in plan.tables.iter().chain(generated) {
        for_each_call(table, &mut |function, arguments| {
            used |= pattern(function, arguments).is_some();
        });
    }
    used
}

/// The pattern of a call, where it is constant, and its flags; None of a function without.
pub(super) fn pattern<'e>(
    function: &Function,
    arguments: &'e [Expr],
) -> Option<(Option<&'e str>, &'e str)> {
    let text = |wanted: Parameter| {
        let mut parameters = function.parameters.iter();
        let at = parameters.position(|parameter| *parameter == wanted)?;
        match arguments[at].literal() {
            Some(Value::Text(text)) => Some(Some(text.as_str())),
            Some(_) | None => Some(None),
        }
    };
    let pattern = text(Parameter::Pattern)?;
    Some((pattern, text(Parameter::Flags).flatten().unwrap_or("")))
}

fn for_each_call<'t>(table: &'t Table, visit: &mut dyn FnMut(&'t Function, &'t [Expr])) {
    for check in &table.checks {
        match check {
            Check::NotNull(_) => {}
            Check::Expr { expr, .. } => calls(expr, visit),
        }
    }
    for branch in table.flows.iter().flat_map(|flow| &flow.branches) {
        for step in &branch.steps {
            match step {
                Step::Read(_) => {}
                Step::Let { expr, .. } | Step::Keep(expr) | Step::Unnest { array: expr, .. } => {
                    calls(expr, visit);
                }
            }
        }
        for output in &branch.outputs {
            match &output.value {
                OutputValue::Passthrough(_) => {}
                OutputValue::Expr(expr) => calls(expr, visit),
            }
        }
    }
}

fn calls<'t>(expr: &'t Expr, visit: &mut dyn FnMut(&'t Function, &'t [Expr])) {
    if let ExprKind::Call {
        function,
        arguments,
    } = &expr.kind
    {
        visit(function, arguments);
    }
    for child in expr.children() {
        calls(child, visit);
    }
}
