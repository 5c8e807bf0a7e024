//! Shifts of integers. (`&`, `|` and `#` are Rust's own operators.)

/// Integers whose bits can be shifted.
pub trait Shift: Sized {
    /// `self << count`
    #[must_use]
    fn left(self, count: i32) -> Self;
    /// `self >> count`; the sign fills up from the left.
    #[must_use]
    fn right(self, count: i32) -> Self;
}

/// `value << count`. A count counts modulo the width, but at least 32, so that a SMALLINT can be
/// shifted to zero: what PostgreSQL's processors make of it.
#[inline]
pub fn shift_left<T: Shift>(value: T, count: i32) -> T {
    value.left(count)
}

/// `value >> count`: see [`shift_left`].
#[inline]
pub fn shift_right<T: Shift>(value: T, count: i32) -> T {
    value.right(count)
}

macro_rules! shift {
    ($($integer:ty as $wide:ty,)*) => { $(
        impl Shift for $integer {
            #[inline]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_lossless,
                reason = "bits beyond the width are dropped"
            )]
            fn left(self, count: i32) -> Self {
                (self as $wide).wrapping_shl(count.cast_unsigned()) as Self
            }

            #[inline]
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_lossless,
                reason = "the value does not grow"
            )]
            fn right(self, count: i32) -> Self {
                (self as $wide).wrapping_shr(count.cast_unsigned()) as Self
            }
        }
    )* };
}
shift!(
    i8 as i32, i16 as i32, i32 as i32, i64 as i64, u8 as u32, u16 as u32, u32 as u32, u64 as u64,
);

#[cfg(test)]
mod tests {
    use super::*;

    /// As PostgreSQL 15 on x86-64 gives them.
    #[test]
    fn counts_wrap_at_the_width() {
        assert_eq!(shift_left(1_i32, 33), 2);
        assert_eq!(shift_left(1_i32, -1), i32::MIN);
        assert_eq!(shift_left(1_i16, 17), 0);
        assert_eq!(shift_left(1_i16, 33), 2);
        assert_eq!(shift_left(1_i64, 64), 1);
        assert_eq!(shift_right(-8_i32, 1), -4);
        assert_eq!(shift_right(-8_i32, 40), -1);
        assert_eq!(shift_right(-1_i16, 20), -1);
        assert_eq!(shift_right(200_u8, 3), 25);
        assert_eq!(shift_left(200_u8, 1), 144);
    }
}
