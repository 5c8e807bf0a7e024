CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    sensor_id TEXT NOT NULL,
    reading_time TIMESTAMP
) WITH (
    connector = 'mqtt_source',
    connection = 'factory',
    topics = '["sensors/+/readings"]'
);

SELECT position('a', sensor_id) AS t FROM sensor_data;

SELECT extract(5 FROM reading_time) AS t FROM sensor_data;

SELECT substring(sensor_id FROM 1 TO 2) AS t FROM sensor_data;
