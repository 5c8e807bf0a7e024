-- A Laminar pipeline: where messages come from, what they look like, what becomes of them.
--
--   laminarc check pipeline.sql                               find mistakes
--   laminarc run pipeline.sql -- --replay pipeline.input.jsonl
--                                                             try it without a broker
--   laminarc test                                             compare its rows with the expected
--   laminarc run pipeline.sql                                 connect and run
--   laminarc build pipeline.sql                               make one executable to copy anywhere

-- The broker. `${NAME:-default}` is read from the environment when the pipeline starts; keep
-- passwords out of this file in the same way: password = '${MQTT_PASSWORD}'.
CREATE CONNECTION broker FROM mqtt_source
WITH (
    broker = '${MQTT_BROKER:-tcp://localhost:1883}'
);

-- A source table: the topics and the JSON that arrives there. Keys that are not listed are
-- ignored, keys that are missing are NULL. `room` is taken from the topic, not from the message.
CREATE TABLE readings (
    sensor_id TEXT NOT NULL,
    reading_time TIMESTAMP,
    temperature DOUBLE,
    battery INT         PATH '$.device.battery',
    room TEXT           METADATA FROM 'topic.2'
) WITH (
    connector = 'mqtt_source',
    connection = 'broker',
    topics = '["home/+/readings"]',
    format = 'json'
);

-- Each view that nothing else reads is printed, one JSON line per row.
CREATE VIEW alerts AS
SELECT
    room,
    sensor_id,
    reading_time,
    temperature,
    CASE
        WHEN temperature > 30.0 THEN 'too hot'
        WHEN temperature < 5.0 THEN 'too cold'
        ELSE 'battery low'
    END AS reason
FROM readings
WHERE temperature > 30.0 OR temperature < 5.0 OR battery < 10;
