//! STRUCTs and arrays as structs and slices, borrowed and owned, as JSON and through serde.

#![forbid(unsafe_code)]

use laminar_runtime::embedded::Reason;
use laminar_runtime::value::{Decimal, Timestamp};

laminar_macros::sql!(mod trips = r#"
    CREATE TABLE trips (
        vehicle STRUCT<id TEXT, "type" INT, battery STRUCT<level DECIMAL(4,1), "at" TIMESTAMP>>,
        place STRUCT<lat DOUBLE, lon DOUBLE> NOT NULL,
        stops STRUCT<name TEXT, doors BOOLEAN[]>[],
        tags TEXT[],
        grid INT[][],
        raw BYTEA[]
    ) WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'trips');
    CREATE VIEW north AS
    SELECT vehicle, place, stops, tags, grid, raw, place.lat AS lat
    FROM trips WHERE place.lat > 50;
    CREATE VIEW chosen AS
    SELECT CASE WHEN place.lat > 50 THEN place END AS place, stops[1] AS first FROM trips;
"#);

const TRIP: &str = r#"{
    "vehicle": {"type": 3, "id": "bus \u0031",
                "battery": {"level": 81.50, "at": "2026-11-22T10:15:00Z"}},
    "place": {"lon": 24.9, "lat": 60.2, "other": [1]},
    "stops": [{"name": "a", "doors": [true, null]}, null, {"doors": []}],
    "tags": ["x", null, "y\n"], "grid": [[1, 2], [], null], "raw": ["YWJj", null]
}"#;

/// What a row of it is as JSON.
const ROW: &str = concat!(
    r#"{"vehicle":{"id":"bus 1","type":3,"battery":{"level":81.5,"at":"2026-11-22T10:15:00Z"}},"#,
    r#""place":{"lat":60.2,"lon":24.9},"#,
    r#""stops":[{"name":"a","doors":[true,null]},null,{"name":null,"doors":[]}],"#,
    r#""tags":["x",null,"y\n"],"grid":[[1,2],[],null],"raw":["YWJj",null],"lat":60.2}"#,
);

#[test]
fn parts_of_a_row_are_typed() {
    let mut seen = Vec::new();
    let mut pipeline = trips::Pipeline::builder()
        .on_north(|row: trips::North<'_>| {
            let vehicle: trips::NorthVehicle<'_> = row.vehicle.expect("there is one");
            assert_eq!((vehicle.id, vehicle.type_), (Some("bus 1"), Some(3)));
            let battery = vehicle.battery.expect("there is one");
            assert_eq!(battery.level, Some(Decimal::<1>(815)));
            assert_eq!(
                battery.at.map(Timestamp::micros),
                Some(1_795_342_500_000_000)
            );
            // what borrows nothing is one struct
            let place: trips::NorthPlace = row.place;
            assert_eq!((place.lat, place.lon), (Some(60.2), Some(24.9)));
            let stops = row.stops.expect("there are some");
            assert_eq!(stops.len(), 3);
            let first = stops[0].expect("the first one is there");
            assert_eq!(
                (first.name, first.doors),
                (Some("a"), Some(&[Some(true), None][..]))
            );
            assert!(stops[1].is_none() && stops[2].is_some_and(|stop| stop.name.is_none()));
            assert_eq!(row.tags, Some(&[Some("x"), None, Some("y\n")][..]));
            let grid = row.grid.expect("there is one");
            assert_eq!(grid, [Some(&[Some(1), Some(2)][..]), Some(&[]), None]);
            assert_eq!(row.raw, Some(&[Some(&b"abc"[..]), None][..]));
            seen.push(row.into_owned());
        })
        .build();
    assert_eq!(pipeline.push("trips", TRIP.as_bytes()).ok(), Ok(true));
    drop(pipeline);
    let row: &trips::NorthOwned = &seen[0];
    let vehicle: &trips::NorthVehicleOwned = row.vehicle.as_ref().expect("there is one");
    assert_eq!(vehicle.id.as_deref(), Some("bus 1"));
    assert_eq!(row.tags.as_ref().map(Vec::len), Some(3));
    let mut text = Vec::new();
    row.write_json(&mut text);
    assert_eq!(String::from_utf8_lossy(&text), ROW);
    let (again, tags) = row.with_borrowed(|row| (row.into_owned(), row.tags.map(<[_]>::len)));
    assert_eq!((&again, tags), (row, Some(3)));
    let serialized = serde_json::to_value(row).expect("a row can be serialized");
    let written: serde_json::Value = serde_json::from_slice(&text).expect("it is JSON");
    // DECIMALs are text where they are serialized
    let level = &serialized["vehicle"]["battery"]["level"];
    assert_eq!(level, &serde_json::json!("81.5"));
    for column in ["place", "stops", "tags", "grid", "raw"] {
        assert_eq!(serialized[column], written[column], "{column}");
    }
}

#[test]
fn a_part_that_is_not_of_its_type_makes_the_message_bad() {
    let mut pipeline = trips::Pipeline::builder().build();
    for bad in [
        r#"{"place":{"lat":60},"tags":["x",1]}"#,
        r#"{"place":{"lat":60},"stops":[{"doors":[1]}]}"#,
        r#"{"place":{"lat":60},"grid":[[1],{}]}"#,
        r#"{"place":{"lat":60},"vehicle":{"battery":7}}"#,
        r#"{"place":{"lat":60,"lon":"east"}}"#,
    ] {
        let pushed = pipeline.push("trips", bad.as_bytes());
        let error = pushed.flows()[0].result.expect_err(bad);
        assert_eq!(error.reason(), Reason::WrongKind, "{bad}");
    }
    // as a table's own row, too
    assert!(trips::Trips::decode(br#"{"place":{},"tags":[1]}"#).is_err());
    let row = trips::Trips::decode(br#"{"place":{},"tags":null}"#).expect("it is sound");
    assert_eq!((row.place.lat, row.tags), (None, None));
}

#[test]
fn values_that_are_computed_are_typed_alike() {
    let mut rows = Vec::new();
    let mut pipeline = trips::Pipeline::builder()
        .on_chosen(|row| rows.push(row.into_owned()))
        .build();
    assert!(pipeline.push("trips", TRIP.as_bytes()).is_emitted());
    assert!(
        pipeline
            .push("trips", br#"{"place":{"lat":1}}"#)
            .is_emitted()
    );
    drop(pipeline);
    assert_eq!(rows[0].place.and_then(|place| place.lat), Some(60.2));
    let first = rows[0].first.as_ref().expect("there is one");
    assert_eq!(first.doors.as_deref(), Some(&[Some(true), None][..]));
    assert!(rows[1].place.is_none() && rows[1].first.is_none());
    // doors borrow nothing, so that this is lent as it is
    assert_eq!(rows[0].as_borrowed().into_owned(), rows[0]);
}
