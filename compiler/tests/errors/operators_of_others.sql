CREATE CONNECTION factory FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    name TEXT,
    seen TIMESTAMP,
    doc JSON
) WITH (connector = 'mqtt_source', connection = 'factory', topic = 'a');
SELECT name FROM readings WHERE name SIMILAR TO 'a|b';
SELECT doc #> '{a,b}' AS a FROM readings;
SELECT seen AT TIME ZONE 'Europe/Berlin' AS a FROM readings;
SELECT name FROM readings WHERE (name, seen) = ('a', '2026-01-01');
SELECT x'DEADBEEF' AS a FROM readings;
