//! `pipelines/w2.sql`

use super::document::document;
use super::{Column, Kind, Row, Table, Text, Value, top};

document! {
    /// Telemetry of a vehicle.
    Vehicle {
        "vehicle_id" => vehicle_id: Text<'m>,
        "timestamp" => timestamp: Text<'m>,
        "latitude" => latitude: f64,
        "longitude" => longitude: f64,
        "speed" => speed: f64,
        "fuel_level" => fuel_level: f64,
    }
}

/// The table of W2.
#[derive(Debug)]
pub struct Vehicles;

impl Table for Vehicles {
    type Row<'m> = Vehicle<'m>;

    const COLUMNS: &'static [Column] = &[
        top(&["vehicle_id"], Kind::Text),
        top(&["timestamp"], Kind::Time),
        top(&["latitude"], Kind::Float),
        top(&["longitude"], Kind::Float),
        top(&["speed"], Kind::Float),
        top(&["fuel_level"], Kind::Float),
    ];

    #[inline]
    fn passes(number: impl Fn(usize) -> Option<f64>) -> bool {
        number(4).is_some_and(|speed| speed > 110.0)
            && number(5).is_some_and(|fuel_level| fuel_level < 15.0)
    }
}

impl<'m> Row<'m> for Vehicle<'m> {
    #[inline]
    fn value(&self, column: usize) -> Value<'_> {
        match column {
            0 => Value::text(self.vehicle_id.as_ref()),
            1 => Value::text(self.timestamp.as_ref()),
            2 => self.latitude.into(),
            3 => self.longitude.into(),
            4 => self.speed.into(),
            _ => self.fuel_level.into(),
        }
    }
}
