//! Functions over regular expressions.

use super::Parameter::{self, Flags, Is, Pattern};
use super::{BIGINT, BOOLEAN, Constant, Function, INT, Nulls, TEXT};

/// From the first character on, the first match.
const FIRST: Constant = Constant::Integer(1);
/// The whole match, or its start.
const WHOLE: Constant = Constant::Integer(0);
const NO_FLAGS: Constant = Constant::Text("");

const IN_PLACES: &[Parameter] = &[Is(TEXT), Pattern, Is(BIGINT), Is(BIGINT), Flags, Is(BIGINT)];

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        &["regexp_count"],
        &[Is(TEXT), Pattern, Is(BIGINT), Flags],
        INT,
    )
    .fallible()
    .defaults(&[FIRST, NO_FLAGS]),
    Function::new(
        &["regexp_instr"],
        &[
            Is(TEXT),
            Pattern,
            Is(BIGINT),
            Is(BIGINT),
            Is(BIGINT),
            Flags,
            Is(BIGINT),
        ],
        INT,
    )
    .fallible()
    .defaults(&[FIRST, FIRST, WHOLE, NO_FLAGS, WHOLE]),
    Function::new(&["regexp_like"], &[Is(TEXT), Pattern, Flags], BOOLEAN).defaults(&[NO_FLAGS]),
    Function::new(
        &["regexp_replace"],
        &[Is(TEXT), Pattern, Is(TEXT), Flags],
        TEXT,
    )
    .in_arena()
    .fallible()
    .defaults(&[NO_FLAGS]),
    Function::new(
        &["regexp_replace"],
        &[Is(TEXT), Pattern, Is(TEXT), Is(BIGINT), Is(BIGINT), Flags],
        TEXT,
    )
    .by("regexp_replace_from")
    .in_arena()
    .fallible()
    .defaults(&[FIRST, NO_FLAGS]),
    Function::new(&["regexp_substr"], IN_PLACES, TEXT)
        .fallible()
        .nulls(Nulls::StrictOrMissing)
        .defaults(&[FIRST, FIRST, NO_FLAGS, WHOLE]),
    Function::new(&["substring"], &[Is(TEXT), Pattern], TEXT)
        .by("substring_matching")
        .nulls(Nulls::StrictOrMissing),
];
