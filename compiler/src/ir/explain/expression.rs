//! Expressions as SQL, with casts and operator precedence made visible.

use super::{named, shown};
use crate::ir::logical::{Access, CompareOperator, Expr, ExprKind, Metadata, TimeFormat, Value};
use crate::types::DataType;

/// `expr` over columns of these names.
pub(super) fn expression(expr: &Expr, columns: &[String]) -> String {
    let one = |operand: &Expr| operand_text(operand, columns);
    let not = |negated: &bool| if *negated { "NOT " } else { "" };
    match &expr.kind {
        ExprKind::Column(column) => columns[*column].clone(),
        ExprKind::Literal(value) => literal(value, expr.data_type),
        ExprKind::Not(operand) => format!("NOT {}", one(operand)),
        ExprKind::Negate(operand) => format!("-{}", one(operand)),
        ExprKind::Binary { op, left, right } => {
            format!("{} {} {}", one(left), op.as_str(), one(right))
        }
        ExprKind::IsDistinct {
            left,
            right,
            negated,
        } => format!(
            "{} IS {}DISTINCT FROM {}",
            one(left),
            not(negated),
            one(right)
        ),
        ExprKind::Compare { op, left, right } => {
            format!("{} {} {}", one(left), compare(*op), one(right))
        }
        ExprKind::And(operands) => joined(operands, " AND ", columns),
        ExprKind::Or(operands) => joined(operands, " OR ", columns),
        ExprKind::IsNull { operand, negated } => {
            format!("{} IS {}NULL", one(operand), not(negated))
        }
        ExprKind::IsTruth {
            operand,
            value,
            negated,
        } => format!("{} IS {}{}", one(operand), not(negated), truth(*value)),
        ExprKind::InList {
            operand,
            list,
            negated,
        } => {
            let list = listed(list, columns);
            format!("{} {}IN ({list})", one(operand), not(negated))
        }
        ExprKind::Case {
            branches,
            otherwise,
        } => case(branches, otherwise.as_deref(), columns),
        ExprKind::Cast(operand) => cast("CAST", &expression(operand, columns), expr),
        ExprKind::TryCast(operand) => cast("TRY_CAST", &expression(operand, columns), expr),
        ExprKind::Like {
            operand,
            pattern,
            any_case,
            escape,
            negated,
        } => {
            let (operand, pattern, escape) = (one(operand), one(pattern), escape_clause(*escape));
            let like = if *any_case { "ILIKE" } else { "LIKE" };
            format!("{operand} {}{like} {pattern}{escape}", not(negated))
        }
        ExprKind::Call {
            function,
            arguments,
        } => format!("{}({})", function.name(), listed(arguments, columns)),
        ExprKind::Access { access, operands } => access_text(*access, operands, columns),
    }
}

fn access_text(access: Access, operands: &[Expr], columns: &[String]) -> String {
    let first = operand_text(&operands[0], columns);
    let second = || expression(&operands[1], columns);
    match access {
        Access::Field(field) => {
            let name = match operands[0].data_type {
                DataType::Struct(of) => named(&of.fields()[field].name),
                other => unreachable!("a field of {other}"),
            };
            format!("{first}.{name}")
        }
        Access::Element => format!("{first}[{}]", second()),
        Access::Cardinality => format!("cardinality({})", expression(&operands[0], columns)),
        Access::Length => format!("array_length({}, 1)", expression(&operands[0], columns)),
        Access::Any(op) => format!("({first} {} ANY ({}))", compare(op), second()),
    }
}

fn cast(word: &str, operand: &str, expr: &Expr) -> String {
    format!("{word}({operand} AS {})", expr.data_type)
}

fn truth(value: Option<bool>) -> &'static str {
    match value {
        Some(true) => "TRUE",
        Some(false) => "FALSE",
        None => "UNKNOWN",
    }
}

fn escape_clause(escape: Option<char>) -> String {
    match escape {
        Some('\\') => String::new(),
        Some(escape) => format!(" ESCAPE '{}'", shown(&escape.to_string())),
        None => " ESCAPE ''".to_owned(),
    }
}

