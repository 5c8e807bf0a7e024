CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT, ok BOOLEAN) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
CREATE TABLE log (id TEXT) WITH (connector = 'stdout');
INSERT INTO log SELECT id FROM readings WHERE ok;
SELECT temp FROM readings;
