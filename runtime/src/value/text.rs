//! The text of values without their own printer, in a buffer on the stack.

use super::calendar::Civil;
use super::number::power_of_ten;
use super::time::{DAY_MICROS, DAY_NANOS};
use super::{Date, Time, Timestamp, TimestampNanos};
use std::fmt::{self, Write};

/// Room for all but intervals: a DECIMAL of 39 digits with sign, zero and point.
pub(crate) type Text = Buffer<48>;

/// A short ASCII text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer<const CAPACITY: usize> {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl<const CAPACITY: usize> Buffer<CAPACITY> {
    pub(crate) fn new() -> Self {
        Self {
            bytes: [0; CAPACITY],
            len: 0,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).expect("numbers and times print in ASCII")
    }

    fn push(&mut self, byte: u8) {
        self.bytes[self.len] = byte;
        self.len += 1;
    }

    /// Takes `byte` off the end, as often as it stands there.
    pub(super) fn trim_end(&mut self, byte: u8) {
        while self.as_bytes().last() == Some(&byte) {
            self.len -= 1;
        }
    }

    /// `value` in at least `width` digits.
    fn digits(&mut self, value: u64, width: usize) {
        let mut reversed = [b'0'; 20];
        let mut len = 0;
        let mut rest = value;
        while rest != 0 || len < width {
            reversed[len] = b'0' + u8::try_from(rest % 10).expect("a digit");
            rest /= 10;
            len += 1;
        }
        for &digit in reversed[..len].iter().rev() {
            self.push(digit);
        }
    }

    /// The same of up to 39 digits; in parts, since a division of 128 bits is slow.
    fn long_digits(&mut self, value: u128, width: usize) {
        const PART: u128 = 1_000_000_000_000_000_000;
        let part = |value: u128| u64::try_from(value).expect("18 digits fit");
        if value < PART && width <= 18 {
            self.digits(part(value), width);
        } else {
            self.long_digits(value / PART, width.saturating_sub(18));
            self.digits(part(value % PART), 18);
        }
    }

    /// `value`, which is below a hundred, in two digits.
    fn two(&mut self, value: u32) {
        let digit = |value: u32| b'0' + u8::try_from(value).expect("a digit");
        self.push(digit(value / 10));
        self.push(digit(value % 10));
    }

    fn date(&mut self, days: i64) {
        let Civil { year, month, day } = Civil::from_days(days);
        if year < 0 {
            self.push(b'-');
        }
        self.digits(year.unsigned_abs(), 4);
        self.push(b'-');
        self.two(month);
        self.push(b'-');
        self.two(day);
    }

    fn clock(&mut self, seconds: u32) {
        self.two(seconds / 3_600);
        self.push(b':');
        self.two(seconds / 60 % 60);
        self.push(b':');
        self.two(seconds % 60);
    }

    /// A point and `width` digits of `nanos`.
    fn fraction(&mut self, nanos: u32, width: u32) {
        self.push(b'.');
        let value = nanos / 10_u32.pow(9 - width);
        self.digits(value.into(), width as usize);
    }
}

