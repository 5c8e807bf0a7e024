CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE none () WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'a', format = 'avro');
CREATE TABLE no_number (schema_registry_url = 'http://registry:8081') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'b', format = 'avro');
CREATE TABLE framed (schema_file = 'odd_schema.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'c', format = 'avro');
CREATE TABLE two (schema_file = 'x.avsc', schema_registry_url = 'http://h', value_schema_id = 1) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'd', format = 'avro');
CREATE TABLE missing (schema_file = 'missing.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'e', format = 'avro',
    'avro.framing' = 'bare');
CREATE TABLE odd (schema_file = 'odd_schema.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'f', format = 'avro',
    'avro.framing' = 'bare');
CREATE TABLE unknown (schema_registry_url = 'http://registry:8081', value_schema_id = 7) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'g', format = 'avro');
CREATE TABLE good (schema_registry_url = 'http://registry:8081', value_schema_id = 100, batch_size = 7) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'h', format = 'avro');
SELECT device_id, temprature FROM good;
-- follows from what was said already
SELECT anything, position.lat AS lat, odd.position.lat AS again FROM odd WHERE tags[1] = 'x';
CREATE TABLE checked (schema_file = 'missing.avsc', CHECK (position.lat > 0),
    size BIGINT GENERATED ALWAYS AS (level * 2)) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'i', format = 'avro',
    'avro.framing' = 'bare');
CREATE TABLE beside (device_id TEXT, schema_file = 'x.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'h', format = 'avro');
-- a record without fields
CREATE TABLE empty (schema_file = 'empty.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'j', format = 'avro',
    'avro.framing' = 'bare');
-- numbers that are none, or that nobody asks for; a schema without its format
CREATE TABLE negative (schema_file = 'empty.avsc', value_schema_id = -1) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'k', format = 'avro');
CREATE TABLE asked (schema_file = 'empty.avsc', value_schema_id = 1,
    topic TEXT METADATA FROM 'topic') WITH (connector = 'mqtt_source', connection = 'c',
    topic = 'l', format = 'avro', 'avro.framing' = 'bare');
CREATE TABLE forgotten (schema_file = 'empty.avsc') WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'm');
CREATE TABLE same (temperature TEXT METADATA FROM 'topic',
    schema_registry_url = 'http://registry:8081', value_schema_id = 100) WITH (
    connector = 'mqtt_source', connection = 'c', topic = 'n', format = 'avro');
