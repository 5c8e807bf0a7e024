//! Options that say how timestamps are written.

use super::report::wrong_value;
use super::written::scalar;
use super::{Binder, Value};
use crate::bind::{column, time_pattern};
use crate::connectors::{OptionSpec, TIMESTAMP_FORMATS};
use crate::diagnostics::nearest;
use crate::ir::ast::OptionValue;
use crate::ir::logical::TimeFormat;

impl Binder<'_> {
    /// The name of a format, or a pattern.
    pub(super) fn time_format(&mut self, spec: &OptionSpec, value: &OptionValue) -> Option<Value> {
        if let OptionValue::Text(text) = value
            && time_pattern::is_one(&text.value)
        {
            let pattern = self.time_pattern(text).ok()?;
            return Some(Value::TimeFormat(TimeFormat::Pattern(pattern)));
        }
        let written = scalar(value).unwrap_or_default();
        if let Some(format) = column::timestamp_format(&written) {
            return Some(Value::TimeFormat(TimeFormat::Named(format)));
        }
        let mut diagnostic = wrong_value(spec.name, value.span(), &time_pattern::formats());
        if let Some(near) = nearest(&written, TIMESTAMP_FORMATS.iter().copied()) {
            diagnostic = diagnostic.help(format!("did you mean `'{near}'`?"));
        }
        self.report(diagnostic);
        None
    }
}
