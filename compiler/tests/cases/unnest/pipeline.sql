-- UNNEST: a row for each element of an array; a message gives all of its rows or none.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id INT NOT NULL,
    kind TEXT,
    readings STRUCT<name TEXT, value DOUBLE, at TIMESTAMP, parts INT[]>[],
    numbers BIGINT[],
    grid INT[][]
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE measured WITH (connector = 'blackhole') AS
SELECT id, r.name, r.value * 2 AS twice, r.value, n FROM t, UNNEST(t.readings) WITH ORDINALITY AS r (name, value, at, parts, n)
WHERE kind = 'a' AND r.value > 1;

CREATE TABLE numbered WITH (connector = 'blackhole') AS
SELECT x, id FROM t CROSS JOIN UNNEST(numbers) AS x WHERE 10 / id > 1;

CREATE VIEW parts AS SELECT t.id, readings.name AS reading, part, part_number
FROM t, UNNEST(readings) AS readings, LATERAL UNNEST(readings.parts) WITH ORDINALITY AS p (part, part_number);
CREATE TABLE parted WITH (connector = 'blackhole') AS
SELECT * FROM parts WHERE part % 2 = 0 UNION ALL SELECT id, 'number', UNNEST(numbers), 0 FROM t WHERE kind = 'b';

SELECT id, UNNEST(grid) AS "row", id + 1 AS next FROM t WHERE kind IS NOT NULL;

CREATE TABLE documents (id INT, document JSON) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["d"]'
);
CREATE TABLE keyed WITH (connector = 'blackhole') AS
SELECT id, key, length(key) AS size FROM documents, UNNEST(json_object_keys(document)) AS key;
CREATE TABLE listed WITH (connector = 'blackhole') AS
SELECT json_object_keys(document) AS keys, (json_object_keys(document))[1] AS first,
       'id' = ANY (json_object_keys(document)) AS has_id
FROM documents;
