CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE meters (em:0.voltage DOUBLE, 2m TEXT)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
CREATE TABLE readings (temp-c DOUBLE, switch:0 TEXT NOT NULL, a.b TEXT, x-y)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT 1 AS x FROM readings;
