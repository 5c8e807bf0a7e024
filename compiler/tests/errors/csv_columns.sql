CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE out WITH (connector = 'file', path = 'out.csv', format = 'csv');
INSERT INTO out SELECT id FROM t;
INSERT INTO out SELECT id, note FROM t;
