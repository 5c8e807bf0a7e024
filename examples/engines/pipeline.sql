-- Engines that send Avro behind the header of a schema registry, and a controller that sends frames
-- of bytes. The schema is a file here; with a registry it would be
-- `schema_registry_url = 'http://…', value_schema_id = 42`.

CREATE CONNECTION plant FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883',
    client_id = 'engines-1',
    clean_session = false
);

CREATE TABLE readings (
    schema_file = 'engine.avsc',
    hall TEXT METADATA FROM 'topic.2',
    CHECK (rpm >= 0)
) WITH (
    connector = 'mqtt_source', connection = 'plant',
    topics = '["plant/+/engines"]', qos = 1,
    format = 'avro', value_schema_id = 42,
    bad_data = 'dead_letter', dead_letter_topic = 'plant-rejected/engines'
);

-- What runs hot while it runs, with where it stands.
CREATE VIEW hot_engines AS
SELECT engine_id, hall, at, celsius, rpm, place.line AS line, state
FROM readings
WHERE celsius > 95 AND state = 'RUNNING';

-- One row for each fault of a message.
CREATE VIEW engine_faults AS
SELECT engine_id, hall, at, fault FROM readings, UNNEST(faults) AS fault;

-- A frame: two bytes of type, then what it says.
CREATE TABLE frames (
    topic TEXT,
    payload BYTEA CHECK (length(payload) >= 2),
    timestamp TIMESTAMP
) WITH (
    connector = 'mqtt_source', connection = 'plant',
    topics = '["plant/+/frames"]', qos = 1,
    format = 'raw_bytes', 'raw_bytes.include_topic' = 'true'
);

CREATE VIEW alarm_frames AS
SELECT topic, timestamp, encode(payload, 'hex') AS frame, length(payload) AS size
FROM frames
WHERE get_byte(payload, 0) = 255;
