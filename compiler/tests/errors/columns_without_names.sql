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

SELECT temperature + 1, counter + 1, sensor_id || 'x', status, status FROM sensor_data;
