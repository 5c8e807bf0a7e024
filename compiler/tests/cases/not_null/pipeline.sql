-- NOT NULL is checked on every message, in declared order, before any flow.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT NOT NULL,
    b TEXT NOT NULL PATH '$.deep.b',
    c DOUBLE NOT NULL,
    d INT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW small AS SELECT a, c + 1 AS more FROM t WHERE a < 10;
CREATE VIEW all_rows AS SELECT a, b, d FROM t;
