-- Compressed files: lines of JSON and CSV, and columns with each codec that their format has.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (id BIGINT NOT NULL, note TEXT, value DOUBLE)
WITH (connector = 'mqtt_source', connection = 'broker', topic = 't');

CREATE TABLE json WITH (connector = 'file', path = 'a.jsonl.gz', compression = 'gzip') AS
SELECT * FROM t;
CREATE TABLE csv WITH (
    connector = 'file', path = '${DATA:-out}/{note}.csv.zst', format = 'csv', compression = 'zstd',
    rotate_size = '1MB'
) AS
SELECT note, value FROM t;
CREATE TABLE plain WITH (connector = 'file', path = 'a.jsonl', compression = 'none') AS
SELECT id FROM t;
CREATE TABLE parquet WITH (
    connector = 'file', path = 'a.parquet', format = 'parquet', compression = 'zstd'
) AS
SELECT * FROM t;
CREATE TABLE parquet_lz4 WITH (
    connector = 'file', path = 'b.parquet', format = 'parquet', compression = 'lz4'
) AS
SELECT * FROM t;
CREATE TABLE parquet_gzip WITH (
    connector = 'file', path = 'c.parquet', format = 'parquet', compression = 'gzip'
) AS
SELECT * FROM t;
CREATE TABLE arrow WITH (
    connector = 'file', path = 'a.arrow', format = 'arrow', compression = 'lz4'
) AS
SELECT * FROM t;
CREATE TABLE arrow_zstd WITH (
    connector = 'file', path = 'b.arrow', format = 'arrow', compression = 'zstd'
) AS
SELECT * FROM t;
