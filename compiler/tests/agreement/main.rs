//! The same cast gives the same whether its operand is a constant, which the compiler evaluates,
//! or comes from a message, where the runtime does: equal values, or both fail.

mod compiled;
#[path = "../compiles/random.rs"]
mod random;
mod runtime;
mod texts;

use compiled::{AlwaysFails, compiled};
use laminar_runtime::generated::Reason;
use laminarc::ir::logical::Value;
use laminarc::types::cast::cast_kind;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};
use random::Random;

/// Texts that are made for each type, beside those of the table.
const GENERATED: usize = 3_000;

const INTEGERS: [IntegerType; 8] = [
    IntegerType::Int8,
    IntegerType::Int16,
    IntegerType::Int32,
    IntegerType::Int64,
    IntegerType::UInt8,
    IntegerType::UInt16,
    IntegerType::UInt32,
    IntegerType::UInt64,
];

fn decimal(precision: u8, scale: u8) -> DataType {
    DataType::Decimal { precision, scale }
}

/// Every type that a text can be cast to, DECIMAL and TIMESTAMP in several sizes.
fn types() -> Vec<DataType> {
    let mut types = vec![
        DataType::Boolean,
        DataType::Float32,
        DataType::Float64,
        decimal(10, 2),
        decimal(38, 0),
        decimal(38, 38),
        decimal(5, 5),
        DataType::Bytes,
        DataType::Timestamp(TimestampPrecision::Seconds),
        DataType::Timestamp(TimestampPrecision::Milliseconds),
        DataType::Timestamp(TimestampPrecision::Microseconds),
        DataType::Timestamp(TimestampPrecision::Nanoseconds),
        DataType::Date,
        DataType::Time,
        DataType::Interval,
        DataType::Json,
    ];
    types.extend(INTEGERS.map(DataType::Integer));
    types
}

/// Compares the cast of each text, through the types of `steps` one after the other. A cast that
/// the compiler leaves to the runtime is not compared; how many were.
fn compare(texts: &[String], steps: &[DataType]) -> usize {
    let casts: Vec<String> = texts
        .iter()
        .map(|text| {
            let literal = format!("'{}'", text.replace('\'', "''"));
            steps
                .iter()
                .fold(literal, |inner, to| format!("CAST({inner} AS {to})"))
        })
        .collect();
    let mut compared = 0;
    for (text, (cast, constant)) in texts.iter().zip(casts.iter().zip(compiled(&casts))) {
        if let Some(constant) = constant {
            compared += 1;
            same(cast, constant, runtime::cast(text, steps));
        }
    }
    compared
}

/// Equal to the bit (-0.0 equals 0.0, but not in its text), or both failures.
fn same(sql: &str, constant: Result<Value, AlwaysFails>, at_run_time: Result<Value, Reason>) {
    let (constant, at_run_time) = (constant.ok(), at_run_time.ok());
    assert_eq!(format!("{constant:?}"), format!("{at_run_time:?}"), "{sql}");
}

#[test]
fn texts_become_the_same_values() {
    let mut random = Random::new(1);
    for to in types() {
        let mut all: Vec<String> = texts::TABLE.iter().map(|&text| text.to_owned()).collect();
        all.extend((0..GENERATED).map(|_| texts::generate(to, &mut random)));
        all.extend([128, 129].map(|levels| "[".repeat(levels) + &"]".repeat(levels)));
        assert_eq!(compare(&all, &[to]), all.len(), "texts are always cast");
        let valid = all.iter().filter(|text| runtime::cast(text, &[to]).is_ok());
        assert!(valid.count() > GENERATED / 100, "few texts are a {to}");
    }
}

#[test]
fn values_become_the_same_values() {
    let mut random = Random::new(2);
    for from in types() {
        let mut all = Vec::new();
        while all.len() < GENERATED / 10 {
            let text = texts::generate(from, &mut random);
            if runtime::cast(&text, &[from]).is_ok() {
                all.push(text);
            }
        }
        for to in types().into_iter().chain([DataType::Text]) {
            if from == to || cast_kind(from, to).is_none() {
                continue;
            }
            let compared = compare(&all, &[from, to]);
            let expected = if is_left(from, to) { 0 } else { all.len() };
            assert_eq!(compared, expected, "from {from} to {to}");
        }
    }
}

#[test]
fn arithmetic_gives_the_same_values() {
    let mut random = Random::new(3);
    let numeric = INTEGERS.map(DataType::Integer);
    for of in numeric
        .into_iter()
        .chain([DataType::Float32, DataType::Float64])
    {
        let mut operand = || loop {
            let text = texts::generate(of, &mut random);
            if let Ok(value) = runtime::cast(&text, &[of]) {
                return (format!("CAST('{text}' AS {of})"), value);
            }
        };
        let pairs: Vec<_> = (0..GENERATED / 10)
            .map(|_| (operand(), operand()))
            .collect();
        for symbol in ["+", "-", "*", "/", "%"] {
            let sql: Vec<String> = pairs
                .iter()
                .map(|((left, _), (right, _))| format!("{left} {symbol} {right}"))
                .collect();
            let constants = compiled(&sql);
            for ((sql, constant), ((_, left), (_, right))) in sql.iter().zip(constants).zip(&pairs)
            {
                let constant = constant.expect("numbers are always folded");
                same(sql, constant, runtime::arithmetic(symbol, left, right, of));
            }
        }
    }
}

/// What the compiler leaves to the runtime: the text forms of floats, times and bytes, and what
/// goes by way of them.
fn is_left(from: DataType, to: DataType) -> bool {
    match from {
        DataType::Float32 | DataType::Float64 => matches!(
            to,
            DataType::Text | DataType::Json | DataType::Decimal { .. }
        ),
        DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval
        | DataType::Json => to == DataType::Text,
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Decimal { .. }
        | DataType::Text
        | DataType::Struct(_)
        | DataType::Array(_) => false,
    }
}
