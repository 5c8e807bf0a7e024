//! Integers, floats and decimals.

use crate::{V, read, shown};
use laminar_runtime::error::Reason;
use laminar_runtime::row::Required;
use laminar_runtime::value::Decimal;

#[test]
fn integers() {
    use Reason::{NotAnInteger, OutOfRange, WrongKind};
    for (value, expected) in [
        ("0", Ok(0)),
        ("-0", Ok(0)),
        ("-9223372036854775808", Ok(i64::MIN)),
        ("9223372036854775807", Ok(i64::MAX)),
        ("9223372036854775808", Err(OutOfRange)),
        ("-9223372036854775809", Err(OutOfRange)),
        ("18446744073709551616", Err(OutOfRange)),
        ("99999999999999999999999999", Err(OutOfRange)),
        ("9007199254740993", Ok(9_007_199_254_740_993)),
        ("21.0", Err(NotAnInteger)),
        ("1e3", Err(NotAnInteger)),
        ("\"21\"", Err(WrongKind)),
        ("true", Err(WrongKind)),
        ("{}", Err(WrongKind)),
    ] {
        assert_eq!(
            read(value, |row| row.integer(V).required()),
            expected,
            "{value}"
        );
        let text = read(value, |row| row.integer_text::<i64>(V).map(|_| ()));
        assert_eq!(text, expected.map(|_| ()), "{value}");
    }
}

#[test]
fn integer_ranges() {
    macro_rules! check {
        ($($integer:ty)*) => { $(
            for value in [i128::from(<$integer>::MIN), i128::from(<$integer>::MAX)] {
                for (value, fits) in [(value, true), (value - 1, false), (value + 1, false)] {
                    let expected = <$integer>::try_from(value).map_err(|_| Reason::OutOfRange);
                    assert!(expected.is_ok() || !fits);
                    let found = read(&value.to_string(), |row| row.integer(V).required());
                    assert_eq!(found, expected, "{value}");
                }
            }
        )* };
    }
    check!(i8 i16 i32 i64 u8 u16 u32 u64);
    assert_eq!(read("-0", |row| row.integer::<u8>(V).required()), Ok(0));
    assert_eq!(
        read("-1", |row| row.integer::<u8>(V).required()),
        Err(Reason::OutOfRange)
    );
}

/// Halfway cases, subnormals, many digits, huge exponents: the bits must be those of the standard
/// library, whose parser is correct.
#[test]
fn floats_to_the_last_bit() {
    for value in HARD_FLOATS.split_whitespace() {
        let double: f64 = value.parse().expect("a number");
        let expected = if double.is_finite() {
            Ok(double.to_bits())
        } else {
            Err(Reason::OutOfRange)
        };
        let found = read(value, |row| row.float64(V).required());
        assert_eq!(found.map(f64::to_bits), expected, "{value}");
        let text = read(value, |row| shown(row.float64_text(V)));
        assert_eq!(text, expected.map(|_| value.to_owned()));

        let single: f32 = value.parse().expect("a number");
        let expected = if single.is_finite() {
            Ok(single.to_bits())
        } else {
            Err(Reason::OutOfRange)
        };
        let found = read(value, |row| row.float32(V).required());
        assert_eq!(found.map(f32::to_bits), expected, "{value}");
    }
}

const HARD_FLOATS: &str = "
    0 -0 -0.0 0e400 1 21.5 0.1 0.3 -12.75 123456789012345 999999999999999 9007199254740991
    9007199254740992 9007199254740993 9007199254740994.5 9007199254740993.00000000000000000001
    1e22 1e23 -1e-22 1e-23 123456789e-30 8.5e22 1.7976931348623157e308 1.7976931348623158e308
    1.7976931348623159e308 1e309 -1e309 1e99999999999999999999 1e-99999999999999999999
    2.2250738585072011e-308 2.2250738585072014e-308 4.9406564584124654e-324
    2.4703282292062327e-324 2.4703282292062328e-324 2.47032822920623272088284396434110686e-324
    16777216 16777217 16777219 16777217.000000001 3.4028234663852886e38 3.4028235677973366e38
    3.4028235677973367e38 1e39 1.401298464324817e-45 7.006492321624085e-46 7.006492321624086e-46
    8589973000 0.000000000000000000000001 1000000000000000000000000 1.00000005960464477539
    1.000000059604644775390625 1.0000000596046447753906250000001 6.631236846766476e-316
    0.500000000000000166533453694 5e-1 1E5 1e+05
    100000000000000000000000000000000000000000000000000000000000e-59
";

#[test]
fn other_kinds_are_no_floats() {
    for value in ["\"1.5\"", "true", "[]", "{}"] {
        assert_eq!(read(value, |row| row.float64(V)), Err(Reason::WrongKind));
        assert_eq!(read(value, |row| row.float32(V)), Err(Reason::WrongKind));
        assert_eq!(
            read(value, |row| shown(row.float64_text(V))),
            Err(Reason::WrongKind)
        );
    }
}

#[test]
fn random_floats() {
    let mut state = 0x1234_5678_9abc_def1_u64;
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let double = f64::from_bits(state);
        if !double.is_finite() {
            continue;
        }
        let short = format!("{}.{}", state >> 50, state & 0xffff);
        for value in [format!("{double:e}"), short] {
            let expected: f64 = value.parse().expect("a number");
            let found = read(&value, |row| row.float64(V).required());
            assert_eq!(found.map(f64::to_bits), Ok(expected.to_bits()), "{value}");
        }
    }
}

#[test]
fn decimals() {
    use Reason::{OutOfRange, WrongKind};
    for (value, expected) in [
        ("0", Ok(0)),
        ("1", Ok(100)),
        ("-1.5", Ok(-150)),
        ("1.005", Ok(101)),
        ("-1.005", Ok(-101)),
        ("1.00499999999999999999999999", Ok(100)),
        ("0.005", Ok(1)),
        ("0.0049", Ok(0)),
        ("999.99", Ok(99_999)),
        ("999.994", Ok(99_999)),
        ("999.995", Err(OutOfRange)),
        ("1000", Err(OutOfRange)),
        ("1.5e2", Ok(15_000)),
        ("150000e-3", Ok(15_000)),
        ("1e-999999999999", Ok(0)),
        ("0e999999999999", Ok(0)),
        ("1e999999999999", Err(OutOfRange)),
        ("\"12.34\"", Ok(1_234)),
        ("\"-1e1\"", Ok(-1_000)),
        ("\"\\u0031\"", Ok(100)),
        ("\"\"", Err(WrongKind)),
        ("\"1.2.3\"", Err(WrongKind)),
        ("\" 1\"", Err(WrongKind)),
        ("\"NaN\"", Err(WrongKind)),
        ("true", Err(WrongKind)),
    ] {
        let found = read(value, |row| row.decimal::<2>(V, 5).required());
        assert_eq!(found, expected.map(Decimal), "{value}");
    }
    let greatest = "99999999999999999999999999999999999999";
    let found = read(greatest, |row| row.decimal::<0>(V, 38).required());
    assert_eq!(found, Ok(Decimal(10_i128.pow(38) - 1)));
    let found = read(&format!("{greatest}9"), |row| {
        row.decimal::<0>(V, 38).required()
    });
    assert_eq!(found, Err(OutOfRange));
}
