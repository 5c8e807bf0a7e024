-- Generated columns that no query reads: those who ask are told them all the same.
CREATE CONNECTION broker FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE samples (
    n INT NOT NULL,
    v DOUBLE,
    place STRUCT<hall TEXT, shelf INT>,
    tags TEXT[],
    at TIMESTAMP(3) FORMAT 'unix_ms',
    device TEXT METADATA FROM 'topic.2',
    twice BIGINT GENERATED ALWAYS AS (n * 2),
    half DECIMAL(12,3) GENERATED ALWAYS AS (CAST(v AS DECIMAL(12,3)) / 2),
    hall TEXT GENERATED ALWAYS AS (upper(place.hall)),
    first TEXT GENERATED ALWAYS AS (tags[1]),
    tomorrow TIMESTAMP GENERATED ALWAYS AS (at + INTERVAL '1 day'),
    letters TEXT GENERATED ALWAYS AS (regexp_replace(device, '[0-9]+', '#')),
    there STRUCT<hall TEXT, shelf INT> GENERATED ALWAYS AS (place),
    inverse DOUBLE GENERATED ALWAYS AS (1 / v),
    "is large" BOOLEAN GENERATED ALWAYS AS (v > 10),
    number INT GENERATED ALWAYS AS (n)
) WITH (connector = 'mqtt_source', connection = 'broker', topics = '["samples/+"]',
        json.root = 'array');
CREATE TABLE off (v DOUBLE, twice DOUBLE GENERATED ALWAYS AS (v * 2))
    WITH (connector = 'mqtt_source', connection = 'broker', topics = '["off"]', history = 'off');
CREATE VIEW numbers AS SELECT n FROM samples;
CREATE VIEW values_ AS SELECT v FROM off;
