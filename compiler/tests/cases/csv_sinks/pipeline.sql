-- Rows as CSV: of every type, with columns of the sink's own and of the query's.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id BIGINT NOT NULL,
    note TEXT,
    v DOUBLE,
    price DECIMAL(8,2),
    at TIMESTAMP,
    ok BOOLEAN,
    data BYTEA,
    details JSON,
    pos STRUCT<lat DOUBLE, lon DOUBLE>,
    tags TEXT[]
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE archive WITH (connector = 'file', path = 'archive.csv', format = 'csv') AS
SELECT *, at::date AS "day, or none", NULL AS "no ""value""" FROM t;

CREATE TABLE notes (number INT, note TEXT) WITH (connector = 'stdout', format = 'csv');
INSERT INTO notes SELECT id, upper(note) FROM t WHERE v > 1;
INSERT INTO notes (note, number) SELECT note || '!', id::int FROM t WHERE v <= 1;
