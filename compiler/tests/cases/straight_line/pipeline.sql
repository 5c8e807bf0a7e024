-- Keys in declared order without white space take the fast path; any other way reads the same.
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
