//! In which order the conjuncts of a WHERE are evaluated.
//!
//! A message is mostly rejected, so what is cheap and rejects much comes first. Operands that can
//! fail stay where they are, and nothing moves across them: which error a row gives, and whether
//! it gives one, follows from the SQL as written.

use super::definitions::Definitions;
use crate::ir::logical::{CompareOperator, Expr, ExprKind, Operator, Value};
use crate::types::DataType;

/// The conjuncts of `predicate` in order of evaluation; those that are always true are left out,
/// those behind one that never is as well.
pub(super) fn conjuncts(predicate: Expr, definitions: &Definitions) -> Vec<Expr> {
    let can_fail = |expr: &Expr| definitions.can_fail(expr);
    let mut conjuncts = if let ExprKind::And(operands) = predicate.kind {
        operands
    } else {
        vec![predicate]
    };
    conjuncts.retain(|conjunct| conjunct.literal() != Some(&Value::Boolean(true)));
    for run in conjuncts.chunk_by_mut(|a, b| !can_fail(a) && !can_fail(b)) {
        run.sort_by_cached_key(|conjunct| cost(conjunct, definitions));
    }
    let never = conjuncts
        .iter()
        .position(|conjunct| conjunct.literal().is_some());
    if let Some(never) = never {
        conjuncts.truncate(never + 1);
        let decided = conjuncts.split_off(never);
        // what can't fail need not be asked, unless it guards one that can
        let asked = conjuncts.iter().rposition(can_fail);
        conjuncts.truncate(asked.map_or(0, |last| last + 1));
        conjuncts.extend(decided);
    }
    conjuncts
}

/// A rank: what is cheaper or rejects more comes first.
pub(super) fn cost(expr: &Expr, definitions: &Definitions) -> u32 {
    let own = match &expr.kind {
        ExprKind::Literal(_) => return 0,
        ExprKind::Column(column) => definitions.cost(*column),
        ExprKind::IsNull { .. } | ExprKind::IsTruth { .. } => 1,
        ExprKind::Not(_) | ExprKind::And(_) | ExprKind::Or(_) => 0,
        ExprKind::Compare { op, left, .. } => compare_cost(*op, left.data_type),
        ExprKind::InList { operand, list, .. } => {
            let length = u32::try_from(list.len()).unwrap_or(u32::MAX);
            let equality = compare_cost(CompareOperator::Equal, operand.data_type);
            equality.saturating_add(length.min(16))
        }
        ExprKind::IsDistinct { left, .. } => compare_cost(CompareOperator::Equal, left.data_type),
        ExprKind::Negate(_) => 2,
        ExprKind::Binary { op, .. } => match op {
            Operator::Add
            | Operator::Subtract
            | Operator::Multiply
            | Operator::Divide
            | Operator::Modulo
            | Operator::BitAnd
            | Operator::BitOr
            | Operator::BitXor
            | Operator::ShiftLeft
            | Operator::ShiftRight => 2,
            Operator::Concat => 30,
            Operator::JsonGet | Operator::JsonGetText => 100,
        },
        ExprKind::Case { .. } => 4,
        ExprKind::Like { .. } => 100,
        ExprKind::Cast(_) | ExprKind::TryCast(_) | ExprKind::Call { .. } => 30,
        ExprKind::Access { .. } => 200,
    };
    let operands = expr.children().into_iter();
    let operands = operands.map(|operand| cost(operand, definitions));
    operands.fold(own, u32::saturating_add)
}

fn compare_cost(op: CompareOperator, data_type: DataType) -> u32 {
    let range = match op {
        CompareOperator::Equal => 0,
        CompareOperator::NotEqual
        | CompareOperator::Less
        | CompareOperator::LessOrEqual
        | CompareOperator::Greater
        | CompareOperator::GreaterOrEqual => 3,
    };
    let by_type = match data_type {
        DataType::Boolean => 2,
        DataType::Integer(_) | DataType::Date | DataType::Time | DataType::Timestamp(_) => 3,
        DataType::Float32 | DataType::Float64 => 4,
        DataType::Decimal { .. } | DataType::Interval => 6,
        DataType::Text
        | DataType::Bytes
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => 20,
    };
    by_type + range
}
