-- Whatever is wrong with a message, the next one is read.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    a INT,
    b TEXT
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

SELECT a, b FROM t;
