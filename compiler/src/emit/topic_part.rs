//! What of a row's topic is its own, checked before the row begins.

use super::expression::Variable;
use crate::ir::physical::{Output, OutputValue};
use crate::types::DataType;

/// Whether a value can be NULL, or a text that is more than a part of a topic.
pub(super) fn may_be_bad(output: &Output, variables: &[Variable]) -> bool {
    match &output.value {
        OutputValue::Passthrough(column) => variables[*column].nullable,
        OutputValue::Expr(expr) => expr.nullable || expr.data_type == DataType::Text,
    }
}
