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

SELECT s.sensor_id, t.value, status, value FROM
    (SELECT sensor_id, temperature FROM sensor_data) AS s (id, value, more);
SELECT s.sensor_id FROM (SELECT sensor_id, temperature FROM sensor_data);
SELECT sensor_id FROM (sensor_data);
SELECT sensor_id FROM (SELECT sensor_id, counter + 1, counter + 2 FROM sensor_data);
