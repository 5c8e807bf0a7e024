//! What SQL makes of Avro's numbers: dates, times and decimals, and floats that are finite.

use super::Reader;
use crate::error::Reason;
use crate::value::calendar::{FIRST_DAY, LAST_DAY};
use crate::value::number::power_of_ten;
use crate::value::time::{DAY_MICROS, in_calendar};
use crate::value::{Date, Decimal, Time, Timestamp, TimestampNanos};

/// Logical types. Each errs as the type below it does, and with [`Reason::OutOfRange`] where the
/// value is beyond what the type of SQL takes.
impl<'m> Reader<'m> {
    /// `float`: REAL, which has no NaN and no infinity.
    #[inline]
    pub fn float(&mut self) -> Result<f32, Reason> {
        self.converted(Self::any_float, |value| value.is_finite().then_some(value))
    }

    /// `double`: DOUBLE, which has no NaN and no infinity.
    #[inline]
    pub fn double(&mut self) -> Result<f64, Reason> {
        self.converted(Self::any_double, |value| value.is_finite().then_some(value))
    }

    /// `date`, an `int`: days since 1970-01-01, in the years 1 to 9999.
    #[inline]
    pub fn date(&mut self) -> Result<Date, Reason> {
        self.converted(Self::int, |days| {
            let exists = (FIRST_DAY..=LAST_DAY).contains(&i64::from(days));
            exists.then_some(Date(days))
        })
    }

    /// `time-millis`, an `int`: milliseconds since midnight.
    #[inline]
    pub fn time_millis(&mut self) -> Result<Time, Reason> {
        self.converted(Self::int, |millis| time_of_day(i64::from(millis) * 1_000))
    }

    /// `time-micros`, a `long`: microseconds since midnight.
    #[inline]
    pub fn time_micros(&mut self) -> Result<Time, Reason> {
        self.converted(Self::long, time_of_day)
    }

    /// `timestamp-millis` and `local-timestamp-millis`, a `long`: milliseconds since
    /// 1970-01-01T00:00:00Z, in the years 1 to 9999. A local one is taken as UTC.
    #[inline]
    pub fn timestamp_millis(&mut self) -> Result<Timestamp, Reason> {
        self.converted(Self::long, |millis| {
            in_calendar(millis.checked_mul(1_000)?).ok()
        })
    }

    /// `timestamp-micros` and `local-timestamp-micros`, a `long`: likewise in microseconds.
    #[inline]
    pub fn timestamp_micros(&mut self) -> Result<Timestamp, Reason> {
        self.converted(Self::long, |micros| in_calendar(micros).ok())
    }

    /// `timestamp-nanos` and `local-timestamp-nanos`, a `long`: likewise in nanoseconds, and all
    /// that there are.
    #[inline]
    pub fn timestamp_nanos(&mut self) -> Result<TimestampNanos, Reason> {
        self.long().map(TimestampNanos)
    }

    /// `decimal` of `bytes`: DECIMAL(`precision`, `SCALE`), whose scale is the schema's.
    #[inline]
    pub fn decimal<const SCALE: u8>(&mut self, precision: u8) -> Result<Decimal<SCALE>, Reason> {
        self.converted(Self::bytes, |unscaled| {
            within(precision, unscaled).map(Decimal)
        })
    }

    /// `decimal` of a `fixed` of `size` bytes.
    #[inline]
    pub fn fixed_decimal<const SCALE: u8>(
        &mut self,
        size: usize,
        precision: u8,
    ) -> Result<Decimal<SCALE>, Reason> {
        self.converted(
            |reader| reader.fixed(size),
            |unscaled| within(precision, unscaled).map(Decimal),
        )
    }

