//! Magnitudes of 256 bits: what stands between two DECIMALs and their result.

/// A number below 2²⁵⁶.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    high: u128,
    low: u128,
}

impl From<u128> for Wide {
    fn from(low: u128) -> Self {
        Self { high: 0, low }
    }
}

impl Wide {
    /// `a * b`, by halves as on paper.
    pub(super) fn product(a: u128, b: u128) -> Self {
        const HALF: u128 = (1 << 64) - 1;
        let ((a1, a0), (b1, b0)) = ((a >> 64, a & HALF), (b >> 64, b & HALF));
        let (lowest, highest) = (a0 * b0, a1 * b1);
        let (left, right) = (a1 * b0, a0 * b1);
        let middle = (lowest >> 64) + (left & HALF) + (right & HALF);
        Self {
            high: highest + (left >> 64) + (right >> 64) + (middle >> 64),
            low: middle << 64 | lowest & HALF,
        }
    }

    /// `self * factor`, if that is below 2²⁵⁶.
    pub(super) fn times(self, factor: u128) -> Option<Self> {
        let low = Self::product(self.low, factor);
        let high = low.high.checked_add(self.high.checked_mul(factor)?)?;
        Some(Self { high, ..low })
    }

    /// `self + other`, which must be below 2²⁵⁶.
    pub(super) fn plus(self, other: Self) -> Self {
        let (low, carry) = self.low.overflowing_add(other.low);
        Self {
            high: self.high + other.high + u128::from(carry),
            low,
        }
    }

    /// `self - other`, which must not be below zero.
    pub(super) fn minus(self, other: Self) -> Self {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Self {
            high: self.high - other.high - u128::from(borrow),
            low,
        }
    }

    /// Quotient and remainder by `divisor`, which is not zero and below 2¹²⁷.
    pub(super) fn divide(self, divisor: u128) -> (Self, u128) {
        if self.high == 0 {
            return ((self.low / divisor).into(), self.low % divisor);
        }
        let high = self.high / divisor;
        let (mut low, mut remainder) = (0, self.high % divisor);
        // bit by bit: the remainder stays below the divisor, so that twice it fits
        for bit in (0..128).rev() {
            remainder = remainder << 1 | self.low >> bit & 1;
            low <<= 1;
            if remainder >= divisor {
                remainder -= divisor;
                low |= 1;
            }
        }
        (Self { high, low }, remainder)
    }

    /// `self / divisor`, rounded half up.
    pub(super) fn divide_rounded(self, divisor: u128) -> Self {
        let (quotient, remainder) = self.divide(divisor);
        let up = remainder >= divisor - remainder;
        quotient.plus(u128::from(up).into())
    }

    /// The number itself, below 2¹²⁸.
    pub(super) fn narrow(self) -> Option<u128> {
        (self.high == 0).then_some(self.low)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A few numbers of every size, the limits among them.
    fn numbers() -> impl Iterator<Item = u128> + Clone {
        let mut state = 1_u128;
        (0..200).map(move |index| {
            state = state
                .wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645)
                .wrapping_add(index);
            match index {
                0 => 0,
                1 => 1,
                2 => u128::MAX,
                3 => 1 << 64,
                4 => (1 << 64) - 1,
                _ => state >> (index % 128),
            }
        })
    }

    #[test]
    fn products_divide_again() {
        for a in numbers() {
            for b in numbers().filter(|&b| b != 0 && b < 1 << 127) {
                let (product, rest) = (Wide::product(a, b), b - 1);
                assert_eq!(product, Wide::product(b, a));
                let sum = product.plus(rest.into());
                assert_eq!(sum.divide(b), (a.into(), rest), "{a} * {b}");
                assert_eq!(sum.minus(rest.into()), product);
                let rounded = sum.divide_rounded(b);
                let expected = if rest * 2 >= b {
                    Wide::from(a).plus(1.into())
                } else {
                    a.into()
                };
                assert_eq!(rounded, expected, "{a} * {b}");
                match a.checked_mul(b) {
                    Some(narrow) => assert_eq!(product.narrow(), Some(narrow)),
                    None => assert_eq!(product.narrow(), None),
                }
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let largest = Wide::product(u128::MAX, u128::MAX);
        assert_eq!(largest.times(2), None);
        assert_eq!(Wide::from(u128::MAX).times(u128::MAX), Some(largest));
        assert_eq!(Wide::from(3).times(4), Some(12.into()));
    }
}
