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