/// In parentheses unless it binds tightly.
fn operand_text(expr: &Expr, columns: &[String]) -> String {
    let text = expression(expr, columns);
    match &expr.kind {
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::Call { .. }
        | ExprKind::Access { .. }
        | ExprKind::Case { .. } => text,
        ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::InList { .. }
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. } => format!("({text})"),
    }
}

/// Operands of AND and OR: comparisons need no parentheses there.
fn joined(operands: &[Expr], separator: &str, columns: &[String]) -> String {
    let texts = operands.iter().map(|operand| match &operand.kind {
        ExprKind::And(_) | ExprKind::Or(_) => format!("({})", expression(operand, columns)),
        ExprKind::Column(_)
        | ExprKind::Literal(_)
        | ExprKind::Not(_)
        | ExprKind::Negate(_)
        | ExprKind::Binary { .. }
        | ExprKind::Compare { .. }
        | ExprKind::IsNull { .. }
        | ExprKind::IsTruth { .. }
        | ExprKind::InList { .. }
        | ExprKind::Case { .. }
        | ExprKind::Cast(_)
        | ExprKind::TryCast(_)
        | ExprKind::IsDistinct { .. }
        | ExprKind::Like { .. }
        | ExprKind::Access { .. }
        | ExprKind::Call { .. } => expression(operand, columns),
    });
    texts.collect::<Vec<_>>().join(separator)
}

fn listed(exprs: &[Expr], columns: &[String]) -> String {
    exprs
        .iter()
        .map(|expr| expression(expr, columns))
        .collect::<Vec<_>>()
        .join(", ")
}

fn case(branches: &[(Expr, Expr)], otherwise: Option<&Expr>, columns: &[String]) -> String {
    let mut text = String::from("CASE");
    for (condition, result) in branches {
        let (condition, result) = (expression(condition, columns), expression(result, columns));
        text = format!("{text} WHEN {condition} THEN {result}");
    }
    if let Some(otherwise) = otherwise {
        text = format!("{text} ELSE {}", expression(otherwise, columns));
    }
    text + " END"
}

pub(super) fn literal(value: &Value, data_type: DataType) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Float32(number) => format!("{number:?}"),
        Value::Float64(number) => format!("{number:?}"),
        Value::Decimal(number) => format!("{data_type} {number}"),
        Value::Text(text) => format!("'{}'", shown(&text.replace('\'', "''"))),
        Value::Bytes(bytes) => {
            format!("BYTEA '{}'", bytes.escape_ascii())
        }
        Value::Timestamp(at) => format!("{data_type} {at}"),
        Value::Date(days) => format!("DATE {days}"),
        Value::Time(at) => format!("TIME {at}"),
        Value::Interval {
            months,
            days,
            micros,
        } => format!("INTERVAL {months} mon {days} d {micros} us"),
    }
}

fn compare(op: CompareOperator) -> &'static str {
    match op {
        CompareOperator::Equal => "=",
        CompareOperator::NotEqual => "<>",
        CompareOperator::Less => "<",
        CompareOperator::LessOrEqual => "<=",
        CompareOperator::Greater => ">",
        CompareOperator::GreaterOrEqual => ">=",
    }
}

/// As METADATA FROM writes it.
pub(super) fn metadata(metadata: &Metadata) -> String {
    match metadata {
        Metadata::Topic => "topic".to_owned(),
        Metadata::TopicLevel(level) => format!("topic.{level}"),
        Metadata::Qos => "qos".to_owned(),
        Metadata::Retain => "retain".to_owned(),
        Metadata::Duplicate => "duplicate".to_owned(),
        Metadata::ReceivedAt => "received_at".to_owned(),
        Metadata::ContentType => "content_type".to_owned(),
        Metadata::ResponseTopic => "response_topic".to_owned(),
        Metadata::CorrelationData => "correlation_data".to_owned(),
        Metadata::UserProperty(name) => format!("user_property.{}", shown(name)),
        Metadata::MessageExpiryInterval => "message_expiry_interval".to_owned(),
    }
}

/// As FORMAT writes it.
pub(super) fn time_format(format: &TimeFormat) -> String {
    match format {
        TimeFormat::Pattern(pattern) => format!("'{}'", shown(&pattern.text.replace('\'', "''"))),
        TimeFormat::Named(format) => format.name().to_owned(),
    }
}
