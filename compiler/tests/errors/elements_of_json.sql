-- The elements of a JSON array as PostgreSQL makes rows of them.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE s (id TEXT, j JSON)
WITH (connector = 'mqtt_source', connection = 'broker', topics = '["s/+"]', format = 'json');

CREATE TABLE a WITH (connector = 'stdout') AS
SELECT id, json_array_elements(j->'items') AS item FROM s;

CREATE TABLE b WITH (connector = 'stdout') AS
SELECT id, item->>'name' AS name FROM s, UNNEST(j->'items') AS u(item);
