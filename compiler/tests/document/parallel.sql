CREATE TABLE mqtt_parallel (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/#"]',
    parallelism = 4
);
