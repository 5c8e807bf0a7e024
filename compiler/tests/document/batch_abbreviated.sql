CREATE TABLE mqtt_batched (
    ...
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["high-volume/#"]',
    batch_size = 1000,
    batch_timeout_ms = 100
);
