//! Operators with two operands, and the sign.

use super::{Applied, Binding, Code, Expressions, Null, lift1, lift2};
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Operator, Value};
use crate::source::Span;
use crate::types::{DataType, IntegerType};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

impl Expressions<'_> {
    pub(super) fn negate(&mut self, operand: &Expr, span: Span) -> Code {
        let code = self.value(operand);
        let interval = operand.data_type == DataType::Interval;
        if matches!(operand.data_type, DataType::Float32 | DataType::Float64) {
            return lift1(&code, Null::Stays, |value| {
                // rustc warns of `--x`
                let value = value.at_least(Binding::Atom);
                Applied::value(quote!(-#value), Binding::Unary)
            });
        }
        let site = self.site(span);
        lift1(&code, Null::Stays, |value| {
            let value = &value.tokens;
            let function = if interval {
                quote!(negate_interval)
            } else {
                quote!(negate)
            };
            Applied::result(quote!(#function(#value)), site)
        })
    }

    /// An operator with two operands that is no comparison.
    pub(super) fn binary(&mut self, op: Operator, left: &Expr, right: &Expr, expr: &Expr) -> Code {
        match op {
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo
                if is_temporal(left.data_type) || is_temporal(right.data_type) =>
            {
                self.temporal(op, left, right, expr)
            }
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo => self.arithmetic(op, left, right, expr),
            Operator::BitAnd => self.bits(&quote!(&), left, right),
            Operator::BitOr => self.bits(&quote!(|), left, right),
            Operator::BitXor if is_all_bits(right) => {
                let operand = self.value(left);
                lift1(&operand, Null::Stays, |value| {
                    let value = value.at_least(Binding::Unary);
                    Applied::value(quote!(!#value), Binding::Unary)
                })
            }
            Operator::BitXor => self.bits(&quote!(^), left, right),
            Operator::ShiftLeft => self.shift(&quote!(shift_left), left, right),
            Operator::ShiftRight => self.shift(&quote!(shift_right), left, right),
            Operator::Concat => {
                let function = if expr.data_type == DataType::Bytes {
                    quote!(concat_bytes)
                } else {
                    quote!(concat_text)
                };
                let (left, right) = (self.value(left), self.value(right));
                lift2(&left, &right, Null::Stays, |left, right| {
                    let (left, right) = (&left.tokens, &right.tokens);
                    let call = quote!(#function(#left, #right, row.arena));
                    Applied::value(call, Binding::Atom)
                })
            }
            Operator::JsonGet => {
                let (left, right) = (self.value(left), self.operand(right));
                lift2(&left, &right, Null::Stays, |left, right| {
                    let (left, right) = (&left.tokens, &right.tokens);
                    Applied::value(quote!(json_at(#left, #right)), Binding::Atom).or_missing()
                })
            }
            Operator::JsonGetText => {
                let (left, right) = (self.value(left), self.operand(right));
                let site = self.site(expr.span);
                lift2(&left, &right, Null::Stays, |left, right| {
                    let (left, right) = (&left.tokens, &right.tokens);
                    let call = quote!(json_text_at(#left, #right, row.arena));
                    Applied::result(call, site).or_missing()
                })
            }
        }
    }

    fn arithmetic(&mut self, op: Operator, left: &Expr, right: &Expr, expr: &Expr) -> Code {
        let (left, right) = if let DataType::Decimal { .. } = expr.data_type {
            // operands of several types, each of which must be known
            (self.value(left), self.value(right))
        } else {
            self.operands(left, right)
        };
        let site = self.site(expr.span);
        let function = format_ident!("{}", function_name(op));
        let data_type = expr.data_type;
        lift2(&left, &right, Null::Stays, |left, right| {
            let (left, right) = (&left.tokens, &right.tokens);
            let call = if let DataType::Decimal { precision, scale } = data_type {
                let precision = Literal::u8_unsuffixed(precision);
                let scale = Literal::u8_unsuffixed(scale);
                let function = format_ident!("{function}_decimals");
                quote!(#function::<#scale>(#left, #right, #precision))
            } else {
                quote!(#function(#left, #right))
            };
            Applied::result(call, site)
        })
    }

    /// Arithmetic on dates, times and intervals.
    fn temporal(&mut self, op: Operator, left: &Expr, right: &Expr, expr: &Expr) -> Code {
        let factor_first = left.data_type == DataType::Float64;
        let (left, right) = (self.value(left), self.value(right));
        let site = self.site(expr.span);
        let interval = matches!(op, Operator::Multiply | Operator::Divide);
        let suffix = if interval { "interval" } else { "times" };
        let function = format_ident!("{}_{suffix}", function_name(op));
        lift2(&left, &right, Null::Stays, |left, right| {
            let (mut left, mut right) = (&left.tokens, &right.tokens);
            if factor_first {
                (left, right) = (right, left);
            }
            Applied::result(quote!(#function(#left, #right)), site)
        })
    }

    fn bits(&mut self, op: &TokenStream, left: &Expr, right: &Expr) -> Code {
        let (left, right) = self.operands(left, right);
        lift2(&left, &right, Null::Stays, |left, right| {
            let (left, right) = (
                left.at_least(Binding::Unary),
                right.at_least(Binding::Unary),
            );
            Applied::value(quote!(#left #op #right), Binding::Bits)
        })
    }

    fn shift(&mut self, function: &TokenStream, left: &Expr, right: &Expr) -> Code {
        let (left, right) = (self.value(left), self.operand(right));
        lift2(&left, &right, Null::Stays, |left, right| {
            let (left, right) = (&left.tokens, &right.tokens);
            Applied::value(quote!(#function(#left, #right)), Binding::Atom)
        })
    }

    /// `left IS NOT DISTINCT FROM right` (`same`), or the opposite.
    pub(super) fn is_distinct(&mut self, left: &Expr, right: &Expr, same: bool) -> Code {
        let (mut left, mut right) = if mixed_integers(left, right) {
            [left, right]
                .map(|operand| {
                    let code = self.value(operand);
                    lift1(&code, Null::Stays, |value| {
                        let value = &value.tokens;
                        Applied::value(quote!(i128::from(#value)), Binding::Atom)
                    })
                })
                .into()
        } else {
            self.operands(left, right)
        };
        if left.nullable || right.nullable {
            (left, right) = (left.optional(), right.optional());
        }
        let fails = left.fails || right.fails;
        let (left, right) = (left.at_least(Binding::Bits), right.at_least(Binding::Bits));
        let tokens = if same {
            quote!(#left == #right)
        } else {
            quote!(#left != #right)
        };
        Code::plain(tokens, Binding::Compare).with(false, fails)
    }

    /// Two operands of one type; at least one of them tells Rust which.
    fn operands(&mut self, left: &Expr, right: &Expr) -> (Code, Code) {
        match (is_literal(left), is_literal(right)) {
            (true, true) => (self.value(left), self.operand(right)),
            (true, false) | (false, true | false) => (self.operand(left), self.operand(right)),
        }
    }

    /// `left op right`; what NULL means is the caller's choice.
    pub(super) fn compare(
        &mut self,
        op: CompareOperator,
        left: &Expr,
        right: &Expr,
        null: Null,
    ) -> Code {
        let mixed = mixed_integers(left, right) || is_settled(op, left, right);
        let (left_code, right_code) = if mixed {
            (self.operand(left), self.operand(right))
        } else {
            self.operands(left, right)
        };
        let equals_constant = !mixed
            && (op, null) == (CompareOperator::Equal, Null::IsFalse)
            && left_code.nullable
            && is_literal(right)
            && !right_code.nullable;
        if equals_constant {
            let (left, right) = (left_code.at_least(Binding::Unary), &right_code.tokens);
            let code = Code::plain(quote!(#left == Some(#right)), Binding::Compare);
            return code.with(false, left_code.fails);
        }
        let widen = |expr: &Expr, code: &Code| {
            // a number takes any type, NULL has its own
            let takes_type = matches!(expr.literal(), Some(Value::Integer(_)));
            if mixed && !takes_type {
                let tokens = &code.tokens;
                Code::plain(quote!(i128::from(#tokens)), Binding::Atom)
            } else {
                code.clone()
            }
        };
        lift2(&left_code, &right_code, null, |a, b| {
            Applied::value(
                comparison(op, &widen(left, a), &widen(right, b)),
                Binding::Compare,
            )
        })
    }
}

/// Whether it is the constant whose bits are all set: `x # -1` is `~x`.
fn is_all_bits(expr: &Expr) -> bool {
    let (DataType::Integer(integer), Some(Value::Integer(value))) =
        (expr.data_type, expr.literal())
    else {
        return false;
    };
    let (least, greatest) = integer.range();
    *value == if least < 0 { -1 } else { greatest }
}

fn is_temporal(data_type: DataType) -> bool {
    match data_type {
        DataType::Timestamp(_) | DataType::Date | DataType::Time | DataType::Interval => true,
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Bytes
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => false,
    }
}

/// What the runtime calls an arithmetic operator.
fn function_name(op: Operator) -> &'static str {
    match op {
        Operator::Add => "add",
        Operator::Subtract => "subtract",
        Operator::Multiply => "multiply",
        Operator::Divide => "divide",
        Operator::Modulo => "modulo",
        Operator::BitAnd
        | Operator::BitOr
        | Operator::BitXor
        | Operator::ShiftLeft
        | Operator::ShiftRight
        | Operator::Concat
        | Operator::JsonGet
        | Operator::JsonGetText => unreachable!("this operator is no arithmetic"),
    }
}

pub(super) fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_))
}

/// Whether two integers must meet in `i128`. A literal that the other side's type holds need not:
/// it takes that type.
fn mixed_integers(left: &Expr, right: &Expr) -> bool {
    let (DataType::Integer(a), DataType::Integer(b)) = (left.data_type, right.data_type) else {
        return false;
    };
    let fits = |literal: &Expr, other: IntegerType| {
        let (least, greatest) = other.range();
        let holds = |number| (least..=greatest).contains(number);
        matches!(literal.literal(), Some(Value::Integer(number)) if holds(number))
    };
    a != b && !fits(left, b) && !fits(right, a)
}

/// Whether a type's limits alone settle a comparison of integers, such as `x >= 0` of an unsigned
/// one: rustc warns of that, unless they meet in `i128`.
fn is_settled(op: CompareOperator, left: &Expr, right: &Expr) -> bool {
    let settled = |below: bool, operand: &Expr, literal: &Expr| {
        let (DataType::Integer(integer), Some(Value::Integer(number))) =
            (operand.data_type, literal.literal())
        else {
            return false;
        };
        let (least, greatest) = integer.range();
        *number == if below { least } else { greatest }
    };
    match op {
        CompareOperator::Equal | CompareOperator::NotEqual => false,
        CompareOperator::Less | CompareOperator::GreaterOrEqual => {
            settled(true, left, right) || settled(false, right, left)
        }
        CompareOperator::Greater | CompareOperator::LessOrEqual => {
            settled(false, left, right) || settled(true, right, left)
        }
    }
}

fn comparison(op: CompareOperator, left: &Code, right: &Code) -> TokenStream {
    let (left, right) = (
        left.at_least(Binding::Unary),
        right.at_least(Binding::Unary),
    );
    match op {
        CompareOperator::Equal => quote!(#left == #right),
        CompareOperator::NotEqual => quote!(#left != #right),
        CompareOperator::Less => quote!(#left < #right),
        CompareOperator::LessOrEqual => quote!(#left <= #right),
        CompareOperator::Greater => quote!(#left > #right),
        CompareOperator::GreaterOrEqual => quote!(#left >= #right),
    }
}

/// The comparison that is true where `op` is false.
pub(super) fn inverse(op: CompareOperator) -> CompareOperator {
    match op {
        CompareOperator::Equal => CompareOperator::NotEqual,
        CompareOperator::NotEqual => CompareOperator::Equal,
        CompareOperator::Less => CompareOperator::GreaterOrEqual,
        CompareOperator::LessOrEqual => CompareOperator::Greater,
        CompareOperator::Greater => CompareOperator::LessOrEqual,
        CompareOperator::GreaterOrEqual => CompareOperator::Less,
    }
}
