//! Numbers to the last bit: every way that a row reads them, against the standard library, whose
//! parser is correct.

use crate::V;
use bumpalo::Bump;
use laminar_runtime::decode::json::{Cell, Node, PADDING, Padded, Reference, Shape};
use laminar_runtime::error::{Reason, RowError};
use laminar_runtime::message::Message;
use laminar_runtime::payload::Payload;
use laminar_runtime::row::{Required, Row};
use std::fmt::Display;

/// A message that is nothing but the number, so that what is behind it is not the message's.
static WHOLE: Shape = Shape {
    slots: 1,
    nodes: &[Node::leaf(0)],
};

/// What stands behind a number: more digits, for one.
const BEHIND: &[u8] = b"0123456789.-eE \0\xff";

/// Reads numbers; keeps its memory.
struct Reader {
    reference: Reference,
    bytes: Vec<u8>,
    padded: Padded,
    arena: Bump,
    count: usize,
}

impl Reader {
    fn new() -> Self {
        Self {
            reference: Reference::new(&WHOLE),
            bytes: Vec::new(),
            padded: Padded::default(),
            arena: Bump::new(),
            count: 0,
        }
    }

    fn read<T>(&mut self, number: &str, read: impl FnOnce(Row<'_>) -> T) -> T {
        self.count += 1;
        let behind = BEHIND[self.count % BEHIND.len()];
        self.bytes.clear();
        self.bytes.extend_from_slice(number.as_bytes());
        self.bytes.resize(number.len() + PADDING, behind);
        let mut cells = [Cell::default()];
        let decoded = self.reference.decode(number.as_bytes(), &mut cells);
        decoded.unwrap_or_else(|error| panic!("{error:?}: {number}"));
        let payload = Payload::new(&self.bytes, 0..number.len());
        let mut message = Message::new("t", b"");
        message.payload = payload;
        read(Row {
            message: &message,
            text: self.padded.text(payload),
            cells: &cells,
            arena: &self.arena,
        })
    }

    /// Both float types.
    fn check(&mut self, number: &str) {
        let expected: f64 = number.parse().expect("a number");
        let found = self.read(number, |row| row.float64(V).required());
        assert_eq!(
            found.map(f64::to_bits),
            finite(expected, f64::to_bits),
            "{number}"
        );
        let expected: f32 = number.parse().expect("a number");
        let found = self.read(number, |row| row.float32(V).required());
        assert_eq!(
            found.map(f32::to_bits),
            finite(expected, f32::to_bits),
            "{number}"
        );
    }

    /// With either sign.
    fn check_both(&mut self, number: &str) {
        self.check(number);
        self.check(&format!("-{number}"));
    }
}

fn error(reason: Reason) -> RowError {
    RowError::column(reason, V.index, 0)
}

fn finite<T: Copy + Into<f64>, B>(value: T, bits: fn(T) -> B) -> Result<B, RowError> {
    if value.into().is_finite() {
        Ok(bits(value))
    } else {
        Err(error(Reason::OutOfRange))
    }
}

/// A generator of random bits.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.bits() >> 16) % limit
    }

    /// So many digits, the first of which is not zero unless it is the only one.
    fn digits(&mut self, count: u64, out: &mut String) {
        for index in 0..count {
            let least = u64::from(index == 0 && count > 1);
            let digit = if self.below(4) == 0 {
                9 * self.below(2)
            } else {
                self.below(10)
            };
            out.push(char::from(
                b'0' + u8::try_from(digit.max(least)).expect("a digit"),
            ));
        }
    }

    fn letter(&mut self) -> &'static str {
        let letters = ["e", "E", "e+", "e-", "E-0"];
        letters[usize::try_from(self.below(5)).expect("few")]
    }

    fn fraction(&mut self, count: u64, out: &mut String) {
        if count > 0 {
            out.push('.');
            for _ in 0..count {
                self.digits(1, out);
            }
        }
    }
}

/// Every number of digits before and behind the point, up to twenty each; digits that are all
/// zero, all nine, the least and random ones; with and without an exponent.
#[test]
fn every_width() {
    let mut reader = Reader::new();
    let mut random = Random(7);
    for whole in 1..=20 {
        for fraction in 0..=20 {
            let point = if fraction > 0 { "." } else { "" };
            let (nines, zeros) = ("9".repeat(whole), "0".repeat(whole - 1));
            for number in [
                format!("{nines}{point}{}", "9".repeat(fraction)),
                format!("1{zeros}{point}{}", "0".repeat(fraction)),
                format!("{nines}{point}{}", "0".repeat(fraction)),
                format!("0{point}{}", "9".repeat(fraction)),
                format!("0{point}{}", "0".repeat(fraction)),
                format!("1{zeros}{point}{}", "5".repeat(fraction)),
            ] {
                reader.check_both(&number);
            }
            for _ in 0..40 {
                let mut number = String::new();
                random.digits(whole as u64, &mut number);
                random.fraction(fraction as u64, &mut number);
                reader.check_both(&number);
                for letter in ["e", "E+", "e-"] {
                    reader.check_both(&format!("{number}{letter}{}", random.below(330)));
                }
            }
        }
    }
}

