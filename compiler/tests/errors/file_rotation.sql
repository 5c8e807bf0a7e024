CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT, v DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE out WITH (
    connector = 'file', path = 'out.jsonl', rotate_size = '64 MiB', rotate_interval = '1 month'
) AS
SELECT id FROM t;
CREATE TABLE never WITH (connector = 'file', path = 'out.jsonl', rotate_size = 0) AS
SELECT id FROM t;
