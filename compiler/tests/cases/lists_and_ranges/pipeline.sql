-- IN and BETWEEN.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    x INT,
    s TEXT,
    d DOUBLE,
    b BOOLEAN,
    y BIGINT NOT NULL
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW lists AS
SELECT x, x IN (1, 2, 3) AS a_few, x NOT IN (1, 2) AS not_those, x IN (1, NULL) AS perhaps,
       s IN ('a', 'b''c') AS texts, d IN (0.5, 1.5) AS floats, x IN (y, 5) AS dynamic,
       x BETWEEN 2 AND 4 AS between_, d NOT BETWEEN 0 AND 1 AS outside, y IN (7, 7, 9223372036854775807) AS big,
       x NOT IN (1, NULL) AS never_true, b IN (true, false) AS known
FROM t
WHERE y IN (1, 2, 7) OR s IN ('keep');
