//! Sets of values of one type, none of them NULL: disjoint ranges in order.
//!
//! Of types whose values can be counted an open end is written as the next value, so that a range
//! between two neighbours is known to be empty. Everything else may be taken for larger than it
//! is, never for smaller.

use crate::bind::constant::compare;
use crate::ir::logical::{CompareOperator, Value};
use std::cmp::Ordering;
use std::ops::Bound::{self, Excluded, Included, Unbounded};

/// A set of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set {
    /// In order, none of them empty, with something between each and the next.
    ranges: Vec<Range>,
}

/// A lower and an upper end.
#[derive(Clone, Debug, PartialEq)]
struct Range {
    low: Bound<Value>,
    high: Bound<Value>,
}

impl Set {
    /// No value.
    pub(super) fn none() -> Self {
        Self { ranges: Vec::new() }
    }

    /// Every value.
    pub(super) fn all() -> Self {
        Self::range(Unbounded, Unbounded)
    }

    /// One value; none, if it is NULL.
    pub(super) fn one(value: &Value) -> Self {
        if *value == Value::Null {
            return Self::none();
        }
        Self::range(Included(value.clone()), Included(value.clone()))
    }

    /// The values between two ends.
    pub(super) fn range(low: Bound<Value>, high: Bound<Value>) -> Self {
        let ranges = Range::new(low, high).into_iter().collect();
        Self { ranges }
    }

    /// The texts that start with `prefix`.
    pub(super) fn starting_with(prefix: &str) -> Self {
        let text = |text: &str| Value::Text(text.to_owned());
        Self::range(
            Included(text(prefix)),
            behind(prefix).map_or(Unbounded, |end| Excluded(text(&end))),
        )
    }

    /// The values of which `value op other` is true for some `other` of this set.
    pub(super) fn reached_by(&self, op: CompareOperator) -> Self {
        let (Some(first), Some(last)) = (self.ranges.first(), self.ranges.last()) else {
            return Self::none();
        };
        match op {
            CompareOperator::Equal => self.clone(),
            CompareOperator::NotEqual => {
                self.single().map_or_else(Self::all, |_| self.complement())
            }
            CompareOperator::Less => Self::range(Unbounded, opened(&last.high)),
            CompareOperator::LessOrEqual => Self::range(Unbounded, last.high.clone()),
            CompareOperator::Greater => Self::range(opened(&first.low), Unbounded),
            CompareOperator::GreaterOrEqual => Self::range(first.low.clone(), Unbounded),
        }
    }

    /// Whether there is no value in it.
    pub(super) fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// The only value in it.
    pub(super) fn single(&self) -> Option<&Value> {
        match self.ranges.as_slice() {
            [
                Range {
                    low: Included(low),
                    high: Included(high),
                },
            ] if order(low, high).is_eq() => Some(low),
            _ => None,
        }
    }

    /// Its ranges, each by its ends.
    pub(super) fn ranges(&self) -> impl ExactSizeIterator<Item = (&Bound<Value>, &Bound<Value>)> {
        self.ranges.iter().map(|range| (&range.low, &range.high))
    }

    /// The values that are not in it.
    pub(super) fn complement(&self) -> Self {
        let mut ranges = Vec::new();
        let mut low = Some(Unbounded);
        for range in &self.ranges {
            if let (Some(low), Some(high)) = (low, turned(&range.low)) {
                ranges.extend(Range::new(low, high));
            }
            low = turned(&range.high);
        }
        if let Some(low) = low {
            ranges.extend(Range::new(low, Unbounded));
        }
        Self { ranges }
    }

    /// The values that are in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut ranges = Vec::new();
        let (mut left, mut right) = (
            self.ranges.iter().peekable(),
            other.ranges.iter().peekable(),
        );
        while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
            let low = if compare_low(&a.low, &b.low).is_ge() {
                &a.low
            } else {
                &b.low
            };
            let a_ends_first = compare_high(&a.high, &b.high).is_le();
            let high = if a_ends_first { &a.high } else { &b.high };
            ranges.extend(Range::new(low.clone(), high.clone()));
            if a_ends_first {
                left.next();
            } else {
                right.next();
            }
        }
        Self { ranges }
    }

    /// The values that are in one of the sets.
    pub(super) fn union(sets: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Range> = sets.into_iter().flat_map(|set| set.ranges).collect();
        all.sort_by(|a, b| compare_low(&a.low, &b.low));
        let mut ranges: Vec<Range> = Vec::new();
        for range in all {
            match ranges.last_mut() {
                Some(last) if touch(&last.high, &range.low) => {
                    if compare_high(&last.high, &range.high).is_lt() {
                        last.high = range.high;
                    }
                }
                Some(_) | None => ranges.push(range),
            }
        }
        Self { ranges }
    }

    /// Whether both have a value in common.
    pub(super) fn meets(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }
}

