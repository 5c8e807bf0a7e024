//! Texts that say something to functions: patterns and templates.

/// Regular expressions that mean the same to both: where several ways to match differ in length,
/// `PostgreSQL` takes the longest.
pub(super) const PATTERNS: &[&str] = &[
    "a", "^.", "[a-z]+", "e$", "[0-9]{2}", "(.)(.)", "\\d+", "[^a-z]", "x[^x]", "ß|ä|é",
];

/// Templates of `to_char`, beside texts that are drawn.
pub(super) const TEMPLATES: &[&str] = &[
    "YYYY-MM-DD HH24:MI:SS.US",
    "Day, DD Month YYYY",
    "FMDay, FMDD. FMMonth Y,YYY, FMHH12:MI am",
    "IYYY-IW-ID IDDD, Q WW W CC",
    "DDDth, MMTH, Dth, HH12th, YYYYth",
    "MON mon Mon DY dy RM|rm |J SSSS A.M. b.c.",
    "\"year\" YYY YY Y IYY IY I FF1 FF4 MS TZ OF",
];

/// The same of numbers.
pub(super) const NUMBER_TEMPLATES: &[&str] = &[
    "999.99",
    "FM999.99",
    "0000",
    "S9,999",
    "9G999D0S",
    "99999MI",
    "FM99990.09PR",
    "SG99",
    "PL9th",
    "L9 9 9",
    "9999999999.999",
    "FM9999999999999999",
    ".99",
    "9PR",
    "\"n: \"9990.0",
];

/// Templates of texts that are read.
pub(super) const INSTANT_TEMPLATES: &[&str] = &[
    "YYYY-MM-DD",
    "YYYY-MM-DD HH24:MI:SS.US",
    "YYYYMMDD",
    "DD Mon YY",
    "MM/DD/YYYY HH12 am",
    "YYYY DDD",
    "YYYY-MM-DD\"T\"HH24:MI:SS",
    "FMYYYY.FMMM",
    "YYY SSSS",
];

/// Formats of `format`. (`PostgreSQL` puts its keywords into quotes for `%I`.)
pub(super) const FORMATS: &[&str] = &[
    "%s",
    "%s-%s",
    "[%10s]",
    "[%-6s]%%",
    "%L",
    "%2$s %1$s",
    "plain",
    "%1$s%1$L%s",
    "%q",
    "%",
];
