-- A flow that reads nothing still needs a valid message.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT 1 AS one, 'x' AS x, now() AS at FROM t;