impl Range {
    /// None if there is no value between the ends.
    fn new(low: Bound<Value>, high: Bound<Value>) -> Option<Self> {
        let low = match low {
            Excluded(value) if is_counted(&value) => Included(neighbour(&value, 1)?),
            other => other,
        };
        let high = match high {
            Excluded(value) if is_counted(&value) => Included(neighbour(&value, -1)?),
            other => other,
        };
        let empty = match (&low, &high) {
            (Unbounded, _) | (_, Unbounded) => false,
            (Included(low), Included(high)) => order(low, high).is_gt(),
            (Included(low) | Excluded(low), Included(high) | Excluded(high)) => {
                order(low, high).is_ge()
            }
        };
        (!empty).then_some(Self { low, high })
    }
}

/// A counted value by its number; None of types whose values are not counted.
pub(super) fn ordinal(value: &Value) -> Option<i128> {
    match value {
        Value::Boolean(value) => Some((*value).into()),
        Value::Integer(number) | Value::Decimal(number) => Some(*number),
        Value::Timestamp(number) | Value::Time(number) => Some((*number).into()),
        Value::Date(days) => Some((*days).into()),
        Value::Null
        | Value::Float32(_)
        | Value::Float64(_)
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Interval { .. } => None,
    }
}

/// The value of this number that is of the same type as `like`; None beyond the type's values.
pub(super) fn numbered(number: i128, like: &Value) -> Option<Value> {
    match like {
        Value::Boolean(_) => match number {
            0 => Some(Value::Boolean(false)),
            1 => Some(Value::Boolean(true)),
            _ => None,
        },
        Value::Integer(_) => Some(Value::Integer(number)),
        Value::Decimal(_) => Some(Value::Decimal(number)),
        Value::Timestamp(_) => number.try_into().ok().map(Value::Timestamp),
        Value::Time(_) => number.try_into().ok().map(Value::Time),
        Value::Date(_) => number.try_into().ok().map(Value::Date),
        Value::Null
        | Value::Float32(_)
        | Value::Float64(_)
        | Value::Text(_)
        | Value::Bytes(_)
        | Value::Interval { .. } => None,
    }
}

fn is_counted(value: &Value) -> bool {
    ordinal(value).is_some()
}

fn neighbour(value: &Value, step: i128) -> Option<Value> {
    numbered(ordinal(value)?.checked_add(step)?, value)
}

fn order(left: &Value, right: &Value) -> Ordering {
    compare(left, right).expect("values of a set are of one type, and finite")
}

/// The end without its value.
fn opened(end: &Bound<Value>) -> Bound<Value> {
    match end {
        Included(value) | Excluded(value) => Excluded(value.clone()),
        Unbounded => Unbounded,
    }
}

/// The end of what lies on its other side; None where nothing does.
fn turned(end: &Bound<Value>) -> Option<Bound<Value>> {
    match end {
        Included(value) => Some(Excluded(value.clone())),
        Excluded(value) => Some(Included(value.clone())),
        Unbounded => None,
    }
}

fn compare_low(left: &Bound<Value>, right: &Bound<Value>) -> Ordering {
    compare_ends(left, right, Ordering::Less)
}

fn compare_high(left: &Bound<Value>, right: &Bound<Value>) -> Ordering {
    compare_ends(left, right, Ordering::Greater)
}

/// Compares two lower ends (an open one is `Less`) or two upper ones (`Greater`).
fn compare_ends(left: &Bound<Value>, right: &Bound<Value>, unbounded: Ordering) -> Ordering {
    match (left, right) {
        (Unbounded, Unbounded) => Ordering::Equal,
        (Unbounded, Included(_) | Excluded(_)) => unbounded,
        (Included(_) | Excluded(_), Unbounded) => unbounded.reverse(),
        (Included(a), Included(b)) | (Excluded(a), Excluded(b)) => order(a, b),
        (Included(a), Excluded(b)) => order(a, b).then(unbounded),
        (Excluded(a), Included(b)) => order(a, b).then(unbounded.reverse()),
    }
}

/// Whether a range that starts at `low` belongs together with one before it that ends at `high`.
fn touch(high: &Bound<Value>, low: &Bound<Value>) -> bool {
    match (high, low) {
        (Unbounded, _) | (_, Unbounded) => true,
        (Excluded(high), Excluded(low)) => order(low, high).is_lt(),
        (Included(high) | Excluded(high), Included(low) | Excluded(low)) => {
            order(low, high).is_le()
        }
    }
}

/// The least text behind all that start with `prefix`; None where there is none.
fn behind(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // in UTF-8 texts are in the order of their characters' numbers
        let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32);
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}
