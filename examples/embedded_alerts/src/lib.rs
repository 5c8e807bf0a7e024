//! Watches sensors: the SQL says what is an alert, the code what is done about it.

use laminar_runtime::embedded::DecodeError;
use laminar_runtime::value::Decimal;
use std::collections::BTreeMap;
use std::sync::Mutex;

laminar_macros::include_sql!(mod pipeline = "alerts.sql");

pub use pipeline::AlertsOwned as Alert;

/// What is known of the sensors.
#[derive(Debug, Default)]
pub struct Watch {
    /// By sensor: the last alert.
    pub alerts: BTreeMap<String, Alert>,
    /// By sensor: how full its battery is, where that is not much.
    pub batteries: BTreeMap<String, f64>,
}

/// What is known after these messages, each a topic and a payload, and what was wrong with those
/// that could not be read.
pub fn watch<'m>(
    messages: impl IntoIterator<Item = (&'m str, &'m [u8])>,
) -> (Watch, Vec<DecodeError>) {
    let watch = Mutex::new(Watch::default());
    // both handlers change the same thing, one after the other
    let change = |change: &dyn Fn(&mut Watch)| {
        change(
            &mut watch
                .lock()
                .expect("a handler that panics ends the program"),
        );
    };
    let mut pipeline = pipeline::Pipeline::builder()
        .on_alerts(|alert| {
            let sensor = alert.sensor.unwrap_or_default();
            change(&|watch| {
                watch.alerts.insert(sensor.to_owned(), alert.into_owned());
            });
        })
        .on_low_batteries(|row| {
            let (sensor, battery) = (row.sensor.unwrap_or_default(), row.battery);
            let battery = battery.map_or(0.0, Decimal::to_f64);
            change(&|watch| {
                watch.batteries.insert(sensor.to_owned(), battery);
            });
        })
        .build();
    let mut errors = Vec::new();
    for (topic, payload) in messages {
        errors.extend(pipeline.push(topic, payload).error());
    }
    drop(pipeline);
    let watch = watch.into_inner();
    (watch.expect("no handler panicked"), errors)
}
