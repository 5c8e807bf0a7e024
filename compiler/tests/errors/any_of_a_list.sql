CREATE TABLE readings (
    name TEXT,
    level INT
) WITH (
    connector = 'mqtt_source', broker = 'tcp://localhost:1883', topics = '["readings/#"]'
);

SELECT level = ANY (ARRAY[1, 'x']) AS a, level > ANY (ARRAY[name, 2]) AS b FROM readings;
SELECT name LIKE ANY (ARRAY['a%', level]) AS a FROM readings;
SELECT name ~ ANY (ARRAY[]) AS a FROM readings;
SELECT trim(trim(trim(trim(name)))) ~ ANY (ARRAY['a', 'b']) AS a FROM readings;
