//! What values an expression or column can have.

use super::set::Set;
use crate::ir::logical::{Expr, ExprKind, Metadata, Origin, Source, SourceColumn, Value};
use crate::ir::topic_filter::{self, Level, unshared};
use crate::source::Span;
use crate::types::{DataType, IntegerType};
use std::ops::Bound::Included;

/// The values that something can have.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Domain {
    /// Whether it can be NULL.
    pub(super) nullable: bool,
    /// What else it can be.
    pub(super) values: Set,
}

impl Domain {
    /// Anything at all.
    pub(super) fn any() -> Self {
        Self {
            nullable: true,
            values: Set::all(),
        }
    }

    /// Nothing: there is no row with it.
    pub(super) fn nothing() -> Self {
        Self {
            nullable: false,
            values: Set::none(),
        }
    }

    /// A constant.
    pub(super) fn one(value: &Value) -> Self {
        Self {
            nullable: *value == Value::Null,
            values: Set::one(value),
        }
    }

    /// All values of a type.
    pub(super) fn of(data_type: DataType, nullable: bool) -> Self {
        Self {
            nullable,
            values: type_values(data_type),
        }
    }

    /// The same without NULL.
    pub(super) fn without_null(self) -> Self {
        Self {
            nullable: false,
            ..self
        }
    }

    /// Whether no row has it.
    pub(super) fn is_nothing(&self) -> bool {
        !self.nullable && self.values.is_empty()
    }

    /// What is in both.
    pub(super) fn intersection(&self, other: &Self) -> Self {
        Self {
            nullable: self.nullable && other.nullable,
            values: self.values.intersection(&other.values),
        }
    }

    /// What is in one of them.
    pub(super) fn union(domains: impl IntoIterator<Item = Self>) -> Self {
        let mut nullable = false;
        let sets = domains.into_iter().map(|domain| {
            nullable |= domain.nullable;
            domain.values
        });
        let values = Set::union(sets.collect::<Vec<_>>());
        Self { nullable, values }
    }
}

/// The values of a type, NULL left aside.
fn type_values(data_type: DataType) -> Set {
    let integers = |least, greatest| {
        Set::range(
            Included(Value::Integer(least)),
            Included(Value::Integer(greatest)),
        )
    };
    match data_type {
        DataType::Boolean => Set::range(
            Included(Value::Boolean(false)),
            Included(Value::Boolean(true)),
        ),
        DataType::Integer(integer) => {
            let (least, greatest) = integer.range();
            integers(least, greatest)
        }
        DataType::Decimal { precision, .. } => {
            let most = 10_i128.pow(precision.into()) - 1;
            Set::range(
                Included(Value::Decimal(-most)),
                Included(Value::Decimal(most)),
            )
        }
        // up to 24:00:00
        DataType::Time => {
            let day = 24 * 3600 * 1_000_000;
            Set::range(Included(Value::Time(0)), Included(Value::Time(day)))
        }
        DataType::Float32
        | DataType::Float64
        | DataType::Text
        | DataType::Bytes
        | DataType::Timestamp(_)
        | DataType::Date
        | DataType::Interval
        | DataType::Json
        | DataType::Struct(_)
        | DataType::Array(_) => Set::all(),
    }
}

/// A column of a source as an expression.
pub(super) fn column(index: usize, column: &SourceColumn) -> Expr {
    Expr {
        kind: ExprKind::Column(index),
        data_type: column.data_type,
        nullable: column.nullable(),
        span: column.span,
    }
}

/// The column that an expression makes.
pub(super) fn made(index: usize, expr: &Expr) -> Expr {
    Expr {
        kind: ExprKind::Column(index),
        ..expr.clone()
    }
}

/// The column that numbers the elements of an array.
pub(super) fn number(index: usize) -> Expr {
    Expr {
        kind: ExprKind::Column(index),
        data_type: DataType::Integer(IntegerType::Int64),
        nullable: false,
        span: Span::default(),
    }
}

/// What the declaration of a source's column says of its values, beside type and NOT NULL; None
/// if nothing.
pub(super) fn declared(source: &Source, column: &SourceColumn) -> Option<Domain> {
    let Origin::Metadata(metadata) = &column.origin else {
        return None;
    };
    if column.data_type != metadata.data_type() {
        return None;
    }
    let integers = |greatest: u32| {
        let (low, high) = (Value::Integer(0), Value::Integer(greatest.into()));
        Domain {
            nullable: true,
            values: Set::range(Included(low), Included(high)),
        }
    };
    let domain = match metadata {
        Metadata::Qos => integers(2),
        Metadata::Topic => Domain {
            nullable: false,
            values: Set::union(literal_filters(source)?.map(topics)),
        },
        Metadata::TopicLevel(level) => {
            Domain::union(literal_filters(source)?.map(|filter| level_of(filter, (*level).into())))
        }
        Metadata::MessageExpiryInterval => integers(u32::MAX),
        Metadata::ReceivedAt
        | Metadata::Retain
        | Metadata::Duplicate
        | Metadata::ContentType
        | Metadata::ResponseTopic
        | Metadata::CorrelationData
        | Metadata::UserProperty(_) => return None,
    };
    Some(match &column.default {
        Some(default) => Domain::union([domain.without_null(), Domain::one(default)]),
        None => domain,
    })
}

/// The filters without `$share/group/`; None if one of them is not known before the start.
pub(super) fn literal_filters(source: &Source) -> Option<impl Iterator<Item = &str>> {
    // `$$`, too, is not yet what it will be
    let known = source
        .topics
        .iter()
        .all(|filter| !filter.contains("${") && !filter.contains("$$"));
    known.then(|| source.topics.iter().map(|filter| unshared(filter)))
}

/// The topics that match a filter, and maybe others that begin like them.
fn topics(filter: &str) -> Set {
    let Some(wildcard) = filter.find(['+', '#']) else {
        return Set::one(&Value::Text(filter.to_owned()));
    };
    let prefix = &filter[..wildcard];
    let below = Set::starting_with(prefix);
    // `a/#` matches `a`, too
    let parent = prefix
        .strip_suffix('/')
        .filter(|_| filter[wildcard..] == *"#");
    let parent = parent.map(|parent| Set::one(&Value::Text(parent.to_owned())));
    Set::union([below].into_iter().chain(parent))
}

/// What stands at a level of the topics that match a filter, as `topic_level` counts them.
pub(super) fn level_of(filter: &str, n: i64) -> Domain {
    match topic_filter::level(filter, n) {
        Level::Is(text) => Domain::one(&Value::Text(text.to_owned())),
        Level::Any => Domain::any().without_null(),
        Level::AnyOrNone => Domain::any(),
        Level::None => Domain::one(&Value::Null),
    }
}
