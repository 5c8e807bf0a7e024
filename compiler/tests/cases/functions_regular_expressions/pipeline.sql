-- Regular expressions: the examples of docs/functions.md.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE t (x INT) WITH (
    connector = 'mqtt_source', connection = 'broker', topics = '["t"]'
);

CREATE VIEW examples AS
SELECT
    'pump-07' ~ '^pump-[0-9]+$' AS e0,
    'ERROR 7' ~* 'error' AS e1,
    'ok' !~ '^e' AS e2,
    'Error' !~* '^e' AS e3,
    regexp_count('ABCABCAXYaxy', 'A.') AS e4,
    regexp_count('ABCABCAXYaxy', 'A.', 1, 'i') AS e5,
    regexp_instr('number of your street, town zip, FR', '[^,]+', 1, 2) AS e6,
    regexp_instr('ABCDEFGHI', '(c..)(...)', 1, 1, 0, 'i', 2) AS e7,
    regexp_like('Hello World', 'world$', 'i') AS e8,
    regexp_replace('Thomas', '.[mN]a.', 'M') AS e9,
    regexp_replace('foobarbaz', 'b(..)', 'X\1Y', 'g') AS e10,
    regexp_replace('A PostgreSQL function', 'a|e|i|o|u', 'X', 1, 3, 'i') AS e11,
    regexp_substr('number of your street, town zip, FR', '[^,]+', 1, 2) AS e12,
    regexp_substr('ABCDEFGHI', '(c..)(...)', 1, 1, 'i', 2) AS e13,
    substring('foobar' FROM 'o.b') AS e14,
    substring('foobar' FROM 'o(.)b') AS e15
FROM t;
