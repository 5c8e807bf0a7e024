//! What the runtime makes of the same casts.

use bumpalo::Bump;
use laminar_runtime::generated::{
    Date, Decimal, Interval, Json, Reason, Time, Timestamp, TimestampNanos, add, cast as cast_to,
    cast_bytes, cast_decimal, cast_json, cast_text, cast_timestamp, cast_timestamp_nanos, divide,
    modulo, multiply, subtract,
};
use laminar_runtime::operator::{Arithmetic, CastTo, ToDecimal};
use laminarc::ir::logical::Value;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

/// `text` cast to the types of `steps`, one after the other.
pub fn cast(text: &str, steps: &[DataType]) -> Result<Value, Reason> {
    let arena = Bump::new();
    let mut value = Value::Text(text.to_owned());
    let mut from = DataType::Text;
    for &to in steps {
        value = step(&value, from, to, &arena)?;
        from = to;
    }
    Ok(value)
}

/// `$body` with `$scale` as a constant, for the scales that the test uses.
macro_rules! with_scale {
    ($number:expr, $scale:ident => $body:expr) => {
        match $number {
            0 => with_scale!(@ 0, $scale, $body),
            2 => with_scale!(@ 2, $scale, $body),
            5 => with_scale!(@ 5, $scale, $body),
            38 => with_scale!(@ 38, $scale, $body),
            other => panic!("no DECIMAL of scale {other} in this test"),
        }
    };
    (@ $number:literal, $scale:ident, $body:expr) => {{
        const $scale: u8 = $number;
        $body
    }};
}

/// `$body` with `$value` as the integer's own Rust type.
macro_rules! with_integer {
    ($integer:expr, $number:expr, $value:ident => $body:expr) => {
        match $integer {
            IntegerType::Int8 => with_integer!(@ i8, $number, $value, $body),
            IntegerType::Int16 => with_integer!(@ i16, $number, $value, $body),
            IntegerType::Int32 => with_integer!(@ i32, $number, $value, $body),
            IntegerType::Int64 => with_integer!(@ i64, $number, $value, $body),
            IntegerType::UInt8 => with_integer!(@ u8, $number, $value, $body),
            IntegerType::UInt16 => with_integer!(@ u16, $number, $value, $body),
            IntegerType::UInt32 => with_integer!(@ u32, $number, $value, $body),
            IntegerType::UInt64 => with_integer!(@ u64, $number, $value, $body),
        }
    };
    (@ $rust:ty, $number:expr, $value:ident, $body:expr) => {{
        let $value = <$rust>::try_from(*$number).expect("a value is within its type's range");
        $body
    }};
}

fn step(value: &Value, from: DataType, to: DataType, arena: &Bump) -> Result<Value, Reason> {
    match (value, from) {
        (Value::Boolean(value), _) => match to {
            DataType::Integer(integer) => to_integer(*value, integer),
            DataType::Text => Ok(text(cast_text(*value, arena))),
            DataType::Json => Ok(json(cast_json(*value, arena))),
            other => no_cast(from, other),
        },
        (Value::Integer(value), DataType::Integer(integer)) => {
            with_integer!(integer, value, value => of_integer(value, to, arena))
        }
        (Value::Float32(value), _) => match to {
            DataType::Float64 => cast_to(*value).map(Value::Float64),
            DataType::Text => Ok(text(cast_text(*value, arena))),
            DataType::Json => Ok(json(cast_json(*value, arena))),
            to => of_float(*value, to),
        },
        (Value::Float64(value), _) => match to {
            DataType::Float32 => cast_to(*value).map(Value::Float32),
            DataType::Text => Ok(text(cast_text(*value, arena))),
            DataType::Json => Ok(json(cast_json(*value, arena))),
            to => of_float(*value, to),
        },
        (Value::Decimal(value), DataType::Decimal { scale, .. }) => {
            with_scale!(scale, SCALE => of_decimal::<SCALE>(Decimal(*value), to, arena))
        }
        (Value::Text(value), DataType::Text) => of_text(value, to, arena),
        (Value::Text(value), DataType::Json) => Ok(text(cast_text(Json(value.as_bytes()), arena))),
        (Value::Bytes(value), _) => Ok(text(cast_text(value.as_slice(), arena))),
        (Value::Timestamp(value), DataType::Timestamp(TimestampPrecision::Nanoseconds)) => {
            of_nanoseconds(TimestampNanos(*value), to, arena)
        }
        (Value::Timestamp(value), _) => of_timestamp(Timestamp(*value), to, arena),
        (Value::Date(value), _) => of_date(Date(*value), to, arena),
        (Value::Time(value), _) if to == DataType::Interval => cast_to(Time(*value)).map(interval),
        (Value::Time(value), _) => Ok(text(cast_text(Time(*value), arena))),
        (
            &Value::Interval {
                months,
                days,
                micros,
            },
            _,
        ) => {
            let value = Interval::new(months, days, micros);
            match to {
                DataType::Time => cast_to(value).map(|Time(micros)| Value::Time(micros)),
                _ => Ok(text(cast_text(value, arena))),
            }
        }
        (value, from) => panic!("{value:?} is no {from}"),
    }
}

