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

CREATE TABLE by_url WITH (connector = 'webhook', url = 'https://example.com/rows?api_key=abc') AS
SELECT sensor_id FROM sensor_data;
CREATE TABLE by_header WITH (
    connector = 'webhook', url = 'https://user:${PASSWORD}@example.com/rows',
    headers = '["Authorization: Bearer abc"]'
) AS SELECT sensor_id FROM sensor_data;
