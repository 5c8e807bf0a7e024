CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, temp DOUBLE, seen TIMESTAMP)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT id FROM readings WHERE temp > 40,5;
SELECT id FROM readings WHERE temp => 40;
SELECT id FROM readings WHERE temp =< 40;
SELECT TOP 5 id FROM readings;
SELECT id FROM readings WHERE seen > now() - INTERVAL '1' HOURS;
SELECT INTERVAL '2' weeks AS w FROM readings;
SELECT id FROM readings WHERE id = 'it's';
SELECT id, temp FROM readings LIMIT 5;
