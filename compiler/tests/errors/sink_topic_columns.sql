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

CREATE TABLE misspelt (id TEXT, level INT) WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts/{lvel}/{id}'
);
CREATE TABLE unknown WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts/{sensor_id}/{status}'
) AS SELECT sensor_id, temperature FROM sensor_data;
CREATE TABLE typed WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = '{temperature}/{details}'
) AS SELECT temperature, details FROM sensor_data;
INSERT INTO misspelt SELECT sensor_id, 1 FROM sensor_data;
