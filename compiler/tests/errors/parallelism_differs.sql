CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/#', parallelism = 4
);
CREATE TABLE alarms (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'alarms/#'
);
CREATE VIEW all_readings AS SELECT id FROM readings;
CREATE VIEW all_alarms AS SELECT id FROM alarms;
