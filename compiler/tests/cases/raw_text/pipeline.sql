-- Payloads that are text: a number, a line of values, a state.
CREATE CONNECTION c FROM mqtt_source WITH (broker = 'tcp://localhost:1883');
CREATE TABLE readings (
    topic TEXT,
    payload TEXT,
    timestamp TIMESTAMP(3),
    sensor TEXT METADATA FROM 'topic.2'
) WITH (connector = 'mqtt_source', connection = 'c', topics = '["plain/+/value"]',
        format = 'raw_string', 'raw_bytes.include_topic' = true);
CREATE TABLE beats (note TEXT, device TEXT METADATA FROM 'topic.2')
    WITH (connector = 'mqtt_source', connection = 'c', topics = '["beats/#"]',
          format = 'raw_string');

CREATE VIEW hot AS
SELECT sensor, CAST(payload AS DOUBLE) AS celsius, topic, timestamp
FROM readings WHERE payload NOT LIKE '%,%' AND CAST(payload AS DOUBLE) > 20;
CREATE VIEW lines AS
SELECT sensor, split_part(payload, ',', 2) AS second FROM readings WHERE payload LIKE '%,%'
UNION ALL
SELECT sensor, NULL FROM readings WHERE payload = 'off';
-- what is no text is bad even where nothing reads it
CREATE VIEW alive AS SELECT device FROM beats;
