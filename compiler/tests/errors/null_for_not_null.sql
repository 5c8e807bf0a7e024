CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    sensor_id TEXT NOT NULL,
    reading_time TIMESTAMP,
    temperature FLOAT,
    status TEXT,
    counter INT UNSIGNED,
    details JSON
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/+/readings"]'
);

CREATE TABLE archive (
    id TEXT NOT NULL,
    level INT NOT NULL
) WITH (connector = 'blackhole');

INSERT INTO archive SELECT sensor_id, NULL FROM sensor_data;
