-- Cheap tests first; what can fail keeps its place.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    d DOUBLE,
    i INT,
    b BOOLEAN,
    j INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW cheap_first AS
SELECT i FROM t WHERE s LIKE '%x_y%' AND s = 'axbyc' AND d > 1 AND i = 5 AND b AND j IS NULL;

CREATE VIEW barrier AS
SELECT i FROM t WHERE s <> 'z' AND i > 1 AND 10 / i > 2 AND d < 5 AND j IS NULL AND true;
