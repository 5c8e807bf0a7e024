-- Choice: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    coalesce(NULL, 'a', 'b') AS e0,
    greatest(3, 7, NULL) AS e1,
    least(2.5, 1) AS e2,
    nullif('n/a', 'n/a') AS e3,
    nullif(5, 0) AS e4
FROM t;
