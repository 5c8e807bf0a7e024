-- Alerts from sensor readings: what is too hot or too cold, one JSON line each.

CREATE CONNECTION mqtt_connection FROM mqtt_source
WITH (
    broker = 'tcp://localhost:1883'
);

CREATE TABLE sensor_data (
    sensor_id TEXT,
    reading_time TIMESTAMP,
    temperature FLOAT,
    humidity FLOAT,
    pressure FLOAT
) WITH (
    connector = 'mqtt_source',
    connection = 'mqtt_connection',
    topics = '["sensors/+/readings"]',
    format = 'json'
);

-- Alert on anomalies
CREATE VIEW temperature_alerts AS
SELECT
    sensor_id,
    temperature,
    reading_time
FROM sensor_data
WHERE temperature > 40.0 OR temperature < -10.0;
