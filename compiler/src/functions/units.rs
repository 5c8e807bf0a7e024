//! The words for parts and lengths of time, by what takes them together.

/// Words, each with its variant.
type List = &'static [(&'static str, &'static str)];

/// Days and what is made of them, but weeks.
pub(super) const DATE_PARTS: List = &[
    ("c", "Century"),
    ("cent", "Century"),
    ("centuries", "Century"),
    ("century", "Century"),
    ("d", "Day"),
    ("day", "Day"),
    ("days", "Day"),
    ("dec", "Decade"),
    ("decade", "Decade"),
    ("decades", "Decade"),
    ("decs", "Decade"),
    ("mil", "Millennium"),
    ("millennia", "Millennium"),
    ("millennium", "Millennium"),
    ("mils", "Millennium"),
    ("mon", "Month"),
    ("mons", "Month"),
    ("month", "Month"),
    ("months", "Month"),
    ("qtr", "Quarter"),
    ("quarter", "Quarter"),
    ("y", "Year"),
    ("year", "Year"),
    ("years", "Year"),
    ("yr", "Year"),
    ("yrs", "Year"),
];

/// Where a day stands in its week and year, and the year that its week belongs to.
pub(super) const DAYS_OF_WEEK_AND_YEAR: List = &[
    ("dow", "Dow"),
    ("doy", "Doy"),
    ("isodow", "IsoDow"),
    ("isoyear", "IsoYear"),
];

/// Seconds since 1970, or of a length of time.
pub(super) const EPOCH: List = &[("epoch", "Epoch")];

/// What is counted in whole numbers within a day.
pub(super) const CLOCK_PARTS: List = &[
    ("h", "Hour"),
    ("hour", "Hour"),
    ("hours", "Hour"),
    ("hr", "Hour"),
    ("hrs", "Hour"),
    ("m", "Minute"),
    ("microsecond", "Microseconds"),
    ("microseconds", "Microseconds"),
    ("min", "Minute"),
    ("mins", "Minute"),
    ("minute", "Minute"),
    ("minutes", "Minute"),
    ("us", "Microseconds"),
    ("usec", "Microseconds"),
    ("usecs", "Microseconds"),
];

/// Days since 4714 BC.
pub(super) const JULIAN_DAY: List = &[("j", "Julian"), ("jd", "Julian"), ("julian", "Julian")];

/// Seconds of a minute, in thousandths.
pub(super) const MILLISECONDS: List = &[
    ("millisecond", "Milliseconds"),
    ("milliseconds", "Milliseconds"),
    ("ms", "Milliseconds"),
    ("msec", "Milliseconds"),
    ("msecs", "Milliseconds"),
];

/// Seconds of a minute.
pub(super) const SECONDS: List = &[
    ("s", "Second"),
    ("sec", "Second"),
    ("second", "Second"),
    ("seconds", "Second"),
    ("secs", "Second"),
];

/// Weeks.
pub(super) const WEEKS: List = &[("w", "Week"), ("week", "Week"), ("weeks", "Week")];
