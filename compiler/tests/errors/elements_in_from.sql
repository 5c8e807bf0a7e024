-- The same in FROM.

CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');

CREATE TABLE s (id TEXT, j JSON)
WITH (connector = 'mqtt_source', connection = 'broker', topics = '["s/+"]', format = 'json');

CREATE TABLE a WITH (connector = 'stdout') AS
SELECT s.id, e.value->>'name' AS name FROM s, jsonb_array_elements(s.j->'items') AS e;
