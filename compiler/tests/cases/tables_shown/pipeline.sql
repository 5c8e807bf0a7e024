-- A table on standard output: numbers end below each other.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id BIGINT,
    price DECIMAL(10,2),
    note TEXT,
    at TIMESTAMP,
    anything JSON
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE shown WITH (connector = 'stdout', format = 'table') AS
SELECT id, price AS "the, price", note, at, anything FROM t;
