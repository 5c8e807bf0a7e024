CREATE TABLE mqtt_parallel (
    ...
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["data/#"]',
    parallelism = 4
);
