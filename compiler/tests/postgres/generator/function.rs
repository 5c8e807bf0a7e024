//! Calls of functions, by the compiler's own table of them.

use super::cast::cast_in_postgres;
use super::texts::{FORMATS, INSTANT_TEMPLATES, NUMBER_TEMPLATES, PATTERNS, TEMPLATES};
use super::{Expression, Generator};
use crate::types::{DECIMAL, TYPES, WIDE_DECIMAL, is_comparable, is_foreign, meet, postgres};
use crate::values;
use laminarc::functions::{Filled, Function, Parameter, ResultType, Words, functions};
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

/// Names that `PostgreSQL`'s grammar gives a form of their own.
const OWN_FORMS: &[&str] = &["position", "trim"];

/// Functions that `PostgreSQL` does not have, or not with the same meaning: their examples in the
/// documentation are what tests them.
const WITHOUT_ORACLE: &[&str] = &[
    "epoch_ms",
    "epoch_ns",
    "epoch_us",
    "hash64",
    "haversine",
    "json_exists",
    "json_get",
    "json_get_bool",
    "json_get_float",
    "json_get_int",
    "json_get_json",
    "json_get_str",
    "json_get_text",
    "json_path_query_first",
    "log2",
    // years before 1 are errors
    "make_date",
    "make_timestamp",
    "to_timestamp_micros",
    "to_timestamp_millis",
    "to_timestamp_nanos",
    "to_timestamp_seconds",
    "topic_level",
    "topic_levels",
    "topic_matches",
];

/// Functions that are not exact: their results are compared within a few units of the last digit,
/// and so stand alone.
const INEXACT: &[&str] = &[
    "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot",
    "exp", "ln", "log10", "power", "sin", "sinh", "tan", "tanh",
];

const DOUBLE: DataType = DataType::Float64;
const SMALLINT: DataType = DataType::Integer(IntegerType::Int16);
const BIGINT: DataType = DataType::Integer(IntegerType::Int64);
const BIGINT_UNSIGNED: DataType = DataType::Integer(IntegerType::UInt64);
const INT_UNSIGNED: DataType = DataType::Integer(IntegerType::UInt32);
const TIMESTAMP: DataType = DataType::Timestamp(TimestampPrecision::Microseconds);
const NANOSECONDS: DataType = DataType::Timestamp(TimestampPrecision::Nanoseconds);

/// The types of instants in microseconds.
const COARSER: [DataType; 3] = [
    DataType::Timestamp(TimestampPrecision::Seconds),
    DataType::Timestamp(TimestampPrecision::Milliseconds),
    TIMESTAMP,
];
const INT: DataType = DataType::Integer(IntegerType::Int32);