/// For the formatter of the standard library; fails where the buffer is full.
impl<const CAPACITY: usize> fmt::Write for Buffer<CAPACITY> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        let room = self.bytes.get_mut(self.len..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// RFC 3339 in UTC with `Z` and the fewest of 0, 3, 6 or 9 fraction digits that are exact.
pub(crate) fn timestamp(Timestamp(micros): Timestamp) -> Text {
    let of_day = micros.rem_euclid(DAY_MICROS);
    instant(micros.div_euclid(DAY_MICROS), of_day * 1_000)
}

/// The same of nanoseconds.
pub(crate) fn timestamp_nanos(TimestampNanos(nanos): TimestampNanos) -> Text {
    instant(nanos.div_euclid(DAY_NANOS), nanos.rem_euclid(DAY_NANOS))
}

fn instant(days: i64, nanos_of_day: i64) -> Text {
    let mut text = Text::new();
    text.date(days);
    text.push(b'T');
    let (seconds, nanos) = split_seconds(nanos_of_day);
    text.clock(seconds);
    match nanos {
        0 => {}
        _ if nanos % 1_000_000 == 0 => text.fraction(nanos, 3),
        _ if nanos % 1_000 == 0 => text.fraction(nanos, 6),
        _ => text.fraction(nanos, 9),
    }
    text.push(b'Z');
    text
}

fn split_seconds(nanos_of_day: i64) -> (u32, u32) {
    let part = |value: i64| u32::try_from(value).expect("the time of a day is positive and short");
    (
        part(nanos_of_day / 1_000_000_000),
        part(nanos_of_day % 1_000_000_000),
    )
}

/// `YYYY-MM-DD`
pub(crate) fn date(Date(days): Date) -> Text {
    let mut text = Text::new();
    text.date(days.into());
    text
}

/// `HH:MM:SS`, with as many fraction digits as it takes (PostgreSQL's form).
pub(crate) fn time(Time(micros): Time) -> Text {
    let mut text = Text::new();
    let (seconds, nanos) = split_seconds(micros.rem_euclid(DAY_MICROS) * 1_000);
    text.clock(seconds);
    if nanos != 0 {
        text.fraction(nanos, 6);
        text.trim_end(b'0');
    }
    text
}

/// `value` divided by ten to the `scale`, with all `scale` digits behind the point.
pub(crate) fn decimal(value: i128, scale: u8) -> Text {
    let mut text = Text::new();
    if value < 0 {
        text.push(b'-');
    }
    let unit = power_of_ten(scale).unsigned_abs();
    text.long_digits(value.unsigned_abs() / unit, 1);
    if scale > 0 {
        text.push(b'.');
        text.long_digits(value.unsigned_abs() % unit, scale.into());
    }
    text
}

/// PostgreSQL's text of a REAL: see [`float64`].
pub(crate) fn float32(value: f32) -> Text {
    positional(shortest32(value).as_str(), 6)
}

/// PostgreSQL's text of a DOUBLE: the shortest digits that read back as the value, a whole number
/// without a point, and an exponent of at least two digits below 0.0001 and from 10¹⁵ on.
pub(crate) fn float64(value: f64) -> Text {
    positional(shortest64(value).as_str(), 15)
}

/// The fewest digits that read back as the value whichever way a half is rounded, and of two that
/// are as near the even ones, as `[-]d[.ddd]e[-]dd`.
///
/// What the standard library prints may be the odd ones, and may lie exactly halfway to the next
/// value, and so read back only where halves go to even: `1e23`. Below `$whole`, where values have
/// bits behind the point, such a half has more digits than are ever needed.
macro_rules! shortest {
    ($name:ident, $float:ty, $whole:expr) => {
        fn $name(value: $float) -> Text {
            let reads_back = |text: &Text| text.as_str().parse() == Ok(value);
            let rounded = |digits: usize| {
                let mut text = Text::new();
                write!(text, "{value:.digits$e}").expect("17 digits and an exponent are short");
                text
            };
            let mut shortest = Text::new();
            write!(shortest, "{value:e}").expect("17 digits and an exponent are short");
            let mut digits = digits_behind_point(shortest.as_str());
            let even = rounded(digits);
            let mut text = if reads_back(&even) { even } else { shortest };
            while value.abs() >= $whole && !beside(text.as_str()).iter().all(reads_back) {
                digits += 1;
                text = rounded(digits);
            }
            text
        }
    };
}
shortest!(shortest32, f32, 16_777_216.0);
shortest!(shortest64, f64, 9_007_199_254_740_992.0);

fn digits_behind_point(scientific: &str) -> usize {
    let mantissa = scientific.split('e').next().expect("it has an exponent");
    mantissa
        .split_once('.')
        .map_or(0, |(_, behind)| behind.len())
}

/// What is a tiny bit below and above `[-]d[.ddd]e[-]dd`.
fn beside(scientific: &str) -> [Text; 2] {
    let (mantissa, exponent) = scientific.split_once('e').expect("it has an exponent");
    let point = if mantissa.contains('.') { "" } else { "." };
    let (front, last) = mantissa.split_at(mantissa.len() - 1);
    let last: u8 = last.parse().expect("a digit");
    let mut texts = [Text::new(); 2];
    let [below, above] = &mut texts;
    // a last digit of 0 changes nothing: then the half is as far away as before
    let less = last.saturating_sub(1);
    write!(below, "{front}{less}{point}99999999999999999999e{exponent}").expect("it has room");
    write!(above, "{mantissa}{point}00000000000000000001e{exponent}").expect("it has room");
    texts
}

/// `[-]d[.ddd]e[-]dd` as text with `limit` digits or fewer before the point, or an exponent.
fn positional(scientific: &str, limit: i32) -> Text {
    let (mantissa, exponent) = scientific.split_once('e').expect("it has an exponent");
    let exponent: i32 = exponent.parse().expect("an exponent is a small integer");
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(mantissa) => ("-", mantissa),
        None => ("", mantissa),
    };
    let (first, rest) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut text = Text::new();
    let written = if exponent < -4 || exponent >= limit {
        let point = if rest.is_empty() { "" } else { "." };
        write!(text, "{sign}{first}{point}{rest}e{exponent:+03}")
    } else if exponent < 0 {
        let zeros = &"000"[..(-exponent - 1).unsigned_abs() as usize];
        write!(text, "{sign}0.{zeros}{first}{rest}")
    } else {
        let whole = exponent.unsigned_abs() as usize;
        match rest.split_at_checked(whole) {
            Some((whole, "")) => write!(text, "{sign}{first}{whole}"),
            Some((whole, fraction)) => write!(text, "{sign}{first}{whole}.{fraction}"),
            None => write!(text, "{sign}{first}{rest:0<whole$}"),
        }
    };
    written.expect("it is at most a few characters longer than 17 digits");
    text
}
