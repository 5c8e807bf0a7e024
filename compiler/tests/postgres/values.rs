//! Values of every type, as texts that both engines read: limits, oddities, and random ones.

use crate::random::Random;
use crate::types::never_drawn;
use laminarc::types::{DataType, IntegerType, TimestampPrecision};

const FLOATS: &[&str] = &[
    "0",
    "-0.0",
    "1",
    "-1",
    "0.1",
    "0.5",
    "1.5",
    "2.5",
    "-2.5",
    "40.0",
    "0.30000000000000004",
    "1e15",
    "1e16",
    "123456789012345680",
    "9007199254740993",
    "1e-4",
    "1e-5",
    "127.5",
    "-128.5",
    "32767.5",
    "2147483647.5",
    "-2147483648.5",
    "4294967295.5",
    "9223372036854774784",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709549568",
];

const DOUBLES: &[&str] = &[
    "5e-324",
    "-5e-324",
    "2.2250738585072009e-308",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "-1.7976931348623157e308",
    "1e308",
    "3.4028236e38",
    "1e-46",
];

const REALS: &[&str] = &[
    "1e-45",
    "-1e-45",
    "1.1754942e-38",
    "1.1754944e-38",
    "3.4028235e38",
    "-3.4028235e38",
    "16777217",
    "3.1415927",
];

const TEXTS: &[&str] = &[
    "",
    "a",
    "A",
    "abc",
    "ABC def",
    "straße",
    "Ärger",
    "日本語",
    "😀",
    "e\u{301}",
    " padded ",
    "\ttab\n",
    "12",
    " -7 ",
    "300",
    "1.5",
    "1e3",
    "1e-400",
    "NaN",
    "0x1F",
    "true",
    "f",
    "on",
    "2024-02-29",
    "2023-02-29",
    "2024-02-29T12:00:00Z",
    "1999-12-31 23:59:59.999999+02",
    "2024-02-30 10:00",
    "2024-02-29T",
    "10:00:00",
    "10:00+02",
    "23:59:60",
    "%",
    "a%b",
    "_",
    "\\",
    "a\\",
    "a_c",
    "it's",
    "\"quoted\"",
    "{\"a\": [1, null]}",
    "[1",
    "null",
    "\\x00ff",
    "\u{7f}",
    "ÅÄÖ åäö",
    "ΑΣ ας",
    "i\u{307}",
];

/// Characters of random texts.
const CHARACTERS: &[char] = &[
    'a', 'b', 'c', 'A', 'B', ' ', '%', '_', '\\', '.', '0', '1', '9', '-', 'ä', 'Ö', 'ß', '日',
    '😀', '\'', '"', ',', ':', '+',
];

const DECIMALS: &[&str] = &[
    "0",
    "-0.01",
    "0.5",
    "1.25",
    "-2.5",
    "99999999.99",
    "-99999999.99",
    "127.5",
    "12345.67",
];

const WIDE_DECIMALS: &[&str] = &[
    "0.0000000001",
    "9999999999999999999999999999.9999999999",
    "-9999999999999999999999999999.9999999999",
    "9223372036854775807.5",
    "18446744073709551615.4",
    "0.1000000000",
];

const TIMESTAMPS: &[&str] = &[
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "2000-02-29T12:30:45.123456Z",
    "2024-02-29T23:59:59.5Z",
    "2024-12-31T23:59:59.999999Z",
    "2038-01-19T03:14:08Z",
    "1900-03-01T00:00:00.000001Z",
    "2026-11-22T00:00:00Z",
];

const DATES: &[&str] = &[
    "0001-01-01",
    "9999-12-31",
    "1970-01-01",
    "1969-12-31",
    "2000-02-29",
    "2024-02-29",
    "1900-02-28",
    "2100-03-01",
    "2026-11-22",
];

const TIMES: &[&str] = &[
    "00:00:00",
    "23:59:59.999999",
    "12:34:56.789",
    "00:00:00.000001",
    "10:00:00",
];

const INTERVALS: &[&str] = &[
    "00:00:00",
    "1 day",
    "24:00:00",
    "1 mon",
    "30 days",
    "-1 mons",
    "1 mon -30 days",
    "1 year 2 mons -3 days +04:05:06.5",
    "-00:00:00.000001",
    "90 minutes",
    "P1Y2M3DT4H5M6S",
    "1.5 weeks",
    "-3 h",
    "2147483647 days",
    "-1000000 hours",
    "12",
];

const BYTES: &[&[u8]] = &[b"", b"\0", b"\xff", b"abc", b"\\x41", "ä".as_bytes()];

const JSONS: &[&str] = &[
    "{}",
    "[]",
    "0",
    "-1.50",
    "true",
    "\"text\"",
    "\"\\u00e4\\n\"",
    "{\"a\":1,\"b\":[1,null,{\"c\":\"x\"}],\"a\":2}",
    "[ 1 , 2.0e5 ]",
];

/// A text that is a value of the type.
pub fn draw(data_type: DataType, random: &mut Random) -> String {
    let known = random.chance(55);
    match data_type {
        DataType::Boolean => (*random.pick(&["true", "false"])).to_owned(),
        DataType::Integer(integer) => draw_integer(integer, random).to_string(),
        DataType::Float32 | DataType::Float64 => draw_float(data_type, random),
        DataType::Decimal { precision, scale } => draw_decimal(precision, scale, random),
        DataType::Text if known => (*random.pick(TEXTS)).to_owned(),
        DataType::Text => text(random),
        DataType::Bytes if known => hex(random.pick::<&[u8]>(BYTES)),
        DataType::Bytes => {
            let count = random.below(6);
            let bytes: Vec<u8> = (0..count).map(|_| byte(random)).collect();
            hex(&bytes)
        }
        DataType::Timestamp(precision) if known => loop {
            let text = *random.pick(TIMESTAMPS);
            if is_in_range(text, precision) {
                return text.to_owned();
            }
        },
        DataType::Timestamp(_) => format!("{}T{}Z", date(random), time(random)),
        DataType::Date if known => (*random.pick(DATES)).to_owned(),
        DataType::Date => date(random),
        DataType::Time if known => (*random.pick(TIMES)).to_owned(),
        DataType::Time => time(random),
        DataType::Interval if known => (*random.pick(INTERVALS)).to_owned(),
        DataType::Interval => interval(random),
        DataType::Json => (*random.pick(JSONS)).to_owned(),
        DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
    }
}

