CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (status TEXT, level INT, doc JSON)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT status FROM readings WHERE doc->>'temp' > 20;
SELECT status FROM readings WHERE status > 40 OR 7 = status OR status BETWEEN 1 AND 2;
SELECT status FROM readings WHERE status = level;
SELECT status FROM readings WHERE status IN (1, 2);
SELECT status FROM readings WHERE status > 12345678901;
