//! The proleptic Gregorian calendar: days since 1970-01-01 to years, months and days, and back.
//!
//! Both ways count in eras of 400 years (146,097 days) that start on the first of March, so that
//! a leap day is the last day of its year and month lengths follow one linear formula.

const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i64 = 719_468;

/// Seconds in a day.
pub(crate) const DAY: i64 = 86_400;
/// 0001-01-01, in days since 1970-01-01.
pub(crate) const FIRST_DAY: i64 = -719_162;
/// 9999-12-31, in days since 1970-01-01.
pub(crate) const LAST_DAY: i64 = 2_932_896;

/// A day of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    /// 1 to 12
    pub(crate) month: u32,
    /// 1 to 31
    pub(crate) day: u32,
}

impl Civil {
    /// Days since 1970-01-01, or None where the calendar has no such day. Any year goes.
    pub(crate) fn days(self) -> Option<i64> {
        let exists = self.day >= 1 && self.day <= days_in_month(self.year, self.month)?;
        if !exists {
            return None;
        }
        let year = if self.month <= 2 {
            self.year - 1
        } else {
            self.year
        };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = i64::from((self.month + 9) % 12);
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Some(era * DAYS_PER_ERA + day_of_era - EPOCH)
    }

    /// The day that is `days` after 1970-01-01.
    pub(crate) fn from_days(days: i64) -> Self {
        let days = days + EPOCH;
        let era = days.div_euclid(DAYS_PER_ERA);
        let day_of_era = days.rem_euclid(DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let month = if month_from_march < 10 {
            month_from_march + 3
        } else {
            month_from_march - 9
        };
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        Self {
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month: small(month),
            day: small(day),
        }
    }
}

/// None where there is no such month.
pub(crate) fn days_in_month(year: i64, month: u32) -> Option<u32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if leap { 29 } else { 28 }),
        _ => None,
    }
}

fn small(number: i64) -> u32 {
    u32::try_from(number).expect("a month or day is a small positive number")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Walks the whole range day by day with the rules of the calendar.
    #[test]
    fn every_day_from_year_1_to_9999() {
        let mut today = Civil {
            year: 1,
            month: 1,
            day: 1,
        };
        for days in FIRST_DAY..=LAST_DAY {
            assert_eq!(Civil::from_days(days), today);
            assert_eq!(today.days(), Some(days));
            today.day += 1;
            if today.days().is_none() {
                today.day = 1;
                today.month += 1;
            }
            if today.month == 13 {
                today.month = 1;
                today.year += 1;
            }
        }
        assert_eq!(today.year, 10_000);
    }

    #[test]
    fn days_that_do_not_exist() {
        for (year, month, day) in [
            (2023, 2, 29),
            (1900, 2, 29),
            (2000, 2, 30),
            (2024, 4, 31),
            (2024, 0, 1),
            (2024, 13, 1),
            (2024, 1, 0),
            (2024, 1, 32),
        ] {
            assert_eq!(
                Civil { year, month, day }.days(),
                None,
                "{year}-{month}-{day}"
            );
        }
        let leap = Civil {
            year: 2000,
            month: 2,
            day: 29,
        };
        assert_eq!(leap.days(), Some(11_016));
    }
}
