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

CREATE TABLE open (id TEXT) WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts/{id'
);
CREATE TABLE nameless (id TEXT) WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts/{}/{id}'
);
CREATE TABLE wild (id TEXT) WITH (
    connector = 'mqtt_sink', connection = 'factory', topic = 'alerts/{id}/#'
);
INSERT INTO open SELECT sensor_id FROM sensor_data;
INSERT INTO nameless SELECT sensor_id FROM sensor_data;
INSERT INTO wild SELECT sensor_id FROM sensor_data;
