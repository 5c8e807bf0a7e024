CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT, v DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE seconds WITH (connector = 'file', path = 'out/%H%M%S.jsonl') AS
SELECT id FROM t;
CREATE TABLE open WITH (connector = 'file', path = 'out/{id.jsonl') AS
SELECT id FROM t;
CREATE TABLE late WITH (connector = 'file', path = 'out/{id}/${PLANT}.jsonl') AS
SELECT id FROM t;
CREATE TABLE folder WITH (connector = 'file', path = 'out/{id}/') AS
SELECT id FROM t;
CREATE TABLE many WITH (connector = 'file', path = 'out/{id}{id}{id}.jsonl') AS
SELECT id FROM t;
CREATE TABLE above WITH (connector = 'file', path = 'out/{id}/../rows.jsonl') AS
SELECT id FROM t;
CREATE TABLE root WITH (connector = 'file', path = '/') AS
SELECT id FROM t;
CREATE TABLE columns WITH (connector = 'file', path = '${OUT}/', format = 'parquet') AS
SELECT id FROM t;
CREATE TABLE rotated WITH (connector = 'file', path = 'out/..', rotate_size = '1MB') AS
SELECT id FROM t;
