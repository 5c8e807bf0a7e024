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

CREATE TABLE alerts (
    sensor_id TEXT NOT NULL,
    temperature FLOAT,
    seen_at TIMESTAMP
) WITH (
    connector = 'stdout'
);

INSERT INTO alerts SELECT sensor_id, status, temperature FROM sensor_data;
