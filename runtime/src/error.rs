//! Why a message or row is bad: small and `Copy` on the hot path; text is made where it is shown.

use std::fmt;

/// What makes a message or a row bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// The payload is not JSON (RFC 8259).
    Syntax,
    /// The payload is not UTF-8.
    Utf8,
    /// The payload nests deeper than 128 levels.
    Depth,
    /// The payload is longer than 4 GiB.
    TooLarge,
    /// The top level is not an object.
    NotAnObject,
    /// The top level is not an array.
    NotAnArray,
    /// A NOT NULL column has no value.
    NotNull,
    /// A CHECK is false.
    Check,
    /// The JSON value is of a kind that the column's type does not take.
    WrongKind,
    /// On the way to a column's value stands something that is not an object (or array).
    NotOnPath,
    /// A number or time that is out of the column's range.
    OutOfRange,
    /// A number with a fraction or exponent for an integer column.
    NotAnInteger,
    /// A lone surrogate escape in a string that is used.
    Surrogate,
    /// A timestamp, date or time that is malformed or does not exist.
    Time,
    /// A number where a timestamp in text form is declared.
    NumberAsTime,
    /// Text that is not valid Base64.
    Base64,
    /// Text that is not pairs of hexadecimal digits.
    Hex,
    /// Arithmetic that leaves the type's range.
    Overflow,
    /// A division by zero.
    DivisionByZero,
    /// A CAST that the value does not allow.
    Cast,
    /// A LIKE pattern that ends with its escape character.
    LikePattern,
    /// An argument that the function does not take, such as that of a negative number's root.
    Argument,
    /// A text made by a function, or of a value that is no JSON, of more than 16 MiB.
    TooLong,
    /// A text that is not encoded as the function was told.
    Encoding,
    /// A regular expression that is none.
    Pattern,
    /// A value that cannot be a part of a topic.
    TopicPart,
    /// The message is larger than `max_packet_size`.
    Oversized,
    /// The message has no header, or another one than that of its framing.
    Framing,
    /// The message was written with another schema than the pipeline was built for.
    SchemaId,
    /// The bytes are not what the schema says.
    Avro,
    /// A value that cannot be a part of the path of a file.
    PathValue,
}

impl Reason {
    /// Every reason, for tables of counters; a reason's place is `reason as usize`.
    pub const ALL: &'static [Self] = &[
        Self::Syntax,
        Self::Utf8,
        Self::Depth,
        Self::TooLarge,
        Self::NotAnObject,
        Self::NotAnArray,
        Self::NotNull,
        Self::Check,
        Self::WrongKind,
        Self::NotOnPath,
        Self::OutOfRange,
        Self::NotAnInteger,
        Self::Surrogate,
        Self::Time,
        Self::NumberAsTime,
        Self::Base64,
        Self::Hex,
        Self::Overflow,
        Self::DivisionByZero,
        Self::Cast,
        Self::LikePattern,
        Self::Argument,
        Self::TooLong,
        Self::Encoding,
        Self::Pattern,
        Self::TopicPart,
        Self::Oversized,
        Self::Framing,
        Self::SchemaId,
        Self::Avro,
        Self::PathValue,
    ];

    /// A short name for counters: `syntax`, `not_null` …
    pub fn name(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::Utf8 => "utf8",
            Self::Depth => "depth",
            Self::TooLarge => "too_large",
            Self::NotAnObject => "not_an_object",
            Self::NotAnArray => "not_an_array",
            Self::NotNull => "not_null",
            Self::Check => "check",
            Self::WrongKind => "wrong_kind",
            Self::NotOnPath => "not_on_path",
            Self::OutOfRange => "out_of_range",
            Self::NotAnInteger => "not_an_integer",
            Self::Surrogate => "surrogate",
            Self::Time => "time",
            Self::NumberAsTime => "number_as_time",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Overflow => "overflow",
            Self::DivisionByZero => "division_by_zero",
            Self::Cast => "cast",
            Self::LikePattern => "like_pattern",
            Self::Argument => "argument",
            Self::TooLong => "too_long",
            Self::Encoding => "encoding",
            Self::Pattern => "pattern",
            Self::TopicPart => "topic_part",
            Self::Oversized => "oversized",
            Self::Framing => "framing",
            Self::SchemaId => "schema_id",
            Self::Avro => "avro",
            Self::PathValue => "path_value",
        }
    }
}

