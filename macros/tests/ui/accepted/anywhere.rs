//! Wherever a macro stands, and whatever its neighbours are called, what it makes means the same.
#![deny(warnings)]
#![allow(unused_macros, reason = "that nobody calls them is what is tested")]
#![forbid(dead_code, unreachable_pub, unused_imports, clippy::pedantic)]

macro_rules! vec { ($($all:tt)*) => { compile_error!("not this one") } }
macro_rules! matches { ($($all:tt)*) => { compile_error!("not this one") } }
macro_rules! unreachable { ($($all:tt)*) => { compile_error!("not this one") } }

/// Hands on what it gets: a visibility, a name, and a literal.
macro_rules! by {
    ($visibility:vis, $name:ident, $sql:literal) => {
        laminar_macros::sql!($visibility mod $name = $sql);
    };
}

by!(pub(crate), handed, "
    CREATE TABLE readings (sensor TEXT, n INT)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
    CREATE VIEW few AS SELECT sensor FROM readings WHERE n IN (1, 2, 3);
");
by!(, private, "
    CREATE TABLE readings (n INT)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
");

mod bare {
    #![no_implicit_prelude]

    ::laminar_macros::sql!("
        CREATE TABLE readings (tags TEXT[], place STRUCT<name TEXT>, n INT)
        WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
        CREATE TABLE raw (payload BYTEA)
        WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'raw', format = 'raw_bytes');
        CREATE VIEW \"Iterator\" AS
        SELECT tags, place, n / 2 AS half FROM readings WHERE n IN (2, 4);
        CREATE VIEW bytes AS SELECT payload FROM raw;
    ");
}

mod core {
    pub(crate) struct Option;
}

fn main() {
    laminar_macros::sql!(mod r#type = "
        CREATE TABLE readings (sensor TEXT NOT NULL, n INT)
        WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
        CREATE VIEW \"where\" AS SELECT n FROM readings;
    ");
    let core::Option = core::Option;
    let mut seen = 0;
    let mut pipeline = r#type::Pipeline::builder().on_where(|_| seen += 1).build();
    assert!(pipeline.push("readings", br#"{"sensor":"a","n":1}"#).is_emitted());
    drop(pipeline);
    assert_eq!(seen, 1);

    let owned = r#type::ReadingsOwned::try_from(&br#"{"sensor":"a"}"#[..]).expect("it is sound");
    assert_eq!(r#type::Readings::from(&owned).sensor, "a");
    let error = r#type::ReadingsOwned::try_from(&b"{}"[..]).expect_err("a sensor is needed");
    assert_eq!(error.column(), Some("sensor"));

    let mut pipeline = handed::Pipeline::builder().build();
    assert!(pipeline.push("readings", br#"{"n":2}"#).is_emitted());
    assert!(private::Readings::decode(b"{}").is_ok());
    let mut pipeline = bare::pipeline::Pipeline::builder().build();
    assert!(pipeline.push("readings", br#"{"n":4,"tags":["a"]}"#).is_emitted());
}
