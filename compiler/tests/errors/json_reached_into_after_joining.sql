CREATE TABLE t (j JSON, name TEXT) WITH (
    connector = 'mqtt', broker = 'tcp://localhost:1883', topic = 't');
SELECT 'x' || j ->> 'a' AS a, name || '-' || j -> 'b' ->> 'c' || '!' AS b,
    'x' || j -> 'a' AS c, 'x' || (j ->> 'a') AS d, 'x' || j AS e, ('x' || j) ->> 'a' AS f,
    name || name ->> 'a' AS g
FROM t;
