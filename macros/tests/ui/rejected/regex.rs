laminar_macros::sql!(mod found = "
    CREATE TABLE readings (sensor TEXT, value DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
    CREATE VIEW found AS SELECT sensor FROM readings WHERE regexp_like(sensor, '^a');
");

fn main() {}