#[test]
fn a_million_random_numbers() {
    let mut reader = Reader::new();
    let mut random = Random(11);
    let mut number = String::new();
    for _ in 0..1_000_000 {
        number.clear();
        if random.below(4) == 0 {
            number.push('-');
        }
        let longest = if random.below(4) == 0 { 25 } else { 9 };
        let (whole, fraction) = (1 + random.below(longest), random.below(longest));
        random.digits(whole, &mut number);
        random.fraction(fraction, &mut number);
        if random.below(6) == 0 {
            number.push_str(random.letter());
            number.push_str(&random.below(40).to_string());
        }
        reader.check(&number);
    }
}

/// Numbers exactly between two doubles, and just beside.
#[test]
fn halfway() {
    let mut reader = Reader::new();
    let mut random = Random(13);
    for round in 0..4_000 {
        let (bits, most) = if round % 2 == 0 { (53, 60) } else { (24, 80) };
        let mantissa = 1 << (bits - 1) | random.bits() >> (65 - bits);
        let middle = u128::from(2 * mantissa + 1);
        let up = u32::try_from(random.below(most)).expect("few");
        for whole in [middle << up, (middle << up) + 1, (middle << up) - 1] {
            reader.check_both(&whole.to_string());
            reader.check_both(&format!("{whole}.000000000000000000000000000000"));
            reader.check_both(&format!("{whole}.000000000000000000000000000001"));
        }
        let down = u32::try_from(random.below(30)).expect("few");
        // over two to the `down`: times five to it, over ten to it
        let digits = middle * 5_u128.pow(down);
        for digits in [digits, digits + 1, digits - 1] {
            let text = format!("{digits:0width$}", width = down as usize + 1);
            let (whole, fraction) = text.split_at(text.len() - down as usize);
            let point = if fraction.is_empty() { "" } else { "." };
            reader.check_both(&format!("{whole}{point}{fraction}"));
            reader.check_both(&format!("{digits}e-{down}"));
        }
    }
}

/// Doubles and floats of every exponent as they are printed, the shortest and with more digits.
#[test]
fn every_exponent() {
    fn printed(reader: &mut Reader, value: impl Display + std::fmt::LowerExp) {
        reader.check_both(&format!("{value:e}"));
        reader.check_both(&format!("{value:.16e}"));
        reader.check_both(&format!("{value:.25e}"));
        reader.check_both(&format!("{value}"));
    }
    let mut reader = Reader::new();
    let mut random = Random(17);
    for exponent in 0..0x7ff_u64 {
        for mantissa in [0, 1, u64::MAX >> 12, random.bits() >> 12] {
            printed(&mut reader, f64::from_bits(exponent << 52 | mantissa));
        }
    }
    for exponent in 0..0xff_u32 {
        for mantissa in [0, 1, u32::MAX >> 9, 0x12_3456] {
            printed(&mut reader, f32::from_bits(exponent << 23 | mantissa));
        }
    }
    for exponent in [
        "0",
        "00",
        "000400",
        "308",
        "309",
        "324",
        "325",
        "400",
        "99999999999999999999",
    ] {
        for mantissa in [
            "0",
            "0.0",
            "1",
            "1.7976931348623157",
            "1.7976931348623159",
            "4.9",
        ] {
            reader.check_both(&format!("{mantissa}e{exponent}"));
            reader.check_both(&format!("{mantissa}E-{exponent}"));
        }
    }
}

/// Integers of every width, in every type.
#[test]
fn integers_of_every_width() {
    let mut reader = Reader::new();
    let mut random = Random(19);
    macro_rules! check {
        ($number:expr, $($integer:ty)*) => { $(
            let value: i128 = $number.parse().expect("an integer");
            let expected = <$integer>::try_from(value).map_err(|_| error(Reason::OutOfRange));
            let found = reader.read(&$number, |row| row.integer::<$integer>(V).required());
            assert_eq!(found, expected, "{}", $number);
            let text = reader.read(&$number, |row| row.integer_text::<$integer>(V).map(drop));
            assert_eq!(text, expected.map(drop), "{}", $number);
        )* };
    }
    for digits in 1..=30 {
        for round in 0..500 {
            let mut number = String::new();
            if round % 3 == 0 {
                number.push('-');
            }
            random.digits(digits, &mut number);
            check!(number, i8 i16 i32 i64 u8 u16 u32 u64);
        }
    }
}
