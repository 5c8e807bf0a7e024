//! Arithmetic, casts and output, value by value. What PostgreSQL decides was asked of its
//! documentation; where the answer differs, the case says so.

use bumpalo::Bump;
use laminar_runtime::function::abs;
use laminar_runtime::generated::*;

const OVERFLOW: Reason = Reason::Overflow;
const BY_ZERO: Reason = Reason::DivisionByZero;

/// An operator with its name, two operands and what it makes of them.
type Case<T> = (
    &'static str,
    fn(T, T) -> Result<T, Reason>,
    T,
    T,
    Result<T, Reason>,
);

#[test]
fn integer_arithmetic() {
    let cases: &[Case<i32>] = &[
        ("+", add, 1, 2, Ok(3)),
        ("+", add, i32::MAX, 1, Err(OVERFLOW)),
        ("-", subtract, i32::MIN, 1, Err(OVERFLOW)),
        ("*", multiply, 65_536, 32_768, Err(OVERFLOW)),
        ("*", multiply, -65_536, 32_768, Ok(i32::MIN)),
        ("/", divide, 7, 2, Ok(3)),
        ("/", divide, -7, 2, Ok(-3)),
        ("/", divide, 7, 0, Err(BY_ZERO)),
        ("/", divide, i32::MIN, -1, Err(OVERFLOW)),
        ("%", modulo, 7, -3, Ok(1)),
        ("%", modulo, -7, 3, Ok(-1)),
        ("%", modulo, i32::MIN, -1, Ok(0)),
        ("%", modulo, 7, 0, Err(BY_ZERO)),
    ];
    for &(name, operator, a, b, expected) in cases {
        assert_eq!(operator(a, b), expected, "{a} {name} {b}");
    }
    assert_eq!(subtract(1_u8, 2), Err(OVERFLOW));
    assert_eq!(negate(i64::MIN), Err(OVERFLOW));
    assert_eq!(negate(5_u16), Err(OVERFLOW));
    assert_eq!(negate(0_u16), Ok(0));
    assert_eq!(abs(i8::MIN), Err(OVERFLOW));
    assert_eq!(abs(-5_i8), Ok(5));
    assert_eq!(abs(5_u64), Ok(5));
    assert_eq!(abs(Decimal::<2>(-150)), Ok(Decimal(150)));
    assert_eq!(negate(Decimal::<2>(-150)), Ok(Decimal(150)));
}

#[test]
fn float_arithmetic() {
    let cases: &[Case<f64>] = &[
        ("+", add, 0.1, 0.2, Ok(0.1 + 0.2)),
        ("+", add, f64::MAX, f64::MAX, Err(OVERFLOW)),
        ("-", subtract, 1.5, 0.5, Ok(1.0)),
        ("-", subtract, -f64::MAX, f64::MAX, Err(OVERFLOW)),
        ("*", multiply, 1e200, 1e200, Err(OVERFLOW)),
        ("*", multiply, 1e-200, 1e-200, Err(OVERFLOW)),
        ("*", multiply, 0.0, 1e300, Ok(0.0)),
        ("/", divide, 1.0, 4.0, Ok(0.25)),
        ("/", divide, 1.0, 0.0, Err(BY_ZERO)),
        ("/", divide, 0.0, -0.0, Err(BY_ZERO)),
        ("/", divide, 0.0, 5.0, Ok(0.0)),
        ("/", divide, 1e-300, 1e300, Err(OVERFLOW)),
        ("/", divide, 1e300, 1e-300, Err(OVERFLOW)),
        ("%", modulo, -5.5, 2.0, Ok(-1.5)),
        ("%", modulo, 1.0, 0.0, Err(BY_ZERO)),
    ];
    for &(name, operator, a, b, expected) in cases {
        assert_eq!(operator(a, b), expected, "{a} {name} {b}");
    }
    assert_eq!(negate(1.5_f32), Ok(-1.5));
    assert_eq!(abs(-1.5_f64), Ok(1.5));
    assert_eq!(multiply(1e30_f32, 1e30), Err(OVERFLOW));
}

