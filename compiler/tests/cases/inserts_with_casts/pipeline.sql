-- INSERT matches by position and casts to the sink's types.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    i INT,
    d DOUBLE,
    s TEXT,
    at TIMESTAMP
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE sink (whole SMALLINT, wide BIGINT, text TEXT, day DATE, price DECIMAL(6,2)) WITH (connector = 'blackhole');
INSERT INTO sink SELECT d, i, at, at AS day, CAST(d AS DECIMAL(8,3)) AS price FROM t;
INSERT INTO sink (text, wide) SELECT s, i FROM t WHERE s IS NOT NULL;
