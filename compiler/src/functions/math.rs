//! Functions over numbers.

use super::Parameter::{self, Decimal, Integer, Is};
use super::{BIGINT, BYTEA, Body, DOUBLE, Function, INT, Operator, REAL, ResultType};

const ONE_DOUBLE: &[Parameter] = &[Is(DOUBLE)];
const TWO_DOUBLES: &[Parameter] = &[Is(DOUBLE), Is(DOUBLE)];
const TWO_INTEGERS: &[Parameter] = &[Integer, Integer];
const DOUBLE_AND_DIGITS: &[Parameter] = &[Is(DOUBLE), Is(BIGINT)];
const DECIMAL_AND_DIGITS: &[Parameter] = &[Decimal, Is(BIGINT)];

const fn double(names: &'static [&'static str]) -> Function {
    Function::new(names, ONE_DOUBLE, DOUBLE)
}

const fn decimal(names: &'static [&'static str]) -> Function {
    Function::new(names, &[Decimal], DOUBLE)
        .fallible()
        .result(ResultType::Whole)
}

pub(super) static FUNCTIONS: &[Function] = &[
    Function::same(&["abs"], &[Is(DOUBLE)]).by("abs_float"),
    Function::same(&["abs"], &[Is(REAL)]).by("abs_float"),
    Function::same(&["abs"], &[Integer]).fallible(),
    Function::same(&["abs"], &[Decimal]).fallible(),
    double(&["acos"]).fallible(),
    double(&["acosh"]).fallible(),
    double(&["asin"]).fallible(),
    double(&["asinh"]),
    double(&["atan"]),
    Function::new(&["atan2"], TWO_DOUBLES, DOUBLE),
    double(&["atanh"]).fallible(),
    Function::new(&["bit_count"], &[Integer], BIGINT),
    Function::new(&["bit_count"], &[Is(BYTEA)], BIGINT).by("bit_count_of_bytes"),
    double(&["cbrt"]),
    double(&["ceil", "ceiling"]),
    decimal(&["ceil", "ceiling"]).by("ceil_decimal"),
    double(&["cos"]),
    double(&["cosh"]).fallible(),
    double(&["cot"]).fallible(),
    double(&["degrees"]).fallible(),
    Function::same(&["div"], TWO_INTEGERS)
        .by("divide")
        .fallible(),
    double(&["exp"]).fallible(),
    double(&["floor"]),
    decimal(&["floor"]).by("floor_decimal"),
    Function::same(&["gcd"], TWO_INTEGERS).fallible(),
    Function::same(&["lcm"], TWO_INTEGERS).fallible(),
    double(&["ln"]).fallible(),
    double(&["log10", "log"]).fallible(),
    Function::new(&["log"], TWO_DOUBLES, DOUBLE)
        .by("log_of_base")
        .fallible(),
    double(&["log2"]).fallible(),
    Function::same(&["mod"], &[Parameter::Number, Parameter::Number])
        .fallible()
        .evaluated(Body::Operator(Operator::Modulo)),
    Function::new(&["pi"], &[], DOUBLE),
    Function::new(&["power", "pow"], TWO_DOUBLES, DOUBLE).fallible(),
    double(&["radians"]).fallible(),
    double(&["round"]),
    decimal(&["round"]).by("round_decimal"),
    Function::new(&["round"], DOUBLE_AND_DIGITS, DOUBLE)
        .by("round_to")
        .fallible(),
    Function::new(&["round"], DECIMAL_AND_DIGITS, DOUBLE)
        .by("round_decimal_to")
        .fallible()
        .result(ResultType::Rounded),
    double(&["sign"]),
    decimal(&["sign"]).by("sign_decimal"),
    double(&["sin"]),
    double(&["sinh"]).fallible(),
    double(&["sqrt"]).fallible(),
    double(&["tan"]),
    double(&["tanh"]),
    double(&["trunc"]),
    decimal(&["trunc"]).by("trunc_decimal"),
    Function::new(&["trunc"], DOUBLE_AND_DIGITS, DOUBLE)
        .by("trunc_to")
        .fallible(),
    Function::new(&["trunc"], DECIMAL_AND_DIGITS, DOUBLE)
        .by("trunc_decimal_to")
        .fallible()
        .result(ResultType::Rounded),
    Function::new(
        &["width_bucket"],
        &[Is(DOUBLE), Is(DOUBLE), Is(DOUBLE), Is(BIGINT)],
        INT,
    )
    .fallible(),
];
