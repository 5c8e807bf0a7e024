laminar_macros::sql!(mod found = "
    CREATE TABLE readings (schema_registry_url = 'http://localhost:8081', value_schema_id = 7)
    WITH (connector = 'mqtt', broker = 'tcp://localhost', topic = 'readings', format = 'avro');
");

fn main() {}
