//! `system.columns`: what source tables declare.

use crate::encode::{Encode, Rows};
use crate::row::Type;
use crate::spec::{DeclaredColumn, Metadata, Origin, PipelineSpec, Step};
use std::fmt::{self, Write as _};

/// A row for each column of a source.
pub(super) fn rows(spec: &PipelineSpec) -> Rows {
    let mut rows = Rows::default();
    for table in spec.tables {
        for (position, column) in (1_u32..).zip(table.declared.columns) {
            let mut row = rows.row();
            row.field("{\"table_name\":", table.name);
            row.field(",\"column_name\":", column.name);
            row.field(",\"position\":", position);
            let data_type = column.data_type.to_string();
            row.field(",\"data_type\":", data_type.as_str());
            row.field(",\"nullable\":", !column.required);
            let (origin, source) = origin(column);
            row.field(",\"origin\":", origin);
            row.field(",\"source\":", source.as_str());
            row.raw("}");
            row.end();
        }
    }
    rows
}

/// What kind of source a column has, and which.
fn origin(column: &DeclaredColumn) -> (&'static str, String) {
    match column.origin {
        Origin::Key => ("payload", path(&[Step::Key(column.name)])),
        Origin::Payload(steps) => ("payload", path(steps)),
        Origin::Message(metadata) => ("metadata", metadata.to_string()),
        Origin::Computed(expression) => ("generated", expression.to_owned()),
    }
}

/// As `PATH` would say it.
fn path(steps: &[Step]) -> String {
    let mut text = "$".to_owned();
    for step in steps {
        match *step {
            Step::Key(key) if is_plain(key) => {
                let _ = write!(text, ".{key}");
            }
            Step::Key(key) => {
                let mut quoted = Vec::new();
                key.encode(&mut quoted);
                let _ = write!(text, ".{}", String::from_utf8_lossy(&quoted));
            }
            Step::Index(index) => {
                let _ = write!(text, "[{index}]");
            }
        }
    }
    text
}

/// Whether a key needs no quotes.
fn is_plain(key: &str) -> bool {
    let is_first = |letter: char| letter.is_ascii_alphabetic() || letter == '_';
    let is_other = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    key.starts_with(is_first) && key.chars().all(is_other)
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

/// As SQL spells it.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("BOOLEAN"),
            Self::Int8 => f.write_str("TINYINT"),
            Self::Int16 => f.write_str("SMALLINT"),
            Self::Int32 => f.write_str("INT"),
            Self::Int64 => f.write_str("BIGINT"),
            Self::UInt8 => f.write_str("TINYINT UNSIGNED"),
            Self::UInt16 => f.write_str("SMALLINT UNSIGNED"),
            Self::UInt32 => f.write_str("INT UNSIGNED"),
            Self::UInt64 => f.write_str("BIGINT UNSIGNED"),
            Self::Float32 => f.write_str("REAL"),
            Self::Float64 => f.write_str("DOUBLE"),
            Self::Decimal(precision, scale) => write!(f, "DECIMAL({precision},{scale})"),
            Self::Text => f.write_str("TEXT"),
            Self::Bytes => f.write_str("BYTEA"),
            Self::Timestamp(6) => f.write_str("TIMESTAMP"),
            Self::Timestamp(digits) => write!(f, "TIMESTAMP({digits})"),
            Self::Date => f.write_str("DATE"),
            Self::Time => f.write_str("TIME"),
            Self::Interval => f.write_str("INTERVAL"),
            Self::Json => f.write_str("JSON"),
            Self::Struct(fields) => {
                f.write_str("STRUCT<")?;
                for (at, (name, data_type)) in fields.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { ", " })?;
                    if is_plain(name) {
                        write!(f, "{name} {data_type}")?;
                    } else {
                        write!(f, "\"{}\" {data_type}", name.replace('"', "\"\""))?;
                    }
                }
                f.write_str(">")
            }
            Self::Array(element) => write!(f, "{element}[]"),
        }
    }
}
