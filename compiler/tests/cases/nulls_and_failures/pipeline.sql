-- NULL AND an operand that fails: SQL evaluates it, since it could be false.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a BOOLEAN,
    x INT,
    y INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW logic AS
SELECT a AND x / y > 1 AS both, a OR x / y > 1 AS either, NOT (a OR x / y > 1) AS neither FROM t;
CREATE VIEW filtered AS SELECT x FROM t WHERE x > 100 OR (a AND x / y > 1);
CREATE VIEW mixed AS
SELECT coalesce(a, x / y > 1) AS c, nullif(x, x / y) AS n, (x / y) IS NULL AS is_null,
       x / y IN (1, 2) AS listed, CAST(NULL AS BIGINT UNSIGNED) > x / y AS unknown FROM t;

-- never true, but asked for its failures
CREATE VIEW never AS SELECT x FROM t WHERE x / y > 0 AND 1 = 2;
