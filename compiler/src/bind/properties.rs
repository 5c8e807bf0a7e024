//! What a sink says of its rows in MQTT 5 (section 3.3.2.3), beside topic and payload.

use super::options::{Element, Options, Place};
use super::{Binder, connection, sink, webhook};
use crate::diagnostics::{Diagnostic, code};
use crate::ir::ast::OptionValue;
use crate::ir::logical::{MqttVersion, Properties};
use crate::source::Span;

/// The options that say it; each of them chooses MQTT 5 for the connection.
const OPTIONS: [&str; 4] = [
    "message_expiry_interval",
    "content_type",
    "response_topic",
    "user_properties",
];

impl Binder<'_> {
    /// The properties of what a sink publishes; None where one is wrong.
    pub(super) fn publish_properties(
        &mut self,
        options: &Options<'_>,
        connection: Option<usize>,
    ) -> Option<Properties> {
        for option in OPTIONS {
            self.choose_version_5(option, options, connection);
        }
        let response_topic = self.response_topic(options);
        let user_properties = self.user_properties(options);
        Some(Properties {
            message_expiry_interval_s: options.integer("message_expiry_interval"),
            content_type: options.text("content_type"),
            response_topic: response_topic?,
            user_properties: user_properties?,
        })
    }

    fn choose_version_5(&mut self, option: &str, options: &Options<'_>, connection: Option<usize>) {
        let Some((span, connection)) = options.span(option).zip(connection) else {
            return;
        };
        match self.topics.connections[connection].version_311 {
            None => self.plan.connections[connection].mqtt_version = MqttVersion::V5,
            Some(version) => {
                self.report(connection::needs_version_5(option, span, version));
            }
        }
    }

    /// The topic where answers are expected, if there is one; None where it is wrong.
    #[expect(
        clippy::option_option,
        reason = "there may be none, and it may be wrong"
    )]
    fn response_topic(&mut self, options: &Options<'_>) -> Option<Option<String>> {
        let Some(given) = options.given("response_topic") else {
            return Some(None);
        };
        let topic = options.text("response_topic")?;
        let OptionValue::Text(text) = &given.entry.value else {
            return None;
        };
        let help = "answers go to one topic, spelled out, which is the same for all rows";
        if sink::names_a_column(&topic) {
            let message = format!("invalid topic `{topic}`");
            self.report(
                Diagnostic::new(code::TOPIC, message, text.span)
                    .at("it cannot be made of a row")
                    .help(help),
            );
            return None;
        }
        self.published_topic(text, &topic, help)?;
        Some(Some(topic))
    }

    /// The user properties, each `name: value`; None where one is wrong.
    fn user_properties(&mut self, options: &Options<'_>) -> Option<Vec<(String, String)>> {
        let Some(given) = options.given("user_properties") else {
            return Some(Vec::new());
        };
        let literal = given.span();
        let elements = options.list("user_properties")?.to_vec();
        let pairs: Vec<_> = elements
            .iter()
            .map(|element| self.user_property(element, literal))
            .collect();
        pairs.into_iter().collect()
    }

    fn user_property(&mut self, element: &Element, literal: Span) -> Option<(String, String)> {
        let text = &element.value;
        let pair = text
            .split_once(':')
            .map(|(name, value)| (name.trim(), value.trim()));
        let Some((name, value)) = pair.filter(|(name, _)| !name.is_empty()) else {
            let span = self.place_span(&element.place, 0..text.len());
            let message = "wrong value for option `user_properties`";
            self.report(
                Diagnostic::new(code::OPTION_VALUE, message, span)
                    .at("expected `name: value`")
                    .help("write `user_properties = '[\"site: hall 4\"]'`"),
            );
            return None;
        };
        if webhook::header_has_secret(name, value) {
            let place = match &element.place {
                Place::Literal(text) => text.span,
                Place::Json(..) => literal,
            };
            let message = format!("the value of user property `{name}` stands in the file");
            let help = format!("write `{name}: ${{VALUE}}`: it is read when the binary starts");
            self.secret(&message, place, &help);
        }
        Some((name.to_owned(), value.to_owned()))
    }
}
