-- What is the same for every row is computed once, at compile time.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    x INT,
    s TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW folded AS
SELECT x, 2 + 3 * 4 AS number, 'a' = 'a' AS yes, NOT true AS no, CAST('12' AS INT) AS twelve,
       1.5 * 2 AS three, x IS NULL OR true AS always, coalesce(NULL, x, 5) AS x_or_five,
       CASE WHEN 1 > 2 THEN 'no' ELSE s END AS kept, -(-9223372036854775807 - 1 + 1) AS big
FROM t
WHERE 1 = 1 AND (x > 2 + 3 OR 1 > 2) AND NOT NOT (s IS NOT NULL);

CREATE VIEW nothing AS SELECT x FROM t WHERE 1 > 2;
CREATE VIEW unknown AS SELECT x FROM t WHERE x = NULL;

-- what guards the division stays in front of it, although no row passes
CREATE VIEW guarded AS SELECT x FROM t WHERE x <> 0 AND s = 'a' AND 10 / x > 1 AND s <> 'b' AND 1 > 2;
