CREATE TABLE t (i INT, x TEXT, u TINYINT UNSIGNED) WITH (
    connector = 'mqtt', broker = 'tcp://localhost:1883', topic = 't');
-- of a list, one comparison alone says nothing of the whole
CREATE VIEW v1 AS SELECT i FROM t WHERE (-1 < ALL (ARRAY[255, i]));
CREATE VIEW v2 AS SELECT i FROM t WHERE (5 > ANY (ARRAY[i, 7]));
CREATE VIEW v3 AS SELECT i FROM t WHERE 5 > ANY (ARRAY[7, i]) OR x = 'b';
CREATE VIEW v4 AS SELECT i FROM t WHERE ((-1 < ALL (ARRAY[255, i])) AND x = 'b');
CREATE VIEW v5 AS SELECT i FROM t WHERE ('abc' LIKE ALL (ARRAY['a%', x]));
CREATE VIEW v6 AS SELECT i FROM t WHERE NOT (5 > ANY (ARRAY[7, i]));
CREATE VIEW v7 AS SELECT (5 > ANY (ARRAY[7, 8, i])) AS small,
    CASE WHEN (5 > ANY (ARRAY[i, 7])) THEN 1 END AS c FROM t;
-- these are so as a whole
CREATE VIEW v8 AS SELECT i FROM t WHERE (u > ALL (ARRAY[i, 255]));
CREATE VIEW v9 AS SELECT i FROM t WHERE x = 'b' OR (u > ANY (ARRAY[255, 256, 300]));
-- those beside them are looked at, too
CREATE VIEW v10 AS SELECT i FROM t WHERE (5 > ANY (ARRAY[i, 7]) OR u > 255);