#[test]
fn casts_to_integers() {
    for (value, expected) in [
        (0.5, Ok(0)),
        (1.5, Ok(2)),
        (2.5, Ok(2)),
        (-2.5, Ok(-2)),
        (127.4, Ok(127)),
        (127.5, Err(OVERFLOW)),
        (-128.5, Ok(-128)),
        (-129.0, Err(OVERFLOW)),
        (1e300, Err(OVERFLOW)),
    ] {
        assert_eq!(cast::<i8, f64>(value), expected, "{value}");
    }
    assert_eq!(
        cast::<i64, f64>(9_223_372_036_854_774_784.0),
        Ok(9_223_372_036_854_774_784)
    );
    assert_eq!(cast::<i64, f64>(9_223_372_036_854_775_808.0), Err(OVERFLOW));
    assert_eq!(cast::<u64, f32>(-0.4), Ok(0));
    assert_eq!(cast::<u8, i64>(256), Err(OVERFLOW));
    assert_eq!(cast::<u64, i8>(-1), Err(OVERFLOW));
    assert_eq!(cast::<i32, bool>(true), Ok(1));
    assert_eq!(cast::<bool, i16>(-2), Ok(true));
    assert_eq!(cast::<bool, u64>(0), Ok(false));
    assert_eq!(cast::<i32, Decimal<2>>(Decimal(150)), Ok(2));
    assert_eq!(cast::<i32, Decimal<2>>(Decimal(-150)), Ok(-2));
    assert_eq!(cast::<i32, Decimal<2>>(Decimal(149)), Ok(1));
    assert_eq!(cast::<u8, Decimal<0>>(Decimal(256)), Err(OVERFLOW));
    for (text, expected) in [
        ("12", Ok(12)),
        ("  -12\n", Ok(-12)),
        ("+7", Ok(7)),
        ("0000000000000000000000000000000007", Ok(7)),
        ("2147483647", Ok(i32::MAX)),
        ("2147483648", Err(OVERFLOW)),
        ("99999999999999999999999", Err(OVERFLOW)),
        ("", Err(Reason::Cast)),
        ("-", Err(Reason::Cast)),
        ("+-1", Err(Reason::Cast)),
        ("1.0", Err(Reason::Cast)),
        ("1 2", Err(Reason::Cast)),
        ("१", Err(Reason::Cast)),
    ] {
        assert_eq!(cast::<i32, &str>(text), expected, "{text:?}");
    }
}

#[test]
fn casts_to_floats() {
    assert_eq!(cast::<f64, i64>(i64::MAX), Ok(9_223_372_036_854_775_807.0));
    assert_eq!(cast::<f32, i32>(16_777_217), Ok(16_777_216.0));
    assert_eq!(cast::<f32, f64>(1e39), Err(OVERFLOW));
    assert_eq!(cast::<f32, f64>(1e-60), Err(OVERFLOW));
    assert_eq!(cast::<f32, f64>(0.0), Ok(0.0));
    assert_eq!(cast::<f64, f32>(0.1), Ok(f64::from(0.1_f32)));
    assert_eq!(cast::<f64, Decimal<2>>(Decimal(-1_234)), Ok(-12.34));
    assert_eq!(cast::<f32, Decimal<38>>(Decimal(1)), Ok(1e-38));
    for (text, expected) in [
        ("1.5", Ok(1.5)),
        (" 1e3 ", Ok(1000.0)),
        (".5", Ok(0.5)),
        ("5.", Ok(5.0)),
        ("+5", Ok(5.0)),
        ("0e-999", Ok(0.0)),
        ("1e999", Err(OVERFLOW)),
        ("1e-999", Err(OVERFLOW)),
        ("Infinity", Err(Reason::Cast)),
        ("NaN", Err(Reason::Cast)),
        (".", Err(Reason::Cast)),
        ("1e", Err(Reason::Cast)),
        ("1,5", Err(Reason::Cast)),
        ("", Err(Reason::Cast)),
    ] {
        assert_eq!(cast::<f64, &str>(text), expected, "{text:?}");
    }
}

#[test]
fn casts_to_booleans() {
    for (texts, expected) in [
        ("t tr tru true TRUE True y ye yes on oN 1", Ok(true)),
        ("f fa fals false FALSE n no of off OFF 0", Ok(false)),
        ("o 2 truee yesno nein 01 ä", Err(Reason::Cast)),
    ] {
        for text in texts.split(' ') {
            assert_eq!(cast::<bool, &str>(text), expected, "{text}");
            assert_eq!(
                cast::<bool, &str>(&format!(" {text}\t")),
                expected,
                "{text}"
            );
        }
    }
    assert_eq!(cast::<bool, &str>(""), Err(Reason::Cast));
}

