-- Casts between types: what fails is that row's error.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (
    i INT,
    d DOUBLE,
    s TEXT,
    f BOOLEAN
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["t/#"]');

CREATE VIEW casts AS
SELECT CAST(i AS SMALLINT) AS small, CAST(i AS BIGINT) AS big, CAST(i AS DOUBLE) AS wide,
       CAST(d AS INT) AS whole, CAST(d AS REAL) AS narrow, CAST(s AS INT) AS number,
       CAST(i AS TEXT) AS i_text, CAST(d AS TEXT) AS d_text, CAST(f AS INT) AS bit,
       CAST(i AS BOOLEAN) AS flag, CAST(f AS TEXT) AS f_text, CAST(s AS DOUBLE) AS s_double,
       CAST(i AS TINYINT UNSIGNED) AS byte
FROM t;
