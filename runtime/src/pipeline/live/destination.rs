//! Targets as their connection's publisher sees them.

use crate::mqtt::property;
use crate::pipeline::dead_letter::shortened;
use crate::pipeline::settings::Target;
use crate::sink::mqtt::Destination;

/// What is published for a target on the connection of this index; None: it is not one of its.
pub(super) fn destination(target: &Target, index: usize) -> Option<Destination> {
    match target {
        Target::Mqtt {
            connection,
            topic,
            qos,
            retain,
            message_expiry_interval_s,
        } if *connection == index => Some(Destination {
            topic: topic.clone(),
            properties: expiry(*message_expiry_interval_s),
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

fn expiry(seconds: Option<u32>) -> Vec<u8> {
    let mut properties = Vec::new();
    if let Some(seconds) = seconds {
        property::push_message_expiry_interval(&mut properties, seconds);
    }
    properties
}
