-- WITH, sub-queries, parentheses and UNION ALL. A message goes through each branch; where one
-- fails, its flow gets no row of it.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE inside (id INT NOT NULL, celsius DOUBLE, note TEXT)
WITH (connector = 'mqtt_source', connection = 'broker', topics = '["inside/#"]');
CREATE TABLE outside (id BIGINT, tenths INT, place TEXT)
WITH (connector = 'mqtt_source', connection = 'broker', topics = '["outside/#"]');
CREATE TABLE alarms (id BIGINT, reading DOUBLE, kind TEXT) WITH (connector = 'blackhole');

-- columns have one type in all branches, literals take it, and NULL is one of any
CREATE VIEW readings AS
SELECT id, celsius, note AS remark, 'inside' AS place FROM inside
UNION ALL
SELECT id, tenths / 10.0, NULL, place FROM outside;

-- a message of `inside` can give two rows, one or none
INSERT INTO alarms
WITH hot AS (SELECT id, celsius AS reading FROM inside WHERE celsius > 40),
     damp (id, reading) AS (SELECT id, 100 / (celsius - 50) FROM inside WHERE note = 'damp')
SELECT id, reading, 'hot' AS kind FROM hot
UNION ALL
(SELECT *, NULL FROM damp UNION ALL SELECT outdoors.n, outdoors.x, 'out'
 FROM (SELECT id, tenths FROM outside WHERE tenths > 400) AS outdoors (n, x));

(SELECT place, remark IS NULL AS bare FROM
   (SELECT place, remark FROM readings WHERE celsius > 0) AS warm
 WHERE place LIKE 'i%');
