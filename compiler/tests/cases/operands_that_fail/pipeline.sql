-- What has its answer without a look at its operand evaluates it all the same.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    x INT NOT NULL,
    s TEXT NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW nulls AS SELECT 6 / x IN (NULL) AS a, 6 / x NOT IN (NULL) AS b FROM t;
CREATE VIEW out_of_range AS SELECT x FROM t WHERE CAST(s AS TINYINT) NOT IN (300, 400);
CREATE VIEW anything AS SELECT repeat(s, 20000000 / x) LIKE '%' AS c, s LIKE '%' AS d FROM t;
