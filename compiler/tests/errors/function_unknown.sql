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

SELECT lenght(sensor_id) AS a, frobnicate(status) AS b, regexp_match(temperature) AS c, upper(sensor_id, status) AS d, lower(temperature) AS e FROM sensor_data;
