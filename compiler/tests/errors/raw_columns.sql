CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE a (topic TEXT, payload BYTEA, v DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'a', format = 'raw_bytes');
CREATE TABLE b (payload TEXT, topic TEXT) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'b', format = 'raw_string');
CREATE TABLE d (payload BYTEA PATH '$.x', again BYTEA FORMAT 'hex', more BYTEA DEFAULT 'AA==') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'd', format = 'raw_bytes');
CREATE TABLE e (one BYTEA, two BYTEA) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'e', format = 'raw_bytes');
CREATE TABLE nothing () WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'f', format = 'raw_string');
CREATE TABLE without (payload BYTEA) WITH (connector = 'mqtt_source', connection = 'c',
    topic = 'g', format = 'raw_bytes', 'raw_bytes.include_topic' = true);
