-- Each operator that can fail says where it stands.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    x INT,
    y INT,
    s TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW sums AS SELECT x + y AS total, x * y AS product FROM t WHERE x <> 99;
CREATE VIEW quotients AS SELECT x / y AS quotient, x % y AS rest FROM t WHERE x / y >= 0 OR s IS NULL;
CREATE VIEW numbers AS SELECT CAST(s AS BIGINT) AS n FROM t WHERE s IS NOT NULL AND CAST(s AS BIGINT) > 10;
CREATE VIEW guarded AS SELECT x FROM t WHERE y <> 0 AND x / y > 1 OR y = 0 AND x > 1;
