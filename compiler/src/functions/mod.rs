//! The signatures of all SQL functions: tables, no logic. A function is a row here, a body in the
//! runtime's `function` room, and an example in the documentation.

use crate::types::{DataType, IntegerType};

/// A SQL function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// `abs(x)`
    Abs,
    /// `coalesce(a, b, …)`
    Coalesce,
    /// `length(text)`, in characters
    Length,
    /// `lower(text)`
    Lower,
    /// `nullif(a, b)`
    Nullif,
    /// `now()`: the message's receive time
    Now,
    /// `upper(text)`
    Upper,
}

/// What a function takes and gives.
#[derive(Clone, Copy, Debug)]
pub struct Signature {
    /// Which.
    pub function: Function,
    /// Its SQL name, lower case.
    pub name: &'static str,
    /// What it takes.
    pub parameters: Parameters,
    /// What it gives.
    pub result: ResultType,
    /// How NULL arguments are treated.
    pub nulls: Nulls,
    /// Whether evaluating it can be a row error.
    pub fallible: bool,
}

/// Parameter types.
#[derive(Clone, Copy, Debug)]
pub enum Parameters {
    /// Exactly these.
    Exactly(&'static [DataType]),
    /// One number of any type.
    OneNumber,
    /// At least `min` and at most `max` arguments, brought to one common type.
    Common {
        /// Least number of arguments.
        min: usize,
        /// Greatest number of arguments.
        max: usize,
    },
}

/// Result types.
#[derive(Clone, Copy, Debug)]
pub enum ResultType {
    /// This one.
    Is(DataType),
    /// The (common) type of the arguments.
    SameAsArguments,
}

/// NULL behaviour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nulls {
    /// NULL if any argument is.
    Strict,
    /// NULL only if all arguments are.
    FirstNotNull,
    /// Can be NULL whatever the arguments.
    Always,
}

/// Every function, sorted by name.
pub const SIGNATURES: &[Signature] = &[
    Signature {
        function: Function::Abs,
        name: "abs",
        parameters: Parameters::OneNumber,
        result: ResultType::SameAsArguments,
        nulls: Nulls::Strict,
        fallible: true,
    },
    Signature {
        function: Function::Coalesce,
        name: "coalesce",
        parameters: Parameters::Common { min: 1, max: 64 },
        result: ResultType::SameAsArguments,
        nulls: Nulls::FirstNotNull,
        fallible: false,
    },
    Signature {
        function: Function::Length,
        name: "length",
        parameters: Parameters::Exactly(&[DataType::Text]),
        result: ResultType::Is(DataType::Integer(IntegerType::Int32)),
        nulls: Nulls::Strict,
        fallible: false,
    },
    Signature {
        function: Function::Lower,
        name: "lower",
        parameters: Parameters::Exactly(&[DataType::Text]),
        result: ResultType::Is(DataType::Text),
        nulls: Nulls::Strict,
        fallible: false,
    },
    Signature {
        function: Function::Now,
        name: "now",
        parameters: Parameters::Exactly(&[]),
        result: ResultType::Is(DataType::Timestamp(
            crate::types::TimestampPrecision::Microseconds,
        )),
        nulls: Nulls::Strict,
        fallible: false,
    },
    Signature {
        function: Function::Nullif,
        name: "nullif",
        parameters: Parameters::Common { min: 2, max: 2 },
        result: ResultType::SameAsArguments,
        nulls: Nulls::Always,
        fallible: false,
    },
    Signature {
        function: Function::Upper,
        name: "upper",
        parameters: Parameters::Exactly(&[DataType::Text]),
        result: ResultType::Is(DataType::Text),
        nulls: Nulls::Strict,
        fallible: false,
    },
];

/// Aggregates: valid over a window, which is not supported yet.
pub const AGGREGATES: &[&str] = &[
    "array_agg",
    "avg",
    "bool_and",
    "bool_or",
    "count",
    "max",
    "min",
    "stddev",
    "string_agg",
    "sum",
    "variance",
];

/// Functions of the dialect that are not built yet, sorted.
pub const LATER: &[&str] = &[
    "acos",
    "age",
    "asin",
    "atan",
    "atan2",
    "bit_and",
    "bit_count",
    "bit_or",
    "bit_xor",
    "btrim",
    "cbrt",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "chr",
    "concat",
    "concat_ws",
    "contains",
    "cos",
    "cosh",
    "cot",
    "date_bin",
    "date_part",
    "date_trunc",
    "decode",
    "degrees",
    "div",
    "encode",
    "ends_with",
    "epoch_ms",
    "exp",
    "extract",
    "floor",
    "format",
    "from_unixtime",
    "gcd",
    "greatest",
    "haversine",
    "hop",
    "initcap",
    "json_array_length",
    "json_get",
    "json_get_bool",
    "json_get_float",
    "json_get_int",
    "json_get_json",
    "json_get_str",
    "json_object_keys",
    "json_path_query",
    "json_typeof",
    "lcm",
    "least",
    "left",
    "ln",
    "log",
    "log10",
    "log2",
    "lpad",
    "ltrim",
    "make_date",
    "make_timestamp",
    "md5",
    "mod",
    "octet_length",
    "overlay",
    "pi",
    "position",
    "pow",
    "power",
    "radians",
    "regexp_like",
    "regexp_match",
    "regexp_replace",
    "regexp_substr",
    "repeat",
    "replace",
    "reverse",
    "right",
    "round",
    "rpad",
    "rtrim",
    "session",
    "sha256",
    "sign",
    "sin",
    "sinh",
    "split_part",
    "sqrt",
    "starts_with",
    "strpos",
    "substr",
    "substring",
    "tan",
    "tanh",
    "to_char",
    "to_hex",
    "to_timestamp",
    "topic_level",
    "topic_matches",
    "translate",
    "trim",
    "trunc",
    "tumble",
    "unnest",
    "width_bucket",
];

impl Function {
    /// Its row in the table.
    pub fn signature(self) -> &'static Signature {
        SIGNATURES
            .iter()
            .find(|signature| signature.function == self)
            .expect("every function has a row in SIGNATURES")
    }
}