#[test]
fn casts_to_decimals() {
    assert_eq!(cast_decimal::<2, i32>(7, 5), Ok(Decimal(700)));
    assert_eq!(cast_decimal::<2, i32>(1_000, 5), Err(OVERFLOW));
    assert_eq!(cast_decimal::<38, i32>(2, 38), Err(OVERFLOW));
    assert_eq!(
        cast_decimal::<1, Decimal<3>>(Decimal(1_250), 5),
        Ok(Decimal(13))
    );
    assert_eq!(
        cast_decimal::<1, Decimal<3>>(Decimal(-1_250), 5),
        Ok(Decimal(-13))
    );
    assert_eq!(
        cast_decimal::<3, Decimal<1>>(Decimal(99), 4),
        Ok(Decimal(9_900))
    );
    assert_eq!(
        cast_decimal::<3, Decimal<1>>(Decimal(100), 4),
        Err(OVERFLOW)
    );
    assert_eq!(cast_decimal::<2, f64>(1.005, 5), Ok(Decimal(101)));
    assert_eq!(
        cast_decimal::<20, f64>(0.1, 38),
        Ok(Decimal(10_000_000_000_000_000_000))
    );
    assert_eq!(cast_decimal::<7, f64>(1.0 / 3.0, 9), Ok(Decimal(3_333_333)));
    assert_eq!(cast_decimal::<9, f32>(0.1, 12), Ok(Decimal(100_000_000)));
    assert_eq!(cast_decimal::<2, f64>(1e300, 38), Err(OVERFLOW));
    assert_eq!(cast_decimal::<2, &str>(" -12.345 ", 6), Ok(Decimal(-1_235)));
    assert_eq!(cast_decimal::<2, &str>("12a", 6), Err(Reason::Cast));
    assert_eq!(cast_decimal::<2, &str>("12345", 6), Err(OVERFLOW));
}

#[test]
fn casts_to_text() {
    let arena = Bump::new();
    macro_rules! check {
        ($($value:expr => $text:expr,)*) => { $(
            assert_eq!(cast_text($value, &arena), $text);
        )* };
    }
    check! {
        "as it is" => "as it is",
        true => "true",
        false => "false",
        i64::MIN => "-9223372036854775808",
        u64::MAX => "18446744073709551615",
        40.0 => "40",
        -0.0 => "-0",
        0.1 => "0.1",
        -12.75 => "-12.75",
        0.0001 => "0.0001",
        0.000_123_4 => "0.0001234",
        0.00001 => "1e-05",
        123_456_789_012_345.0 => "123456789012345",
        12_345_678_901_234.5 => "12345678901234.5",
        1e14 => "100000000000000",
        1e15 => "1e+15",
        1.25e300 => "1.25e+300",
        5e-324 => "5e-324",
        100_000.0_f32 => "100000",
        1e6_f32 => "1e+06",
        0.1_f32 => "0.1",
        123_456_790.0_f32 => "1.2345679e+08",
        // fewer digits would lie exactly halfway to the next value
        64_684_688.0_f32 => "6.4684688e+07",
        -118_943_936.0_f32 => "-1.18943936e+08",
        1e23 => "9.999999999999999e+22",
        18_446_744_073_709_441_024.0 => "1.8446744073709441e+19",
        // of two that are as near, the even one
        f32::from_bits(0xc700_00d0) => "-32768.812",
        f32::MAX => "3.4028235e+38",
        f32::MIN_POSITIVE => "1.1754944e-38",
        f64::MIN_POSITIVE => "2.2250738585072014e-308",
        f64::MAX => "1.7976931348623157e+308",
        9_007_199_254_740_992.0 => "9.007199254740992e+15",
        Decimal::<2>(-5) => "-0.05",
        Decimal::<0>(7) => "7",
        Decimal::<3>(1_234_567) => "1234.567",
        Decimal::<38>(i128::MIN) => "-1.70141183460469231731687303715884105728",
        &b""[..] => "\\x",
        &b"\x00\xffA"[..] => "\\x00ff41",
        Timestamp(0) => "1970-01-01T00:00:00Z",
        Timestamp(-1) => "1969-12-31T23:59:59.999999Z",
        Timestamp(120_000) => "1970-01-01T00:00:00.120Z",
        Timestamp(i64::MAX) => "294247-01-10T04:00:54.775807Z",
        Timestamp(-62_135_596_800_000_000) => "0001-01-01T00:00:00Z",
        TimestampNanos(i64::MIN) => "1677-09-21T00:12:43.145224192Z",
        Date(0) => "1970-01-01",
        Date(-719_162) => "0001-01-01",
        Time(0) => "00:00:00",
        Time(45_296_500_000) => "12:34:56.5",
        Time(86_399_999_999) => "23:59:59.999999",
        Json(b"{\"a\": 1}") => "{\"a\": 1}",
    }
}

