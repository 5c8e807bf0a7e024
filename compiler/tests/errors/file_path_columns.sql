CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT, v DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE unknown WITH (connector = 'file', path = 'out/{nite}/rows.jsonl') AS
SELECT id, note FROM t;
CREATE TABLE measured WITH (connector = 'file', path = 'out/{id}-{v}.jsonl') AS
SELECT id, v FROM t;
