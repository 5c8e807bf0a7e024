//! What arguments must be, beyond their types: with any other, the function is an error of the row.

/// The values that an argument may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Domain {
    /// Zero and more.
    NotNegative,
    /// More than zero; of INTERVALs those that have no months, too.
    Positive,
    /// All but zero.
    NotZero,
    /// From the one to the other, both among them.
    Within(i64, i64),
}

/// A function by its first name, the index of an argument, and what that must be.
pub static DOMAINS: &[(&str, usize, Domain)] = &[
    ("acos", 0, Domain::Within(-1, 1)),
    ("acosh", 0, Domain::Within(1, i64::MAX)),
    ("asin", 0, Domain::Within(-1, 1)),
    ("atanh", 0, Domain::Within(-1, 1)),
    ("chr", 0, Domain::Within(1, 0x0010_ffff)),
    ("date_bin", 0, Domain::Positive),
    ("div", 1, Domain::NotZero),
    ("get_byte", 1, Domain::NotNegative),
    ("ln", 0, Domain::Positive),
    ("log", 0, Domain::Positive),
    ("log", 1, Domain::Positive),
    ("log10", 0, Domain::Positive),
    ("log2", 0, Domain::Positive),
    ("make_date", 1, Domain::Within(1, 12)),
    ("make_date", 2, Domain::Within(1, 31)),
    ("make_time", 0, Domain::Within(0, 24)),
    ("make_time", 1, Domain::Within(0, 59)),
    ("make_time", 2, Domain::Within(0, 60)),
    ("split_part", 2, Domain::NotZero),
    ("sqrt", 0, Domain::NotNegative),
    ("substring", 2, Domain::NotNegative),
    ("width_bucket", 3, Domain::Positive),
];