#[test]
fn casts_to_bytes_and_json() {
    let arena = Bump::new();
    for (text, expected) in [
        ("", Ok(&b""[..])),
        ("abc", Ok(b"abc")),
        ("\\x00fF", Ok(b"\x00\xff")),
        ("\\x00 ff\n41", Ok(b"\x00\xffA")),
        ("\\x0", Err(Reason::Cast)),
        ("\\x0 0", Err(Reason::Cast)),
        ("\\xgg", Err(Reason::Cast)),
        ("a\\\\b\\000\\377", Ok(b"a\\b\x00\xff")),
        ("\\400", Err(Reason::Cast)),
        ("\\", Err(Reason::Cast)),
        ("ä", Ok("ä".as_bytes())),
    ] {
        assert_eq!(cast_bytes(text, &arena), expected, "{text:?}");
    }
    for (text, valid) in [
        ("{\"a\": [1, 2.5e3, null, \"x\"]}", true),
        (" 5 ", true),
        ("\"\\ud800\"", true),
        ("", false),
        ("{", false),
        ("01", false),
        ("[1,]", false),
        ("1 2", false),
        ("'a'", false),
    ] {
        let expected = if valid {
            Ok(Json(text.trim().as_bytes()))
        } else {
            Err(Reason::Cast)
        };
        assert_eq!(cast_json(text, &arena), expected, "{text:?}");
    }
    let deep = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(cast_json(deep(128).as_str(), &arena).is_ok());
    assert!(cast_json(deep(129).as_str(), &arena).is_err());
    assert_eq!(cast_json(true, &arena), Json(b"true"));
    assert_eq!(cast_json(-5_i8, &arena), Json(b"-5"));
    assert_eq!(cast_json(1e300, &arena), Json(b"1e+300"));
    assert_eq!(cast_json(Decimal::<2>(150), &arena), Json(b"1.50"));
}

#[test]
fn values_as_json() {
    macro_rules! check {
        ($($value:expr => $text:expr,)*) => { $(
            let mut out = Vec::new();
            $value.encode(&mut out);
            assert_eq!(String::from_utf8_lossy(&out), $text);
            assert!(serde_json::from_slice::<serde::de::IgnoredAny>(&out).is_ok(), "{}", $text);
        )* };
    }
    check! {
        true => "true",
        None::<i32> => "null",
        Some(5_u8) => "5",
        i64::MIN => "-9223372036854775808",
        40.0 => "40.0",
        40.5 => "40.5",
        -0.0 => "-0.0",
        0.1 => "0.1",
        0.1_f32 => "0.1",
        1e300 => "1e+300",
        1e16 => "1e+16",
        1e-7 => "1e-7",
        5e-324 => "5e-324",
        f64::MAX => "1.7976931348623157e+308",
        // of two that are as near, the even one
        f32::from_bits(0xc700_00d0) => "-32768.812",
        f32::MAX => "3.4028235e+38",
        f32::MIN_POSITIVE => "1.1754944e-38",
        f64::MIN_POSITIVE => "2.2250738585072014e-308",
        "" => r#""""#,
        "a\"b\\c/d" => r#""a\"b\\c/d""#,
        "\n\r\t\u{8}\u{c}\u{0}\u{1f}\u{7f}" => "\"\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}\"",
        "Küche 日本 😀" => "\"Küche 日本 😀\"",
        "line\u{2028}separator" => "\"line\u{2028}separator\"",
        &b"foob"[..] => "\"Zm9vYg==\"",
        Timestamp(1_500_000) => "\"1970-01-01T00:00:01.500Z\"",
        TimestampNanos(1) => "\"1970-01-01T00:00:00.000000001Z\"",
        Date(1) => "\"1970-01-02\"",
        Time(1) => "\"00:00:00.000001\"",
        Decimal::<2>(150) => "1.50",
        Json(b"[1,\r\n 2]") => "[1,   2]",
        Verbatim(b"1.50") => "1.50",
    }
}

/// Quotes, backslashes and control characters at every place of texts of every length.
#[test]
fn strings_read_back() {
    for len in 0..20 {
        for at in 0..=len {
            for special in ['"', '\\', '\n', '\u{1}', 'é', '😀'] {
                let mut text = "x".repeat(len);
                text.insert(at, special);
                let mut out = Vec::new();
                text.as_str().encode(&mut out);
                let back: String = serde_json::from_slice(&out).expect("output is JSON");
                assert_eq!(back, text);
            }
        }
    }
}

#[test]
fn floats_read_back() {
    let mut state = 88_172_645_463_325_252_u64;
    for _ in 0..20_000 {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let value = f64::from_bits(state);
        if !value.is_finite() {
            continue;
        }
        let mut out = Vec::new();
        value.encode(&mut out);
        let back: f64 = serde_json::from_slice(&out).expect("output is JSON");
        assert_eq!(back.to_bits(), value.to_bits());
        let arena = Bump::new();
        let text = cast_text(value, &arena);
        assert_eq!(cast::<f64, _>(text), Ok(value), "{text}");
    }
}
