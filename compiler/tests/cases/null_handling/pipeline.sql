-- NULL through operators: unknown is not true.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT,
    b INT,
    s TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW nulls AS
SELECT a, b, a + b AS total, a = b AS same, a IS NULL AS a_null, a IS NOT NULL AND b IS NOT NULL AS both,
       coalesce(a, b, 0) AS first, coalesce(a, 7) AS a_or_seven, nullif(a, 0) AS not_zero,
       NULL AS nothing, a + NULL AS unknown, CASE WHEN a > b THEN a END AS larger
FROM t;

CREATE VIEW unequal AS SELECT a, b FROM t WHERE NOT (a = b);