impl Generator<'_> {
    /// A call that gives `data_type`, if any function does.
    pub(super) fn function(&mut self, data_type: DataType, depth: usize) -> Option<Expression> {
        let fitting: Vec<&Function> = functions()
            .filter(|function| gives(function, data_type) && !is_inexact(function))
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let function = *self.random.pick(&fitting);
        self.call_of(function, data_type, depth)
    }

    /// A call of a function that is not exact.
    pub(super) fn inexact(&mut self, depth: usize) -> Option<Expression> {
        let inexact: Vec<&Function> = functions().filter(|f| is_inexact(f)).collect();
        let function = *self.random.pick(&inexact);
        let call = self.call_of(function, DOUBLE, depth)?;
        Some(Expression {
            is_exact: false,
            ..call
        })
    }

    fn call_of(
        &mut self,
        function: &Function,
        data_type: DataType,
        depth: usize,
    ) -> Option<Expression> {
        let types = self.argument_types(function, data_type);
        let arguments: Vec<Expression> = types
            .into_iter()
            .enumerate()
            .map(|(at, wanted)| self.argument(function, at, wanted, depth))
            .collect();
        let is_own = match function.result {
            ResultType::Rounded | ResultType::Whole | ResultType::Texts => false,
            ResultType::Is(result) => result == data_type,
            ResultType::SameAsFirst | ResultType::SameAsLast | ResultType::Instant => true,
        };
        let result = is_own.then_some(data_type);
        self.call(function, &arguments, result, data_type)
    }

    /// The types of the arguments of a call whose result is to be cast to, or is, `data_type`.
    fn argument_types(&mut self, function: &Function, data_type: DataType) -> Vec<DataType> {
        let needed = function.parameters.len() - function.defaults.len();
        let given = needed + self.random.below(function.defaults.len() + 1);
        let more = if function.variadic {
            self.random.below(4)
        } else {
            0
        };
        let common = match function.result {
            ResultType::SameAsFirst | ResultType::SameAsLast => data_type,
            ResultType::Instant if data_type == NANOSECONDS => data_type,
            ResultType::Instant => *self.random.pick(&COARSER),
            _ => self.comparable(),
        };
        let mut types: Vec<DataType> = (0..given + more)
            .map(|at| self.parameter_type(function.parameter(at), common))
            .collect();
        // arguments that are brought to one type need not have it
        let is_choice = matches!(function.name(), "coalesce" | "greatest" | "least");
        if is_choice && types.len() > 1 {
            (types[0], types[1]) = self.pair(data_type);
        }
        types
    }

    fn parameter_type(&mut self, parameter: Parameter, common: DataType) -> DataType {
        match parameter {
            Parameter::Integer if matches!(common, DataType::Integer(_)) => common,
            Parameter::Number if common.is_numeric() => common,
            Parameter::Decimal if matches!(common, DataType::Decimal { .. }) => common,
            Parameter::Timestamp if matches!(common, DataType::Timestamp(_)) => common,
            // a length or place is an INT in `PostgreSQL`
            Parameter::Is(BIGINT) | Parameter::Integer | Parameter::Number => INT,
            Parameter::Is(data_type) => data_type,
            Parameter::Decimal => *self.random.pick(&[DECIMAL, WIDE_DECIMAL]),
            Parameter::Timestamp => DataType::Timestamp(TimestampPrecision::Microseconds),
            Parameter::Comparable | Parameter::Any => common,
            Parameter::AsText => self.comparable(),
            Parameter::Word(_)
            | Parameter::Key
            | Parameter::Path
            | Parameter::Filter
            | Parameter::Pattern
            | Parameter::Flags
            | Parameter::Template(_) => DataType::Text,
        }
    }

    fn argument(
        &mut self,
        function: &Function,
        at: usize,
        wanted: DataType,
        depth: usize,
    ) -> Expression {
        match function.parameter(at) {
            Parameter::Word(words) => self.word(words),
            Parameter::Pattern => self.one_of(PATTERNS),
            Parameter::Flags => self.one_of(&["", "i", "c"]),
            Parameter::Template(Filled::Number) => self.one_of(NUMBER_TEMPLATES),
            Parameter::Template(Filled::Instant) => self.one_of(INSTANT_TEMPLATES),
            // lengths and places: more than a few would be long texts
            Parameter::Is(BIGINT) => self.small(function),
            // `PostgreSQL` multiplies bounds, and then has no answer for large ones
            Parameter::Is(DOUBLE) if function.name() == "width_bucket" => self.leaf(SMALLINT),
            // more than an INTERVAL holds wraps around in `PostgreSQL` 15
            Parameter::Is(DOUBLE) if function.name() == "make_interval" => self.leaf(SMALLINT),
            Parameter::Is(DataType::Text) if function.name() == "format" => self.one_of(FORMATS),
            Parameter::Is(DataType::Text)
                if function.name() == "to_char" && self.random.chance(70) =>
            {
                self.one_of(TEMPLATES)
            }
            Parameter::Is(DataType::Text)
                if matches!(function.name(), "to_date" | "to_timestamp")
                    && self.random.chance(60) =>
            {
                let of = *self.random.pick(&[DataType::Date, TIMESTAMP]);
                let value = self.expression(of, depth);
                Expression::new(
                    format!("CAST({} AS TEXT)", value.laminar),
                    super::cast::cast_in_postgres(&value, DataType::Text),
                    DataType::Text,
                )
            }
            Parameter::AsText if wanted == DataType::Boolean => self.leaf(DataType::Text),
            // what one mapping makes of ß at the beginning of a word is not what another does
            Parameter::Is(_) if function.name() == "initcap" => {
                let text = self.expression(wanted, depth);
                Expression::of("replace($1, 'ß', 'ss')", &[&text], wanted)
            }
            Parameter::Is(_)
            | Parameter::Number
            | Parameter::Integer
            | Parameter::Decimal
            | Parameter::Timestamp
            | Parameter::Comparable
            | Parameter::Any
            | Parameter::AsText
            | Parameter::Key
            | Parameter::Path
            | Parameter::Filter => self.expression(wanted, depth),
        }
    }

    fn word(&mut self, words: &Words) -> Expression {
        let known: Vec<_> = words.known().collect();
        let (word, _) = **self.random.pick(&known);
        Expression::same(values::quoted(word), DataType::Text)
    }

    pub(super) fn one_of(&mut self, texts: &[&str]) -> Expression {
        let text = *self.random.pick(texts);
        Expression::same(values::quoted(text), DataType::Text)
    }

    fn small(&mut self, function: &Function) -> Expression {
        let is_safe = matches!(
            function.name(),
            "left" | "right" | "substring" | "split_part"
        );
        match self.random.below(10) {
            0 => self.column(DataType::Integer(IntegerType::Int8)),
            // (less than that many `right` takes for none, there)
            1 if is_safe => self.column(SMALLINT),
            2 => Self::null(INT),
            _ => {
                let value = i64::try_from(self.random.below(14)).expect("small") - 3;
                Expression::new(
                    format!("CAST({value} AS INT)"),
                    format!("opaque(CAST('{value}' AS int4))"),
                    INT,
                )
            }
        }
    }

    /// The call, cast to `data_type` where its own type is not known to be that.
    fn call(
        &mut self,
        function: &Function,
        arguments: &[Expression],
        result: Option<DataType>,
        data_type: DataType,
    ) -> Option<Expression> {
        let names: Vec<&str> = function
            .names
            .iter()
            .copied()
            .filter(|name| !OWN_FORMS.contains(name))
            .collect();
        let name = *self.random.pick(&names);
        let joined = |separator, text: fn(&Expression) -> &str| {
            arguments
                .iter()
                .map(text)
                .collect::<Vec<_>>()
                .join(separator)
        };
        let (laminar, in_postgres) = if name == "extract" {
            let laminar = joined(" FROM ", |argument| &argument.laminar);
            (
                laminar,
                format!(
                    "extract({})",
                    joined(" FROM ", |argument| &argument.postgres)
                ),
            )
        } else {
            let laminar = joined(", ", |argument| &argument.laminar);
            (laminar, in_postgres(function, arguments, data_type)?)
        };
        let laminar = format!("{name}({laminar})");
        if result == Some(data_type) {
            return Some(Expression::new(laminar, in_postgres, data_type));
        }
        Some(Expression::new(
            format!("CAST({laminar} AS {data_type})"),
            format!("CAST({in_postgres} AS {})", postgres(data_type)),
            data_type,
        ))
    }
}

