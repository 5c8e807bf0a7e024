CREATE TABLE mqtt_with_dlq (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/#"]',
    dead_letter_topic = 'errors/mqtt',
    max_retries = 3
);
