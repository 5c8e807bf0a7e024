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

-- beside a whole number a REAL is a DOUBLE, unless both are compared and it changes nothing
CREATE VIEW whole AS
SELECT r + 1 AS one_more, r * 3 AS thrice, r = 16777217 AS near, r = 16777216 AS same
FROM t
WHERE r > 16000000;