fn is_inexact(function: &Function) -> bool {
    INEXACT.contains(&function.name())
}

/// Whether the function can give a value of this type, and `PostgreSQL` has it.
fn gives(function: &Function, data_type: DataType) -> bool {
    if WITHOUT_ORACLE.contains(&function.name()) {
        return false;
    }
    let takes = |parameter: Parameter| match parameter {
        Parameter::Is(wanted) => wanted == data_type,
        Parameter::Number => data_type.is_numeric(),
        Parameter::Integer => matches!(data_type, DataType::Integer(_)),
        Parameter::Decimal => matches!(data_type, DataType::Decimal { .. }),
        Parameter::Timestamp => matches!(data_type, DataType::Timestamp(_)),
        Parameter::Comparable => is_comparable(data_type),
        Parameter::Any => true,
        Parameter::AsText
        | Parameter::Key
        | Parameter::Path
        | Parameter::Filter
        | Parameter::Pattern
        | Parameter::Flags
        | Parameter::Template(_)
        | Parameter::Word(_) => false,
    };
    let last = function.parameters.len().saturating_sub(1);
    match function.result {
        ResultType::Is(DataType::Decimal { .. }) | ResultType::Rounded | ResultType::Whole => {
            matches!(data_type, DataType::Decimal { precision: 38, .. })
        }
        ResultType::Is(result) => result == data_type && TYPES.contains(&data_type),
        // rows rather than an array are what PostgreSQL makes of these
        ResultType::Texts => false,
        ResultType::SameAsFirst => takes(function.parameter(0)),
        ResultType::SameAsLast => takes(function.parameter(last)),
        ResultType::Instant => [TIMESTAMP, NANOSECONDS].contains(&data_type),
    }
}

