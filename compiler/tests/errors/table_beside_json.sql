CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE shown WITH (connector = 'stdout', format = 'table') AS SELECT id FROM t;
SELECT note FROM t;
CREATE TABLE kept WITH (connector = 'file', path = 'x', format = 'table') AS SELECT id FROM t;
