CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (id TEXT, status TEXT, temp DOUBLE, doc JSON, pos STRUCT<lat DOUBLE, lon DOUBLE>)
WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT id FROM readings WHERE status = ok;
SELECT id FROM readings WHERE status IN (ok, warning);
SELECT id FROM readings WHERE status <> it_s_fine AND ok = status;
SELECT doc->a->b AS x FROM readings;
SELECT doc ->> temperature AS x FROM readings;
SELECT doc->>'temp'::double AS x FROM readings;
SELECT doc->>CAST('temp' AS double) AS x FROM readings;
SELECT doc['a'] AS x, pos['lat'] AS y, doc[0] AS z FROM readings;
SELECT doc ? 'temp' AS x FROM readings;
SELECT pos.height AS x FROM readings;
SELECT c.readings.id, c.readings.temp AS t FROM readings;
