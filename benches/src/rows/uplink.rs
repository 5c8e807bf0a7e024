//! `pipelines/w3.sql`

use super::document::document;
use super::{Column, Kind, Row, Table, Text, Value};

document! {
    /// An uplink of a radio network.
    Uplink {
        "end_device_ids" => end_device_ids: Device<'m>,
        "received_at" => received_at: Text<'m>,
        "uplink_message" => uplink_message: UplinkMessage<'m>,
    }
}

document! {
    /// Who sent it.
    Device {
        "device_id" => device_id: Text<'m>,
    }
}

document! {
    /// What was sent.
    UplinkMessage {
        "decoded_payload" => decoded_payload: DecodedPayload<'m>,
    }
}

document! {
    /// What it means.
    DecodedPayload {
        "temperature" => temperature: f64,
    }
}

/// The table of W3.
#[derive(Debug)]
pub struct Uplinks;

impl Table for Uplinks {
    type Row<'m> = Uplink<'m>;

    const COLUMNS: &'static [Column] = &[
        Column {
            name: "device_id",
            path: &["end_device_ids", "device_id"],
            kind: Kind::Text,
        },
        Column {
            name: "received_at",
            path: &["received_at"],
            kind: Kind::Time,
        },
        Column {
            name: "temperature",
            path: &["uplink_message", "decoded_payload", "temperature"],
            kind: Kind::Float,
        },
    ];

    #[inline]
    fn passes(number: impl Fn(usize) -> Option<f64>) -> bool {
        number(2).is_some_and(|temperature| !(-10.0..=40.0).contains(&temperature))
    }
}

impl Uplink<'_> {
    fn device_id(&self) -> Option<&Text<'_>> {
        self.end_device_ids.as_ref()?.device_id.as_ref()
    }

    fn temperature(&self) -> Option<f64> {
        let message = self.uplink_message.as_ref()?;
        message.decoded_payload.as_ref()?.temperature
    }
}

impl<'m> Row<'m> for Uplink<'m> {
    #[inline]
    fn value(&self, column: usize) -> Value<'_> {
        match column {
            0 => Value::text(self.device_id()),
            1 => Value::text(self.received_at.as_ref()),
            _ => self.temperature().into(),
        }
    }
}
