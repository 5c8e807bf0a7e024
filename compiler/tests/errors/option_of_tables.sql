CREATE CONNECTION factory FROM mqtt_source WITH (
    broker = 'tcp://localhost:1883', qos = 1
);
CREATE TABLE readings (id TEXT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
SELECT id FROM readings;
