CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id INT, note TEXT) WITH (
    connector = 'mqtt_source', connection = 'broker', topic = 'a'
);
CREATE TABLE not_compressed WITH (connector = 'file', path = '${OUT}/a.jsonl.gz') AS
SELECT id FROM t;
CREATE TABLE named_plainly WITH (
    connector = 'file', path = 'b.jsonl', compression = 'gzip'
) AS
SELECT id FROM t;
CREATE TABLE named_otherwise WITH (
    connector = 'file', path = 'dt=%Y/{note}.csv.gz', format = 'csv', compression = 'zstd'
) AS
SELECT note, id FROM t;
CREATE TABLE lz4 WITH (
    connector = 'file', path = 'c.csv', format = 'csv', compression = 'lz4'
) AS
SELECT id FROM t;
CREATE TABLE fine WITH (connector = 'file', path = '${FILE}', compression = 'gzip') AS
SELECT id FROM t;
