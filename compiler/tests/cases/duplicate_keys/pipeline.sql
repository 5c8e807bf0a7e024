-- Of duplicate keys the last wins, at every level; unknown keys are ignored.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT,
    c INT PATH '$.o.c',
    d INT PATH '$.o.d'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT a, c, d FROM t;