/// The call as `PostgreSQL` has it; None where it has none.
fn in_postgres(
    function: &Function,
    arguments: &[Expression],
    data_type: DataType,
) -> Option<String> {
    let sql = |at: usize| arguments[at].postgres.as_str();
    let of = arguments.first().map(|argument| argument.data_type);
    let texts: Vec<String> = arguments.iter().map(|a| a.postgres.clone()).collect();
    let plain = format!("{}({})", function.name(), texts.join(", "));
    if let Some(call) = of_times(function, arguments, data_type, &plain) {
        return Some(call);
    }
    Some(match function.name() {
        // the time at which the messages of the test are received
        "now" => "to_timestamp(1795000000.123456)".to_owned(),
        // each character by its own mapping, which may be two
        "upper" => format!("upper(replace({}, 'ß', 'SS'))", sql(0)),
        // it has the collation of the other argument, in which there are no letters beyond ASCII
        "convert_from" => format!("({plain} COLLATE \"default\")"),
        "contains" => format!("(strpos({}, {}) > 0)", sql(0), sql(1)),
        "ends_with" => format!("(right({0}, length({1})) = {1})", sql(0), sql(1)),
        "concat" | "concat_ws" | "format" => {
            let as_text = |a: &Expression| cast_in_postgres(a, DataType::Text);
            let texts: Vec<String> = arguments.iter().map(as_text).collect();
            format!("{}({})", function.name(), texts.join(", "))
        }
        "bit_count" => match of? {
            DataType::Integer(IntegerType::UInt64) => return None,
            DataType::Integer(integer) => {
                format!(
                    "bit_count(CAST(CAST({} AS int8) AS bit({})))",
                    sql(0),
                    integer.bits()
                )
            }
            _ => plain,
        },
        name if INEXACT.contains(&name) => format!("finite({plain})"),
        // `PostgreSQL` has these of BYTEA alone
        "sha224" | "sha256" | "sha384" | "sha512" if of? == DataType::Text => {
            format!("{}(convert_to({}, 'UTF8'))", function.name(), sql(0))
        }
        "to_hex" if is_foreign(of?) || of? == SMALLINT => return None,
        "log" if arguments.len() == 2 => return None,
        "round" | "trunc" if arguments.len() == 2 && of? == DataType::Float64 => return None,
        "mod" if matches!(data_type, DataType::Float32 | DataType::Float64) => return None,
        "div" if data_type == BIGINT_UNSIGNED => return None,
        "div" => of_one_type("", arguments, data_type, " / "),
        // of the types that are smaller than INT it has none
        "gcd" | "lcm" if data_type != BIGINT_UNSIGNED => {
            let is_wide = data_type == BIGINT || data_type == INT_UNSIGNED;
            let of = if is_wide { BIGINT } else { INT };
            let call = of_one_type(function.name(), arguments, of, ", ");
            format!("CAST({call} AS {})", postgres(data_type))
        }
        "gcd" | "lcm" | "mod" | "abs" | "nullif" => {
            let is_own = |a: &Expression| a.data_type == data_type;
            let is_small = matches!(data_type, DataType::Integer(i) if i.bits() < 32);
            if arguments.iter().all(is_own) && !is_small && !is_foreign(data_type) {
                plain
            } else {
                of_one_type(function.name(), arguments, data_type, ", ")
            }
        }
        "coalesce" | "greatest" | "least" if !is_native_choice(arguments, data_type) => {
            of_one_type(function.name(), arguments, data_type, ", ")
        }
        _ => plain,
    })
}

/// Functions that make times, or write them and numbers by a template.
fn of_times(
    function: &Function,
    arguments: &[Expression],
    data_type: DataType,
    plain: &str,
) -> Option<String> {
    match function.name() {
        "to_char" => {
            let [number, template] = arguments else {
                return None;
            };
            // of the smaller integers it has none
            let wide = match number.data_type {
                DataType::Integer(IntegerType::UInt64) => "numeric",
                DataType::Integer(IntegerType::Int64 | IntegerType::UInt32) => "int8",
                DataType::Integer(_) => "int4",
                _ => return None,
            };
            let (number, template) = (&number.postgres, &template.postgres);
            Some(format!("to_char(CAST({number} AS {wide}), {template})"))
        }
        "date_bin" | "date_trunc" if data_type == NANOSECONDS => {
            Some(format!("in_nanoseconds({plain})"))
        }
        "date_bin" | "date_trunc" | "to_date" | "to_timestamp" => {
            Some(format!("in_years({plain})"))
        }
        _ => None,
    }
}

/// Whether `PostgreSQL` brings the arguments to the same type.
fn is_native_choice(arguments: &[Expression], data_type: DataType) -> bool {
    let mut types = arguments.iter().map(|argument| argument.data_type);
    let is_exact = |of: DataType| !is_foreign(of) && of != DataType::Float32;
    let is_decimal = matches!(data_type, DataType::Decimal { .. });
    types.all(|of| of == data_type || is_exact(of) && !is_decimal && meet(of, data_type).is_some())
        && !is_foreign(data_type)
}

/// With arguments that are all of the result's type.
fn of_one_type(
    name: &str,
    arguments: &[Expression],
    data_type: DataType,
    separator: &str,
) -> String {
    let target = postgres(data_type);
    let cast = |argument: &Expression| format!("CAST({} AS {target})", argument.postgres);
    let arguments: Vec<String> = arguments.iter().map(cast).collect();
    format!("CAST({name}({}) AS {target})", arguments.join(separator))
}
