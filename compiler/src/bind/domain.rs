//! Constant arguments with which a function fails for every row.

use super::constant::{self, Failure};
use crate::functions::{DOMAINS, Domain};
use crate::ir::logical::{Expr, ExprKind, Value};
use crate::source::Span;
use crate::types::DataType;

/// The first argument of a call that the function does not take.
pub(super) fn outside(expr: &Expr) -> Option<(Span, Failure)> {
    let ExprKind::Call {
        function,
        arguments,
    } = &expr.kind
    else {
        return None;
    };
    let name = function.name();
    let of_function = DOMAINS.iter().filter(|(of, ..)| *of == name);
    of_function
        .filter_map(|&(_, index, domain)| Some((arguments.get(index)?, domain)))
        .find(|(argument, domain)| !takes(*domain, argument))
        .map(|(argument, domain)| {
            let must = format!(
                "`{name}` fails with it: {}",
                must(domain, argument.data_type)
            );
            (argument.span, Failure::Argument(must))
        })
}

/// Whether the argument can be in the domain.
fn takes(domain: Domain, argument: &Expr) -> bool {
    let number = match constant::fold(argument) {
        #[expect(clippy::cast_precision_loss, reason = "all bounds are small")]
        Some(Value::Integer(number)) => number as f64,
        #[expect(clippy::cast_precision_loss, reason = "zero and the sign stay")]
        Some(Value::Decimal(digits)) => digits as f64,
        Some(Value::Float32(number)) => number.into(),
        Some(Value::Float64(number)) => number,
        Some(Value::Interval {
            months,
            days,
            micros,
        }) => {
            let length = i128::from(days) * 86_400_000_000 + i128::from(micros);
            return domain != Domain::Positive || (months == 0 && length > 0);
        }
        Some(
            Value::Null
            | Value::Boolean(_)
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::Timestamp(_)
            | Value::Date(_)
            | Value::Time(_),
        )
        | None => return true,
    };
    // NaN is a number of its own, which functions take or not
    match domain {
        Domain::NotNegative => number >= 0.0 || number.is_nan(),
        Domain::Positive => number > 0.0 || number.is_nan(),
        Domain::NotZero => number != 0.0,
        #[expect(clippy::cast_precision_loss, reason = "all bounds are small")]
        Domain::Within(least, most) => {
            number.is_nan() || (least as f64 <= number && number <= most as f64)
        }
    }
}

fn must(domain: Domain, data_type: DataType) -> String {
    match domain {
        Domain::NotNegative => "it must not be negative".to_owned(),
        Domain::Positive if data_type == DataType::Interval => {
            "it must be longer than nothing, and without months".to_owned()
        }
        Domain::Positive => "it must be more than 0".to_owned(),
        Domain::NotZero => "it must not be 0".to_owned(),
        Domain::Within(least, i64::MAX) => format!("it must be at least {least}"),
        Domain::Within(least, most) => format!("it must be from {least} to {most}"),
    }
}
