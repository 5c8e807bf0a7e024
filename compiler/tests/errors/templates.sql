CREATE TABLE readings (
    name TEXT,
    level DOUBLE
) WITH (
    connector = 'mqtt_source', broker = 'tcp://localhost:1883', topics = '["readings/#"]'
);

SELECT to_char(level, '9.9.9') AS a, to_char(level, 'RN') AS b FROM readings;
SELECT to_char(level, name) AS a, to_char(level, '9.99EEEE') AS b FROM readings;
SELECT to_char(level, 'S99PR') AS a, to_char(level, '99PR9') AS b FROM readings;
SELECT to_timestamp(name, 'IYYY-IW') AS a, to_date(name, 'YYYY Q') AS b FROM readings;
SELECT to_timestamp(name, name) AS a, to_timestamp(level, 'YYYY') AS b FROM readings;