/// `left op right` of two numbers of one type.
pub fn arithmetic(
    symbol: &str,
    left: &Value,
    right: &Value,
    of: DataType,
) -> Result<Value, Reason> {
    match (left, right, of) {
        (Value::Integer(left), Value::Integer(right), DataType::Integer(integer)) => {
            with_integer!(integer, left, left => {
                let right = right.to_owned().try_into().expect("it is of the same type");
                operate(symbol, left, right).map(|result| Value::Integer(result.into()))
            })
        }
        (Value::Float32(left), Value::Float32(right), _) => {
            operate(symbol, *left, *right).map(Value::Float32)
        }
        (Value::Float64(left), Value::Float64(right), _) => {
            operate(symbol, *left, *right).map(Value::Float64)
        }
        (left, right, of) => panic!("{left:?} {symbol} {right:?} of {of}"),
    }
}

fn operate<T: Arithmetic>(symbol: &str, left: T, right: T) -> Result<T, Reason> {
    match symbol {
        "+" => add(left, right),
        "-" => subtract(left, right),
        "*" => multiply(left, right),
        "/" => divide(left, right),
        "%" => modulo(left, right),
        other => panic!("no operator {other}"),
    }
}

fn no_cast(from: impl std::fmt::Display, to: DataType) -> ! {
    panic!("there is no cast from {from} to {to}")
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn json(json: Json<'_>) -> Value {
    text(std::str::from_utf8(json.0).expect("JSON is UTF-8"))
}

/// A type with casts to all integer types.
trait ToIntegers:
    CastTo<i8>
    + CastTo<i16>
    + CastTo<i32>
    + CastTo<i64>
    + CastTo<u8>
    + CastTo<u16>
    + CastTo<u32>
    + CastTo<u64>
{
}

impl<T> ToIntegers for T where
    T: CastTo<i8>
        + CastTo<i16>
        + CastTo<i32>
        + CastTo<i64>
        + CastTo<u8>
        + CastTo<u16>
        + CastTo<u32>
        + CastTo<u64>
{
}

fn to_integer(value: impl ToIntegers, to: IntegerType) -> Result<Value, Reason> {
    let number = match to {
        IntegerType::Int8 => i128::from(cast_to::<i8, _>(value)?),
        IntegerType::Int16 => i128::from(cast_to::<i16, _>(value)?),
        IntegerType::Int32 => i128::from(cast_to::<i32, _>(value)?),
        IntegerType::Int64 => i128::from(cast_to::<i64, _>(value)?),
        IntegerType::UInt8 => i128::from(cast_to::<u8, _>(value)?),
        IntegerType::UInt16 => i128::from(cast_to::<u16, _>(value)?),
        IntegerType::UInt32 => i128::from(cast_to::<u32, _>(value)?),
        IntegerType::UInt64 => i128::from(cast_to::<u64, _>(value)?),
    };
    Ok(Value::Integer(number))
}

fn to_decimal(value: impl ToDecimal, precision: u8, scale: u8) -> Result<Value, Reason> {
    with_scale!(scale, SCALE => {
        cast_decimal::<SCALE, _>(value, precision).map(|decimal| Value::Decimal(decimal.0))
    })
}

fn of_integer<T>(value: T, to: DataType, arena: &Bump) -> Result<Value, Reason>
where
    T: ToIntegers + CastTo<f32> + CastTo<f64> + CastTo<bool> + ToDecimal,
    T: std::fmt::Display + Copy,
    i128: From<T>,
{
    match to {
        DataType::Boolean => cast_to(value).map(Value::Boolean),
        DataType::Integer(integer) => to_integer(value, integer),
        DataType::Float32 => cast_to(value).map(Value::Float32),
        DataType::Float64 => cast_to(value).map(Value::Float64),
        DataType::Decimal { precision, scale } => to_decimal(value, precision, scale),
        // all integers have one text form
        DataType::Text | DataType::Json => {
            let wide = i128::from(value);
            match (i64::try_from(wide), u64::try_from(wide)) {
                (Ok(value), _) => Ok(text(cast_text(value, arena))),
                (_, Ok(value)) => Ok(text(cast_text(value, arena))),
                (Err(_), Err(_)) => panic!("{value} is of no integer type"),
            }
        }
        other => no_cast(value, other),
    }
}

fn of_float<T: ToIntegers + ToDecimal>(value: T, to: DataType) -> Result<Value, Reason> {
    match to {
        DataType::Integer(integer) => to_integer(value, integer),
        DataType::Decimal { precision, scale } => to_decimal(value, precision, scale),
        other => no_cast("a float", other),
    }
}

fn of_decimal<const SCALE: u8>(
    value: Decimal<SCALE>,
    to: DataType,
    arena: &Bump,
) -> Result<Value, Reason> {
    match to {
        DataType::Integer(integer) => to_integer(value, integer),
        DataType::Float32 => cast_to(value).map(Value::Float32),
        DataType::Float64 => cast_to(value).map(Value::Float64),
        DataType::Decimal { precision, scale } => to_decimal(value, precision, scale),
        DataType::Text => Ok(text(cast_text(value, arena))),
        DataType::Json => Ok(json(cast_json(value, arena))),
        other => no_cast("a DECIMAL", other),
    }
}

fn of_text(value: &str, to: DataType, arena: &Bump) -> Result<Value, Reason> {
    match to {
        DataType::Boolean => cast_to(value).map(Value::Boolean),
        DataType::Integer(integer) => to_integer(value, integer),
        DataType::Float32 => cast_to(value).map(Value::Float32),
        DataType::Float64 => cast_to(value).map(Value::Float64),
        DataType::Decimal { precision, scale } => to_decimal(value, precision, scale),
        DataType::Text => Ok(text(value)),
        DataType::Bytes => cast_bytes(value, arena).map(|bytes| Value::Bytes(bytes.to_vec())),
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => {
            cast_timestamp_nanos(value).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Timestamp(precision) => {
            let digits = precision.digits();
            cast_timestamp(value, digits).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Date => cast_to(value).map(|Date(days)| Value::Date(days)),
        DataType::Time => cast_to(value).map(|Time(micros)| Value::Time(micros)),
        DataType::Interval => cast_to(value).map(interval),
        DataType::Json => cast_json(value, arena).map(json),
        other @ (DataType::Struct(_) | DataType::Array(_)) => no_cast("a TEXT", other),
    }
}

fn interval(
    Interval {
        months,
        days,
        micros,
    }: Interval,
) -> Value {
    Value::Interval {
        months,
        days,
        micros,
    }
}

fn of_timestamp(value: Timestamp, to: DataType, arena: &Bump) -> Result<Value, Reason> {
    match to {
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => {
            cast_timestamp_nanos(value).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Timestamp(precision) => {
            let digits = precision.digits();
            cast_timestamp(value, digits).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Date => cast_to(value).map(|Date(days)| Value::Date(days)),
        DataType::Time => cast_to(value).map(|Time(micros)| Value::Time(micros)),
        DataType::Text => Ok(text(cast_text(value, arena))),
        other => no_cast("a TIMESTAMP", other),
    }
}

fn of_nanoseconds(value: TimestampNanos, to: DataType, arena: &Bump) -> Result<Value, Reason> {
    match to {
        DataType::Timestamp(precision) => {
            let digits = precision.digits();
            cast_timestamp(value, digits).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Date => cast_to(value).map(|Date(days)| Value::Date(days)),
        DataType::Time => cast_to(value).map(|Time(micros)| Value::Time(micros)),
        DataType::Text => Ok(text(cast_text(value, arena))),
        other => no_cast("a TIMESTAMP(9)", other),
    }
}

fn of_date(value: Date, to: DataType, arena: &Bump) -> Result<Value, Reason> {
    match to {
        DataType::Timestamp(TimestampPrecision::Nanoseconds) => {
            cast_timestamp_nanos(value).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Timestamp(precision) => {
            let digits = precision.digits();
            cast_timestamp(value, digits).map(|instant| Value::Timestamp(instant.0))
        }
        DataType::Text => Ok(text(cast_text(value, arena))),
        other => no_cast("a DATE", other),
    }
}
