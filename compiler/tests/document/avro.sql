CREATE TABLE mqtt_avro (
    schema_registry_url = 'http://schema-registry:8081',
    value_schema_id = 100
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/avro"]',
    format = 'avro'
);
