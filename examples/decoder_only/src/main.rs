//! Reads positions of vehicles from standard input, one JSON object a line, and says how far north
//! each vehicle came. The table says what a message must be; where it comes from is not its matter.

use laminar_runtime::embedded::DecodeError;
use std::collections::BTreeMap;
use std::io::{self, Read as _};

laminar_macros::sql!(mod fleet = "
    CREATE TABLE positions (
        vehicle_id TEXT NOT NULL,
        latitude DOUBLE NOT NULL PATH '$.pos.lat' CHECK (latitude BETWEEN -90 AND 90),
        longitude DOUBLE PATH '$.pos.lon',
        fix TIMESTAMP FORMAT 'unix_s',
        quality TEXT DEFAULT 'unknown'
    ) WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'vehicles/+/position');
");

/// By vehicle: the northernmost latitude.
fn northernmost(payloads: &str) -> Result<BTreeMap<String, f64>, DecodeError> {
    let mut decoder = fleet::PositionsDecoder::new();
    let mut latitudes: BTreeMap<String, f64> = BTreeMap::new();
    for payload in payloads.lines() {
        let row = decoder.decode(payload.as_bytes())?;
        match latitudes.get_mut(row.vehicle_id) {
            Some(latitude) => *latitude = latitude.max(row.latitude),
            None => drop(latitudes.insert(row.vehicle_id.to_owned(), row.latitude)),
        }
    }
    Ok(latitudes)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut input = String::new();
    io::stdin().read_to_string(&mut input)?;
    for (vehicle, latitude) in northernmost(&input)? {
        println!("{vehicle}: {latitude}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_decoded_and_checked() {
        let payloads = r#"{"vehicle_id":"a","pos":{"lat":60.5,"lon":24.9},"fix":1795000000}
{"vehicle_id":"b","pos":{"lat":-1}}
{"pos":{"lat":61},"vehicle_id":"a","quality":null}"#;
        let latitudes = northernmost(payloads).expect("all are sound");
        let expected = [("a".to_owned(), 61.0), ("b".to_owned(), -1.0)];
        assert_eq!(latitudes, BTreeMap::from(expected));
    }

    #[test]
    fn what_is_wrong_is_told() {
        let told = |payload| northernmost(payload).expect_err("it is bad").to_string();
        assert_eq!(
            told(r#"{"vehicle_id":"a","pos":[]}"#),
            "positions.latitude at byte 24: a value that is no object stands on the column's path"
        );
        assert!(
            told(r#"{"vehicle_id":"a","pos":{"lat":91}}"#).ends_with("a CHECK is not fulfilled")
        );
    }

    #[test]
    fn a_row_holds_every_column() {
        let row = fleet::Positions::decode(br#"{"vehicle_id":"a","pos":{"lat":0},"fix":5}"#);
        let row = row.expect("it is sound");
        assert_eq!(
            (row.longitude, row.quality.as_deref()),
            (None, Some("unknown"))
        );
        assert_eq!(
            row.fix.map(|fix| fix.to_string()),
            Some("1970-01-01T00:00:05Z".to_owned())
        );
    }
}
