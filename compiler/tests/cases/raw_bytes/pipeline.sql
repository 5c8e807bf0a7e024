-- Payloads as they are, with the topic and the receive time beside them.
CREATE CONNECTION mqtt_connection FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE mqtt_raw (
    topic TEXT,
    payload BYTEA,
    timestamp TIMESTAMP
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/binary"]',
    format = 'raw_bytes',
    'raw_bytes.include_topic' = 'true'
);
CREATE TABLE frames (
    frame BYTEA CHECK (length(frame) >= 2),
    device TEXT NOT NULL METADATA FROM 'topic.2',
    head TEXT GENERATED ALWAYS AS (to_hex(get_byte(frame, 0)))
) WITH (connector = 'mqtt', connection = 'mqtt_connection', topic = 'frames/#',
        format = 'raw_bytes');
CREATE TABLE ticks (
    payload BYTEA,
    topic TEXT METADATA FROM 'topic'
) WITH (connector = 'mqtt', connection = 'mqtt_connection', topic = 'ticks/#',
        format = 'raw_bytes');

CREATE VIEW raw AS SELECT topic, payload, length(payload) AS size, timestamp FROM mqtt_raw;
CREATE VIEW device_frames AS SELECT device, head, encode(frame, 'hex') AS hex FROM frames
    WHERE device <> 'test';
-- reads nothing of the payload
CREATE VIEW ticking AS SELECT topic FROM ticks;
