//! Two macros in one crate, one of them in a function's module and private to it.

laminar_macros::sql!(pub mod first = "
    CREATE TABLE readings (sensor TEXT, value DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
    CREATE VIEW high AS SELECT sensor, value FROM readings WHERE value > 1;
");

mod inner {
    laminar_macros::sql!("
    CREATE TABLE readings (sensor TEXT, value DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
");
    pub(crate) use pipeline::Readings;
}

fn goes_to_other_threads<T: Send>(_: &T) {}

fn main() {
    let mut seen = 0;
    let mut first = first::Pipeline::builder().on_high(|_| seen += 1).build();
    goes_to_other_threads(&first);
    first.push("readings", br#"{"value":2}"#);
    first.push("readings", br#"{"value":0}"#);
    drop(first);
    assert_eq!(seen, 1);
    let row = inner::Readings::decode(br#"{"sensor":"a"}"#).expect("it is sound");
    assert_eq!(row.sensor.as_deref(), Some("a"));
}
