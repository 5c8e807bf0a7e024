CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, value JSON)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT TRY_CAST(value AS DOUBLE) AS a, CAST(value AS DOUBLE) AS b, value::INT AS c,
       CAST(value AS BYTEA) AS d FROM readings;
