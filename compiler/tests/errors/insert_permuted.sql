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

CREATE TABLE extremes (sensor_id TEXT, lowest FLOAT, highest FLOAT) WITH (connector = 'stdout');
INSERT INTO extremes
SELECT sensor_id, temperature + 1.0 AS highest, temperature - 1.0 AS lowest FROM sensor_data;
