//! Functions over topics and places.

use super::Parameter::{Filter, Is};
use super::{BIGINT, BOOLEAN, DOUBLE, Function, Nulls, TEXT};

pub(super) static FUNCTIONS: &[Function] = &[
    Function::new(
        &["haversine"],
        &[Is(DOUBLE), Is(DOUBLE), Is(DOUBLE), Is(DOUBLE)],
        DOUBLE,
    ),
    Function::new(&["topic_level"], &[Is(TEXT), Is(BIGINT)], TEXT).nulls(Nulls::StrictOrMissing),
    Function::new(&["topic_matches"], &[Is(TEXT), Filter], BOOLEAN).fallible(),
];
