-- Flat telemetry of 123 bytes, five keys; one message in a hundred passes.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE sensor_data (
    sensor_id TEXT,
    reading_time TIMESTAMP,
    temperature FLOAT,
    humidity FLOAT,
    pressure FLOAT
) WITH (
    connector = 'mqtt_source', connection = 'broker',
    topics = '["sensors/+/readings"]', format = 'json'
);

CREATE VIEW alerts AS
SELECT sensor_id, temperature, reading_time
FROM sensor_data
WHERE temperature > 40.0 OR temperature < -10.0;
