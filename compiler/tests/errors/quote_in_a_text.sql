CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp DOUBLE)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT id FROM readings WHERE id = 'it's' AND temp > 3;
SELECT id FROM readings WHERE id = 'a' OR id = 'b';