    /// `uuid` of a `fixed` of 16 bytes, as text: five groups of lower-case hexadecimal digits.
    pub fn fixed_uuid(&mut self) -> Result<&'m str, Reason> {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        const GROUPS: [usize; 4] = [8, 13, 18, 23];
        let bytes = self.fixed(16)?;
        let text = self.arena.alloc_slice_fill_copy(36, b'-');
        let places = (0..text.len()).filter(|at| !GROUPS.contains(at));
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        for (at, digit) in places.zip(digits) {
            text[at] = HEX[usize::from(digit)];
        }
        Ok(std::str::from_utf8(text).expect("hexadecimal digits are ASCII"))
    }

    /// What `convert` makes of the value that `read` finds.
    #[inline]
    pub(super) fn converted<V, T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<V, Reason>,
        convert: impl FnOnce(V) -> Option<T>,
    ) -> Result<T, Reason> {
        self.whole(|reader| convert(read(reader)?).ok_or(Reason::OutOfRange))
    }
}

fn time_of_day(micros: i64) -> Option<Time> {
    (0..DAY_MICROS).contains(&micros).then_some(Time(micros))
}

/// The integer that `bytes` are (two's complement, highest byte first; zero of none), if it has
/// no more than `precision` digits, of 38 at most.
pub(super) fn within(precision: u8, bytes: &[u8]) -> Option<i128> {
    let sign = match bytes.first() {
        Some(first) if first & 0x80 != 0 => 0xff,
        Some(_) | None => 0,
    };
    let (front, low) = bytes.split_at(bytes.len().saturating_sub(size_of::<i128>()));
    let mut all = [sign; size_of::<i128>()];
    let start = all.len() - low.len();
    all[start..].copy_from_slice(low);
    let value = i128::from_be_bytes(all);
    // what stands in front of the lowest bytes is their sign once more, or the value is larger
    let fits = front.iter().all(|&byte| byte == sign) && (value < 0) == (sign != 0);
    (fits && value.unsigned_abs() < power_of_ten(precision).unsigned_abs()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bumpalo::Bump;

    #[test]
    fn decimals() {
        let cases: [(u8, &[u8], Option<i128>); 16] = [
            (4, &[], Some(0)),
            (4, &[0], Some(0)),
            (4, &[0xff], Some(-1)),
            (4, &[0x7f], Some(127)),
            (4, &[0x80], Some(-128)),
            (4, &[0x27, 0x0f], Some(9_999)),
            (4, &[0x27, 0x10], None),
            (4, &[0xd8, 0xf1], Some(-9_999)),
            (4, &[0xd8, 0xf0], None),
            (
                4,
                &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
                Some(7),
            ),
            (
                4,
                &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7],
                None,
            ),
            (4, &[0xff; 40], Some(-1)),
            // the sign is not that of the lowest 16 bytes
            (
                38,
                &[
                    0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                    0xff, 0xff, 0xff, 0xff,
                ],
                None,
            ),
            (
                38,
                &[0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                None,
            ),
            (
                38,
                &[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
                None,
            ),
            (
                38,
                &(10_i128.pow(38) - 1).to_be_bytes(),
                Some(10_i128.pow(38) - 1),
            ),
        ];
        for (precision, bytes, expected) in cases {
            assert_eq!(within(precision, bytes), expected, "{bytes:?}");
        }
    }

    /// What `read` makes of the `long`, and that the reader stays in front of one that it refuses.
    fn of_long<'m, T>(
        value: i64,
        arena: &'m Bump,
        read: impl FnOnce(&mut Reader<'m>) -> Result<T, Reason>,
    ) -> Result<T, Reason> {
        let mut bytes = Vec::new();
        let mut rest = (value << 1 ^ value >> 63).cast_unsigned();
        while rest >= 0x80 {
            bytes.push(u8::try_from(rest & 0x7f).expect("seven bits") | 0x80);
            rest >>= 7;
        }
        bytes.push(u8::try_from(rest).expect("seven bits"));
        let mut reader = Reader::new(arena.alloc_slice_copy(&bytes), arena);
        let read = read(&mut reader);
        assert_eq!(reader.at_end(), read.is_ok());
        assert_eq!(reader.position() == 0, read.is_err());
        read
    }

    #[test]
    fn times_within_the_calendar() {
        let arena = Bump::new();
        let out = Err(Reason::OutOfRange);
        for (days, ok) in [(FIRST_DAY, true), (LAST_DAY, true), (0, true)]
            .into_iter()
            .chain([(FIRST_DAY - 1, false), (LAST_DAY + 1, false)])
        {
            let expected = if ok {
                Ok(Date(i32::try_from(days).expect("it is an int")))
            } else {
                Err(Reason::OutOfRange)
            };
            assert_eq!(of_long(days, &arena, Reader::date), expected);
        }
        assert_eq!(of_long(1 << 31, &arena, Reader::date), Err(Reason::Avro));
        let last = 86_399_999;
        assert_eq!(
            of_long(last, &arena, Reader::time_millis),
            Ok(Time(last * 1_000))
        );
        assert_eq!(of_long(last + 1, &arena, Reader::time_millis), out);
        assert_eq!(of_long(-1, &arena, Reader::time_millis), out);
        let last = DAY_MICROS - 1;
        assert_eq!(of_long(last, &arena, Reader::time_micros), Ok(Time(last)));
        assert_eq!(of_long(last + 1, &arena, Reader::time_micros), out);
        assert_eq!(of_long(-1, &arena, Reader::time_micros), out);
    }

    #[test]
    fn instants_within_the_calendar() {
        let arena = Bump::new();
        let out = Err(Reason::OutOfRange);
        let first = FIRST_DAY * 86_400_000;
        let end = (LAST_DAY + 1) * 86_400_000;
        for (millis, ok) in [
            (first, true),
            (-1, true),
            (end - 1, true),
            (first - 1, false),
            (end, false),
            (i64::MAX, false),
            (i64::MIN, false),
        ] {
            let found = of_long(millis, &arena, Reader::timestamp_millis);
            let expected = if ok {
                Ok(Timestamp(millis * 1_000))
            } else {
                out
            };
            assert_eq!(found, expected, "{millis}");
        }
        let micros = end * 1_000 - 1;
        let found = of_long(micros, &arena, Reader::timestamp_micros);
        assert_eq!(found, Ok(Timestamp(micros)));
        assert_eq!(of_long(micros + 1, &arena, Reader::timestamp_micros), out);
        let found = of_long(i64::MIN, &arena, Reader::timestamp_nanos);
        assert_eq!(found, Ok(TimestampNanos(i64::MIN)));
    }

    #[test]
    fn floats_are_finite() {
        let arena = Bump::new();
        let double = |value: f64| {
            let bytes = value.to_le_bytes();
            let mut reader = Reader::new(&bytes, &arena);
            reader.double().map(f64::to_bits)
        };
        assert_eq!(double(-1.5), Ok((-1.5_f64).to_bits()));
        assert_eq!(double(-0.0), Ok((-0.0_f64).to_bits()));
        assert_eq!(double(f64::NAN), Err(Reason::OutOfRange));
        assert_eq!(double(f64::NEG_INFINITY), Err(Reason::OutOfRange));
        let float = |value: f32| {
            let bytes = value.to_le_bytes();
            let mut reader = Reader::new(&bytes, &arena);
            reader.float().map(f32::to_bits)
        };
        assert_eq!(float(0.1), Ok(0.1_f32.to_bits()));
        assert_eq!(float(f32::INFINITY), Err(Reason::OutOfRange));
    }

    #[test]
    fn uuids() {
        let arena = Bump::new();
        let bytes: Vec<u8> = (0x07..0x17).collect();
        let mut reader = Reader::new(&bytes, &arena);
        assert_eq!(
            reader.fixed_uuid(),
            Ok("0708090a-0b0c-0d0e-0f10-111213141516")
        );
        assert_eq!(reader.fixed_uuid(), Err(Reason::Avro));
    }
}
