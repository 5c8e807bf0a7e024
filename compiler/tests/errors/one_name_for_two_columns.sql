CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
CREATE TABLE out WITH (connector = 'stdout');
CREATE VIEW hot (id) AS SELECT id, temp FROM readings;
INSERT INTO out (id) SELECT id, temp FROM readings;
