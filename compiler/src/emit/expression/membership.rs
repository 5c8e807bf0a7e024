//! IN over constants, and LIKE.

use super::boolean::not;
use super::{Applied, Binding, Code, Expressions, Null, constant, if_chain, lift1, lift2};
use crate::emit::literal;
use crate::ir::like::LikePattern;
use crate::ir::logical::{Expr, Value};
use crate::types::DataType;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeSet;

/// Which LIKE it is.
#[derive(Clone, Copy)]
pub(super) struct Like {
    /// ILIKE.
    pub(super) any_case: bool,
    pub(super) escape: Option<char>,
    pub(super) negated: bool,
}

impl Expressions<'_> {
    /// Whether the operand is in a list of constants (`inside`), or is certainly not.
    pub(super) fn in_list(&mut self, operand: &Expr, list: &[Expr], inside: bool) -> Code {
        let code = self.value(operand);
        let (elements, has_null) = constants(list, operand.data_type);
        if !inside && has_null {
            // nothing is certainly outside a list with a NULL in it
            return discard(&code, false);
        }
        lift1(&code, Null::IsFalse, |value| {
            applied(&membership(value, &elements, operand.data_type), !inside)
        })
    }

    /// [NOT] IN whose value can be NULL.
    pub(super) fn in_list_value(&mut self, operand: &Expr, list: &[Expr], negated: bool) -> Code {
        let code = self.value(operand);
        let (elements, has_null) = constants(list, operand.data_type);
        if has_null {
            // found, or unknown
            let found = !negated;
            let is_in = lift1(&code, Null::IsFalse, |value| {
                applied(&membership(value, &elements, operand.data_type), false)
            });
            let found = Code::plain(quote!(#found), Binding::Atom);
            let unknown = constant(&Value::Null, DataType::Boolean);
            return if_chain(&[is_in], &[found], &unknown, true);
        }
        lift1(&code, Null::Stays, |value| {
            applied(&membership(value, &elements, operand.data_type), negated)
        })
    }

    pub(super) fn like(
        &mut self,
        operand: &Expr,
        pattern: &Expr,
        like: Like,
        null: Null,
        expr: &Expr,
    ) -> Code {
        let text = self.value(operand);
        if let Some(Value::Text(pattern)) = pattern.literal()
            && !like.any_case
        {
            let pattern = LikePattern::new(pattern, like.escape);
            if !matches!(pattern, LikePattern::General | LikePattern::Malformed) {
                return lift1(&text, null, |text| {
                    simple_like(text, &pattern, like.negated)
                });
            }
        }
        let pattern = self.value(pattern);
        let site = self.site(expr.span);
        let escape = literal::optional(like.escape);
        let function = if like.any_case {
            quote!(ilike)
        } else {
            quote!(like)
        };
        lift2(&text, &pattern, null, |text, pattern| {
            let (text, pattern) = (&text.tokens, &pattern.tokens);
            let call = quote!(#function(#text, #pattern, #escape));
            let call = if like.negated {
                quote!(#call.map(|matches| !matches))
            } else {
                call
            };
            Applied::result(call, site)
        })
    }
}

/// `answer`, once `operand` is evaluated for its errors.
pub(super) fn discard(operand: &Code, answer: bool) -> Code {
    if !operand.fails {
        return Code::plain(quote!(#answer), Binding::Atom);
    }
    let tokens = &operand.tokens;
    Code::plain(quote!({ let _ = #tokens; #answer }), Binding::Block).with(false, true)
}

fn applied(found: &Code, negated: bool) -> Applied {
    let code = if negated { not(found) } else { found.clone() };
    Applied::value(code.tokens, code.binding)
}

/// The distinct constants of a list that a value of `data_type` can equal, in order, and whether
/// NULL is among them.
fn constants(list: &[Expr], data_type: DataType) -> (Vec<&Value>, bool) {
    let values = list.iter().map(|element| {
        element
            .literal()
            .expect("lower turns lists with other elements into comparisons")
    });
    let has_null = values.clone().any(|value| *value == Value::Null);
    let mut distinct: Vec<&Value> = Vec::new();
    let mut seen = BTreeSet::new();
    for value in values {
        let possible = match value {
            Value::Null => false,
            Value::Integer(number) => {
                if let DataType::Integer(integer) = data_type {
                    let (least, greatest) = integer.range();
                    (least..=greatest).contains(number)
                } else {
                    true
                }
            }
            Value::Boolean(_)
            | Value::Float32(_)
            | Value::Float64(_)
            | Value::Decimal(_)
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::Timestamp(_)
            | Value::Date(_)
            | Value::Time(_)
            | Value::Interval { .. } => true,
        };
        if possible && seen.insert(format!("{value:?}")) {
            distinct.push(value);
        }
    }
    (distinct, has_null)
}

/// Whether a value that is not NULL is one of `elements`.
fn membership(value: &Code, elements: &[&Value], data_type: DataType) -> Code {
    let tokens: Vec<_> = elements
        .iter()
        .map(|element| literal::inferred(element, data_type))
        .collect();
    match tokens.as_slice() {
        [] => discard(value, false),
        [only] => {
            let value = value.at_least(Binding::Unary);
            Code::plain(quote!(#value == #only), Binding::Compare)
        }
        several if matches!(data_type, DataType::Integer(_) | DataType::Text) => {
            let value = &value.tokens;
            Code::plain(
                quote!(::core::matches!(#value, #(#several)|*)),
                Binding::Atom,
            )
        }
        several => {
            let value = value.at_least(Binding::Unary);
            Code::plain(quote!([#(#several),*].contains(&#value)), Binding::Atom)
        }
    }
}

fn simple_like(text: &Code, pattern: &LikePattern, negated: bool) -> Applied {
    let receiver = text.receiver();
    let method = |name: TokenStream, argument: &str| {
        let argument = literal::text(argument);
        Code::plain(quote!(#receiver.#name(#argument)), Binding::Atom)
    };
    let code = match pattern {
        LikePattern::Equals(other) => {
            let other = literal::text(other);
            let (op, text) = (
                if negated { quote!(!=) } else { quote!(==) },
                text.at_least(Binding::Unary),
            );
            return Applied::value(quote!(#text #op #other), Binding::Compare);
        }
        LikePattern::StartsWith(start) => method(quote!(starts_with), start),
        LikePattern::EndsWith(end) => method(quote!(ends_with), end),
        LikePattern::Contains(part) => method(quote!(contains), part),
        LikePattern::Anything => discard(text, true),
        LikePattern::General | LikePattern::Malformed => {
            unreachable!("these patterns are matched by the runtime")
        }
    };
    applied(&code, negated)
}
