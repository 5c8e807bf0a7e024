//! METADATA FROM: what a message carries beside its payload.

use super::{Binder, Bound};
use crate::diagnostics::{Diagnostic, code, nearest};
use crate::ir::ast::Text;
use crate::ir::logical::Metadata;
use crate::types::{DataType, IntegerType, TimestampPrecision};

/// The names that stand for themselves.
const NAMES: &[(&str, Metadata)] = &[
    ("topic", Metadata::Topic),
    ("qos", Metadata::Qos),
    ("retain", Metadata::Retain),
    ("duplicate", Metadata::Duplicate),
    ("received_at", Metadata::ReceivedAt),
    ("content_type", Metadata::ContentType),
    ("response_topic", Metadata::ResponseTopic),
    ("correlation_data", Metadata::CorrelationData),
    ("message_expiry_interval", Metadata::MessageExpiryInterval),
];

/// The type in which metadata comes.
pub(super) fn natural_type(metadata: &Metadata) -> DataType {
    match metadata {
        Metadata::Topic
        | Metadata::TopicLevel(_)
        | Metadata::ContentType
        | Metadata::ResponseTopic
        | Metadata::UserProperty(_) => DataType::Text,
        Metadata::Qos => DataType::Integer(IntegerType::Int16),
        Metadata::Retain | Metadata::Duplicate => DataType::Boolean,
        Metadata::ReceivedAt => DataType::Timestamp(TimestampPrecision::Microseconds),
        Metadata::CorrelationData => DataType::Bytes,
        Metadata::MessageExpiryInterval => DataType::Integer(IntegerType::Int64),
    }
}

/// Whether only MQTT 5 has it.
pub(super) fn needs_version_5(metadata: &Metadata) -> bool {
    match metadata {
        Metadata::Topic
        | Metadata::TopicLevel(_)
        | Metadata::Qos
        | Metadata::Retain
        | Metadata::Duplicate
        | Metadata::ReceivedAt => false,
        Metadata::ContentType
        | Metadata::ResponseTopic
        | Metadata::CorrelationData
        | Metadata::UserProperty(_)
        | Metadata::MessageExpiryInterval => true,
    }
}

impl Binder<'_> {
    /// The metadata that `text` names; `level_limit` is how many levels a topic can have.
    pub(super) fn metadata(&mut self, text: &Text, level_limit: Option<usize>) -> Bound<Metadata> {
        let name = text.value.as_str();
        if let Some(level) = name.strip_prefix("topic.") {
            return self.topic_level(text, level, level_limit);
        }
        if let Some(property) = name
            .strip_prefix("user_property.")
            .filter(|p| !p.is_empty())
        {
            return Ok(Metadata::UserProperty(property.to_owned()));
        }
        let found = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found
            .map(|(_, metadata)| metadata.clone())
            .ok_or_else(|| self.report(unknown(text)))
    }

    fn topic_level(
        &mut self,
        text: &Text,
        level: &str,
        level_limit: Option<usize>,
    ) -> Bound<Metadata> {
        let span = text.span_within(self.source, "topic.".len()..text.value.len());
        let problem = match level.parse::<u32>() {
            Err(_) => "expected the number of a level, such as `topic.2`".to_owned(),
            Ok(0) => "levels are counted from 1".to_owned(),
            Ok(number) => match level_limit.filter(|&limit| number as usize > limit) {
                None => return Ok(Metadata::TopicLevel(number)),
                Some(limit) => format!("the topics of this table have at most {limit} levels"),
            },
        };
        let message = format!("no topic level `{}`", text.value);
        Err(self.report(
            Diagnostic::new(code::METADATA, message, span)
                .at(problem)
                .note("`topic.1` is the part before the first `/`"),
        ))
    }
}

/// How to get at what comes with a message, where `name` is the name of such.
pub(super) fn declaration(name: &str) -> Option<String> {
    let (name, metadata) = NAMES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    let data_type = natural_type(metadata);
    Some(format!(
        "it comes with each message: in the table, declare `{name} {data_type} METADATA FROM \
         '{name}'`"
    ))
}

fn unknown(text: &Text) -> Diagnostic {
    let message = format!("no metadata `{}`", text.value);
    let diagnostic = Diagnostic::new(code::METADATA, message, text.span).at("unknown metadata");
    if let Some(near) = nearest(&text.value, NAMES.iter().map(|(name, _)| *name)) {
        return diagnostic.help(format!("did you mean `'{near}'`?"));
    }
    let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    diagnostic.note(format!(
        "a message has {names}, `topic.N` and `user_property.NAME`"
    ))
}
