-- Bytes are made text, and back, by what they are, not by how SQL writes them.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    y BYTEA,
    x TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t"]');
SELECT upper(y) AS a, y LIKE 'A%' AS b, encode(x, 'hex') AS c FROM t;
SELECT INTERVAL 5 MINUTE AS d FROM t;
