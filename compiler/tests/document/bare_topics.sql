CREATE TABLE t0 (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["sensors/+/telemetry"]'
);
CREATE TABLE t1 (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["devices/#"]'
);
CREATE TABLE t2 (
    device_id TEXT,
    value FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["sensors/+/temp", "devices/+/status", "alerts/#"]'
);
