CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE out WITH (connector = 'stdout', format = 'csv') AS SELECT id FROM t;
SELECT note FROM t;
