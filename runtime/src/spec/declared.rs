//! A source table as it is declared: all of its columns, whether a query reads them or not. What
//! queries read is code; this is data, for those who ask about the table while the pipeline runs.

use crate::decode::avro::Datum;
use crate::program::Generated;
use crate::row::Type;
use crate::value::TimeFormat;
use std::fmt;

/// What a table declares.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredSpec {
    /// What a payload is.
    pub payload: PayloadSpec,
    /// All columns, in declared order.
    pub columns: &'static [DeclaredColumn],
    /// What makes the values of generated columns, in declared order; None where there are no such
    /// columns, or nobody can ask for them.
    pub generated: Option<fn() -> Box<dyn Generated>>,
}

impl DeclaredSpec {
    /// A table without generated columns.
    pub const fn new(payload: PayloadSpec, columns: &'static [DeclaredColumn]) -> Self {
        Self {
            payload,
            columns,
            generated: None,
        }
    }

    /// A table of JSON objects, without liberties.
    pub const fn json(columns: &'static [DeclaredColumn]) -> Self {
        let payload = PayloadSpec::Json {
            lazy: false,
            trim: false,
            elements: false,
        };
        Self::new(payload, columns)
    }

    /// The same with generated columns, whose values this makes.
    #[must_use]
    pub const fn generating(self, generated: fn() -> Box<dyn Generated>) -> Self {
        Self {
            generated: Some(generated),
            ..self
        }
    }

    /// Whether a column is generated and nobody computes it, as in a specification made by hand.
    pub fn leaves_out(&self, column: &DeclaredColumn) -> bool {
        match column.origin {
            Origin::Computed(_) => self.generated.is_none(),
            Origin::Key | Origin::Payload(_) | Origin::Message(_) => false,
        }
    }

    /// Whether a column reads a property of MQTT 5.
    pub fn reads_properties(&self) -> bool {
        let mut columns = self.columns.iter();
        columns.any(|column| match column.origin {
            Origin::Message(metadata) => metadata.is_property(),
            Origin::Key | Origin::Payload(_) | Origin::Computed(_) => false,
        })
    }
}

/// What a payload is.
#[derive(Clone, Copy, Debug)]
pub enum PayloadSpec {
    /// JSON.
    Json {
        /// What no column reads is not validated.
        lazy: bool,
        /// A byte-order mark and NULs around the document are cut off.
        trim: bool,
        /// It is an array, and each of its elements is a row.
        elements: bool,
    },
    /// Bytes that are a value as they are.
    Bytes,
    /// The same of UTF-8.
    Text,
    /// An Avro datum; None where nobody can ask for what was received.
    Avro(Option<&'static Datum>),
}

/// A column as it is declared.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredColumn {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub data_type: Type,
    /// NOT NULL.
    pub required: bool,
    /// Where its value comes from.
    pub origin: Origin,
    /// How timestamps are written.
    pub format: TimeFormat,
    /// How other values are written, where that is not as usual.
    pub form: Option<Form>,
    /// What stands for a missing key.
    pub default: Option<Constant>,
}

