CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT, v DOUBLE) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE lines WITH (connector = 'file', path = 'out.jsonl', compression = 'snappy') AS
SELECT id FROM t;
CREATE TABLE arrows WITH (
    connector = 'file', path = 'out.arrow', format = 'arrow', row_group_size = 1000
) AS
SELECT id FROM t;
CREATE TABLE packed WITH (
    connector = 'file', path = 'out.parquet', format = 'parquet', compression = 'snapy',
    row_group_size = 0, fsync = 'maybe'
) AS
SELECT id FROM t;
CREATE TABLE arrows_too WITH (
    connector = 'file', path = 'a.arrow', format = 'arrow', compression = 'gzip'
) AS
SELECT id FROM t;
CREATE TABLE two_types WITH (connector = 'file', path = 'two.parquet', format = 'parquet');
INSERT INTO two_types SELECT id AS x FROM t;
INSERT INTO two_types SELECT v AS x FROM t;
CREATE TABLE shown WITH (connector = 'stdout', format = 'parquet') AS SELECT id FROM t;
