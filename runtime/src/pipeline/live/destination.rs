//! Targets as their connection's publisher sees them.

use crate::mqtt::property;
use crate::pipeline::dead_letter::shortened;
use crate::pipeline::settings::{Properties, Target};
use crate::sink::mqtt::Destination;

/// What is published for a target on the connection of this index; None: it is not one of its.
pub(super) fn destination(target: &Target, index: usize) -> Option<Destination> {
    match target {
        Target::Mqtt {
            connection,
            topic,
            qos,
            retain,
            properties,
        } if *connection == index => Some(Destination {
            topic: topic.clone(),
            properties: encoded(properties),
            qos: *qos,
            retain: *retain,
            shorten: None,
        }),
        Target::DeadLetters {
            connection,
            topic,
            format,
        } if *connection == index => Some(Destination {
            topic: topic.clone(),
            properties: Vec::new(),
            qos: 1,
            retain: false,
            shorten: Some(shortened::shorten(*format)),
        }),
        Target::Mqtt { .. }
        | Target::DeadLetters { .. }
        | Target::Stdout
        | Target::Printed
        | Target::Blackhole
        | Target::Webhook(_)
        | Target::File(_)
        | Target::Files { .. } => None,
    }
}

/// Properties as they stand in a packet, without their length.
fn encoded(properties: &Properties) -> Vec<u8> {
    let mut out = Vec::new();
    if let Some(seconds) = properties.message_expiry_interval_s {
        property::push_message_expiry_interval(&mut out, seconds);
    }
    if let Some(content_type) = &properties.content_type {
        property::push_content_type(&mut out, content_type);
    }
    if let Some(topic) = &properties.response_topic {
        property::push_response_topic(&mut out, topic);
    }
    for (name, value) in &properties.user_properties {
        property::push_user_property(&mut out, name, value);
    }
    out
}
