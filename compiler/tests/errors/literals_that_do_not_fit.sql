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

SELECT sensor_id FROM sensor_data WHERE reading_time > '2024-13-01';
SELECT sensor_id FROM sensor_data WHERE temperature = 'warm';
SELECT TIMESTAMP '2024-02-30 10:00' AS a, 99999999999999999999 AS b FROM sensor_data;
