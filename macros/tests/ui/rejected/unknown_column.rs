laminar_macros::sql!(mod high = "
    CREATE TABLE readings (sensor TEXT, value DOUBLE)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings');
    CREATE VIEW high AS SELECT sensr, value FROM readings WHERE value > '1';
    CREATE VIEW low AS SELECT sensor FROM redings;
");

fn main() {}
