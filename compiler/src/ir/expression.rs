//! What can be said of a typed expression by looking at it.

use super::like::LikePattern;
use super::logical::{Access, Expr, ExprKind, Metadata, Value};
use crate::functions::{Function, Parameter};
use crate::types::{DataType, IntegerType, TimestampPrecision};
use std::collections::BTreeSet;

impl Expr {
    /// The operands, in the order in which they are evaluated.
    pub fn children(&self) -> Vec<&Expr> {
        match &self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) => Vec::new(),
            ExprKind::Not(operand)
            | ExprKind::Negate(operand)
            | ExprKind::Cast(operand)
            | ExprKind::TryCast(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::IsTruth { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::IsDistinct { left, right, .. } => vec![left, right],
            ExprKind::And(operands)
            | ExprKind::Or(operands)
            | ExprKind::Call {
                arguments: operands,
                ..
            }
            | ExprKind::Access { operands, .. } => operands.iter().collect(),
            ExprKind::InList { operand, list, .. } => {
                std::iter::once(&**operand).chain(list).collect()
            }
            ExprKind::Case {
                branches,
                otherwise,
            } => branches
                .iter()
                .flat_map(|(condition, result)| [condition, result])
                .chain(otherwise.as_deref())
                .collect(),
            ExprKind::Like {
                operand, pattern, ..
            } => vec![operand, pattern],
        }
    }

    /// The same as [`Expr::children`], to be changed.
    pub fn children_mut(&mut self) -> Vec<&mut Expr> {
        match &mut self.kind {
            ExprKind::Column(_) | ExprKind::Literal(_) => Vec::new(),
            ExprKind::Not(operand)
            | ExprKind::Negate(operand)
            | ExprKind::Cast(operand)
            | ExprKind::TryCast(operand)
            | ExprKind::IsNull { operand, .. }
            | ExprKind::IsTruth { operand, .. } => vec![operand],
            ExprKind::Binary { left, right, .. }
            | ExprKind::Compare { left, right, .. }
            | ExprKind::IsDistinct { left, right, .. } => vec![left, right],
            ExprKind::And(operands)
            | ExprKind::Or(operands)
            | ExprKind::Call {
                arguments: operands,
                ..
            }
            | ExprKind::Access { operands, .. } => operands.iter_mut().collect(),
            ExprKind::InList { operand, list, .. } => {
                std::iter::once(&mut **operand).chain(list).collect()
            }
            ExprKind::Case {
                branches,
                otherwise,
            } => branches
                .iter_mut()
                .flat_map(|(condition, result)| [condition, result])
                .chain(otherwise.as_deref_mut())
                .collect(),
            ExprKind::Like {
                operand, pattern, ..
            } => vec![operand, pattern],
        }
    }

    /// Adds the columns that the expression reads to `columns`.
    pub fn collect_columns(&self, columns: &mut BTreeSet<usize>) {
        if let ExprKind::Column(column) = self.kind {
            columns.insert(column);
        }
        for child in self.children() {
            child.collect_columns(columns);
        }
    }

    /// The constant, if it is one.
    pub fn literal(&self) -> Option<&Value> {
        if let ExprKind::Literal(value) = &self.kind {
            Some(value)
        } else {
            None
        }
    }

    /// Whether evaluating it can be a row error, given that its columns could be read.
    pub fn can_fail(&self) -> bool {
        self.fails_itself() || self.children().into_iter().any(Self::can_fail)
    }

