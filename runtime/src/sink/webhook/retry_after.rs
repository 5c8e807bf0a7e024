//! `Retry-After` (RFC 9110, §10.2.3): seconds, or a date.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How long a server asks to be left alone.
pub(super) fn wait(text: &str) -> Option<Duration> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    wait_at(text, now.as_secs())
}

/// The same at a time in seconds since 1970.
fn wait_at(text: &str, now: u64) -> Option<Duration> {
    let text = text.trim();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = if is_number {
        text.parse().unwrap_or(u64::MAX)
    } else {
        date(text, now)?.saturating_sub(now)
    };
    Some(Duration::from_secs(seconds))
}

/// Seconds since 1970 of a date in one of the three forms (RFC 9110, §5.6.7):
/// `Sun, 06 Nov 1994 08:49:37 GMT`, and of old `Sunday, 06-Nov-94 08:49:37 GMT` and
/// `Sun Nov  6 08:49:37 1994`. Where a year has two digits it is at most 50 years after `now`.
fn date(text: &str, now: u64) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let parts: Vec<&str> = text
        .split([' ', '-'])
        .filter(|part| !part.is_empty())
        .collect();
    let (day, month, year, time) = match parts.as_slice() {
        [weekday, day, month, year, time, "GMT"] if weekday.ends_with(',') => {
            (day, month, year, time)
        }
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| name == month)?;
    let clock: Vec<&str> = time.split(':').collect();
    let [hour, minute, second] = clock.as_slice() else {
        return None;
    };
    let number = |text: &str, most: u64| text.parse::<u64>().ok().filter(|&n| n <= most);
    let (day, mut year) = (number(day, 31)?, number(year, 9999)?);
    if year < 100 {
        // a year has 365.2425 days
        let this_year = 1970 + now / 31_556_952;
        year += this_year - this_year % 100;
        year -= if year > this_year + 50 { 100 } else { 0 };
    }
    let days = days_before(year.checked_sub(1970)? + 1970, month)? + day.checked_sub(1)?;
    let time = number(hour, 23)? * 3600 + number(minute, 59)? * 60 + number(second, 60)?;
    Some(days * 86_400 + time)
}

/// Days from 1970 to the first of a month (from 0) of a year of the Gregorian calendar.
fn days_before(year: u64, month: usize) -> Option<u64> {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let leap_days = |year: u64| year / 4 - year / 100 + year / 400;
    let before = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let this = u64::from(month > 1 && leap(year));
    Some(before + BEFORE.get(month)? + this)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        let cases = [
            ("120", 0, Some(120)),
            (" 0 ", 0, Some(0)),
            ("99999999999999999999999", 0, Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777 - 5, Some(5)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777 + 5, Some(0)),
            ("Thu, 29 Feb 2024 00:00:00 GMT", 0, Some(1_709_164_800)),
            ("Fri, 01 Mar 2024 00:00:00 GMT", 0, Some(1_709_251_200)),
            ("Thu, 01 Jan 1970 00:00:10 GMT", 0, Some(10)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777 - 5, Some(5)),
            ("Sun Nov  6 08:49:37 1994", 784_111_777 - 5, Some(5)),
            ("Sunday, 22-Nov-26 10:15:30 GMT", 1_795_342_530 - 7, Some(7)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", 1_795_342_530, Some(0)),
            ("", 0, None),
            ("-1", 0, None),
            ("soon", 0, None),
            ("Sun, 06 Nov 1994 08:49:37", 0, None),
            ("Sun, 06 Foo 1994 08:49:37 GMT", 0, None),
            ("Sun, 06 Nov 1894 08:49:37 GMT", 0, None),
            ("06 Nov 1994 08:49:37 GMT", 0, None),
            ("Sun Nov  6 08:49:37 GMT", 0, None),
            (", - GMT", 0, None),
            ("Sun, 06 Nov 1994 24:49:37 GMT", 0, None),
        ];
        for (text, now, expected) in cases {
            let wait = wait_at(text, now).map(|wait| wait.as_secs());
            assert_eq!(wait, expected, "{text}");
        }
    }
}
