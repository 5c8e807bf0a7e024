CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    id TEXT, temp DOUBLE, low DOUBLE, high DOUBLE, doc JSON, status TEXT, samples INT[],
    seen TIMESTAMP, since TIMESTAMP
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT json_extract(doc, '$.a') AS a, json_value(doc, '$.a') AS b, jsonb_typeof(doc) AS c,
       json_extract_string(doc, 'a') AS d FROM readings;
SELECT split(id, ',') AS a, regexp_split_to_array(id, ',') AS b, len(id) AS c FROM readings;
SELECT array_contains(samples, 5) AS a, isnan(temp) AS b, to_string(temp) AS c FROM readings;
SELECT id FROM readings WHERE 5 IN samples;
