//! The greatest and the least of several values. Of equal ones it is the first.

/// `greatest(…)` of values of which none is NULL.
pub fn greatest<T: PartialOrd, const N: usize>(values: [T; N]) -> T {
    extreme(values.into_iter(), |value, best| value > best).expect("there is an argument")
}

/// `greatest(…)`, past NULLs.
pub fn greatest_or_null<T: PartialOrd, const N: usize>(values: [Option<T>; N]) -> Option<T> {
    extreme(values.into_iter().flatten(), |value, best| value > best)
}

/// `least(…)` of values of which none is NULL.
pub fn least<T: PartialOrd, const N: usize>(values: [T; N]) -> T {
    extreme(values.into_iter(), |value, best| value < best).expect("there is an argument")
}

/// `least(…)`, past NULLs.
pub fn least_or_null<T: PartialOrd, const N: usize>(values: [Option<T>; N]) -> Option<T> {
    extreme(values.into_iter().flatten(), |value, best| value < best)
}

fn extreme<T>(values: impl Iterator<Item = T>, is_better: impl Fn(&T, &T) -> bool) -> Option<T> {
    values.reduce(|best, value| {
        if is_better(&value, &best) {
            value
        } else {
            best
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nulls_are_passed_over() {
        assert_eq!(greatest([3, 7, 5]), 7);
        assert_eq!(least_or_null([Some(2.5), Some(-1.0), None]), Some(-1.0));
        assert_eq!(greatest_or_null([None, Some("a"), Some("b")]), Some("b"));
        assert_eq!(least_or_null([Some(3), None, Some(1)]), Some(1));
        assert_eq!(least_or_null::<i32, 2>([None, None]), None);
    }

    #[test]
    fn the_first_of_equal_values_stays() {
        assert!(greatest([-0.0_f64, 0.0]).is_sign_negative());
        assert!(least([0.0_f64, -0.0]).is_sign_positive());
    }
}
