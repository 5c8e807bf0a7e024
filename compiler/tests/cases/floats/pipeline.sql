-- DOUBLE is passed through, REAL is printed anew; arithmetic stays finite or fails.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    d DOUBLE,
    r REAL,
    n DOUBLE NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW bare AS SELECT d, r, n FROM t;

CREATE VIEW computed AS
SELECT d / n AS ratio, r * 2 AS twice, -d AS minus, -(-n) AS twice_minus, d + 0.1 AS more, abs(r) AS distance, n % 2 AS rest
FROM t
WHERE d > 1e-3 OR d < -1.5E10 OR r = 0.5;
