-- A record of many types: what is needed is read, the rest skipped.
CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    hall TEXT METADATA FROM 'topic.2',
    fahrenheit DOUBLE GENERATED ALWAYS AS (temperature * 1.8 + 32.0),
    CHECK (sequence >= 0)
) WITH (connector = 'mqtt_source', connection = 'c', topics = '["readings/+"]', format = 'avro',
        schema_file = 'reading.avsc', value_schema_id = 7);

CREATE VIEW warm AS
SELECT sensor_id, hall, fahrenheit, kind, taken_at, position.lat AS lat
FROM readings WHERE kind <> 'COLD' AND valid;

CREATE VIEW everything AS SELECT * FROM readings WHERE sequence = 2;

CREATE VIEW parts AS
SELECT position, position.floor + 1 AS above, cardinality(tags) AS tags, tags[2] AS second,
       extra ->> 'a' AS a, tree -> 'children' AS children, either
FROM readings;
