//! Expressions to Rust.
//!
//! [`Expressions::value`] gives the value, an `Option` where it can be NULL. For BOOLEANs,
//! [`Expressions::condition`] gives a plain `bool`: whether the value is true (or false), which
//! is what WHERE and CASE ask and reads naturally.

mod boolean;
mod call;
mod cast;
mod code;
mod membership;
mod nested;
mod operator;

use super::literal;
use super::patterns::Patterns;
use super::sites::Sites;
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::DataType;
pub(super) use cast::cast;
use cast::try_cast;
pub(super) use code::{Applied, Binding, Code, Null, lift1, mentions};
use code::{lift, lift2};
pub(super) use nested::{reading, type_constant};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// A column as generated code holds it.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// The local variable.
    pub(super) name: Ident,
    /// Whether it is an `Option`.
    pub(super) nullable: bool,
}

/// Turns expressions over a table's columns into code.
pub(super) struct Expressions<'a> {
    /// The table's columns, by index.
    pub(super) variables: &'a [Variable],
    /// The table's regular expressions.
    pub(super) patterns: &'a Patterns,
    /// Where expressions that can fail stand.
    pub(super) sites: &'a mut Sites,
}

impl Expressions<'_> {
    /// The expression's value.
    pub(super) fn value(&mut self, expr: &Expr) -> Code {
        match &expr.kind {
            ExprKind::Column(column) => self.variable(*column),
            ExprKind::Literal(value) => constant(value, expr.data_type),
            ExprKind::Negate(operand) => self.negate(operand, expr.span),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right, expr),
            ExprKind::Cast(operand) => {
                let code = self.value(operand);
                cast(&code, operand.data_type, expr.data_type, || {
                    self.sites.at(expr.span)
                })
            }
            ExprKind::TryCast(operand) => {
                let code = self.value(operand);
                try_cast(&code, operand.data_type, expr.data_type)
            }
            ExprKind::Case {
                branches,
                otherwise,
            } => self.case(branches, otherwise.as_deref(), expr),
            ExprKind::Call {
                function,
                arguments,
            } => self.call(function, arguments, expr, Null::Stays),
            ExprKind::Access { access, operands } => self.access(*access, operands, expr),
            ExprKind::Not(_)
            | ExprKind::Compare { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::IsNull { .. }
            | ExprKind::IsTruth { .. }
            | ExprKind::InList { .. }
            | ExprKind::IsDistinct { .. }
            | ExprKind::Like { .. } => self.boolean(expr),
        }
    }

    fn variable(&self, column: usize) -> Code {
        let Variable { name, nullable } = &self.variables[column];
        Code {
            variable: Some(name.clone()),
            ..Code::plain(quote!(#name), Binding::Atom).with(*nullable, false)
        }
    }

    /// The value as an operand whose neighbour tells the type of numbers.
    fn operand(&mut self, expr: &Expr) -> Code {
        if let ExprKind::Literal(value) = &expr.kind
            && *value != Value::Null
        {
            let tokens = literal::inferred(value, expr.data_type);
            Code::plain(tokens, sign_binding(value))
        } else {
            self.value(expr)
        }
    }

    fn case(&mut self, branches: &[(Expr, Expr)], otherwise: Option<&Expr>, expr: &Expr) -> Code {
        let conditions: Vec<_> = branches
            .iter()
            .map(|(condition, _)| self.condition(condition, true))
            .collect();
        let results: Vec<_> = branches
            .iter()
            .map(|(_, result)| self.value(result))
            .collect();
        let last = match otherwise {
            Some(otherwise) => self.value(otherwise),
            None => constant(&Value::Null, expr.data_type),
        };
        let nullable = last.nullable || results.iter().any(|result| result.nullable);
        if_chain(&conditions, &results, &last, nullable)
    }

    fn site(&mut self, span: Span) -> proc_macro2::Literal {
        self.sites.at(span)
    }
}

fn sign_binding(value: &Value) -> Binding {
    if literal::is_negative(value) {
        Binding::Unary
    } else {
        Binding::Atom
    }
}

/// A constant.
fn constant(value: &Value, data_type: DataType) -> Code {
    let code = Code::plain(literal::value(value, data_type), sign_binding(value));
    code.with(*value == Value::Null, false)
}

/// `if … { … } else if … { … } else { … }`
fn if_chain(conditions: &[Code], results: &[Code], last: &Code, nullable: bool) -> Code {
    let result = |code: &Code| {
        if nullable {
            code.optional().tokens
        } else {
            code.tokens.clone()
        }
    };
    let mut tokens = TokenStream::new();
    for (condition, value) in conditions.iter().zip(results) {
        let (condition, value) = (&condition.tokens, result(value));
        tokens.extend(quote!(if #condition { #value } else));
    }
    let otherwise = result(last);
    tokens.extend(quote!({ #otherwise }));
    let fails = last.fails || conditions.iter().chain(results).any(|code| code.fails);
    Code::plain(tokens, Binding::Block).with(nullable, fails)
}

fn first_not_null(first: &Code, rest: &Code) -> Code {
    let (receiver, fallback) = (first.receiver(), &rest.tokens);
    let simple = rest.binding == Binding::Atom && rest.variable.is_some() || is_literal(rest);
    let fails = first.fails || rest.fails;
    let (tokens, binding) = match (rest.fails, rest.nullable, simple) {
        (false, true, true) => (quote!(#receiver.or(#fallback)), Binding::Atom),
        (false, true, false) => (quote!(#receiver.or_else(|| #fallback)), Binding::Atom),
        (false, false, true) => (quote!(#receiver.unwrap_or(#fallback)), Binding::Atom),
        (false, false, false) => (
            quote!(#receiver.unwrap_or_else(|| #fallback)),
            Binding::Atom,
        ),
        (true, nullable, _) => {
            let (found, first) = (
                if nullable {
                    quote!(Some(value))
                } else {
                    quote!(value)
                },
                &first.tokens,
            );
            let tokens = quote!(match #first { Some(value) => #found, None => { #fallback } });
            (tokens, Binding::Block)
        }
    };
    Code::plain(tokens, binding).with(rest.nullable, fails)
}

fn is_literal(code: &Code) -> bool {
    let mut tokens = code.tokens.clone().into_iter();
    let literal = matches!(tokens.next(), Some(proc_macro2::TokenTree::Literal(_)));
    literal && tokens.next().is_none()
}
