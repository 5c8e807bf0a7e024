//! Values of options as text.

use super::Value;
use crate::connectors::QOS_NAMES;
use crate::ir::ast::OptionValue;
use crate::ir::logical::TimeFormat;

/// A value as written, without quotes; None for a list.
pub(super) fn scalar(value: &OptionValue) -> Option<String> {
    match value {
        OptionValue::Text(text) => Some(text.value.clone()),
        OptionValue::Number { text, .. } => Some(text.clone()),
        OptionValue::Boolean { value, .. } => Some(value.to_string()),
        OptionValue::Array { .. } => None,
    }
}

/// 0, 1 or 2, by number or by name.
pub(super) fn qos(text: &str) -> Option<u64> {
    let by_name = QOS_NAMES
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    let by_number = text.parse().ok().filter(|&number| number <= 2);
    by_name.or(by_number).map(|qos| qos as u64)
}

/// A value in the form that [`Support::Only`] lists it.
pub(super) fn as_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Boolean(value) => value.to_string(),
        Value::Integer(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::Choice(value) => (*value).to_owned(),
        Value::TimeFormat(TimeFormat::Named(format)) => format.name().to_owned(),
        Value::TimeFormat(TimeFormat::Pattern(pattern)) => pattern.text.clone(),
        Value::List(elements) => {
            let values: Vec<&str> = elements.iter().map(|e| e.value.as_str()).collect();
            values.join(", ")
        }
    }
}