/// A sentence for the log.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "the payload is not valid JSON",
            Self::Utf8 => "the payload is not valid UTF-8",
            Self::Depth => "the payload nests deeper than 128 levels",
            Self::TooLarge => "the payload is longer than 4 GiB",
            Self::NotAnObject => "the payload is not a JSON object",
            Self::NotAnArray => "the payload is not a JSON array",
            Self::NotNull => "no value for a NOT NULL column",
            Self::Check => "a CHECK is not fulfilled",
            Self::WrongKind => "a JSON value of the wrong kind",
            Self::NotOnPath => "a value that is no object stands on the column's path",
            Self::OutOfRange => "a value out of the column's range",
            Self::NotAnInteger => "a number with a fraction or exponent for an integer column",
            Self::Surrogate => "a lone surrogate escape in a string",
            Self::Time => "not a valid date or time in the declared format",
            Self::NumberAsTime => {
                "a number for a timestamp in text form (declare FORMAT 'unix_s', 'unix_ms', \
                 'unix_us' or 'unix_ns')"
            }
            Self::Base64 => "not valid Base64",
            Self::Hex => "not pairs of hexadecimal digits",
            Self::Overflow => "the result is out of its type's range",
            Self::DivisionByZero => "division by zero",
            Self::Cast => "the value cannot be cast to this type",
            Self::LikePattern => "the LIKE pattern ends with its escape character",
            Self::Argument => "an argument that the function does not take",
            Self::TooLong => "a text made of the message's values is longer than 16 MiB",
            Self::Encoding => "a text that is not encoded as the function was told",
            Self::Pattern => "not a regular expression, or its flags",
            Self::TopicPart => {
                "no part of a topic: NULL, empty, too long, or with `+`, `#`, `/` or control \
                 characters"
            }
            Self::Oversized => "the message is larger than `max_packet_size`",
            Self::Framing => "the message does not start with the header of its framing",
            Self::SchemaId => {
                "the message was written with another schema than the pipeline was built for"
            }
            Self::Avro => "the payload is not what its Avro schema says",
            Self::PathValue => {
                "a value that cannot be a part of a path: NULL, empty, longer than 64 bytes, with \
                 a slash, a control character, or a point in front"
            }
        })
    }
}

/// Where it went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The payload as a whole, at a byte offset.
    Payload {
        /// Offset into the payload.
        offset: u32,
    },
    /// The value of a column.
    Column {
        /// Index into [`crate::spec::TableSpec::columns`].
        column: u16,
        /// Offset of the value in the payload.
        offset: u32,
    },
    /// An expression of the SQL text.
    Expression {
        /// Index into [`crate::spec::TableSpec::sites`].
        site: u16,
    },
}

/// A bad message or row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Why.
    pub reason: Reason,
    /// Where.
    pub place: Place,
}

impl RowError {
    /// The payload is bad at `offset`.
    #[cold]
    pub fn payload(reason: Reason, offset: usize) -> Self {
        Self {
            reason,
            place: Place::Payload {
                offset: u32::try_from(offset).unwrap_or(u32::MAX),
            },
        }
    }

    /// The expression at `site` says that the message is bad.
    #[cold]
    pub fn expression(reason: Reason, site: u16) -> Self {
        Self {
            reason,
            place: Place::Expression { site },
        }
    }

    /// The same, of a part that starts at `offset` in the payload.
    #[cold]
    #[must_use]
    pub fn moved(self, offset: u32) -> Self {
        let moved = |at: u32| at.saturating_add(offset);
        let place = match self.place {
            Place::Payload { offset } => Place::Payload {
                offset: moved(offset),
            },
            Place::Column { column, offset } => Place::Column {
                column,
                offset: moved(offset),
            },
            place @ Place::Expression { .. } => place,
        };
        Self { place, ..self }
    }

    /// The value of `column` is bad.
    #[cold]
    pub fn column(reason: Reason, column: u16, offset: u32) -> Self {
        Self {
            reason,
            place: Place::Column { column, offset },
        }
    }
}

/// Says where in the SQL an operator failed.
pub trait At<T> {
    /// `site` is an index into [`crate::spec::TableSpec::sites`].
    fn at(self, site: u16) -> Result<T, RowError>;
}

impl<T> At<T> for Result<T, Reason> {
    #[inline]
    fn at(self, site: u16) -> Result<T, RowError> {
        match self {
            Ok(value) => Ok(value),
            Err(reason) => Err(RowError {
                reason,
                place: Place::Expression { site },
            }),
        }
    }
}
