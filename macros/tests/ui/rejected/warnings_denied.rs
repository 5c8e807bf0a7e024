#![deny(warnings)]

laminar_macros::sql!(mod high = "
    CREATE TABLE readings (sensor TEXT, value DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
    CREATE VIEW high AS SELECT sensor FROM readings WHERE value > 1 AND value < 0;
");

fn main() {}