    /// Whether it can be a row error though its operands are none.
    pub fn fails_itself(&self) -> bool {
        match &self.kind {
            ExprKind::Binary { op, .. } => op.can_fail(),
            ExprKind::Negate(_) => !self.data_type.is_float(),
            ExprKind::Cast(operand) => cast_can_fail(operand.data_type, self.data_type),
            ExprKind::Like {
                pattern, escape, ..
            } => match pattern.literal() {
                Some(Value::Text(text)) => {
                    LikePattern::new(text, *escape) == LikePattern::Malformed
                }
                None
                | Some(
                    Value::Null
                    | Value::Boolean(_)
                    | Value::Integer(_)
                    | Value::Float32(_)
                    | Value::Float64(_)
                    | Value::Decimal(_)
                    | Value::Bytes(_)
                    | Value::Timestamp(_)
                    | Value::Date(_)
                    | Value::Time(_)
                    | Value::Interval { .. },
                ) => true,
            },
            ExprKind::Call {
                function,
                arguments,
            } => function.fallible || has_open_pattern(function, arguments),
            ExprKind::Access { access, .. } => match access {
                // what is found is converted
                Access::Field(_) | Access::Element | Access::Any(_) => true,
                Access::Cardinality | Access::Length => false,
            },
            ExprKind::Column(_)
            | ExprKind::Literal(_)
            | ExprKind::Not(_)
            | ExprKind::Compare { .. }
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::IsNull { .. }
            | ExprKind::IsTruth { .. }
            | ExprKind::InList { .. }
            | ExprKind::IsDistinct { .. }
            | ExprKind::TryCast(_)
            | ExprKind::Case { .. } => false,
        }
    }
}

impl DataType {
    /// REAL and DOUBLE.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float32 | Self::Float64)
    }
}

impl Metadata {
    /// The type in which a message carries it.
    pub fn data_type(&self) -> DataType {
        match self {
            Self::Topic
            | Self::TopicLevel(_)
            | Self::ContentType
            | Self::ResponseTopic
            | Self::UserProperty(_) => DataType::Text,
            Self::Qos => DataType::Integer(IntegerType::Int16),
            Self::Retain | Self::Duplicate => DataType::Boolean,
            Self::ReceivedAt => DataType::Timestamp(TimestampPrecision::Microseconds),
            Self::CorrelationData => DataType::Bytes,
            Self::MessageExpiryInterval => DataType::Integer(IntegerType::Int64),
        }
    }

    /// Whether a message can be without it.
    pub fn can_be_absent(&self) -> bool {
        match self {
            Self::Topic | Self::Qos | Self::Retain | Self::Duplicate | Self::ReceivedAt => false,
            Self::TopicLevel(_)
            | Self::ContentType
            | Self::ResponseTopic
            | Self::CorrelationData
            | Self::UserProperty(_)
            | Self::MessageExpiryInterval => true,
        }
    }
}

/// Whether a regular expression among the arguments is not known before it is searched for.
fn has_open_pattern(function: &Function, arguments: &[Expr]) -> bool {
    let patterns = function.parameters.iter().zip(arguments);
    let mut patterns = patterns.filter(|(parameter, _)| **parameter == Parameter::Pattern);
    patterns.any(|(_, pattern)| pattern.literal().is_none())
}

/// Whether a cast between these types can be a row error.
pub fn cast_can_fail(from: DataType, to: DataType) -> bool {
    let nanoseconds = DataType::Timestamp(TimestampPrecision::Nanoseconds);
    match (from, to) {
        (DataType::Text, DataType::Json) => true,
        (_, DataType::Text | DataType::Json)
        | (DataType::Integer(_) | DataType::Float32, DataType::Float64)
        | (DataType::Integer(_), DataType::Float32 | DataType::Boolean)
        | (DataType::Boolean, DataType::Integer(_))
        | (DataType::Timestamp(_), DataType::Date | DataType::Time) => false,
        (DataType::Integer(from), DataType::Integer(to)) => !holds(to, from),
        (DataType::Timestamp(_), DataType::Timestamp(_)) => {
            from != nanoseconds || to == nanoseconds
        }
        (
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Text
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Json
            | DataType::Struct(_)
            | DataType::Array(_),
            DataType::Boolean
            | DataType::Integer(_)
            | DataType::Float32
            | DataType::Float64
            | DataType::Decimal { .. }
            | DataType::Bytes
            | DataType::Timestamp(_)
            | DataType::Date
            | DataType::Time
            | DataType::Interval
            | DataType::Struct(_)
            | DataType::Array(_),
        ) => from != to,
    }
}

/// Whether every value of `inner` is one of `outer`.
fn holds(outer: IntegerType, inner: IntegerType) -> bool {
    let ((least, greatest), (outer_least, outer_greatest)) = (inner.range(), outer.range());
    outer_least <= least && greatest <= outer_greatest
}
