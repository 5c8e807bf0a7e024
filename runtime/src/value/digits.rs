//! How the digits of a short decimal number stand, where that is known before they are read.
//!
//! Then a number is read with masks and one division, and nothing of it is looked for.

/// Bytes of a short number.
const MAX_LEN: usize = 8;

/// The form of a number of at most eight bytes, `-?digits(.digits)?`: whether it has a sign, how
/// long it is, and how many digits stand behind its point. Or nothing, where that is not known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digits(u8);

/// How to read the numbers of a form.
#[derive(Clone, Copy)]
struct Reading {
    /// Moves the number's last byte to the word's last one.
    shift: u8,
    /// Digits in front of the point. They move up by one byte, in its place.
    whole: u64,
    /// Digits behind the point, or all of them where there is none.
    fraction: u64,
    /// What the digits are divided by, with the number's sign.
    divisor: f64,
}

const FORMS: usize = 128;

static READINGS: [Reading; FORMS] = readings();

impl Digits {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self(0);

    /// The form of a JSON number; unknown where it is longer, or has an exponent.
    pub fn of(number: &[u8]) -> Self {
        let digits = number.strip_prefix(b"-").unwrap_or(number);
        let (whole, fraction) = match digits.iter().position(|&byte| byte == b'.') {
            Some(point) => (&digits[..point], &digits[point + 1..]),
            None => (digits, &[][..]),
        };
        let plain = whole.iter().chain(fraction).all(u8::is_ascii_digit);
        if number.len() > MAX_LEN || whole.is_empty() || !plain {
            return Self::UNKNOWN;
        }
        let form = form(digits.len() < number.len(), number.len(), fraction.len());
        Self(u8::try_from(form).expect("forms are few"))
    }

    /// Whether it is known.
    #[inline(always)]
    pub fn are_known(self) -> bool {
        self.0 != 0
    }

    /// The number of this form whose text starts `word`, in memory's order. Its digits make an
    /// integer that a double holds, so that the division's rounding is the only one.
    #[inline(always)]
    pub fn float64(self, word: u64) -> f64 {
        let reading = &READINGS[usize::from(self.0) % FORMS];
        let word = word.wrapping_shl(u32::from(reading.shift));
        let digits = (word & reading.whole) << 8 | word & reading.fraction;
        let integer = super::number::eight_digits(digits).cast_signed();
        #[expect(clippy::cast_precision_loss, reason = "at most eight digits")]
        let integer = integer as f64;
        integer / reading.divisor
    }
}

/// The number of a form, from 1 on.
const fn form(negative: bool, len: usize, fraction: usize) -> usize {
    ((len - 1) * MAX_LEN + fraction) * 2 + negative as usize + 1
}

const fn readings() -> [Reading; FORMS] {
    const UNKNOWN: Reading = Reading {
        shift: 0,
        whole: 0,
        fraction: 0,
        divisor: 1.0,
    };
    let mut readings = [UNKNOWN; FORMS];
    let mut len = 1;
    while len <= MAX_LEN {
        let mut fraction = 0;
        while fraction + 1 < len {
            readings[form(false, len, fraction)] = reading(false, len, fraction);
            if fraction + 2 < len || fraction == 0 {
                readings[form(true, len, fraction)] = reading(true, len, fraction);
            }
            fraction += 1;
        }
        readings[form(false, len, 0)] = reading(false, len, 0);
        len += 1;
    }
    readings
}

#[expect(clippy::cast_possible_truncation, reason = "at most 56")]
const fn reading(negative: bool, len: usize, fraction: usize) -> Reading {
    const DIGITS: u64 = u64::from_le_bytes([0x0f; MAX_LEN]);
    let shift = 8 * (MAX_LEN - len);
    // from the first digit on
    let digits = DIGITS << (shift + 8 * negative as usize);
    let behind_point = match fraction {
        0 => digits,
        _ => DIGITS << (8 * (MAX_LEN - fraction)),
    };
    let before_point = match fraction {
        0 => 0,
        _ => digits & u64::MAX >> (8 * (fraction + 1)),
    };
    let mut divisor = if negative { -1.0 } else { 1.0 };
    let mut power = 0;
    while power < fraction {
        divisor *= 10.0;
        power += 1;
    }
    Reading {
        shift: shift as u8,
        whole: before_point,
        fraction: behind_point,
        divisor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(number: &str, behind: u8) -> u64 {
        let mut bytes = [behind; MAX_LEN];
        bytes[..number.len()].copy_from_slice(number.as_bytes());
        u64::from_le_bytes(bytes)
    }

    /// Numbers of every form, whatever stands behind them.
    #[test]
    fn every_form() {
        for len in 1..=MAX_LEN {
            for sign in ["", "-"] {
                for point in 0..len {
                    for digit in ["0", "1", "5", "9", "13", "907"] {
                        let digits: String = digit.chars().cycle().take(len).collect();
                        let mut number = format!("{sign}{digits}");
                        if point > 0 {
                            number.replace_range(sign.len() + point..=sign.len() + point, ".");
                        }
                        check(&number[..number.len().min(MAX_LEN)]);
                    }
                }
            }
        }
    }

    fn check(number: &str) {
        let Ok(expected) = number.parse::<f64>() else {
            return;
        };
        let digits = Digits::of(number.as_bytes());
        if number.ends_with('.') {
            return;
        }
        assert!(digits.are_known(), "{number}");
        for behind in [0, b'0', b'.', b',', 0xff] {
            let value = digits.float64(word(number, behind));
            assert_eq!(value.to_bits(), expected.to_bits(), "{number}");
        }
    }

    #[test]
    fn other_forms() {
        for number in [
            "1e5",
            "1E5",
            "123456789",
            "-1.5e-3",
            "12345.678",
            "",
            "-",
            ".5",
            "0x1",
        ] {
            assert!(!Digits::of(number.as_bytes()).are_known(), "{number}");
        }
    }
}
