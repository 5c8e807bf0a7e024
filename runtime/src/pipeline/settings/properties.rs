//! What is said of each row in MQTT 5, with its templates filled in.

use super::Resolver;
use crate::spec::PropertiesSpec;

/// Properties of what is published (MQTT 5, section 3.3.2.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Seconds after which the broker drops what nobody has taken.
    pub message_expiry_interval_s: Option<u32>,
    /// What the payload is.
    pub content_type: Option<String>,
    /// Where an answer is expected.
    pub response_topic: Option<String>,
    /// Names and values.
    pub user_properties: Vec<(String, String)>,
}

impl Resolver<'_> {
    /// The properties of what the sink `name` publishes; None where one is no text for MQTT.
    pub(super) fn properties(&mut self, name: &str, spec: &PropertiesSpec) -> Option<Properties> {
        let place = |option: &str| format!("table `{name}`, option `{option}`");
        let content_type = match spec.content_type {
            None => Some(None),
            Some(template) => self.property(&place("content_type"), template).map(Some),
        };
        let response_topic = match spec.response_topic {
            None => Some(None),
            Some(template) => self
                .topic_name(&place("response_topic"), template)
                .map(Some),
        };
        let place = place("user_properties");
        let mut user_properties = Some(Vec::new());
        for (name, value) in spec.user_properties {
            let pair = self
                .property(&place, name)
                .zip(self.property(&place, value));
            user_properties = user_properties.zip(pair).map(|(mut pairs, pair)| {
                pairs.push(pair);
                pairs
            });
        }
        Some(Properties {
            message_expiry_interval_s: spec.message_expiry_interval_s,
            content_type: content_type?,
            response_topic: response_topic?,
            user_properties: user_properties?,
        })
    }

    /// A text that MQTT can carry (section 1.5.4): without NUL, and of at most 65,535 bytes.
    fn property(&mut self, place: &str, template: &str) -> Option<String> {
        let text = self.text(place, template)?;
        let problem = if text.contains('\0') {
            "a NUL in it"
        } else if text.len() > usize::from(u16::MAX) {
            "more than 65535 bytes"
        } else {
            return Some(text);
        };
        self.mistakes.push(format!(
            "{place}: it has {problem}, which MQTT cannot carry"
        ));
        None
    }
}