/// The value as JSON in a message.
pub fn json(data_type: DataType, value: &str) -> String {
    match data_type {
        DataType::Boolean
        | DataType::Integer(_)
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal { .. }
        | DataType::Json => value.to_owned(),
        DataType::Text
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Time
        | DataType::Interval => serde_json::json!(value).to_string(),
        DataType::Bytes => serde_json::json!(base64(&bytes(value))).to_string(),
        DataType::Struct(_) | DataType::Array(_) => never_drawn(data_type),
    }
}

/// The text as a literal in SQL.
pub fn quoted(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

fn draw_integer(integer: IntegerType, random: &mut Random) -> i128 {
    let (least, greatest) = integer.range();
    let random_bits = (0..4).fold(0, |bits: i128, _| {
        bits << 16 | i128::try_from(random.below(1 << 16)).expect("16 bits")
    });
    let value = match random.below(10) {
        0 => least,
        1 => greatest,
        2 => least + 1,
        3 => greatest / 2 + 1,
        4 | 5 => i128::try_from(random.below(7)).expect("small") - 3,
        6 | 7 => random_bits % 1_000 - 500,
        _ => least + random_bits % (greatest - least + 1),
    };
    value.clamp(least, greatest)
}

fn draw_float(data_type: DataType, random: &mut Random) -> String {
    let is_real = data_type == DataType::Float32;
    match random.below(10) {
        0..4 => (*random.pick(FLOATS)).to_owned(),
        4 if is_real => (*random.pick(REALS)).to_owned(),
        4 => (*random.pick(DOUBLES)).to_owned(),
        5..8 => format!(
            "{}.{}",
            draw_integer(IntegerType::Int16, random),
            random.below(1_000)
        ),
        _ if is_real => loop {
            let bits = u32::try_from(random.below(1 << 32)).expect("32 bits");
            let value = f32::from_bits(bits);
            if value.is_finite() {
                return format!("{value:e}");
            }
        },
        _ => loop {
            let half = |random: &mut Random| u64::try_from(random.below(1 << 32)).expect("64 bits");
            let value = f64::from_bits(half(random) << 32 | half(random));
            if value.is_finite() {
                return format!("{value:e}");
            }
        },
    }
}

fn draw_decimal(precision: u8, scale: u8, random: &mut Random) -> String {
    let pool = if precision > 18 {
        WIDE_DECIMALS
    } else {
        DECIMALS
    };
    if random.chance(50) {
        return (*random.pick(pool)).to_owned();
    }
    let sign = if random.chance(50) { "-" } else { "" };
    let whole = 1 + random.below(usize::from(precision - scale));
    let fraction = 1 + random.below(usize::from(scale));
    let mut digits = |count: usize| -> String {
        (0..count)
            .map(|_| char::from(b'0' + digit(random)))
            .collect()
    };
    let (whole, fraction) = (digits(whole), digits(fraction));
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    format!("{sign}{whole}.{fraction}")
}

fn digit(random: &mut Random) -> u8 {
    u8::try_from(random.below(10)).expect("a digit")
}

fn byte(random: &mut Random) -> u8 {
    u8::try_from(random.below(256)).expect("a byte")
}

/// A text of a few characters.
pub fn text(random: &mut Random) -> String {
    let length = random.below(9);
    (0..length).map(|_| *random.pick(CHARACTERS)).collect()
}

fn date(random: &mut Random) -> String {
    let year = 1_850 + random.below(300);
    format!(
        "{year}-{:02}-{:02}",
        1 + random.below(12),
        1 + random.below(28)
    )
}

fn interval(random: &mut Random) -> String {
    let mut number = |limit: usize| random.below(2 * limit + 1).cast_signed() - limit.cast_signed();
    let (months, days) = (number(30), number(60));
    format!(
        "{months} mons {days} days {} seconds {} microseconds",
        number(200_000),
        number(999_999)
    )
}

fn time(random: &mut Random) -> String {
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let fraction = match random.below(3) {
        0 => String::new(),
        1 => format!(".{}", random.below(10)),
        _ => format!(".{:06}", random.below(1_000_000)),
    };
    format!("{hour:02}:{minute:02}:{second:02}{fraction}")
}

/// Nanoseconds do not reach far, and the last moment of all must not be rounded up.
fn is_in_range(timestamp: &str, precision: TimestampPrecision) -> bool {
    match precision {
        TimestampPrecision::Seconds | TimestampPrecision::Milliseconds => {
            !timestamp.starts_with("9999")
        }
        TimestampPrecision::Microseconds => true,
        TimestampPrecision::Nanoseconds => {
            !timestamp.starts_with("9999") && !timestamp.starts_with("0001")
        }
    }
}

/// `\x…`, as both engines read BYTEA.
fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold("\\x".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes it");
        text
    })
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.strip_prefix("\\x").expect("as `hex` makes it");
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).expect("hex digits");
    (0..digits.len()).step_by(2).map(byte).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * place) & 63) as usize];
            let is_padding = place > chunk.len();
            text.push(if is_padding { '=' } else { char::from(digit) });
        }
    }
    text
}
