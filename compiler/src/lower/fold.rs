//! Constant folding and the laws of three-valued logic, from the leaves upwards. A row that
//! failed before fails still: an operand that can fail is never dropped, unless SQL would not
//! have evaluated it.

use super::definitions::Definitions;
use crate::bind::constant;
use crate::functions::Body;
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Value};
use crate::types::DataType;
use std::mem;

const TRUE: Value = Value::Boolean(true);
const FALSE: Value = Value::Boolean(false);

/// Simplifies `expr` in place. Its type stays.
pub(super) fn fold(expr: &mut Expr, definitions: &Definitions) {
    for child in expr.children_mut() {
        fold(child, definitions);
    }
    if let Some(value) = constant_value(expr, definitions) {
        *expr = literal(expr, value);
        return;
    }
    match &mut expr.kind {
        ExprKind::Not(operand) => {
            if let ExprKind::Not(inner) = &mut operand.kind {
                *expr = take(inner);
            }
        }
        ExprKind::And(operands) => {
            let operands = mem::take(operands);
            connective(expr, operands, &FALSE, definitions);
        }
        ExprKind::Or(operands) => {
            let operands = mem::take(operands);
            connective(expr, operands, &TRUE, definitions);
        }
        ExprKind::InList { .. } => in_list(expr, definitions),
        ExprKind::Case { .. } => case(expr),
        ExprKind::Call {
            function,
            arguments,
        } if function.body == Body::Coalesce => coalesce(arguments),
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::Like { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => {}
        ExprKind::IsDistinct { .. } => distinct(expr),
    }
}

/// The value, where it is the same for every row and computing it can't fail.
fn constant_value(expr: &Expr, definitions: &Definitions) -> Option<Value> {
    let children = expr.children();
    let null = |child: &&Expr| child.literal() == Some(&Value::Null);
    let infallible = || !children.iter().any(|child| definitions.can_fail(child));
    match &expr.kind {
        ExprKind::Column(_) | ExprKind::Literal(_) => None,
        ExprKind::IsNull { operand, negated } if !operand.nullable && infallible() => {
            Some(Value::Boolean(*negated))
        }
        _ if !children.is_empty() && children.iter().all(|child| child.literal().is_some()) => {
            constant::fold(expr)
        }
        ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::Like { .. }
            if children.iter().any(null) && infallible() =>
        {
            Some(Value::Null)
        }
        ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::InList { .. }
        | ExprKind::Case { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => None,
    }
}

fn literal(expr: &Expr, value: Value) -> Expr {
    Expr {
        nullable: value == Value::Null,
        kind: ExprKind::Literal(value),
        data_type: expr.data_type,
        span: expr.span,
    }
}

/// Moves an expression out of its place.
fn take(expr: &mut Expr) -> Expr {
    let hole = literal(expr, Value::Null);
    mem::replace(expr, hole)
}

/// AND (decided by FALSE) or OR (by TRUE) of folded operands.
fn connective(expr: &mut Expr, operands: Vec<Expr>, decided: &Value, definitions: &Definitions) {
    let and = *decided == FALSE;
    let neutral = if and { &TRUE } else { &FALSE };
    let mut kept: Vec<Expr> = Vec::new();
    for mut operand in operands {
        match &mut operand.kind {
            ExprKind::And(inner) if and => kept.append(inner),
            ExprKind::Or(inner) if !and => kept.append(inner),
            ExprKind::Literal(value) if value == neutral => {}
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Not(_)
            | ExprKind::Negate(_)
            | ExprKind::Binary { .. }
            | ExprKind::Compare { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::IsNull { .. }
            | ExprKind::IsTruth { .. }
            | ExprKind::InList { .. }
            | ExprKind::Case { .. }
            | ExprKind::Cast(_)
            | ExprKind::TryCast(_)
            | ExprKind::IsDistinct { .. }
            | ExprKind::Like { .. }
            | ExprKind::Access { .. }
            | ExprKind::Call { .. } => kept.push(operand),
        }
    }
    if let Some(end) = kept
        .iter()
        .position(|operand| operand.literal() == Some(decided))
    {
        let last = kept.swap_remove(end);
        // what cannot fail may decide before what can, but not behind it
        let failing = kept[..end]
            .iter()
            .rposition(|operand| definitions.can_fail(operand));
        kept.truncate(failing.map_or(0, |at| at + 1));
        kept.push(last);
    }
    *expr = match kept.len() {
        0 => literal(expr, neutral.clone()),
        1 => kept.swap_remove(0),
        _ => Expr {
            nullable: kept.iter().any(|operand| operand.nullable),
            kind: if and {
                ExprKind::And(kept)
            } else {
                ExprKind::Or(kept)
            },
            data_type: DataType::Boolean,
            span: expr.span,
        },
    };
}

/// IS DISTINCT FROM of a NULL is a test for NULL.
fn distinct(expr: &mut Expr) {
    let ExprKind::IsDistinct {
        left,
        right,
        negated,
    } = &mut expr.kind
    else {
        return;
    };
    let null = |operand: &Expr| operand.literal() == Some(&Value::Null);
    let operand = match (null(left), null(right)) {
        (true, _) => take(right),
        (false, true) => take(left),
        (false, false) => return,
    };
    expr.kind = ExprKind::IsNull {
        operand: Box::new(operand),
        negated: !*negated,
    };
}

/// IN over anything but constants becomes comparisons, which is what it means.
fn in_list(expr: &mut Expr, definitions: &Definitions) {
    let ExprKind::InList {
        operand,
        list,
        negated,
    } = &mut expr.kind
    else {
        return;
    };
    if list.iter().all(|element| element.literal().is_some()) {
        return;
    }
    let negated = *negated;
    let comparisons: Vec<_> = mem::take(list)
        .into_iter()
        .map(|element| Expr {
            data_type: DataType::Boolean,
            nullable: operand.nullable || element.nullable,
            span: element.span,
            kind: ExprKind::Compare {
                op: CompareOperator::Equal,
                left: operand.clone(),
                right: Box::new(element),
            },
        })
        .collect();
    connective(expr, comparisons, &TRUE, definitions);
    if negated {
        let span = expr.span;
        *expr = Expr {
            data_type: DataType::Boolean,
            nullable: expr.nullable,
            kind: ExprKind::Not(Box::new(take(expr))),
            span,
        };
    }
}

/// Drops branches that are never taken, and all behind one that always is.
fn case(expr: &mut Expr) {
    let ExprKind::Case {
        branches,
        otherwise,
    } = &mut expr.kind
    else {
        return;
    };
    branches.retain(|(condition, _)| !matches!(condition.literal(), Some(value) if *value != TRUE));
    let always = branches
        .iter()
        .position(|(condition, _)| condition.literal() == Some(&TRUE));
    if let Some(always) = always {
        let (_, result) = branches.swap_remove(always);
        branches.truncate(always);
        *otherwise = Some(Box::new(result));
    }
    if branches.is_empty() {
        *expr = match otherwise {
            Some(result) => take(result),
            None => literal(expr, Value::Null),
        };
    }
}

/// Drops NULLs and what stands behind an argument that is never NULL.
fn coalesce(arguments: &mut Vec<Expr>) {
    arguments.retain(|argument| argument.literal() != Some(&Value::Null));
    if let Some(last) = arguments.iter().position(|argument| !argument.nullable) {
        arguments.truncate(last + 1);
    }
}