/// Where a column's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The key of the column's own name.
    Key,
    /// A place in the payload; no step at all is all of it.
    Payload(&'static [Step]),
    /// The message around the payload, converted to the column's type.
    Message(Metadata),
    /// An expression over the other columns, as SQL: [`DeclaredSpec::generated`] computes it.
    Computed(&'static str),
}

/// A step on the way to a place in a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The member of an object.
    Key(&'static str),
    /// The element of an array, counted from 0.
    Index(u32),
}

/// What a message carries beside its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metadata {
    /// TEXT
    Topic,
    /// TEXT: a level of the topic, counted from 1
    TopicLevel(u32),
    /// SMALLINT
    Qos,
    /// BOOLEAN
    Retain,
    /// BOOLEAN
    Duplicate,
    /// TIMESTAMP
    ReceivedAt,
    /// TEXT (MQTT 5)
    ContentType,
    /// TEXT (MQTT 5)
    ResponseTopic,
    /// BYTEA (MQTT 5)
    CorrelationData,
    /// TEXT (MQTT 5)
    UserProperty(&'static str),
    /// BIGINT, seconds (MQTT 5)
    MessageExpiryInterval,
}

/// As `METADATA FROM` names it.
impl fmt::Display for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic => f.write_str("topic"),
            Self::TopicLevel(level) => write!(f, "topic.{level}"),
            Self::Qos => f.write_str("qos"),
            Self::Retain => f.write_str("retain"),
            Self::Duplicate => f.write_str("duplicate"),
            Self::ReceivedAt => f.write_str("received_at"),
            Self::ContentType => f.write_str("content_type"),
            Self::ResponseTopic => f.write_str("response_topic"),
            Self::CorrelationData => f.write_str("correlation_data"),
            Self::UserProperty(name) => write!(f, "user_property.{name}"),
            Self::MessageExpiryInterval => f.write_str("message_expiry_interval"),
        }
    }
}

/// How a value is written in JSON where that is not as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A number, or a string that holds one.
    NumberOrString,
    /// `ON`, `off`, `true`, `0`, `yes` …
    OnOff,
    /// Bytes as hexadecimal digits.
    Hex,
}

/// A constant of a column's type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Constant {
    /// BOOLEAN
    Boolean(bool),
    /// Any integer type
    Integer(i128),
    /// REAL
    Float32(f32),
    /// DOUBLE
    Float64(f64),
    /// DECIMAL: the value times ten to the type's scale
    Decimal(i128),
    /// TEXT
    Text(&'static str),
    /// JSON
    Json(&'static str),
    /// BYTEA
    Bytes(&'static [u8]),
    /// TIMESTAMP: microseconds since 1970, nanoseconds at precision 9
    Timestamp(i64),
    /// DATE: days since 1970-01-01
    Date(i32),
    /// TIME: microseconds since midnight
    Time(i64),
    /// INTERVAL: months, days and microseconds
    Interval(i32, i32, i64),
}

impl DeclaredColumn {
    /// A column that reads the key of its own name.
    pub const fn key(name: &'static str, data_type: Type) -> Self {
        Self::new(name, data_type, Origin::Key)
    }

    /// A column with another origin.
    pub const fn new(name: &'static str, data_type: Type, origin: Origin) -> Self {
        Self {
            name,
            data_type,
            required: false,
            origin,
            format: TimeFormat::Rfc3339,
            form: None,
            default: None,
        }
    }

    /// The same, NOT NULL.
    #[must_use]
    pub const fn not_null(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// The same with timestamps in another format.
    #[must_use]
    pub const fn written(self, format: TimeFormat) -> Self {
        Self { format, ..self }
    }

    /// The same with values in another form.
    #[must_use]
    pub const fn formed(self, form: Form) -> Self {
        Self {
            form: Some(form),
            ..self
        }
    }

    /// The same with a default.
    #[must_use]
    pub const fn or(self, default: Constant) -> Self {
        Self {
            default: Some(default),
            ..self
        }
    }
}

impl Metadata {
    /// Whether it stands among the properties of MQTT 5.
    pub fn is_property(self) -> bool {
        match self {
            Self::Topic
            | Self::TopicLevel(_)
            | Self::Qos
            | Self::Retain
            | Self::Duplicate
            | Self::ReceivedAt => false,
            Self::ContentType
            | Self::ResponseTopic
            | Self::CorrelationData
            | Self::UserProperty(_)
            | Self::MessageExpiryInterval => true,
        }
    }
}

/// The last messages of a table that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistorySpec {
    /// Of at most so many bytes, all workers together.
    pub max_bytes: u64,
    /// Not older than so many milliseconds; None: as long as there is room.
    pub max_age_ms: Option<u64>,
}

impl HistorySpec {
    /// See the fields; short, for a line each in the generated code.
    pub const fn new(max_bytes: u64, max_age_ms: Option<u64>) -> Self {
        Self {
            max_bytes,
            max_age_ms,
        }
    }
}
