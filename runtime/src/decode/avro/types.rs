//! The writer's schema as constants.

/// A type of the writer's schema.
///
/// A type that contains itself does so by a static that refers to itself:
/// ```
/// use laminar_runtime::decode::avro::Type;
/// static LIST: Type = Type::Record(&[
///     ("value", Type::Long),
///     ("next", Type::Union(&[("null", Type::Null), ("List", Type::Of(&LIST))])),
/// ]);
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `null`: takes no bytes.
    Null,
    /// `boolean`
    Boolean,
    /// `int`
    Int,
    /// `long`
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`, and `uuid` where it is one.
    String,
    /// `fixed` of so many bytes.
    Fixed(usize),
    /// `enum`: its symbols.
    Enum(&'static [&'static str]),
    /// `array` of such items.
    Array(&'static Type),
    /// `map` of such values.
    Map(&'static Type),
    /// `union`: its branches, with the names that tag their values in JSON. A union of null and
    /// one other type is not tagged.
    Union(&'static [(&'static str, Type)]),
    /// `record`: its fields.
    Record(&'static [(&'static str, Type)]),
    /// `date`, an `int`.
    Date,
    /// `time-millis`, an `int`.
    TimeMillis,
    /// `time-micros`, a `long`.
    TimeMicros,
    /// `timestamp-millis` and `local-timestamp-millis`, a `long`.
    TimestampMillis,
    /// `timestamp-micros` and `local-timestamp-micros`, a `long`.
    TimestampMicros,
    /// `timestamp-nanos` and `local-timestamp-nanos`, a `long`.
    TimestampNanos,
    /// `decimal` of `bytes`.
    Decimal {
        /// Digits, at most 38.
        precision: u8,
        /// Digits behind the point, at most `precision`.
        scale: u8,
    },
    /// `decimal` of `fixed`.
    FixedDecimal {
        /// Bytes.
        size: usize,
        /// Digits, at most 38.
        precision: u8,
        /// Digits behind the point, at most `precision`.
        scale: u8,
    },
    /// `uuid` of `fixed`, 16 bytes.
    FixedUuid,
    /// The type in a static, which may be one that this is a part of.
    Of(&'static Type),
}

impl Type {
    /// How many bytes each value has, of types where that is plain to see.
    pub(super) fn width(&self) -> Option<usize> {
        match *self {
            Self::Null => Some(0),
            Self::Boolean => Some(1),
            Self::Float => Some(4),
            Self::Double => Some(8),
            Self::FixedUuid => Some(16),
            Self::Fixed(size) | Self::FixedDecimal { size, .. } => Some(size),
            Self::Int
            | Self::Long
            | Self::Bytes
            | Self::String
            | Self::Enum(_)
            | Self::Array(_)
            | Self::Map(_)
            | Self::Union(_)
            | Self::Record(_)
            | Self::Date
            | Self::TimeMillis
            | Self::TimeMicros
            | Self::TimestampMillis
            | Self::TimestampMicros
            | Self::TimestampNanos
            | Self::Decimal { .. }
            | Self::Of(_) => None,
        }
    }
}

/// Whether a union of these is one of null and one other type: a value that may be missing.
pub(super) fn is_nullable(branches: &[(&str, Type)]) -> bool {
    matches!(branches, [(_, Type::Null), _] | [_, (_, Type::Null)])
}
