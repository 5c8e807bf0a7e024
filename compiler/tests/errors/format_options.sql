CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE a (payload TEXT) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'a', format = 'raw_string',
    json.validation = 'lazy', timestamp_format = 'unix_s', value_schema_id = 1);
CREATE TABLE b (v INT) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'b', raw_bytes.include_topic = true,
    'avro.framing' = 'bare');
CREATE TABLE c (v INT) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'c', format = 'csv');
