-- Readings that are too hot or too cold, and sensors whose battery runs low.

CREATE TABLE readings (
    sensor TEXT METADATA FROM 'topic.2',
    temperature DOUBLE NOT NULL CHECK (temperature > -273.15),
    battery DECIMAL(3, 2) DEFAULT 1,
    at TIMESTAMP NOT NULL
) WITH (
    connector = 'mqtt', broker = 'tcp://localhost:1883',
    topics = '["sensors/+/readings"]', format = 'json'
);

CREATE VIEW alerts AS
SELECT sensor, temperature, at,
       CASE WHEN temperature > 60 THEN 'severe' ELSE 'usual' END AS severity
FROM readings
WHERE temperature > 40 OR temperature < -10;

CREATE VIEW low_batteries AS
SELECT sensor, battery FROM readings WHERE battery < 0.2;
