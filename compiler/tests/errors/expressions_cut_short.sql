CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp FLOAT, ok BOOLEAN) WITH (
    connector = 'mqtt_source', connection = 'factory', topic = 'sensors/+'
);
SELECT id as FROM readings;
SELECT CASE END FROM readings;
SELECT CASE ok ELSE 1 END FROM readings;
SELECT id FROM readings WHERE id IN ();
