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

WITH hot AS (SELECT sensor_id FROM sensor_data WHERE temperature > 40),
     cold AS (SELECT sensor_id FROM sensor_data WHERE temperature < 0),
     both AS (SELECT * FROM hot)
SELECT sensor_id FROM both;
