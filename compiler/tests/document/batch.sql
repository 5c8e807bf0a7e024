CREATE TABLE mqtt_batched (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["high-volume/#"]',
    batch_size = 1000,
    batch_timeout_ms = 100
);
