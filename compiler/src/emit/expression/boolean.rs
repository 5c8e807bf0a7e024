//! Conditions, and BOOLEAN values in three-valued logic.

use super::membership::{Like, discard};
use super::operator::inverse;
use super::{Applied, Binding, Code, Expressions, Null, if_chain, lift1};
use crate::functions::Nulls;
use crate::ir::logical::{Access, Expr, ExprKind, Value};
use proc_macro2::TokenStream;
use quote::quote;

impl Expressions<'_> {
    /// Whether all conjuncts of a WHERE are true: it stops at the first that is not.
    pub(in crate::emit) fn all(&mut self, conjuncts: &[&Expr]) -> TokenStream {
        let codes: Vec<_> = conjuncts
            .iter()
            .map(|expr| self.condition(expr, true))
            .collect();
        match codes.as_slice() {
            [] => quote!(true),
            [only] => only.tokens.clone(),
            several => joined(several, true).tokens,
        }
    }

    /// A `bool`: whether the BOOLEAN `expr` is `wanted`. NULL is neither true nor false.
    pub(in crate::emit) fn condition(&mut self, expr: &Expr, wanted: bool) -> Code {
        match &expr.kind {
            ExprKind::Literal(value) => {
                let is = *value == Value::Boolean(wanted);
                Code::plain(quote!(#is), Binding::Atom)
            }
            ExprKind::Not(operand) => self.condition(operand, !wanted),
            ExprKind::Compare { op, left, right } => {
                let op = if wanted { *op } else { inverse(*op) };
                self.compare(op, left, right, Null::IsFalse)
            }
            ExprKind::And(operands) => self.connective(operands, wanted, true, expr),
            ExprKind::Or(operands) => self.connective(operands, wanted, false, expr),
            ExprKind::IsNull { operand, negated } => self.is_null(operand, *negated != wanted),
            ExprKind::IsTruth {
                operand,
                value,
                negated,
            } => {
                let is = match value {
                    Some(value) => self.condition(operand, *value),
                    None => self.is_null(operand, true),
                };
                if *negated == wanted { not(&is) } else { is }
            }
            ExprKind::InList {
                operand,
                list,
                negated,
            } => self.in_list(operand, list, *negated != wanted),
            ExprKind::Like {
                operand,
                pattern,
                any_case,
                escape,
                negated,
            } => {
                let like = Like {
                    any_case: *any_case,
                    escape: *escape,
                    negated: *negated == wanted,
                };
                self.like(operand, pattern, like, Null::IsFalse, expr)
            }
            ExprKind::IsDistinct {
                left,
                right,
                negated,
            } => self.is_distinct(left, right, *negated == wanted),
            ExprKind::Case {
                branches,
                otherwise,
            } => self.case_condition(branches, otherwise.as_deref(), wanted),
            ExprKind::Call {
                function,
                arguments,
            } if wanted && function.nulls == Nulls::Strict => {
                self.call(function, arguments, expr, Null::IsFalse)
            }
            ExprKind::Column(_)
            | ExprKind::Cast(_)
            | ExprKind::TryCast(_)
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => {
                let value = self.value(expr);
                is(&value, wanted)
            }
            ExprKind::Negate(_) | ExprKind::Binary { .. } => {
                unreachable!("these operators give no BOOLEAN")
            }
        }
    }

    /// The value of a BOOLEAN operator: a `bool`, or an `Option<bool>` if it can be NULL.
    pub(super) fn boolean(&mut self, expr: &Expr) -> Code {
        if !self.can_be_null(expr) {
            return self.condition(expr, true);
        }
        match &expr.kind {
            ExprKind::Not(operand) => {
                let operand = self.value(operand);
                lift1(&operand, Null::Stays, |value| {
                    Applied::value(not(value).tokens, Binding::Unary)
                })
            }
            ExprKind::Compare { op, left, right } => self.compare(*op, left, right, Null::Stays),
            ExprKind::And(operands) => self.three_valued(operands, true),
            ExprKind::Or(operands) => self.three_valued(operands, false),
            ExprKind::InList {
                operand,
                list,
                negated,
            } => self.in_list_value(operand, list, *negated),
            ExprKind::Like {
                operand,
                pattern,
                any_case,
                escape,
                negated,
            } => {
                let like = Like {
                    any_case: *any_case,
                    escape: *escape,
                    negated: *negated,
                };
                self.like(operand, pattern, like, Null::Stays, expr)
            }
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::IsNull { .. }
            | ExprKind::IsTruth { .. }
            | ExprKind::Case { .. }
            | ExprKind::Cast(_)
            | ExprKind::TryCast(_)
            | ExprKind::IsDistinct { .. }
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => unreachable!("not a BOOLEAN operator that can be NULL"),
        }
    }

    /// Whether the value is an `Option`, in step with what [`Expressions::value`] makes of it.
    fn can_be_null(&self, expr: &Expr) -> bool {
        let any = |operands: &[&Expr]| operands.iter().any(|operand| self.can_be_null(operand));
        match &expr.kind {
            ExprKind::Column(column) => self.variables[*column].nullable,
            ExprKind::Literal(value) => *value == Value::Null,
            ExprKind::Not(operand) | ExprKind::Negate(operand) | ExprKind::Cast(operand) => {
                self.can_be_null(operand)
            }
            ExprKind::Binary { op, left, right } => op.can_be_null() || any(&[left, right]),
            ExprKind::Compare { left, right, .. } => any(&[left, right]),
            ExprKind::TryCast(_) => true,
            ExprKind::Access { access, operands } => match access {
                Access::Field(_) | Access::Element | Access::Any(_) | Access::Length => true,
                Access::Cardinality => self.can_be_null(&operands[0]),
            },
            ExprKind::And(operands) | ExprKind::Or(operands) => {
                operands.iter().any(|operand| self.can_be_null(operand))
            }
            ExprKind::IsNull { .. } | ExprKind::IsTruth { .. } | ExprKind::IsDistinct { .. } => {
                false
            }
            ExprKind::InList { operand, list, .. } => {
                self.can_be_null(operand) || list.iter().any(|element| self.can_be_null(element))
            }
            ExprKind::Like {
                operand, pattern, ..
            } => any(&[operand, pattern]),
            ExprKind::Case {
                branches,
                otherwise,
            } => {
                otherwise
                    .as_ref()
                    .is_none_or(|otherwise| self.can_be_null(otherwise))
                    || branches.iter().any(|(_, result)| self.can_be_null(result))
            }
            ExprKind::Call {
                function,
                arguments,
            } => match function.nulls {
                Nulls::Strict => {
                    let strict = function.strict_arguments(arguments.len());
                    arguments[..strict].iter().any(|a| self.can_be_null(a))
                }
                Nulls::PassedOver => arguments.iter().any(|a| self.can_be_null(a)),
                Nulls::FirstNotNull => arguments.iter().all(|a| self.can_be_null(a)),
                Nulls::StrictOrMissing | Nulls::Always => true,
            },
        }
    }

    /// AND and OR as a condition. One operand decides the result as soon as it is `false` (AND)
    /// or `true` (OR); as long as none has, SQL goes on, past NULLs too. `&&` and `||` do the
    /// same except when an AND is asked to be true or an OR to be false: then they stop at NULL.
    /// That matters only if a later operand can fail.
    fn connective(&mut self, operands: &[Expr], wanted: bool, and: bool, expr: &Expr) -> Code {
        let all = wanted == and;
        if all && self.null_precedes_failure(operands) {
            let value = self.boolean(expr);
            return is(&value, wanted);
        }
        let codes: Vec<_> = operands
            .iter()
            .map(|operand| self.condition(operand, wanted))
            .collect();
        joined(&codes, all)
    }

    fn null_precedes_failure(&self, operands: &[Expr]) -> bool {
        let first_nullable = operands
            .iter()
            .position(|operand| self.can_be_null(operand));
        first_nullable.is_some_and(|at| operands[at + 1..].iter().any(Expr::can_fail))
    }

    /// AND or OR whose value can be NULL, from left to right.
    fn three_valued(&mut self, operands: &[Expr], and: bool) -> Code {
        let mut codes = operands
            .iter()
            .map(|operand| self.value(operand))
            .collect::<Vec<_>>()
            .into_iter();
        let first = codes.next().expect("AND and OR have operands");
        codes.fold(first, |left, right| three_valued_pair(&left, &right, and))
    }

    fn is_null(&mut self, operand: &Expr, wanted: bool) -> Code {
        let code = self.value(operand);
        if code.nullable {
            let receiver = code.receiver();
            let tokens = if wanted {
                quote!(#receiver.is_none())
            } else {
                quote!(#receiver.is_some())
            };
            return Code::plain(tokens, Binding::Atom).with(false, code.fails);
        }
        discard(&code, !wanted)
    }

    /// CASE over BOOLEANs as a condition.
    fn case_condition(
        &mut self,
        branches: &[(Expr, Expr)],
        otherwise: Option<&Expr>,
        wanted: bool,
    ) -> Code {
        let conditions: Vec<_> = branches
            .iter()
            .map(|(when, _)| self.condition(when, true))
            .collect();
        let results: Vec<_> = branches
            .iter()
            .map(|(_, result)| self.condition(result, wanted))
            .collect();
        let last = match otherwise {
            Some(otherwise) => self.condition(otherwise, wanted),
            None => Code::plain(quote!(false), Binding::Atom),
        };
        if_chain(&conditions, &results, &last, false)
    }
}

/// Whether a BOOLEAN value is `wanted`.
pub(super) fn is(value: &Code, wanted: bool) -> Code {
    if value.nullable {
        let tokens = value.at_least(Binding::Unary);
        let code = Code::plain(quote!(#tokens == Some(#wanted)), Binding::Compare);
        code.with(false, value.fails)
    } else if wanted {
        value.clone()
    } else {
        not(value)
    }
}

/// The opposite of a `bool`.
pub(super) fn not(condition: &Code) -> Code {
    let tokens = condition.at_least(Binding::Unary);
    Code::plain(quote!(!#tokens), Binding::Unary).with(false, condition.fails)
}

/// All conditions (`&&`), or any (`||`).
fn joined(conditions: &[Code], all: bool) -> Code {
    let binding = if all { Binding::And } else { Binding::Or };
    let operands = conditions
        .iter()
        .map(|condition| condition.at_least(binding));
    let tokens = if all {
        quote!(#(#operands)&&*)
    } else {
        quote!(#(#operands)||*)
    };
    Code::plain(tokens, binding).with(false, conditions.iter().any(|code| code.fails))
}

/// AND (OR) of two values. `false` (`true`) on the left decides; otherwise the right side does,
/// unless it is the neutral value: then the left side is the result.
fn three_valued_pair(left: &Code, right: &Code, and: bool) -> Code {
    let fails = left.fails || right.fails;
    let (l, r) = (&left.tokens, &right.tokens);
    let (decided, neutral) = (!and, and);
    let tokens = match (left.nullable, right.nullable) {
        (false, false) => return joined(&[left.clone(), right.clone()], and),
        (true, true) => quote!(match #l {
            Some(#decided) => Some(#decided),
            left => match #r { Some(#neutral) => left, right => right },
        }),
        (true, false) if and => quote!(match #l {
            Some(false) => Some(false),
            left => if #r { left } else { Some(false) },
        }),
        (true, false) => quote!(match #l {
            Some(true) => Some(true),
            left => if #r { Some(true) } else { left },
        }),
        (false, true) if and => quote!(if #l { #r } else { Some(false) }),
        (false, true) => quote!(if #l { Some(true) } else { #r }),
    };
    Code::plain(tokens, Binding::Block).with(true, fails)
}
