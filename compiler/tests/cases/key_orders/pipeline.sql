-- Any order of keys and any white space reads the same, however often it was seen before.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    s TEXT,
    skipped TEXT,
    n DOUBLE,
    b BOOLEAN,
    at TIMESTAMP,
    ms TIMESTAMP FORMAT 'unix_ms'
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT s, n, b, at, ms FROM t;
