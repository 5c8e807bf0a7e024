//! `pipelines/hsl.sql`

use super::document::document;
use super::{Column, Kind, Row, Table, Text, Value};

document! {
    /// A message of a vehicle.
    Position {
        "VP" => vp: Vehicle<'m>,
    }
}

document! {
    /// Where it is.
    Vehicle {
        "desi" => desi: Text<'m>,
        "veh" => veh: i32,
        "tst" => tst: Text<'m>,
        "spd" => spd: f64,
        "lat" => lat: f64,
        "long" => long: f64,
    }
}

/// The table of positions.
#[derive(Debug)]
pub struct Positions;

impl Table for Positions {
    type Row<'m> = Position<'m>;

    const COLUMNS: &'static [Column] = &[
        nested(&["VP", "desi"], Kind::Text),
        nested(&["VP", "veh"], Kind::Int),
        nested(&["VP", "tst"], Kind::Time),
        nested(&["VP", "spd"], Kind::Float),
        nested(&["VP", "lat"], Kind::Float),
        nested(&["VP", "long"], Kind::Float),
    ];

    #[inline]
    fn passes(number: impl Fn(usize) -> Option<f64>) -> bool {
        number(3).is_some_and(|speed| speed > 22.5)
    }
}

const fn nested(path: &'static [&'static str; 2], kind: Kind) -> Column {
    Column {
        name: path[1],
        path,
        kind,
    }
}

impl<'m> Row<'m> for Position<'m> {
    #[inline]
    fn value(&self, column: usize) -> Value<'_> {
        let Some(vehicle) = &self.vp else {
            return Value::Null;
        };
        match column {
            0 => Value::text(vehicle.desi.as_ref()),
            1 => vehicle.veh.into(),
            2 => Value::text(vehicle.tst.as_ref()),
            3 => vehicle.spd.into(),
            4 => vehicle.lat.into(),
            _ => vehicle.long.into(),
        }
    }
}
