//! `pipelines/w1.sql`

use super::document::document;
use super::{Column, Kind, Row, Table, Text, Value, top};

document! {
    /// Telemetry of a sensor.
    Reading {
        "sensor_id" => sensor_id: Text<'m>,
        "reading_time" => reading_time: Text<'m>,
        "temperature" => temperature: f64,
    }
}

/// The table of W1.
#[derive(Debug)]
pub struct Readings;

impl Table for Readings {
    type Row<'m> = Reading<'m>;

    const COLUMNS: &'static [Column] = &[
        top(&["sensor_id"], Kind::Text),
        top(&["temperature"], Kind::Float),
        top(&["reading_time"], Kind::Time),
    ];

    #[inline]
    fn passes(number: impl Fn(usize) -> Option<f64>) -> bool {
        number(1).is_some_and(|temperature| !(-10.0..=40.0).contains(&temperature))
    }
}

impl<'m> Row<'m> for Reading<'m> {
    #[inline]
    fn value(&self, column: usize) -> Value<'_> {
        match column {
            0 => Value::text(self.sensor_id.as_ref()),
            1 => self.temperature.into(),
            _ => Value::text(self.reading_time.as_ref()),
        }
    }
}
