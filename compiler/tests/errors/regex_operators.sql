CREATE TABLE readings (
    name TEXT,
    level INT
) WITH (
    connector = 'mqtt_source', broker = 'tcp://localhost:1883', topics = '["readings/#"]'
);

SELECT name FROM readings WHERE name ~ '[0-9' AND level ~* '4';
SELECT name !~* '(?=x)' AS a, name !~ '\yx' AS b FROM readings;
SELECT name ~~ 'a%' AS a, name !~~* 'b' AS b FROM readings;
SELECT name REGEXP 'a' AS a FROM readings;
SELECT to_char(INTERVAL '1 day', 'DD') AS a, format(level) AS b FROM readings;
