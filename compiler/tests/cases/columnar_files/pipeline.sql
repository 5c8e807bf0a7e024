-- Files of columns: every type, NOT NULL, nested values, and rows of several flows.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    id BIGINT NOT NULL,
    ok BOOLEAN,
    i1 TINYINT, i2 SMALLINT, i4 INT,
    u1 TINYINT UNSIGNED, u2 SMALLINT UNSIGNED, u4 INT UNSIGNED, u8 BIGINT UNSIGNED,
    r REAL, d DOUBLE, price DECIMAL(10,2),
    note TEXT, raw BYTEA,
    at TIMESTAMP, exact TIMESTAMP(9) FORMAT 'unix_ns', day DATE, clock TIME, took INTERVAL,
    anything JSON,
    place STRUCT<lat DOUBLE, fix STRUCT<at TIMESTAMP(3), raw BYTEA>, any JSON>,
    tags TEXT[], grid INT[][]
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE TABLE everything WITH (
    connector = 'file',
    path = '${DATA:-out}/dt=%Y-%m-%d/everything.parquet',
    format = 'parquet',
    compression = 'none',
    row_group_size = 1000
) AS
SELECT * FROM t;

CREATE TABLE computed WITH (connector = 'file', path = 'computed.parquet', format = 'parquet') AS
SELECT id, id * 2 AS twice, price * 1.5 AS more, upper(note) AS shouted, d / 3 AS third,
       at + INTERVAL '1 day' AS tomorrow, took * 2 AS longer, CAST(id AS TEXT) AS text,
       anything -> 'a' AS a, place.lat AS lat, place.fix AS fix, tags[1] AS first_tag,
       CASE WHEN ok THEN 1 ELSE 2 END AS one_or_two, round(price) AS whole, coalesce(note, '') AS n
FROM t
WHERE i4 IS NOT NULL;

CREATE TABLE declared (number INT, word TEXT NOT NULL, amount DECIMAL(6,1)) WITH (
    connector = 'file',
    path = 'declared/{number}.arrow',
    format = 'arrow',
    rotate_size = '1MB',
    fsync = false
);
INSERT INTO declared SELECT i4, 'first', price FROM t WHERE i4 > 0;
INSERT INTO declared (word, number) SELECT note, i2 FROM t WHERE i2 IS NOT NULL AND note <> '';

CREATE TABLE both_flows WITH (connector = 'file', path = 'both.arrow', format = 'arrow');
INSERT INTO both_flows SELECT id, note FROM t;
INSERT INTO both_flows SELECT 7::BIGINT AS id, 'x' AS note FROM t WHERE ok;

CREATE TABLE unsynced WITH (connector = 'file', path = 'unsynced.jsonl', fsync = false) AS
SELECT id FROM t;
