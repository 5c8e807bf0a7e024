-- STRUCTs and arrays: parts at known places are read there, others are walked to, and whole
-- values are written in declared order.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE devices (
    id INT NOT NULL,
    pos STRUCT<lat DOUBLE, lon DOUBLE, "fix time" TIMESTAMP, source STRUCT<name TEXT, "type" TEXT>>
        CHECK (pos.lat BETWEEN -90 AND 90),
    samples DOUBLE[],
    states STRUCT<code INT, since TIMESTAMP>[] FORMAT 'unix_s',
    grid INT[][],
    tags TEXT[] PATH '$.meta.tags',
    amounts STRUCT<a DECIMAL(8,2), b BYTEA, c DATE, d JSON, e BOOLEAN, f REAL, g BIGINT UNSIGNED>
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["devices/#"]');

CREATE VIEW located AS SELECT id, pos AS p, pos.source AS s FROM devices;
CREATE TABLE places WITH (connector = 'blackhole') AS
SELECT id, l.p.lat, l.p.lon + 0 AS lon, s.name, s."type", p."fix time" FROM located l WHERE p.lat > 10;

CREATE TABLE whole WITH (connector = 'blackhole') AS
SELECT id, p, s FROM located;

CREATE TABLE arrays WITH (connector = 'blackhole') AS
SELECT id, samples[1] AS first, samples[id] AS chosen, cardinality(samples) AS n, array_length(samples, 1) AS len,
       states[2].code, (states[id]).since, grid[2][1] AS cell, grid[id] AS "row", tags, 'x' = ANY (tags) AS has_x,
       id <= ANY (grid[1]) AS below, samples, states[1] AS state,
       CASE WHEN id > 2 THEN pos.source END AS maybe, coalesce(states[3], states[1]).code AS third
FROM devices WHERE NOT 'hidden' = ANY (tags) OR tags IS NULL;

CREATE TABLE converted WITH (connector = 'blackhole') AS
SELECT id, amounts, amounts.a * 2 AS double FROM devices WHERE amounts IS NOT NULL;
