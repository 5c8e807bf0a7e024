CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT, ok BOOLEAN) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
SELECT id FROM readings;
SELECT temp FROM readings;
